import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttp2Server, type ServerHttp2Session } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { CLIENTS, type Client, type Talk } from '../llm/source-clients.ts';
import { eventStreamFrame } from './event-stream.ts';

/** The APIs of models' services that are played here. */
export type Api = 'chat' | 'responses' | 'messages' | 'converse' | 'gemini';

/** The ways in which a service may answer; each is the last part of the address that it is asked at. */
export const WAYS = [
  'says',
  'asks-for-tool',
  'lets-tool-run',
  'is-cut',
  'tells-error',
  'is-busy',
  'is-busy-once',
  'fails',
  'denies',
  'finds-it-too-long',
  'hangs',
  'is-silent',
  'is-left',
] as const;
export type Way = (typeof WAYS)[number];

/** The model's words, which no cut of bytes spares. */
export const TALK: Talk = { texts: ['안녕', '하세요. ', '라떼 두 ', '잔 ☕ ', '드릴까요', '?'] };
export const TOOL_TALK: Talk = {
  texts: ['주문', '할게요.'],
  inputs: ['{"menu":', '"라', '테","cups"', ':2}'],
};

/** All that a service noticed of the calls for one client and way. */
export interface Noticed {
  requests: number;
  /** Answers that the client ended, before the service had. */
  closed: number;
  readonly bodies: Record<string, unknown>[];
}

const SPOKEN: Readonly<Record<Api, { readonly name: string; readonly path: RegExp }>> = {
  chat: { name: "OpenAI's chat completions", path: /\/chat\/completions$/ },
  responses: { name: "OpenAI's Responses", path: /\/responses$/ },
  messages: { name: "Anthropic's Messages", path: /\/messages$/ },
  converse: { name: "Bedrock's Converse", path: /\/converse(-stream)?$/ },
  gemini: { name: 'Gemini', path: /:(streamG|g)enerateContent$/ },
};

/** A model's service on this machine, at `<url>/<client>/<way>`, in the API that is asked for. */
export async function startService(): Promise<{
  readonly url: string;
  /** The same in HTTP/2, which AWS's client speaks. */
  readonly http2Url: string;
  noticed(client: string, way: Way): Noticed;
  stop(): Promise<void>;
}> {
  const all = new Map<string, Noticed>();
  const noticed = (client: string, way: string): Noticed => {
    const key = `${client}/${way}`;
    const known = all.get(key) ?? { requests: 0, closed: 0, bodies: [] };
    all.set(key, known);
    return known;
  };
  const take = (request: IncomingMessage, response: ServerResponse): void =>
    void answer(request, response, noticed).catch(() => cut(response));
  const server = createServer(take).listen(0, '127.0.0.1');
  const sessions = new Set<ServerHttp2Session>();
  const http2 = createHttp2Server((request, response) =>
    // They have the same members, as far as they are used here.
    take(request as unknown as IncomingMessage, response as unknown as ServerResponse),
  )
    .on('session', session => sessions.add(session))
    .listen(0, '127.0.0.1');
  await Promise.all([once(server, 'listening'), once(http2, 'listening')]);
  const urlOf = (of: { address(): unknown }): string =>
    `http://127.0.0.1:${(of.address() as AddressInfo).port}`;
  return {
    url: urlOf(server),
    http2Url: urlOf(http2),
    noticed,
    async stop() {
      server.closeAllConnections();
      for (const session of sessions) session.destroy();
      server.close();
      http2.close();
      await Promise.all([once(server, 'close'), once(http2, 'close')]);
    },
  };
}

/** Ends an answer as a broken connection does. */
function cut(response: ServerResponse): void {
  if ('stream' in response)
    (response.stream as NodeJS.ReadWriteStream & { close(code: number): void }).close(2);
  else response.destroy();
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  noticed: (client: string, way: string) => Noticed,
): Promise<void> {
  const { pathname } = new URL(request.url ?? '', 'http://here');
  const [, name = '', way = ''] = pathname.split('/').map(decodeURIComponent);
  const api = (Object.keys(SPOKEN) as Api[]).find(each => SPOKEN[each].path.test(pathname));
  const client = api && CLIENTS[SPOKEN[api].name];
  if (!client) return void response.writeHead(404).end();
  const body = JSON.parse(Buffer.concat(await request.toArray()).toString());
  const notice = noticed(name, way);
  notice.requests += 1;
  notice.bodies.push(body);
  response.on('close', () => {
    if (!response.writableEnded && !response.errored) notice.closed += 1;
  });
  if (way === 'is-silent') return;
  const status = statusOf(way as Way, notice.requests);
  if (status) return refuse(response, api, status, way as Way);
  const isStream = body.stream === true || /stream/i.test(pathname);
  const isOfTool = way === 'asks-for-tool' || (way === 'lets-tool-run' && notice.requests === 1);
  const talk = isOfTool ? TOOL_TALK : TALK;
  if (isStream) await stream(response, { api, client, talk, way: way as Way });
  else if (way === 'is-cut') response.writeHead(200, JSON_TYPE).write('{"id":', () => cut(response));
  else if (way !== 'hangs') response.writeHead(200, JSON_TYPE).end(JSON.stringify(wholeOf(client, talk)));
}

const JSON_TYPE = { 'content-type': 'application/json' };

const wholeOf = ({ whole }: Client, talk: Talk): object => ({ model: 'a-model', ...whole?.(talk) });

function statusOf(way: Way, requests: number): number | undefined {
  if (way === 'is-busy' || (way === 'is-busy-once' && requests === 1)) return 429;
  return { fails: 500, denies: 403, 'finds-it-too-long': 400 }[way as string];
}

/** The services' own words for it, and names. */
function refuse(response: ServerResponse, api: Api, status: number, way: Way): void {
  const tooLong = {
    chat: "This model's maximum context length is 128000 tokens.",
    responses: 'Your input exceeds the context window of this model: context_length_exceeded',
    messages: 'prompt is too long: 208310 tokens > 200000 maximum',
    converse: 'Input is too long for requested model.',
    gemini: 'The input token count exceeds: the context length is 1048575.',
  }[api];
  const said = way === 'finds-it-too-long' ? tooLong : '라테 두 잔';
  const exception = {
    429: 'ThrottlingException',
    500: 'InternalServerException',
    403: 'AccessDeniedException',
  }[status];
  const type = { 429: 'rate_limit_error', 500: 'api_error', 403: 'permission_error' }[status];
  const body =
    api === 'converse'
      ? { message: said }
      : { type: 'error', error: { type: type ?? 'invalid_request_error', message: said } };
  response.writeHead(status, {
    ...JSON_TYPE,
    ...(api === 'converse' && { 'x-amzn-errortype': exception ?? 'ValidationException' }),
    // Of one's own retries, none is to take long.
    ...((status === 429 || status === 500) && { 'retry-after-ms': '20', 'retry-after': '0' }),
  });
  response.end(JSON.stringify(body));
}

/** Writes the units as the API's stream, slowly, in bytes that end anywhere. */
async function stream(
  response: ServerResponse,
  { api, client, talk, way }: { api: Api; client: Client; talk: Talk; way: Way },
): Promise<void> {
  response.writeHead(200, {
    'content-type': api === 'converse' ? 'application/vnd.amazon.eventstream' : 'text/event-stream',
  });
  const units = client.units(talk) as readonly Record<string, unknown>[];
  const until = units.findIndex(unit => JSON.stringify(unit).includes('드릴까요'));
  const isWhole = /^(says|asks-for-tool|lets-tool-run|is-busy-once)$/.test(way);
  for (const unit of isWhole ? units : units.slice(0, until)) {
    for (const bytes of pieces(frame(api, unit))) response.write(bytes);
    await sleep(2);
  }
  if (way === 'hangs' || way === 'is-left') return;
  if (way === 'tells-error') response.write(errorFrame(api));
  if (way === 'is-cut') return cut(response);
  if (api === 'chat' && isWhole) response.write('data: [DONE]\n\n');
  response.end();
}

function frame(api: Api, unit: Record<string, unknown>): Buffer {
  if (api === 'converse') {
    const [[type, body] = ['', {}]] = Object.entries(unit);
    return eventStreamFrame({ ':message-type': 'event', ':event-type': type }, body);
  }
  const name = unit.type === undefined ? '' : `event: ${unit.type}\n`;
  return Buffer.from(`${name}data: ${JSON.stringify(unit)}\n\n`);
}

function errorFrame(api: Api): Buffer {
  const message = 'Overloaded';
  switch (api) {
    case 'converse':
      return eventStreamFrame(
        { ':message-type': 'exception', ':exception-type': 'serviceUnavailableException' },
        { message },
      );
    case 'messages':
      return frame(api, { type: 'error', error: { type: 'overloaded_error', message } });
    case 'responses':
      return frame(api, { type: 'error', code: 'server_error', message, param: null, sequence_number: 9 });
    case 'chat':
      return frame(api, { error: { message, type: 'server_error', code: 'overloaded' } });
    case 'gemini':
      return frame(api, { error: { code: 503, status: 'UNAVAILABLE', message } });
    default:
      return api satisfies never;
  }
}

function* pieces(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += 61) yield bytes.subarray(at, at + 61);
}
