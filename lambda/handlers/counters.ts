import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoCounterStore } from '../aws/dynamo-counter-store.ts';
import { Counters } from '../turn/counters.ts';

/** The `#counters` of a bundle whose bot counts what all its users share, and of a clone: they lie in the sessions table. */
export function countersIn(client: DynamoDBClient, table: string): Counters | undefined {
  return new Counters(new DynamoCounterStore(client, table));
}
