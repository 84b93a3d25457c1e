import { BatchGetItemCommand, type DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import { DynamoSessionStore } from '../../lambda/aws/dynamo-session-store.ts';
import { SESSION_TABLE } from '../../lambda/aws/session-table.ts';
import { isExpired, keyOf, type TableItem } from '../../lambda/aws/table-items.ts';
import type { UserKey } from '../../lambda/bot/user.ts';

/** DynamoDB's own limit. */
const BATCH = 100;

const { key: KEY, timeToLive: TIME_TO_LIVE } = SESSION_TABLE;
const REVISION = 'revision';

/**
 * The keys of items that a table had at a time, and that were deleted from it since then, though they had not expired: of who
 * blocked the channel, left or was erased, those who came back since among them. Reads both tables.
 * @param at when the old state was
 */
export async function goneSince(
  client: DynamoDBClient,
  { now, then, at }: { readonly now: string; readonly then: string; readonly at: Date },
): Promise<readonly string[]> {
  const gone: string[] = [];
  const pages = paginateScan(
    { client },
    {
      TableName: then,
      ProjectionExpression: '#key, #end, #revision',
      ExpressionAttributeNames: { '#key': KEY, '#end': TIME_TO_LIVE, '#revision': REVISION },
    },
  );
  for await (const { Items = [] } of pages) {
    const alive = Items.filter(item => !isExpired(item));
    for (let from = 0; from < alive.length; from += BATCH) {
      const before = alive.slice(from, from + BATCH);
      const known = await readAll(client, now, before);
      for (const item of before) {
        const key = keyIn(item);
        const today = known.get(key);
        if (today === undefined || isBornSince(item, today, at)) gone.push(key);
      }
    }
  }
  return gone;
}

/** Whether an item is another one than it was: the first revision of an item is the clock's. */
function isBornSince(before: TableItem, today: TableItem, at: Date): boolean {
  const [was, is] = [before, today].map(item => Number(item[REVISION]?.N));
  return was !== undefined && is !== undefined && was < at.getTime() && is >= at.getTime();
}

async function readAll(
  client: DynamoDBClient,
  table: string,
  items: readonly TableItem[],
): Promise<ReadonlyMap<string, TableItem>> {
  const found = new Map<string, TableItem>();
  let keys = items.map(item => keyOf(keyIn(item)));
  while (keys.length > 0) {
    const { Responses = {}, UnprocessedKeys = {} } = await client.send(
      new BatchGetItemCommand({
        RequestItems: {
          [table]: {
            Keys: keys,
            ConsistentRead: true,
            ProjectionExpression: '#key, #revision',
            ExpressionAttributeNames: { '#key': KEY, '#revision': REVISION },
          },
        },
      }),
    );
    for (const item of Responses[table] ?? []) found.set(keyIn(item), item);
    keys = UnprocessedKeys[table]?.Keys ?? [];
  }
  return found;
}

const keyIn = (item: TableItem): string => item[KEY]?.S ?? '';

/** How many items are deleted at once. */
const AT_ONCE = 25;

/** Deletes items by their keys. */
export async function eraseKeys(
  client: DynamoDBClient,
  table: string,
  keys: readonly string[],
): Promise<void> {
  const store = new DynamoSessionStore(client, table);
  for (let from = 0; from < keys.length; from += AT_ONCE)
    await Promise.all(keys.slice(from, from + AT_ONCE).map(key => store.delete(key as UserKey)));
}
