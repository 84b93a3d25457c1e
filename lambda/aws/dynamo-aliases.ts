import {
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { UserKey } from '../bot/user.ts';
import { ALIAS_LIFETIME_DAYS, type Aliases } from '../turn/aliases.ts';
import { SESSION_TABLE } from './session-table.ts';
import { keyOf, nowSeconds, type TableItem, unavailable } from './table-items.ts';

/** Aliases in the sessions table, one item each: `app/<appUserId>`, which no session's key can be. */
export class DynamoAliases implements Aliases {
  readonly #client: DynamoDBClient;
  readonly #table: string;
  readonly #lifetimeSeconds: number;

  constructor(client: DynamoDBClient, table: string, { lifetimeDays = ALIAS_LIFETIME_DAYS } = {}) {
    this.#client = client;
    this.#table = table;
    this.#lifetimeSeconds = lifetimeDays * 86_400;
  }

  async load(appUserId: string): Promise<readonly UserKey[]> {
    const command = new GetItemCommand({
      TableName: this.#table,
      Key: aliasKeyOf(appUserId),
      ConsistentRead: true,
    });
    const { Item } = await this.#client.send(command).catch(unavailable);
    return Number(Item?.[SESSION_TABLE.timeToLive]?.N) > nowSeconds() ? usersOf(Item) : [];
  }

  async add(appUserId: string, key: UserKey): Promise<void> {
    const command = new UpdateItemCommand({
      TableName: this.#table,
      Key: aliasKeyOf(appUserId),
      UpdateExpression: 'ADD #users :user SET #expiresAt = :expiresAt',
      ExpressionAttributeNames: { '#users': USERS, '#expiresAt': SESSION_TABLE.timeToLive },
      ExpressionAttributeValues: {
        ':user': { SS: [key] },
        ':expiresAt': { N: String(nowSeconds() + this.#lifetimeSeconds) },
      },
    });
    await this.#client.send(command).catch(unavailable);
  }

  async delete(appUserId: string): Promise<readonly UserKey[]> {
    const command = new DeleteItemCommand({
      TableName: this.#table,
      Key: aliasKeyOf(appUserId),
      ReturnValues: 'ALL_OLD',
    });
    const { Attributes } = await this.#client.send(command).catch(unavailable);
    return usersOf(Attributes);
  }
}

/** The attribute that holds the keys. */
const USERS = 'users';

/** The key of the item that is a user's alias. */
export function aliasKeyOf(appUserId: string): TableItem {
  return keyOf(`app/${appUserId}`);
}

/** The keys that an alias's item holds, an expired one's, too; none where there is no item. */
export function usersOf(item: TableItem | undefined): readonly UserKey[] {
  // What stands there is what `add` was given.
  return (item?.[USERS]?.SS ?? []) as readonly string[] as readonly UserKey[];
}
