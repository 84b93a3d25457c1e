import { afterEach, describe, expect, test } from '@jest/globals';
import { Bot } from '../../lambda/bot/bot.ts';
import type { SessionStore } from '../../lambda/turn/session.ts';
import {
  GROUP_CALLBACK_LIVES_MS,
  LEASE_MS,
  LONGEST_LATE_RULE_MS,
  LOST_AFTER_MS,
  POST_UNTIL_MS,
} from '../../lambda/turn/time-budget.ts';
import { type SimulatedGateway, simulateGateway } from '../kit/simulated-gateway.ts';

const pause = (ms: number) => new Promise<void>(resolve => setTimeout(resolve, ms));
const slow = '생각하고 있어요…';

const bot = new Bot({ session: () => ({ asked: 0 }) })
  .hears(
    '오래',
    async turn => {
      await pause(40_000);
      return `${++turn.session.asked}번째 답`;
    },
    { slow, upToMs: LONGEST_LATE_RULE_MS },
  )
  .fallback(turn => `${++turn.session.asked}번째 답`, { slow });

let gateway: SimulatedGateway;
afterEach(() => gateway.stop());

const wordsOf = (json: unknown): string => JSON.stringify(json);

type Room = 'group' | 'private';
const inRoom = (room: Room) => (room === 'group' ? { group: 'g' } : {});

/** When each post came that Kakao took, in seconds from the user's word, and its words. */
async function posted(room: Room): Promise<readonly (readonly [seconds: number, words: string])[]> {
  const callbackUrl = gateway.newUrl();
  const saidAt = Date.now();
  await gateway.skill('user', '느린 일', { callbackUrl, ...inRoom(room) });
  await pause(GROUP_CALLBACK_LIVES_MS + 60_000);
  return gateway.postsTo(callbackUrl).map(({ json, at }) => [(at - saidAt) / 1_000, wordsOf(json)] as const);
}

const TAP = { extra: { kakaoGateway: { button: 'collect' } } };

/** Every word that a tap on 결과 확인 brings in the room. */
const next = async (room: Room): Promise<string> =>
  wordsOf((await gateway.skill('user', bot.texts.collect, { ...TAP, ...inRoom(room) })).json);

describe('a late turn of a group room', () => {
  test('that a slow queue brings to a worker at minute 3 is answered by its callback', async () => {
    gateway = simulateGateway(bot, { queueDelaySeconds: 180 });
    const [[seconds, words] = [0, ''], ...others] = await gateway.run(posted('group'));
    expect(words).toContain('1번째 답');
    expect(others).toEqual([]);
    expect(seconds).toBeGreaterThan(180);
    expect(seconds).toBeLessThan(182);
  });

  test('that comes to a worker as its callback ends is answered by an apology in time, and later by nothing', async () => {
    gateway = simulateGateway(bot, { queueDelaySeconds: 292 });
    const [[seconds, words] = [0, ''], ...others] = await gateway.run(posted('group'));
    expect(words).toContain(bot.texts.apology);
    expect(others).toEqual([]);
    expect(seconds).toBeLessThan(298);
    gateway.stop();
    gateway = simulateGateway(bot, { queueDelaySeconds: 301 });
    expect(await gateway.run(posted('group'))).toEqual([]);
    expect(await gateway.run(next('group'))).toContain(bot.texts.lost);
  });

  test('whose workers die three times is answered by its callback', async () => {
    let deaths = 3;
    gateway = simulateGateway(bot, { workerStore: dyingAfterItsRule(() => deaths-- > 0) });
    const [[seconds, words] = [0, ''], ...others] = await gateway.run(posted('group'));
    expect(words).toContain('1번째 답');
    expect(others).toEqual([]);
    expect(seconds).toBeGreaterThan(POST_UNTIL_MS / 1_000);
    expect(seconds).toBeLessThan(GROUP_CALLBACK_LIVES_MS / 1_000);
    expect((await gateway.run(gateway.store.load('live/bot/b/user' as never))).state).toBe('{"asked":1}');
  });

  test.each([100, 200, 240])(
    'that Kakao fails to take for %i s is posted once it does, has one effect, and waits for nobody',
    async illSeconds => {
      let startedAt = 0;
      gateway = simulateGateway(bot, { isKakaoIll: () => Date.now() < startedAt + illSeconds * 1_000 });
      startedAt = Date.now();
      const [[seconds, words] = [0, ''], ...others] = await gateway.run(posted('group'));
      expect(words).toContain('1번째 답');
      expect(others).toEqual([]);
      expect(seconds).toBeGreaterThan(illSeconds);
      expect(seconds).toBeLessThan(illSeconds + 55);
      expect(await gateway.run(next('group'))).not.toContain('번째 답');
      expect((await gateway.run(gateway.store.load('live/bot/b/user' as never))).state).toBe('{"asked":1}');
      const told = gateway.logged.map(({ what }) => what);
      expect(told).toContain('callback not taken yet: http-503');
      expect(told.filter(what => what.startsWith('callback failed'))).toEqual([]);
    },
  );

  test('that Kakao never takes waits for its user to collect it', async () => {
    gateway = simulateGateway(bot, { isKakaoIll: () => true });
    expect(await gateway.run(posted('group'))).toEqual([]);
    expect(await gateway.run(next('group'))).toContain('1번째 답');
    expect(gateway.logged.filter(({ what }) => what === 'callback failed: http-503')).toHaveLength(1);
  });

  test('that waits for others of its user is answered in its turn: six of forty seconds, the last at minute 4', async () => {
    gateway = simulateGateway(bot);
    const talk = async (room: Room) => {
      const urls = Array.from({ length: 6 }, () => gateway.newUrl());
      const saidAt = Date.now();
      for (const callbackUrl of urls) await gateway.skill('user', '오래', { callbackUrl, ...inRoom(room) });
      await pause(GROUP_CALLBACK_LIVES_MS);
      return urls.map(url =>
        gateway.postsTo(url).map(({ json, at }) => ({ at: Math.floor((at - saidAt) / 10_000), json })),
      );
    };
    const posts = await gateway.run(talk('group'));
    expect(posts.map(all => all.map(({ at }) => at))).toEqual([[4], [8], [12], [16], [20], [24]]);
    posts.forEach((all, index) => expect(wordsOf(all)).toContain(`${index + 1}번째 답`));
    // No worker waits for another's end: their records come every half a minute, and go.
    expect(gateway.events.length).toBeLessThan(40);
  });

  test('that waits for others is answered though who should have handed it on died', async () => {
    let isDead = false;
    gateway = simulateGateway(bot, {
      workerStore: store => ({
        ...unchanged(store),
        // The first turn's answer is saved, and its worker never goes on.
        save: async (...given) => {
          await store.save(...given);
          if (!isDead) {
            isDead = true;
            await new Promise(() => {});
          }
        },
      }),
    });
    const talk = async () => {
      const [first, second] = [gateway.newUrl(), gateway.newUrl()];
      await gateway.skill('user', '오래', { callbackUrl: first, group: 'g' });
      await gateway.skill('user', '오래', { callbackUrl: second, group: 'g' });
      await pause(GROUP_CALLBACK_LIVES_MS);
      return [first, second].map(url => gateway.postsTo(url).map(({ json }) => wordsOf(json)));
    };
    expect(await gateway.run(talk())).toEqual([
      [expect.stringContaining('1번째 답')],
      [expect.stringContaining('2번째 답')],
    ]);
  });
});

describe('a late turn of a room of two has its own minute', () => {
  test('when a slow queue brings it to a worker at minute 3: nothing is posted, and it counts as lost', async () => {
    gateway = simulateGateway(bot, { queueDelaySeconds: 180 });
    expect(await gateway.run(posted('private'))).toEqual([]);
    expect((await gateway.run(gateway.store.load('live/bot/b/user' as never))).state).toBeUndefined();
    expect(await gateway.run(next('private'))).toContain(bot.texts.apology);
  });

  test('when a slow queue brings it to a worker past the minute, where it is collected', async () => {
    gateway = simulateGateway(bot, { queueDelaySeconds: 61 });
    const talk = async () => {
      await gateway.skill('user', '느린 일');
      await pause(GROUP_CALLBACK_LIVES_MS);
      return next('private');
    };
    expect(await gateway.run(talk())).toContain(bot.texts.apology);
  });

  test('when Kakao fails to take it until then: it waits for its user', async () => {
    let startedAt = 0;
    gateway = simulateGateway(bot, { isKakaoIll: () => Date.now() < startedAt + 100_000 });
    startedAt = Date.now();
    expect(await gateway.run(posted('private'))).toEqual([]);
    expect(await gateway.run(next('private'))).toContain('1번째 답');
  });

  test('when it waits for one of a group room whose workers all die: it counts as lost as ever', async () => {
    gateway = simulateGateway(bot, { workerStore: dyingAfterItsRule(() => true) });
    const talk = async () => {
      await gateway.skill('user', '느린 일', { callbackUrl: gateway.newUrl(), group: 'g' });
      await gateway.skill('user', '느린 일');
      await pause(LOST_AFTER_MS + LEASE_MS + 1_000);
      return next('private');
    };
    expect(await gateway.run(talk())).toContain(bot.texts.lost);
  });

  test('when its workers die three times: it counts as lost', async () => {
    let deaths = 3;
    gateway = simulateGateway(bot, { workerStore: dyingAfterItsRule(() => deaths-- > 0) });
    expect((await gateway.run(posted('private'))).filter(([seconds]) => seconds > 60)).toEqual([]);
    expect((await gateway.run(gateway.store.load('live/bot/b/user' as never))).state).toBeUndefined();
  });
});

const unchanged = (store: SessionStore): SessionStore => ({
  load: (...given) => store.load(...given),
  save: (...given) => store.save(...given),
  claim: (...given) => store.claim(...given),
  delete: (...given) => store.delete(...given),
});

/** A store whose worker dies where it would save what its rule said. */
const dyingAfterItsRule =
  (dies: () => boolean) =>
  (store: SessionStore): SessionStore => ({
    ...unchanged(store),
    save: async (user, loaded, next, signal) => {
      // To take a turn is a save, too, for a second record.
      if (next.state !== loaded.state && dies()) await new Promise(() => {});
      return store.save(user, loaded, next, signal);
    },
  });
