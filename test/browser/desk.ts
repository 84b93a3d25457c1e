import { afterAll, beforeAll } from '@jest/globals';
import type { Act, ScenePatch } from '../../dev/desk/desk-api.ts';
import { NO_FAULTS } from '../../tools/kakao-simulator/scene.ts';
import { type DeskAnswer, type FeedReader, visitorOf } from '../kit/desk.ts';
import { npmStart, type StartedGateway, type StartOptions } from '../kit/npm-start.ts';
import { Room } from './room.ts';
import { type Looks, visit } from './visit.ts';

/** The desk of a test file, at which one developer after the other sits down. */
export interface Desk {
  readonly url: string;
  /** The feed, as a page beside those that are looked at reads it. */
  readonly feed: FeedReader;
  /** Opens the desk's page for a user who has said nothing yet, in a world without faults. */
  sit(looks: Looks, use: (room: Room) => Promise<void>): Promise<void>;
  /** Calls the desk's own API, as its page does. @throws when it refuses */
  call(method: string, path: string, body?: unknown): Promise<DeskAnswer>;
  act(act: Act): Promise<void>;
  patch(patch: ScenePatch): Promise<void>;
}

/** How a desk is started. */
export interface DeskOptions extends StartOptions {
  readonly environment?: Readonly<Record<string, string>>;
}

interface Standing {
  readonly gateway: StartedGateway;
  readonly feed: FeedReader;
}

let users = 0;

/** Has the desk of `npm start` stand while this file's tests run. */
export function useDesk(given: DeskOptions | (() => Promise<DeskOptions>) = {}): Desk {
  let started: Standing | undefined;
  beforeAll(async () => {
    const { environment = {}, ...options } = typeof given === 'function' ? await given() : given;
    const gateway = await npmStart({ RECOMMEND_DELAY_MS: '300', ...environment }, options);
    started = { gateway, feed: await visitorOf(gateway.url).look() };
  });
  afterAll(async () => {
    started?.feed.close();
    await started?.gateway.interrupt();
  });
  const standing = (): Standing => {
    if (started === undefined) throw new Error('The desk stands only while tests run.');
    return started;
  };
  const desk: Desk = {
    get url() {
      return standing().gateway.url;
    },
    get feed() {
      return standing().feed;
    },
    async call(method, path, body) {
      const headers = { origin: desk.url, 'content-type': 'application/json' };
      const answer = await visitorOf(desk.url).call(method, path, body, headers);
      if (answer.status >= 400) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
      return answer;
    },
    async act(act) {
      await desk.call('POST', '/desk/acts', act);
    },
    async patch(patch) {
      await desk.call('PATCH', '/desk/scene', patch);
    },
    async sit(looks, use) {
      users += 1;
      await clear(desk, `손님 ${users}`);
      await visit(`${desk.url}/`, looks, page => use(new Room(page, looks.language ?? 'ko')));
    },
  };
  return desk;
}

/** The desk as it was at first, but for the user. */
async function clear(desk: Desk, user: string): Promise<void> {
  const { target, rooms, database } = desk.feed.state();
  await desk.call('DELETE', '/desk/exchanges');
  await desk.patch({
    user,
    caller: 'live',
    faults: NO_FAULTS,
    ...(target.protocols[0] && { protocol: target.protocols[0] }),
    ...(rooms[0] && { room: rooms[0].name }),
    ...(database && { database: 'works' }),
  });
}
