import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { UnavailableError } from '../errors.ts';
import { SESSION_TABLE } from './session-table.ts';

/** An item of the sessions table, as DynamoDB has it. */
export type TableItem = Record<string, AttributeValue>;

/** The key of an item, whatever is kept in it. */
export function keyOf(key: string): TableItem {
  return { [SESSION_TABLE.key]: { S: key } };
}

/** Whether an item is one that DynamoDB deletes some day, and that counts as deleted. */
export function isExpired(item: TableItem): boolean {
  return Number(item[SESSION_TABLE.timeToLive]?.N) <= nowSeconds();
}

/** The time as the table has it (epoch seconds). */
export const nowSeconds = (): number => Math.floor(Date.now() / 1_000);

/** @throws UnavailableError for whatever a call of DynamoDB threw */
export function unavailable(error: unknown): never {
  throw new UnavailableError('sessions table', { cause: error });
}
