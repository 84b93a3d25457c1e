import { randomBytes } from 'node:crypto';
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { RoomKey } from '../bot/room-key.ts';
import type { UserKey } from '../bot/user.ts';
import { NewerFormatError, SessionConflictError, SessionTooLargeError } from '../errors.ts';
import type { DraftKey } from '../turn/drafts.ts';
import {
  EMPTY_SESSION,
  type Leases,
  nextRevision,
  SESSION_LIFETIME_DAYS,
  type Session,
  type SessionStore,
} from '../turn/session.ts';
import { itemSize } from './item-size.ts';
import { SESSION_TABLE } from './session-table.ts';
import { memoryOf, storedMemory } from './stored-memory.ts';
import { isExpired, keyOf, nowSeconds, type TableItem, unavailable } from './table-items.ts';

/**
 * The form of an item, told by its attribute `format`; to be raised when a release before could not read what is stored
 * from now on. Items from before there were formats have none, and are read as the first. The state's own version is
 * another thing: it is the bot's.
 */
const FORMAT = 2;

/** The version of a state whose item names none: nearly every bot's, and all from before there were versions. */
const DEFAULT_VERSION = 1;

/** An item may have 409,600 bytes; a claim makes it a little longer, and asks nobody. */
const MAX_BYTES = 398_000;

/**
 * The session of a user as {@link DynamoSessionStore} keeps it: for those who only look, and bundle no more.
 * @throws NewerFormatError when a later release stored it in a form of its own
 */
export async function loadSession(client: DynamoDBClient, table: string, user: UserKey): Promise<Session> {
  const { Item } = await client
    .send(new GetItemCommand({ TableName: table, Key: keyOf(user), ConsistentRead: true }))
    .catch(unavailable);
  return Item === undefined ? EMPTY_SESSION : sessionOf(Item);
}

/** Sessions in DynamoDB: one round trip to load, one to save, whatever happens elsewhere. */
export class DynamoSessionStore implements SessionStore {
  readonly #client: DynamoDBClient;
  readonly #table: string;
  readonly #lifetimeSeconds: number;
  readonly #keptToHere: string | undefined;

  /** @param keptToHere `texts.keptToHere` of the bot whose sessions they are; default: the gateway's own words */
  constructor(
    client: DynamoDBClient,
    table: string,
    {
      lifetimeDays = SESSION_LIFETIME_DAYS,
      keptToHere,
    }: { readonly lifetimeDays?: number; readonly keptToHere?: string } = {},
  ) {
    this.#client = client;
    this.#table = table;
    this.#keptToHere = keptToHere;
    this.#lifetimeSeconds = lifetimeDays * 86_400;
  }

  load(user: UserKey): Promise<Session> {
    return loadSession(this.#client, this.#table, user);
  }

  /**
   * Reads what nobody has stored, until the signal aborts: a turn then finds the connection open, and its client ready.
   * Rejects where the table can't be read.
   */
  async connect(signal: AbortSignal): Promise<void> {
    const command = new GetItemCommand({ TableName: this.#table, Key: NOBODYS, ConsistentRead: true });
    await this.#client.send(command, { abortSignal: signal });
  }

  async save(
    user: UserKey,
    loaded: Session,
    next: Omit<Session, 'revision'>,
    signal?: AbortSignal,
  ): Promise<void> {
    const others = {
      ...keyOf(user),
      ...(next.state !== undefined && { state: { S: next.state } }),
      ...(next.version !== DEFAULT_VERSION && { version: { N: String(next.version) } }),
      format: { N: String(FORMAT) },
      ...leasesAttribute(next.leases),
      revision: { N: String(nextRevision(loaded)) },
      writeId: { S: newWriteId() },
      [SESSION_TABLE.timeToLive]: { N: String(nowSeconds() + this.#lifetimeSeconds) },
    };
    const besideBytes = itemSize(others);
    const memory = storedMemory(next.memory, {
      besideBytes,
      maxBytes: MAX_BYTES,
      keptToHere: this.#keptToHere,
    });
    const item = { ...others, ...memory };
    const bytes = itemSize(item);
    if (bytes > MAX_BYTES) throw new SessionTooLargeError(bytes, MAX_BYTES);
    // A write whose answer got lost is sent again by the SDK: it must not meet itself as a conflict.
    const isFree = loaded.revision === 0 ? 'attribute_not_exists(revision)' : 'revision = :loaded';
    const condition = {
      ConditionExpression: `${isFree} OR writeId = :writeId`,
      ExpressionAttributeValues: {
        ':writeId': item.writeId,
        ...(loaded.revision !== 0 && { ':loaded': { N: String(loaded.revision) } }),
      },
    };
    try {
      const command = new PutItemCommand({ TableName: this.#table, Item: item, ...condition });
      await this.#client.send(command, signal && { abortSignal: signal });
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) throw new SessionConflictError({ cause: error });
      return unavailable(error);
    }
  }

  async claim(user: UserKey, turnId: string, until: number, held = Date.now()): Promise<Session | undefined> {
    // What a newer release stored is not touched; whoever loads it then is told.
    const isReadable = '(attribute_not_exists(#format) OR #format <= :format)';
    const command = new UpdateItemCommand({
      TableName: this.#table,
      Key: keyOf(user),
      // A claim is a save: a turn that loaded the session before must not write the old leases back.
      UpdateExpression: 'SET leases.#turn = :until, revision = revision + :one, writeId = :writeId',
      ConditionExpression: `(leases.#turn <= :held AND #expiresAt > :nowSeconds AND ${isReadable}) OR writeId = :writeId`,
      ExpressionAttributeNames: {
        '#turn': leaseName(turnId),
        '#expiresAt': SESSION_TABLE.timeToLive,
        '#format': 'format',
      },
      ExpressionAttributeValues: {
        ':format': { N: String(FORMAT) },
        ':until': { N: String(until) },
        ':one': { N: '1' },
        ':writeId': { S: newWriteId() },
        ':held': { N: String(held) },
        ':nowSeconds': { N: String(nowSeconds()) },
      },
      ReturnValues: 'ALL_NEW',
    });
    try {
      const { Attributes } = await this.#client.send(command);
      return Attributes && sessionOf(Attributes);
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return undefined;
      return unavailable(error);
    }
  }

  async delete(key: UserKey | RoomKey | DraftKey): Promise<void> {
    await this.#client
      .send(new DeleteItemCommand({ TableName: this.#table, Key: keyOf(key) }))
      .catch(unavailable);
  }
}

/** A key that is no user's: theirs begin with the kind of a channel. */
const NOBODYS = { [SESSION_TABLE.key]: { S: 'nobody' } };

function sessionOf(item: TableItem): Session {
  return isExpired(item) ? { ...EMPTY_SESSION, revision: Number(item.revision?.N) } : storedSession(item);
}

/**
 * The session that an item holds, an expired one, too, which DynamoDB has yet to delete.
 * @throws NewerFormatError when a later release stored it in a form of its own
 */
export function storedSession(item: TableItem): Session {
  const format = Number(item.format?.N ?? FORMAT);
  if (format > FORMAT) throw new NewerFormatError('session', format, FORMAT);
  return {
    state: item.state?.S,
    version: Number(item.version?.N ?? DEFAULT_VERSION),
    memory: memoryOf(item),
    leases: Object.fromEntries(
      Object.entries(item.leases?.M ?? {}).map(([name, { N }]) => [name.slice(LEASE.length), Number(N)]),
    ),
    revision: Number(item.revision?.N),
  };
}

// The SDK makes plain objects of maps, where a turn that calls itself __proto__ would be lost.
const LEASE = 'turn ';
const leaseName = (turnId: string): string => `${LEASE}${turnId}`;

/** The leases as an item holds them, where there are any: then they can be claimed. */
function leasesAttribute(leases: Leases): Record<string, AttributeValue> {
  const named = Object.entries(leases).map(([turnId, until]) => [leaseName(turnId), { N: String(until) }]);
  return named.length > 0 ? { leases: { M: Object.fromEntries(named) } } : {};
}

/** Tells a write from all others: an item's last one is met again by a try of the same alone. */
const newWriteId = (): string => randomBytes(12).toString('base64url');
