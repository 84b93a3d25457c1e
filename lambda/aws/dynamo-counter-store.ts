import { randomBytes } from 'node:crypto';
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { COUNTER_LIFETIME_DAYS, type CounterKey, type CounterStore } from '../turn/counters.ts';
import { SESSION_TABLE } from './session-table.ts';
import { isExpired, keyOf, nowSeconds, unavailable } from './table-items.ts';

/** How often a counter that has expired is begun anew, where others begin it, too, and it expires again. */
const TRIES = 3;

/**
 * Counters in the sessions table, an item each. One write adds; where nothing may be added, a read tells why.
 */
export class DynamoCounterStore implements CounterStore {
  readonly #client: DynamoDBClient;
  readonly #table: string;
  readonly #lifetimeSeconds: number;

  constructor(
    client: DynamoDBClient,
    table: string,
    { lifetimeDays = COUNTER_LIFETIME_DAYS }: { readonly lifetimeDays?: number } = {},
  ) {
    this.#client = client;
    this.#table = table;
    this.#lifetimeSeconds = lifetimeDays * 86_400;
  }

  async add(
    key: CounterKey,
    by: number,
    most: number = Number.MAX_SAFE_INTEGER,
  ): Promise<number | undefined> {
    for (let tries = 0; tries < TRIES; tries++) {
      // Of a write whose answer got lost the SDK's next try meets itself, and must not add again.
      const writeId = randomBytes(12).toString('base64url');
      const added = await this.#addTo(key, by, most, writeId);
      if (added !== undefined) return added;
      const item = await this.#read(key);
      if (item?.writeId?.S === writeId) return Number(item.count?.N);
      if (item === undefined || !isExpired(item)) return undefined;
      if (by > most) return undefined;
      const begun = await this.#beginAnew(key, by, writeId);
      if (begun) return by;
    }
    return undefined;
  }

  #addTo(key: CounterKey, by: number, most: number, writeId: string): Promise<number | undefined> {
    const isKnown = '#count <= :before AND #expiresAt > :now AND writeId <> :writeId';
    return this.#write({
      key,
      set: 'ADD #count :by SET writeId = :writeId, #expiresAt = :expiresAt',
      onlyIf: by > most ? isKnown : `attribute_not_exists(#count) OR (${isKnown})`,
      values: { ':by': by, ':before': most - by, ':now': nowSeconds() },
      writeId,
    });
  }

  /** Begins a counter that has expired, which DynamoDB deletes some day. */
  async #beginAnew(key: CounterKey, by: number, writeId: string): Promise<boolean> {
    const begun = await this.#write({
      key,
      set: 'SET #count = :by, writeId = :writeId, #expiresAt = :expiresAt',
      onlyIf: '#expiresAt <= :now OR writeId = :writeId',
      values: { ':by': by, ':now': nowSeconds() },
      writeId,
    });
    return begun !== undefined;
  }

  async #write({ key, set, onlyIf, values, writeId }: CounterWrite): Promise<number | undefined> {
    const numbers = { ...values, ':expiresAt': nowSeconds() + this.#lifetimeSeconds };
    const command = new UpdateItemCommand({
      TableName: this.#table,
      Key: keyOf(key),
      UpdateExpression: set,
      ConditionExpression: onlyIf,
      ExpressionAttributeNames: { '#count': 'count', '#expiresAt': SESSION_TABLE.timeToLive },
      ExpressionAttributeValues: {
        ':writeId': { S: writeId },
        ...Object.fromEntries(Object.entries(numbers).map(([name, value]) => [name, { N: String(value) }])),
      },
      ReturnValues: 'ALL_NEW',
    });
    try {
      const { Attributes } = await this.#client.send(command);
      return Number(Attributes?.count?.N);
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return undefined;
      return unavailable(error);
    }
  }

  async #read(key: CounterKey): Promise<Record<string, AttributeValue> | undefined> {
    const command = new GetItemCommand({ TableName: this.#table, Key: keyOf(key), ConsistentRead: true });
    const { Item } = await this.#client.send(command).catch(unavailable);
    return Item;
  }
}

/** A write of a counter, which is done on a condition. */
interface CounterWrite {
  readonly key: CounterKey;
  readonly set: string;
  readonly onlyIf: string;
  readonly values: Readonly<Record<string, number>>;
  readonly writeId: string;
}
