import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import {
  type AttributeValue,
  BatchWriteItemCommand,
  CreateTableCommand,
  DynamoDBClient,
  GetItemCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import { SESSION_TABLE } from '../lambda/aws/session-table.ts';
import { serveLocally } from '../tools/local-server.ts';

/** DynamoDB on this machine, with the sessions table. */
export interface LocalDynamo {
  readonly url: string;
  /** The JSON of each item that outlives the process, by its key; none where nobody keeps them. */
  readonly items: ReadonlyMap<string, Uint8Array>;
  /** Has it answer, or fail each call, from now on. */
  set(state: DatabaseState): void;
  stop(): Promise<void>;
}

/** Whether a database answers. */
export type DatabaseState = 'works' | 'down';

/** An item of the sessions table. */
export type SessionItem = Readonly<Record<string, AttributeValue>>;

/** How the table outlives its process. */
export interface TableKeeping {
  /** The items that a process before had. */
  readonly kept: readonly SessionItem[];
  /** Called after each write; resolves when that is kept, which the writer waits for. */
  readonly onChange: () => Promise<void>;
}

/** DynamoDB's own limit. */
const BATCH = 25;

/** Starts it. @throws what DynamoDB says of kept items that are none */
export async function startLocalDynamo(table: string, kept?: TableKeeping): Promise<LocalDynamo> {
  const dynamo = dynalite({ createTableMs: 0 });
  const items = new Map<string, Uint8Array>();
  // What a write has made of its item, one after the other, so that none is older than a write.
  let keeping = Promise.resolve();
  const keep = (key: string, written: SessionItem | 'deleted' | undefined): Promise<void> => {
    const tell = async (): Promise<void> => {
      if (written === undefined) await read(key);
      else if (written === 'deleted') items.delete(key);
      else items.set(key, jsonOf(written));
    };
    keeping = keeping.then(tell).catch(console.error);
    return keeping.then(kept?.onChange);
  };
  const read = async (key: string): Promise<void> => {
    const Key = { [SESSION_TABLE.key]: { S: key } };
    const { Item } = await client.send(new GetItemCommand({ TableName: table, Key, ConsistentRead: true }));
    if (Item) items.set(key, jsonOf(Item));
    else items.delete(key);
  };
  let state: DatabaseState = 'works';
  const listener: RequestListener = (request, response) => {
    if (state === 'down') return fail(response);
    if (kept && WRITE.test(String(request.headers['x-amz-target']))) {
      holdWhile(keep, request, response);
    }
    dynamo.emit('request', request, response);
  };
  const server = await serveLocally(listener);
  const client = new DynamoDBClient({
    endpoint: server.url,
    region: 'local',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  const stop = async (): Promise<void> => {
    client.destroy();
    await server.stop();
  };
  try {
    await createTable(client, table);
    const before = kept?.kept ?? [];
    for (let at = 0; at < before.length; at += BATCH) {
      const puts = before.slice(at, at + BATCH).map(Item => ({ PutRequest: { Item } }));
      await client.send(new BatchWriteItemCommand({ RequestItems: { [table]: puts } }));
    }
    for (const item of before) items.set(String(item[SESSION_TABLE.key]?.S), jsonOf(item));
    return {
      url: server.url,
      items,
      set: next => {
        state = next;
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** DynamoDB's own answer when it can't do anything. */
function fail(response: ServerResponse): void {
  const body = JSON.stringify({
    __type: 'com.amazonaws.dynamodb.v20120810#InternalServerError',
    message: 'Internal server error',
  });
  response.writeHead(500, {
    'content-type': 'application/x-amz-json-1.0',
    'content-length': Buffer.byteLength(body),
  });
  response.end(body);
}

const jsonOf = (item: SessionItem): Uint8Array => Buffer.from(JSON.stringify(item));

/** The writes that the gateway does. */
const WRITE = /\.(Put|Update|Delete)Item$/;

/** Lets the writer have its answer only when the item is kept: whoever heard of a write finds it after a restart. */
function holdWhile(
  keep: (key: string, written: SessionItem | 'deleted' | undefined) => Promise<void>,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const chunks: Buffer[] = [];
  request.on('data', chunk => chunks.push(chunk));
  const end: (body: unknown) => void = response.end.bind(response);
  response.end = (body: unknown): ServerResponse => {
    if (response.statusCode === 200) {
      const asked = JSON.parse(Buffer.concat(chunks).toString());
      const { Item, Key = Item } = asked;
      void keep(Key[SESSION_TABLE.key].S, writtenBy(request, asked, body)).finally(() => end(body));
    } else end(body);
    return response;
  };
}

/** The item that a write has made of what was there, where it says so; undefined where only a read can tell. */
function writtenBy(
  { headers }: IncomingMessage,
  { Item, ReturnValues }: { readonly Item?: SessionItem; readonly ReturnValues?: string },
  answer: unknown,
): SessionItem | 'deleted' | undefined {
  if (Item !== undefined) return Item;
  if (String(headers['x-amz-target']).endsWith('.DeleteItem')) return 'deleted';
  return ReturnValues === 'ALL_NEW' ? JSON.parse(String(answer)).Attributes : undefined;
}

async function createTable(client: DynamoDBClient, table: string): Promise<void> {
  await client.send(
    new CreateTableCommand({
      TableName: table,
      AttributeDefinitions: [{ AttributeName: SESSION_TABLE.key, AttributeType: 'S' }],
      KeySchema: [{ AttributeName: SESSION_TABLE.key, KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );
  await waitUntilTableExists({ client, maxWaitTime: 5, minDelay: 0.02, maxDelay: 0.1 }, { TableName: table });
}
