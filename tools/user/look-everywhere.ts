import { type DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import { SESSION_TABLE } from '../../lambda/aws/session-table.ts';
import type { TableItem } from '../../lambda/aws/table-items.ts';
import { NewerFormatError } from '../../lambda/errors.ts';
import { type KeptItem, kindOf, readableItem } from './kept-item.ts';

/** The items that a look through a whole table has found. */
export interface Looked {
  /** How many items there are. */
  readonly items: number;
  /** Those that name the user, without their own. */
  readonly naming: readonly KeptItem[];
}

/** An id so short is a word of anybody's. */
const SHORTEST_ID = 6;

/**
 * Reads the whole table, packed replies, too, for others' items that name a user: group rooms, answers that mention them. Reads
 * are not strong, and cost half a unit each 4 KB.
 * @param ids of the user; those of less than 6 characters are not looked for
 * @param own the keys of the items that are known to be theirs
 */
export async function lookEverywhere(
  client: DynamoDBClient,
  table: string,
  ids: readonly string[],
  own: ReadonlySet<string>,
): Promise<Looked> {
  const wanted = ids.filter(id => id.length >= SHORTEST_ID);
  const naming: KeptItem[] = [];
  let items = 0;
  for await (const { Items = [] } of paginateScan({ client }, { TableName: table })) {
    items += Items.length;
    for (const item of Items) {
      const key = item[SESSION_TABLE.key]?.S ?? '';
      const kept = { kind: kindOf(key), key, item };
      if (own.has(key)) continue;
      const words = wordsOf(kept);
      if (wanted.some(id => names(words, id))) naming.push(kept);
    }
  }
  return { items, naming };
}

/** All that an item says, as its reader would see it. */
function wordsOf(kept: KeptItem): string {
  try {
    return JSON.stringify(readableItem(kept));
  } catch (error) {
    // What can't be unpacked may name them even so.
    if (error instanceof NewerFormatError || error instanceof SyntaxError)
      return JSON.stringify(kept.item satisfies TableItem);
    throw error;
  }
}

/** Whether a text has an id in it that is no part of a longer one. */
export function names(text: string, id: string): boolean {
  for (let at = text.indexOf(id); at >= 0; at = text.indexOf(id, at + 1))
    if (!isOfId(text.charAt(at - 1)) && !isOfId(text.charAt(at + id.length))) return true;
  return false;
}

const isOfId = (one: string): boolean => /[\dA-Za-z]/.test(one);
