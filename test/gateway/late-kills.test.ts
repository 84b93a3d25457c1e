import { afterEach, describe, expect, test } from '@jest/globals';
import type { QueueTimes } from '../../dev/local-queue.ts';
import { Bot } from '../../lambda/bot/bot.ts';
import type { SessionStore } from '../../lambda/turn/session.ts';
import {
  POST_UNTIL_MS,
  QUEUE_VISIBILITY_SECONDS,
  READABLE_MS,
  SECOND_RECORD_SECONDS,
} from '../../lambda/turn/time-budget.ts';
import { type SimulatedGateway, simulateGateway } from '../kit/simulated-gateway.ts';

const bot = new Bot({ session: () => ({ asked: 0 }) }).fallback(turn => `${++turn.session.asked}번째 답`, {
  slow: '생각하고 있어요…',
});

const wordsOf = (json: unknown): string => JSON.stringify(json);
const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms));

type Die = () => Promise<never> | undefined;

/** A worker that Lambda kills at a point: it never goes on, and its record comes back. */
const KILLED_AT: Readonly<Record<string, (store: SessionStore, die: Die) => Partial<SessionStore>>> = {
  'before the claim': (store, die) => ({ claim: async (...args) => (await die()) ?? store.claim(...args) }),
  'after the claim': (store, die) => ({
    claim: async (...args) => {
      const claimed = await store.claim(...args);
      return (await die()) ?? claimed;
    },
  }),
  'after the rule': (store, die) => ({ save: async (...args) => (await die()) ?? store.save(...args) }),
  'after the save': (store, die) => ({
    save: async (...args) => {
      await store.save(...args);
      await die();
    },
  }),
  // Nothing hangs: a post waits until a second after the first answer, and this life is shorter.
  'before the post': () => ({}),
};
const POINTS = Object.keys(KILLED_AT);

/** Milliseconds of a worker's first life, and of those that follow. */
const lifeMs = (receives: number): number => (receives === 1 ? 800 : 10_000);

let gateway: SimulatedGateway;

afterEach(() => {
  gateway.stop();
});

/** @param deaths how many workers die there */
function start(
  point: string,
  deaths = 1,
  queueTimes: QueueTimes = { visibilityMs: 900, workerTimeoutMs: lifeMs },
) {
  let died = 0;
  const die: Die = () => {
    if (died === deaths) return undefined;
    died++;
    return new Promise<never>(() => {});
  };
  gateway = simulateGateway(bot, {
    queueTimes,
    workerStore: store => ({
      load: user => store.load(user),
      save: (...args) => store.save(...args),
      claim: (...args) => store.claim(...args),
      delete: user => store.delete(user),
      ...KILLED_AT[point]?.(store, die),
    }),
  });
}

/** The posts of Kakao's minute and the next, and the bubbles that the user then saw on collecting twice, a minute apart. */
async function arrived(callbackUrl: string | undefined): Promise<readonly string[]> {
  await gateway.skill('user', '느린 일', callbackUrl ? { callbackUrl } : {});
  await pause(callbackUrl ? 120_000 : 60_000);
  const seen = callbackUrl ? gateway.postsTo(callbackUrl).map(({ json }) => wordsOf(json)) : [];
  const tap = { extra: { kakaoGateway: { button: 'collect' } } };
  for (let taps = 0; taps < 2; taps++) {
    seen.push(wordsOf((await gateway.skill('user', bot.texts.collect, tap)).json));
    await pause(READABLE_MS);
  }
  return seen.filter(words => words.includes('번째 답'));
}

describe.each(['callback', 'room'] as const)('by %s, a worker that is killed', way => {
  test.each(POINTS)('%s is followed by another: the answer arrives once, and has one effect', async point => {
    start(point);
    const callbackUrl = way === 'callback' ? gateway.newUrl() : undefined;
    expect(await gateway.run(arrived(callbackUrl))).toEqual([expect.stringContaining('1번째 답')]);
    expect(await gateway.run(gateway.store.load('live/bot/b/user' as never))).toMatchObject({
      state: '{"asked":1}',
    });
    const deliveries = gateway.events.map(({ Records }) => Records[0]?.attributes.ApproximateReceiveCount);
    // A room's worker has nothing to do after its save: only the others come back, before the turn's second record.
    expect(deliveries).toEqual(way === 'room' && point === 'before the post' ? ['1', '1'] : ['1', '2', '1']);
  });
});

describe('in the times that are deployed', () => {
  const apologies = () => gateway.logged.filter(({ what }) => what === 'late turn lost');

  /** When each post came, from the user's word, and its words. */
  async function posted(): Promise<readonly (readonly [seconds: number, words: string])[]> {
    const callbackUrl = gateway.newUrl();
    const saidAt = Date.now();
    await gateway.skill('user', '느린 일', { callbackUrl });
    await pause(120_000);
    return gateway
      .postsTo(callbackUrl)
      .map(({ json, at }) => [(at - saidAt) / 1_000, wordsOf(json)] as const);
  }

  test.each(['before the claim', 'after the claim', 'after the rule'])(
    'a worker that dies %s is followed by that of the second record, half a minute later',
    async point => {
      start(point, 1, {});
      const [[seconds, words] = [0, ''], ...others] = await gateway.run(posted());
      expect(words).toContain('1번째 답');
      expect(others).toEqual([]);
      expect(seconds).toBeGreaterThan(SECOND_RECORD_SECONDS);
      expect(seconds).toBeLessThan(SECOND_RECORD_SECONDS + 2);
      expect(apologies()).toEqual([]);
    },
  );

  test('a worker that dies with the answer saved has it posted by its record that comes back', async () => {
    start('after the save', 1, {});
    const [[seconds, words] = [0, ''], ...others] = await gateway.run(posted());
    expect(words).toContain('1번째 답');
    expect(others).toEqual([]);
    expect(seconds).toBeGreaterThan(QUEUE_VISIBILITY_SECONDS);
    expect(seconds * 1_000).toBeLessThan(POST_UNTIL_MS);
  });

  test('the user gets the apology by callback when the second worker dies before it has the turn, and it counts as lost', async () => {
    start('after the rule', 2, {});
    const [[seconds, words] = [0, ''], ...others] = await gateway.run(posted());
    expect(words).toContain(bot.texts.apology);
    expect(others).toEqual([]);
    expect(seconds).toBeGreaterThan(QUEUE_VISIBILITY_SECONDS);
    expect(seconds * 1_000).toBeLessThan(POST_UNTIL_MS);
    expect(apologies()).toMatchObject([{ level: 'error', metrics: { LateLost: 1 } }]);
    expect((await gateway.run(gateway.store.load('live/bot/b/user' as never))).state).toBeUndefined();
  });

  test('what the user says next tells of a turn of which every worker died, once', async () => {
    start('after the rule', 9, {});
    const say = async (words: string) => wordsOf((await gateway.skill('user', words)).json);
    const said = async () => {
      await say('느린 일');
      await pause(120_000);
      return [await say(bot.texts.collect), await say(bot.texts.collect)];
    };
    const [first, second] = await gateway.run(said());
    expect(first).toContain(bot.texts.lost);
    expect(second).not.toContain(bot.texts.lost);
    expect(apologies()).toHaveLength(1);
  });
});
