import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Bot } from '../lambda/bot/bot.ts';
import type { SessionStore } from '../lambda/bot/session.ts';
import { type LateGateway, startLateGateway, until } from './kit/late-gateway.ts';

const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms));

const newBot = () =>
  new Bot({ session: () => ({ asked: 0 }) }).fallback(
    async turn => {
      await pause(20);
      return `${++turn.session.asked}번째 답`;
    },
    { slow: '생각하고 있어요…' },
  );

const wordsOf = (json: unknown): string => JSON.stringify(json);

/** A worker that Lambda kills at a point: it never goes on, and its record comes back. */
const KILLED_AT: Readonly<
  Record<string, (store: SessionStore, die: () => Promise<never> | undefined) => Partial<SessionStore>>
> = {
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
};

describe.each([...Object.keys(KILLED_AT), 'before the post'])('a worker that is killed %s', point => {
  const bot = newBot();
  const deaths = new Set<string>();
  let gateway: LateGateway;
  let current = '';

  beforeAll(async () => {
    // A post waits until a second after the first answer: a shorter life ends before it.
    const workerTimeoutMs = point === 'before the post' ? 400 : 500;
    const queueTimes = { visibilityMs: 550, workerTimeoutMs, retentionMs: 60_000 };
    gateway = await startLateGateway(bot, {
      queueTimes,
      workerStore: store => {
        const die = (): Promise<never> | undefined => {
          if (deaths.has(current)) return undefined;
          deaths.add(current);
          return new Promise<never>(() => {});
        };
        const faulty = KILLED_AT[point]?.(store, die) ?? {};
        return {
          load: user => store.load(user),
          save: (...args) => store.save(...args),
          claim: (...args) => store.claim(...args),
          delete: user => store.delete(user),
          ...faulty,
        };
      },
    });
  });

  afterAll(() => gateway?.stop());

  test('is followed by another: the answer is posted once, and has one effect', async () => {
    current = `${point}-callback`;
    const callbackUrl = gateway.sink.newUrl();
    await gateway.skill(current, '느린 일 20', { callbackUrl });
    await until(() => gateway.sink.postsTo(callbackUrl).length > 0, 15_000);
    await pause(700);
    expect(gateway.sink.postsTo(callbackUrl).filter(({ taken }) => taken)).toHaveLength(1);
    expect(gateway.sink.postsTo(callbackUrl)).toHaveLength(1);
    expect(wordsOf(gateway.sink.postsTo(callbackUrl)[0]?.json)).toContain('1번째 답');
    expect((await gateway.store.load(`live/bot/b/${current}` as never)).state).toBe('{"asked":1}');
    expect(gateway.events.length).toBeGreaterThan(1);
  }, 20_000);

  test('is followed by another: the answer waits in the room once', async () => {
    current = `${point}-room`;
    await gateway.skill(current, '느린 일 20');
    await until(
      async () =>
        wordsOf((await gateway.store.load(`live/bot/b/${current}` as never)).room).includes('1번째 답'),
      15_000,
    );
    await pause(600);
    const { json } = await gateway.skill(current, bot.texts.collect);
    expect(wordsOf(json).match(/1번째 답/g)).toHaveLength(1);
    expect(wordsOf((await gateway.skill(current, bot.texts.collect)).json)).toContain(
      bot.texts.nothingWaiting,
    );
    expect((await gateway.store.load(`live/bot/b/${current}` as never)).state).toBe('{"asked":1}');
  }, 20_000);
});
