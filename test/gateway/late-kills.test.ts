import { afterEach, describe, expect, test } from '@jest/globals';
import { Bot } from '../../lambda/bot/bot.ts';
import type { SessionStore } from '../../lambda/turn/session.ts';
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

function start(point: string): void {
  let hasDied = false;
  const die: Die = () => {
    if (hasDied) return undefined;
    hasDied = true;
    return new Promise<never>(() => {});
  };
  gateway = simulateGateway(bot, {
    queueTimes: { visibilityMs: 900, workerTimeoutMs: lifeMs },
    workerStore: store => ({
      load: user => store.load(user),
      save: (...args) => store.save(...args),
      claim: (...args) => store.claim(...args),
      delete: user => store.delete(user),
      ...KILLED_AT[point]?.(store, die),
    }),
  });
}

/** The posts of Kakao's minute and the next, and the bubbles that the user then saw on collecting twice. */
async function arrived(callbackUrl: string | undefined): Promise<readonly string[]> {
  await gateway.skill('user', '느린 일', callbackUrl ? { callbackUrl } : {});
  await pause(callbackUrl ? 120_000 : 60_000);
  const seen = callbackUrl ? gateway.postsTo(callbackUrl).map(({ json }) => wordsOf(json)) : [];
  const tap = { extra: { kakaoGateway: { button: 'collect' } } };
  for (let taps = 0; taps < 2; taps++)
    seen.push(wordsOf((await gateway.skill('user', bot.texts.collect, tap)).json));
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
    // A room's worker has nothing to do after its save: only the others come back.
    expect(deliveries).toEqual(way === 'room' && point === 'before the post' ? ['1'] : ['1', '2']);
  });
});
