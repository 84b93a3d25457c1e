import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { Bot } from '../../lambda/bot/bot.ts';
import { deadlineAt } from '../../lambda/bot/deadline.ts';
import type { DeferredTurn } from '../../lambda/turn/deferred-turn.ts';
import { takeLateTurn } from '../../lambda/turn/late-turn.ts';
import type { Deliverer } from '../../lambda/turn/protocol.ts';
import { MemorySessionStore } from '../../lambda/turn/session.ts';
import { simulateTime } from '../kit/simulated-time.ts';
import { plainTexts, saying, take, USER } from '../kit/turns.ts';

const DELIVERER: Deliverer = { ...plainTexts, deliver: async () => ({ kind: 'delivered' }) };
const DELIVERED = { protocol: DELIVERER.name, address: 'somewhere' };

/** How long the next rule takes; each takes its own. */
let ruleMs = 0;

const bot = new Bot({ session: () => ({ asked: 0 }) }).fallback(
  async turn => {
    const ms = ruleMs;
    await new Promise(resolve => setTimeout(resolve, ms));
    return `${++turn.session.asked}번째 답`;
  },
  { slow: '잠시만요' },
);

let store: MemorySessionStore;
let queue: DeferredTurn[];

beforeEach(() => {
  store = new MemorySessionStore();
  queue = [];
  ruleMs = 0;
  simulateTime();
});

afterEach(() => {
  jest.useRealTimers();
});

async function deferred(id: string): Promise<DeferredTurn> {
  await take(bot, store, saying('느린 일', id), {
    defer: async turn => {
      queue.push(turn);
    },
  });
  const turn = queue.pop();
  if (turn === undefined) throw new Error('nothing was deferred');
  return turn;
}

/** A worker that is dead after this time at the latest. */
const work = (turn: DeferredTurn, leaseMs = 28_000) =>
  takeLateTurn(
    { bot, store, deliverer: DELIVERER },
    turn,
    Date.now() + leaseMs,
    deadlineAt(Date.now() + 60_000),
  );

describe('a worker whose lease ran out', () => {
  test('takes the answer of the worker after it for no answer of its own', async () => {
    const turn = { ...(await deferred('slow')), delivery: DELIVERED };
    ruleMs = 3_000;
    const first = work(turn, 1_000);
    await jest.advanceTimersByTimeAsync(1_500);
    ruleMs = 0;
    const second = work(turn);
    await jest.advanceTimersByTimeAsync(3_000);
    expect(await second).toMatchObject({
      kind: 'answered',
      reply: { outputs: [{ simpleText: { text: '1번째 답' } }] },
    });
    expect(await first).toEqual({ kind: 'gone' });
    expect(await store.load(USER)).toMatchObject({ state: '{"asked":1}', leases: {} });
  });
});

describe('late replies that nobody collects', () => {
  test('are ten at most: the last that were answered', async () => {
    const turns: DeferredTurn[] = [];
    for (let n = 1; n <= 13; n++) turns.push(await deferred(`turn ${n}`));
    for (const turn of turns) {
      const worked = work(turn);
      await jest.advanceTimersByTimeAsync(100);
      expect(await worked).toMatchObject({ kind: 'answered' });
    }
    const { late = [] } = (await store.load(USER)).memory;
    expect(late).toHaveLength(10);
    expect(await take(bot, store, saying(bot.texts.collect))).toMatchObject({
      answer: expect.stringMatching(/13번째 답$/),
    });
  });
});
