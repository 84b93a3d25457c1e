import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoRoomStore } from '../aws/dynamo-room-store.ts';
import { Rooms } from '../turn/rooms.ts';

/** The `#rooms` of a bundle whose bot has room sessions, and of a clone: what rooms share lies in the sessions table. */
export function roomsIn(client: DynamoDBClient, table: string): Rooms | undefined {
  return new Rooms(new DynamoRoomStore(client, table));
}
