import {
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { Piece } from '../bot/growing.ts';
import type { UserKey } from '../bot/user.ts';
import { DRAFT_LIVES_MS, type Draft, type DraftStore, draftKeyOf } from '../turn/drafts.ts';
import { SESSION_TABLE } from './session-table.ts';
import { isExpired, keyOf, type TableItem, unavailable } from './table-items.ts';

/**
 * The form of a draft's item, told by its attribute `format`; to be raised when a release before could not read what is
 * stored from now on.
 */
const FORMAT = 1;

/** The most bytes of JSON that the pieces of a draft have; an item may have 409,600. */
const MAX_BYTES = 300_000;

/**
 * Drafts in DynamoDB, in the table of sessions: one round trip to load, one to save. Of pieces that no item has room for
 * the first are kept; a draft of a later release is none.
 */
export class DynamoDraftStore implements DraftStore {
  readonly #client: DynamoDBClient;
  readonly #table: string;
  readonly #livesMs: number;

  constructor(
    client: DynamoDBClient,
    table: string,
    { livesMs = DRAFT_LIVES_MS }: { readonly livesMs?: number } = {},
  ) {
    this.#client = client;
    this.#table = table;
    this.#livesMs = livesMs;
  }

  async load(user: UserKey, abortSignal?: AbortSignal): Promise<Draft | undefined> {
    const command = new GetItemCommand({
      TableName: this.#table,
      Key: keyOf(draftKeyOf(user)),
      ConsistentRead: true,
    });
    const { Item } = await this.#client.send(command, abortSignal && { abortSignal }).catch(unavailable);
    return Item && draftOf(Item);
  }

  async save(user: UserKey, { turn, pieces }: Draft, abortSignal?: AbortSignal): Promise<void> {
    const command = new PutItemCommand({
      TableName: this.#table,
      Item: {
        ...keyOf(draftKeyOf(user)),
        turn: { S: turn },
        pieces: { S: jsonOf(pieces) },
        format: { N: String(FORMAT) },
        [SESSION_TABLE.timeToLive]: { N: String(Math.floor((Date.now() + this.#livesMs) / 1_000)) },
      },
    });
    await this.#client.send(command, abortSignal && { abortSignal }).catch(unavailable);
  }

  async delete(user: UserKey): Promise<void> {
    const command = new DeleteItemCommand({ TableName: this.#table, Key: keyOf(draftKeyOf(user)) });
    await this.#client.send(command).catch(unavailable);
  }
}

/** JSON of as many pieces as there is room for, from the first one on. */
function jsonOf(pieces: readonly Piece[]): string {
  const whole = JSON.stringify(pieces);
  if (Buffer.byteLength(whole) <= MAX_BYTES) return whole;
  const kept: string[] = [];
  let bytes = '[]'.length;
  for (const piece of pieces) {
    const json = JSON.stringify(piece);
    bytes += Buffer.byteLength(json) + ','.length;
    if (bytes > MAX_BYTES) break;
    kept.push(json);
  }
  return `[${kept.join(',')}]`;
}

function draftOf(item: TableItem): Draft | undefined {
  return isExpired(item) || Number(item.format?.N) > FORMAT ? undefined : storedDraft(item);
}

/** The draft that an item of this release holds, an expired one, too, which DynamoDB has yet to delete. */
export function storedDraft(item: TableItem): Draft {
  return { turn: item.turn?.S ?? '', pieces: JSON.parse(item.pieces?.S ?? '[]') };
}
