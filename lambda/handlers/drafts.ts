import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDraftStore } from '../aws/dynamo-draft-store.ts';
import type { DraftStore } from '../turn/drafts.ts';

/** The `#drafts` of a bundle whose bot has growing answers, and of a clone: their drafts lie in the sessions table. */
export function draftsIn(client: DynamoDBClient, table: string): DraftStore | undefined {
  return new DynamoDraftStore(client, table);
}
