import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** EventBridge on this machine, as far as the gateway asks it. */
export interface TestBus {
  /** The variables that lead a function's clients here. */
  readonly environment: Readonly<Record<string, string>>;
  /** Every call that came, until it is {@link taken}. */
  readonly calls: PutCall[];
  /** How it answers from now on. */
  mood: Mood;
  /** Each entry that came since the last time, as its detail type and its detail. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into whatever was told
  taken(): (readonly [detailType: string, detail: any])[];
  stop(): Promise<void>;
}

/** One call of PutEvents. */
export interface PutCall {
  readonly headers: IncomingHttpHeaders;
  /** As it came. */
  readonly body: string;
  readonly entries: readonly Readonly<Record<'EventBusName' | 'Source' | 'DetailType' | 'Detail', string>>[];
}

/** See {@link TestBus.mood}: it takes all, refuses the last entry, refuses the call, fails, answers nothing, or breaks off. */
export type Mood = 'well' | 'refuses one' | 'throttles' | 'fails' | 'hangs' | 'breaks off';

/** Starts it. */
export async function startTestBus(): Promise<TestBus> {
  const calls: PutCall[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) body += chunk;
    if (request.headers['x-amz-target'] !== 'AWSEvents.PutEvents') throw new Error('nobody asks for that');
    const { Entries } = JSON.parse(body);
    calls.push({ headers: request.headers, body, entries: Entries });
    answer(response, bus.mood, Entries.length);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const bus: TestBus = {
    environment: {
      AWS_ENDPOINT_URL_EVENTBRIDGE: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    },
    calls,
    mood: 'well',
    taken: () =>
      calls
        .splice(0)
        .flatMap(({ entries }) => entries)
        .map(({ DetailType, Detail }) => [DetailType, JSON.parse(Detail)]),
    stop: async () => {
      server.closeAllConnections();
      await new Promise<void>(resolve => server.close(() => resolve()));
    },
  };
  return bus;
}

function answer(response: ServerResponse, mood: Mood, count: number): void {
  const send = (status: number, json: object): void => {
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(JSON.stringify(json));
  };
  const taken = Array.from({ length: count }, (_, at) => ({ EventId: `event-${at}` }));
  switch (mood) {
    case 'hangs':
      return;
    case 'breaks off':
      response.writeHead(200, { 'content-length': 100 });
      response.write('{', () => response.destroy());
      return;
    case 'throttles':
      return send(400, { __type: 'ThrottlingException', message: 'Rate exceeded' });
    case 'fails':
      return send(500, { __type: 'InternalException' });
    case 'refuses one':
      return send(200, {
        FailedEntryCount: 1,
        Entries: [...taken.slice(1), { ErrorCode: 'InternalFailure', ErrorMessage: 'try again' }],
      });
    case 'well':
      return send(200, { FailedEntryCount: 0, Entries: taken });
    default:
      return mood satisfies never;
  }
}
