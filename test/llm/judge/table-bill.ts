import type { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { DynamoDraftStore } from '../../../lambda/aws/dynamo-draft-store.ts';
import { DynamoSessionStore } from '../../../lambda/aws/dynamo-session-store.ts';
import { itemSize } from '../../../lambda/aws/item-size.ts';
import { EMPTY_SESSION, type Session } from '../../../lambda/turn/session.ts';

/** The calls that a world's stores would have made of the table, and DynamoDB's units of them. */
export interface TableCosts {
  readonly reads: number;
  readonly readUnits: number;
  readonly writes: number;
  readonly writeUnits: number;
}

/** DynamoDB's bill of a world: each call is reckoned by the item that the real stores would have sent. */
export class TableBill {
  #reads = 0;
  #readUnits = 0;
  #writes = 0;
  #writeUnits = 0;
  #bytes = 0;
  readonly #sessions: DynamoSessionStore;
  readonly #drafts: DynamoDraftStore;

  constructor() {
    const client = {
      send: async ({ input }: PutItemCommand) => {
        this.#bytes = itemSize(input.Item ?? {});
        return {};
      },
    } as unknown as DynamoDBClient;
    this.#sessions = new DynamoSessionStore(client, 'table');
    this.#drafts = new DynamoDraftStore(client, 'table');
  }

  /** The costs since it was asked last. */
  since(): TableCosts {
    const costs = {
      reads: this.#reads,
      readUnits: this.#readUnits,
      writes: this.#writes,
      writeUnits: this.#writeUnits,
    };
    this.#reads = this.#readUnits = this.#writes = this.#writeUnits = 0;
    return costs;
  }

  /** Reckons a call of a store that was answered. */
  async add(name: string, [user, ...args]: readonly unknown[], result: unknown): Promise<void> {
    if (name === 'load') this.#read(await this.#sizeOf(user, result as Session));
    else if (name === 'save') this.#write(await this.#sizeOf(user, args[1] as Omit<Session, 'revision'>));
    else if (name === 'claim')
      this.#write(result === undefined ? 1 : await this.#sizeOf(user, result as Session));
    else if (name === 'draft save') {
      await this.#drafts.save(user as never, args[0] as never);
      this.#write(this.#bytes);
    } else if (name === 'draft load') {
      if (result !== undefined) await this.#drafts.save(user as never, result as never);
      this.#read(result === undefined ? 1 : this.#bytes);
    } else this.#write(1);
  }

  async #sizeOf(user: unknown, session: Omit<Session, 'revision'>): Promise<number> {
    await this.#sessions.save(user as never, EMPTY_SESSION, session);
    return this.#bytes;
  }

  #read(bytes: number): void {
    this.#reads++;
    this.#readUnits += Math.ceil(bytes / 4_096);
  }

  #write(bytes: number): void {
    this.#writes++;
    this.#writeUnits += Math.ceil(bytes / 1_024);
  }
}
