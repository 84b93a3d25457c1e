import { afterAll, beforeAll, expect } from '@jest/globals';
import type { Act, DeskState, FeedEntry, ScenePatch } from '../../dev/desk/desk-api.ts';
import type { Exchange } from '../../tools/kakao-simulator/exchange.ts';
import { npmStart, type StartedGateway, type StartOptions } from '../kit/npm-start.ts';
import { Room } from './room.ts';
import { type Looks, visit } from './visit.ts';

/** The desk of a test file, at which one developer after the other sits down. */
export interface Desk {
  readonly url: string;
  readonly gateway: StartedGateway;
  /** Opens the desk's page for a user who has said nothing yet, in a world without faults. */
  sit(looks: Looks, use: (room: Room) => Promise<void>): Promise<void>;
  /** Calls the desk's own API, as its page does. */
  call(method: string, path: string, body?: unknown): Promise<Response>;
  act(act: Act): Promise<void>;
  patch(patch: ScenePatch): Promise<void>;
  /** The newest state of the desk and of its exchanges. */
  look(): Promise<{ readonly state: DeskState; readonly exchanges: readonly Exchange[] }>;
}

/** How a desk is started. */
export interface DeskOptions extends StartOptions {
  readonly environment?: Readonly<Record<string, string>>;
}

let users = 0;

/** Has the desk of `npm start` stand while this file's tests run. The option `--fresh` is given where a gateway runs. */
export function useDesk(given: DeskOptions | (() => Promise<DeskOptions>) = {}): Desk {
  let gateway: StartedGateway | undefined;
  const standing = (): StartedGateway => {
    if (gateway === undefined) throw new Error('The desk stands only while tests run.');
    return gateway;
  };
  beforeAll(async () => {
    const { environment = {}, ...options } = typeof given === 'function' ? await given() : given;
    gateway = await npmStart({ RECOMMEND_DELAY_MS: '300', ...environment }, options);
  });
  afterAll(async () => {
    await gateway?.interrupt();
  });
  const call: Desk['call'] = (method, path, body) => {
    const { url } = standing();
    return fetch(`${url}${path}`, {
      method,
      headers: { origin: url, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  };
  const ask = async (method: string, path: string, body: unknown): Promise<void> => {
    const answer = await call(method, path, body);
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  };
  const desk: Desk = {
    get url() {
      return standing().url;
    },
    get gateway() {
      return standing();
    },
    call,
    act: act => ask('POST', '/desk/acts', act),
    patch: patch => ask('PATCH', '/desk/scene', patch),
    look: () => lookAt(`${standing().url}/desk/feed`),
    async sit(looks, use) {
      users += 1;
      const { state } = await desk.look();
      await call('DELETE', '/desk/exchanges');
      await desk.patch({
        protocol: state.target.protocols[0] ?? 'open-builder',
        caller: 'live',
        user: `손님 ${users}`,
        ...(state.rooms[0] && { room: state.rooms[0].name }),
        faults: { networkMs: 0, isSentTwice: false, callback: 'taken' },
        ...(state.database && { database: 'works' }),
      });
      await visit(`${desk.url}/`, looks, page => use(new Room(page, looks.language ?? 'ko')));
    },
  };
  return desk;
}

/** Reads the feed until it has told all that is remembered. */
async function lookAt(url: string): ReturnType<Desk['look']> {
  const stop = new AbortController();
  const feed = await fetch(url, { signal: stop.signal, headers: { accept: 'text/event-stream' } });
  const exchanges = new Map<string, Exchange>();
  let state: DeskState | undefined;
  let text = '';
  const decoder = new TextDecoder();
  // What is remembered comes at once; then the feed is silent.
  const timer = setTimeout(() => stop.abort(), 300);
  try {
    for await (const chunk of feed.body ?? []) {
      text += decoder.decode(chunk, { stream: true });
    }
  } catch (error) {
    if (!stop.signal.aborted) throw error;
  } finally {
    clearTimeout(timer);
  }
  for (const [, line = ''] of text.matchAll(/^data: ?(.*)$/gm)) {
    const entry = JSON.parse(line) as FeedEntry;
    if (entry.kind === 'state') state = entry.state;
    if (entry.kind === 'exchange') exchanges.set(entry.exchange.id, entry.exchange);
    if (entry.kind === 'cleared') exchanges.clear();
  }
  expect(state).toBeDefined();
  return { state: state as DeskState, exchanges: [...exchanges.values()] };
}
