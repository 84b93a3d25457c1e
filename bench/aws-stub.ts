import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { WHOLE_CHAIN } from '../test/kit/test-certificates.ts';
import { type Item, itemBytes } from './item-bytes.ts';

/** How long a stub thinks about an answer, by service; absent for not at all. */
export interface StubDelays {
  readonly dynamoDbMs: number;
  readonly secretsManagerMs: number;
}

/** Whatever reached a stub since it was last asked. */
export interface StubCounts {
  readonly connections: number;
  /** Calls by operation: `GetItem`, `PutItem`, `GetSecretValue`. */
  readonly calls: Readonly<Record<string, number>>;
  /** The size of each item that was put, as DynamoDB reckons it. */
  readonly itemBytes: readonly number[];
}

const items = new Map<string, Item>();
let delays: StubDelays = { dynamoDbMs: 0, secretsManagerMs: 0 };
let counts = noCounts();

function noCounts() {
  return { connections: 0, calls: {} as Record<string, number>, itemBytes: [] as number[] };
}

function answerOf(operation: string, asked: { Key?: Item; Item?: Item; VersionStage?: string }): unknown {
  const keyOf = (item: Item = {}): string => String(item.userKey?.S);
  switch (operation) {
    case 'GetItem': {
      const Item = items.get(keyOf(asked.Key));
      return Item ? { Item } : {};
    }
    case 'PutItem':
      items.set(keyOf(asked.Item), asked.Item ?? {});
      counts.itemBytes.push(itemBytes(asked.Item ?? {}));
      return {};
    case 'GetSecretValue':
      return { SecretString: process.env.BENCH_SECRET, VersionStages: [asked.VersionStage] };
    default:
      return {};
  }
}

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  let body = '';
  for await (const chunk of request.setEncoding('utf8')) body += chunk;
  const [service = '', operation = ''] = String(request.headers['x-amz-target']).split('.');
  counts.calls[operation] = (counts.calls[operation] ?? 0) + 1;
  const answer = JSON.stringify(answerOf(operation, JSON.parse(body || '{}')));
  const end = () => {
    response.writeHead(200, {
      'content-type': 'application/x-amz-json-1.0',
      'content-length': Buffer.byteLength(answer),
    });
    response.end(answer);
  };
  const delayMs = service.startsWith('DynamoDB') ? delays.dynamoDbMs : delays.secretsManagerMs;
  if (delayMs === 0) end();
  else setTimeout(end, delayMs);
}

/** A port for each service: on AWS they are hosts of their own, and share no connection. */
async function listen(): Promise<number> {
  const server = createServer(WHOLE_CHAIN, serve);
  server.keepAliveTimeout = 600_000;
  server.on('secureConnection', () => {
    counts.connections++;
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

process.on('message', (next: { delays?: StubDelays }) => {
  const told: StubCounts = counts;
  delays = next.delays ?? delays;
  counts = noCounts();
  process.send?.(told);
});
// A bench that was broken off leaves no process behind.
process.on('disconnect', () => process.exit());
process.send?.({ ports: [await listen(), await listen(), await listen()] });
