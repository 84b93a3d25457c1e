import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Bot } from '../lambda/bot/bot.ts';
import type { SessionStore } from '../lambda/bot/session.ts';
import { type LateGateway, startLateGateway, until } from './kit/late-gateway.ts';

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

interface Outcome {
  readonly gateway: LateGateway;
  /** What was posted, or what the user saw on collecting twice. */
  readonly arrived: readonly string[];
}

async function run(point: string, way: 'callback' | 'room'): Promise<Outcome> {
  let hasDied = false;
  const die: Die = () => {
    if (hasDied) return undefined;
    hasDied = true;
    return new Promise<never>(() => {});
  };
  const gateway = await startLateGateway(bot, {
    queueTimes: { visibilityMs: 900, workerTimeoutMs: lifeMs },
    workerStore: store => ({
      load: user => store.load(user),
      save: (...args) => store.save(...args),
      claim: (...args) => store.claim(...args),
      delete: user => store.delete(user),
      ...KILLED_AT[point]?.(store, die),
    }),
  });
  if (way === 'callback') {
    const callbackUrl = gateway.sink.newUrl();
    await gateway.skill('user', '느린 일', { callbackUrl });
    await until(() => gateway.sink.postsTo(callbackUrl).length > 0, 20_000);
    await pause(1_000);
    return { gateway, arrived: gateway.sink.postsTo(callbackUrl).map(({ json }) => wordsOf(json)) };
  }
  await gateway.skill('user', '느린 일');
  await until(async () => wordsOf((await stored(gateway)).room).includes('번째 답'), 20_000);
  // A room's worker has nothing to do after its save: only the others come back.
  await pause(point === 'before the post' ? 0 : 1_000);
  const collected: string[] = [];
  for (let tap = 0; tap < 2; tap++)
    collected.push(wordsOf((await gateway.skill('user', bot.texts.collect)).json));
  return { gateway, arrived: collected.filter(words => words.includes('번째 답')) };
}

const stored = ({ store }: LateGateway) => store.load('live/bot/b/user' as never);

describe.each(['callback', 'room'] as const)('by %s, a worker that is killed', way => {
  let outcomes: ReadonlyMap<string, Promise<Outcome>>;

  // All at the same time: they do little but wait.
  beforeAll(() => {
    outcomes = new Map(POINTS.map(point => [point, run(point, way)]));
    for (const outcome of outcomes.values()) outcome.catch(() => {});
  });

  afterAll(async () => {
    for (const outcome of await Promise.allSettled(outcomes?.values() ?? [])) {
      if (outcome.status === 'fulfilled') await outcome.value.gateway.stop();
    }
  });

  test.each(POINTS)('%s is followed by another: the answer arrives once, and has one effect', async point => {
    const outcome = await outcomes.get(point);
    expect(outcome?.arrived).toEqual([expect.stringContaining('1번째 답')]);
    if (!outcome) return;
    expect((await stored(outcome.gateway)).state).toBe('{"asked":1}');
    const deliveries = outcome.gateway.events.map(
      ({ Records }) => Records[0]?.attributes.ApproximateReceiveCount,
    );
    expect(deliveries).toEqual(way === 'room' && point === 'before the post' ? ['1'] : ['1', '2']);
  });
});
