import { type IncomingMessage, request } from 'node:http';
import type { DeskState, FeedEntry } from '../../dev/desk/desk-api.ts';
import { admitSimulator, deskOfGateway } from '../../dev/desk-of-gateway.ts';
import { startDeskOfOther } from '../../dev/desk-of-other.ts';
import { startLocalAws, useLocalAws } from '../../dev/local-aws.ts';
import { PAGE } from '../../dev/local-bundle.ts';
import { type Handlers, loadBot, loadHandlers, startLocalGateway } from '../../dev/local-gateway.ts';
import { writeLogBy } from '../../lambda/aws/log.ts';
import type { Act } from '../../tools/kakao-simulator/act.ts';
import type { Exchange } from '../../tools/kakao-simulator/exchange.ts';
import type { Target } from '../../tools/kakao-simulator/simulator.ts';

/** An answer of a desk's. */
export interface DeskAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly bytes: Buffer;
  readonly text: string;
}

/** A desk's pages, as a browser on this machine asks for them. */
export interface DeskVisitor {
  readonly url: string;
  call(
    method: string,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ): Promise<DeskAnswer>;
  /** Looks at the feed until something is told. */
  look(): Promise<FeedReader>;
}

/** A page that looks. */
export interface FeedReader {
  /** Everything that was told so far. */
  readonly told: readonly FeedEntry[];
  /** The newest state. */
  state(): DeskState;
  /** Each exchange as it was told last. */
  exchanges(): readonly Exchange[];
  /** Resolves when what was told is so. */
  until(isSo: (reader: FeedReader) => boolean): Promise<void>;
  /** Plays an act, and resolves with its exchange when the bot has answered. */
  plays(act: Act): Promise<Exchange>;
  close(): void;
}

/** A desk beside the café, through the real handlers. */
export interface CafesDesk extends DeskVisitor {
  readonly secret: string;
  stop(): Promise<void>;
}

const SECRET = 'a-desk-secret';

/** How long a test waits for the feed. */
const GIVES_UP_MS = 15_000;

/** Starts one. @param allowedHosts the names by which a tunnel's calls come */
export async function startCafesDesk(allowedHosts: readonly string[] = []): Promise<CafesDesk> {
  writeLogBy(() => {});
  const aws = await startLocalAws({ secret: SECRET });
  useLocalAws(aws);
  let loaded = (_: Handlers): void => {};
  const loading = new Promise<Handlers>(resolve => {
    loaded = resolve;
  });
  const beside = deskOfGateway(PAGE);
  const gateway = await startLocalGateway(loading, { allowedHosts }, undefined, undefined, beside.serve);
  const { url } = gateway;
  const setDatabase = async (state: 'works' | 'down'): Promise<void> => aws.setDatabase(state);
  const desk = await beside.start({ name: '카페', url, secret: SECRET, setDatabase });
  admitSimulator(desk.origin);
  const handlers = await loadHandlers();
  aws.queue.deliverTo(handlers['late-turn'], await loadBot());
  loaded(handlers);
  return {
    ...visitorOf(url),
    secret: SECRET,
    stop: async () => {
      await desk.stop();
      await gateway.stop();
      await aws.stop();
    },
  };
}

/** Starts a desk for a bot server that is not ours; unless given, for one that is nowhere. */
export async function startStrangersDesk(
  target: Target = { skill: { url: 'http://127.0.0.1:9/skill', headers: {} } },
): Promise<DeskVisitor & { stop(): Promise<void> }> {
  const { url, stop } = await startDeskOfOther(target, {}, PAGE);
  return { ...visitorOf(url), stop };
}

/** Visits a desk that runs. */
export function visitorOf(url: string): DeskVisitor {
  const call: DeskVisitor['call'] = async (method, path, body, headers = {}) => {
    const response = await ask(`${url}${path}`, method, body, headers);
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk);
    const bytes = Buffer.concat(chunks);
    const received = Object.entries(response.headers).map(([name, value]) => [name, value?.toString()]);
    return {
      status: response.statusCode ?? 0,
      headers: Object.fromEntries(received),
      bytes,
      text: bytes.toString(),
    };
  };
  return {
    url,
    call,
    look: () => lookAt(url, call),
  };
}

function ask(
  url: string,
  method: string,
  body: unknown,
  headers: Readonly<Record<string, string>>,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers, agent: false }, resolve);
    sent.on('error', reject);
    const raw = typeof body === 'string' || Buffer.isBuffer(body) || body === undefined;
    sent.end(raw ? body : JSON.stringify(body));
  });
}

async function lookAt(url: string, call: DeskVisitor['call']): Promise<FeedReader> {
  const told: FeedEntry[] = [];
  const waiting = new Set<() => void>();
  const response = await ask(`${url}/desk/feed`, 'GET', undefined, {});
  let text = '';
  response.setEncoding('utf8').on('data', chunk => {
    text += chunk;
    const parts = text.split('\n\n');
    text = parts.pop() ?? '';
    for (const part of parts)
      if (part.startsWith('data: ')) told.push(JSON.parse(part.slice('data: '.length)));
    for (const look of waiting) look();
  });
  response.on('error', () => {});
  const reader: FeedReader = {
    told,
    state: () => {
      const [state] = told.flatMap(entry => (entry.kind === 'state' ? [entry.state] : [])).slice(-1);
      if (state === undefined) throw new Error('no state was told yet');
      return state;
    },
    exchanges: () => {
      const newest = new Map<string, Exchange>();
      for (const entry of told) {
        if (entry.kind === 'exchange') newest.set(entry.exchange.id, entry.exchange);
        else if (entry.kind === 'cleared') newest.clear();
      }
      return [...newest.values()];
    },
    until: isSo =>
      new Promise((resolve, reject) => {
        const end = (): void => {
          clearTimeout(timer);
          waiting.delete(look);
        };
        const timer = setTimeout(() => {
          end();
          reject(new Error('the feed never told of it'));
        }, GIVES_UP_MS);
        const look = (): void => {
          if (!isSo(reader)) return;
          end();
          resolve();
        };
        waiting.add(look);
        look();
      }),
    plays: async act => {
      const before = new Set(reader.exchanges().map(({ id }) => id));
      const { status, text: refused } = await call('POST', '/desk/acts', act);
      if (status !== 202) throw new Error(`the act was refused: ${refused}`);
      const found = (): Exchange | undefined =>
        reader.exchanges().find(({ id, fate }) => !before.has(id) && fate.kind !== 'waits');
      await reader.until(() => found() !== undefined);
      return found() as Exchange;
    },
    close: () => response.destroy(),
  };
  await reader.until(() => told.some(({ kind }) => kind === 'state'));
  return reader;
}
