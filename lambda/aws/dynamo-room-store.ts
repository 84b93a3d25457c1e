import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { RoomKey } from '../bot/room-key.ts';
import type { StoredState } from '../bot/stored-state.ts';
import { NewerFormatError } from '../errors.ts';
import { EMPTY_ROOM, type Room, type RoomChange, type RoomStore } from '../turn/rooms.ts';
import { nextRevision, SESSION_LIFETIME_DAYS } from '../turn/session.ts';
import { SHORT_ID_LENGTH } from '../turn/short-id.ts';
import { SESSION_TABLE } from './session-table.ts';
import { isExpired, keyOf, nowSeconds, type TableItem, unavailable } from './table-items.ts';

/**
 * The form of a room's item, told by its attribute `format`; to be raised when a release before could not read what is
 * stored from now on.
 */
const FORMAT = 1;

/** Rooms in DynamoDB, in the table of sessions: one round trip to load, one to save. */
export class DynamoRoomStore implements RoomStore {
  readonly #client: DynamoDBClient;
  readonly #table: string;
  readonly #lifetimeSeconds: number;

  constructor(
    client: DynamoDBClient,
    table: string,
    { lifetimeDays = SESSION_LIFETIME_DAYS }: { readonly lifetimeDays?: number } = {},
  ) {
    this.#client = client;
    this.#table = table;
    this.#lifetimeSeconds = lifetimeDays * 86_400;
  }

  async load(room: RoomKey, abortSignal?: AbortSignal): Promise<Room> {
    const command = new GetItemCommand({ TableName: this.#table, Key: keyOf(room), ConsistentRead: true });
    const { Item } = await this.#client.send(command, abortSignal && { abortSignal }).catch(unavailable);
    return Item === undefined ? EMPTY_ROOM : roomOf(Item);
  }

  async save(
    room: RoomKey,
    loaded: Room,
    { states, changes }: Omit<Room, 'revision'>,
    abortSignal?: AbortSignal,
  ): Promise<boolean> {
    const command = new PutItemCommand({
      TableName: this.#table,
      Item: {
        ...keyOf(room),
        states: {
          M: Object.fromEntries(Object.entries(states).map(([name, state]) => [name, stateAttribute(state)])),
        },
        ...(changes.length > 0 && { changes: { S: changes.map(writtenChange).join(' ') } }),
        format: { N: String(FORMAT) },
        revision: { N: String(nextRevision(loaded)) },
        [SESSION_TABLE.timeToLive]: { N: String(nowSeconds() + this.#lifetimeSeconds) },
      },
      // A write that the SDK sends again may meet itself: the room then has the change already.
      ...(loaded.revision === 0
        ? { ConditionExpression: 'attribute_not_exists(revision)' }
        : {
            ConditionExpression: 'revision = :loaded',
            ExpressionAttributeValues: { ':loaded': { N: String(loaded.revision) } },
          }),
    });
    try {
      await this.#client.send(command, abortSignal && { abortSignal });
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      return unavailable(error);
    }
  }
}

function roomOf(item: TableItem): Room {
  return isExpired(item) ? { ...EMPTY_ROOM, revision: Number(item.revision?.N ?? 0) } : storedRoom(item);
}

/**
 * The room that an item holds, an expired one, too, which DynamoDB has yet to delete.
 * @throws NewerFormatError when a later release stored it in a form of its own
 */
export function storedRoom(item: TableItem): Room {
  const format = Number(item.format?.N);
  if (format > FORMAT) throw new NewerFormatError('room session', format, FORMAT);
  const states = Object.entries(item.states?.M ?? {}).map(([name, state]) => [name, stateOf(state)]);
  return {
    states: Object.fromEntries(states),
    changes: (item.changes?.S ?? '').split(' ').flatMap(changeOf),
    revision: Number(item.revision?.N ?? 0),
  };
}

function stateAttribute({ state, version }: StoredState): AttributeValue {
  return { M: { ...(state !== undefined && { state: { S: state } }), version: { N: String(version) } } };
}

function stateOf({ M: stored }: AttributeValue): StoredState {
  return { state: stored?.state?.S, version: Number(stored?.version?.N ?? 1) };
}

/** A change in few letters: a busy room remembers a thousand. */
function writtenChange({ id, at }: RoomChange): string {
  return `${id}${(at / 1_000).toString(36)}`;
}

function changeOf(written: string): RoomChange[] {
  if (written === '') return [];
  return [
    {
      id: written.slice(0, SHORT_ID_LENGTH),
      at: Number.parseInt(written.slice(SHORT_ID_LENGTH), 36) * 1_000,
    },
  ];
}
