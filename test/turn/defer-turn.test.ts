import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { Bot } from '../../lambda/bot/bot.ts';
import { deadlineAt } from '../../lambda/bot/deadline.ts';
import { button, reply } from '../../lambda/bot/reply.ts';
import { DeadlineError } from '../../lambda/errors.ts';
import { smartChat } from '../../lambda/smart-chat/protocol.ts';
import type { DeferredTurn, DeferTurn } from '../../lambda/turn/deferred-turn.ts';
import { EMPTY_SESSION, MemorySessionStore, type SessionStore } from '../../lambda/turn/session.ts';
import { takeTurn } from '../../lambda/turn/take-turn.ts';
import { ANSWER_WITHIN_MS, RULE_WITHIN_MS } from '../../lambda/turn/time-budget.ts';
import { deferInto } from '../kit/deferred.ts';
import { simulateTime } from '../kit/simulated-time.ts';
import { saying, take, USER } from '../kit/turns.ts';

const bot = new Bot({ session: () => ({ count: 0 }) })
  .hears('더하기', turn => `${++turn.session.count}`)
  .hears('보기', turn => `${turn.session.count}`)
  .hears('느린 일', () => '늦은 답', { slow: '잠시만요' });

const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms));
const refuse = () => Promise.reject(new Error('the queue refused'));

let store: MemorySessionStore;
let queue: DeferredTurn[];
let defer: DeferTurn;

beforeEach(() => {
  store = new MemorySessionStore();
  queue = [];
  defer = deferInto(queue);
  simulateTime();
});

afterEach(() => {
  jest.useRealTimers();
  jest.restoreAllMocks();
});

/** The store, in which another turn adds one between the n-th load and what is saved upon it. */
function meeting(nth: number): SessionStore {
  let loads = 0;
  return {
    load: async user => {
      const loaded = await store.load(user);
      if (++loads === nth) await take(bot, store, saying('더하기'));
      return loaded;
    },
    save: (...args) => store.save(...args),
    claim: (...args) => store.claim(...args),
    delete: user => store.delete(user),
  };
}

describe('a rule that overruns, where a worker takes it', () => {
  test('is aborted and deferred: nothing of it is saved, and nobody here starts it again', async () => {
    let begun = 0;
    let aborted = false;
    const slow = new Bot({ session: () => ({ touched: 0 }) }).fallback(async turn => {
      begun++;
      turn.session.touched++;
      turn.deadline.signal.addEventListener('abort', () => {
        aborted = true;
      });
      await pause(10_000);
      return 'too late';
    });
    const request = saying('느린 말');
    const taken = take(slow, store, request, { withinMs: ANSWER_WITHIN_MS, defer });
    await jest.advanceTimersByTimeAsync(ANSWER_WITHIN_MS);
    expect(await taken).toMatchObject({
      kind: 'late',
      answer: slow.texts.waiting,
      turn: { rule: 'fallback', conflicts: 0, isNewSession: true, hasOverrun: true },
    });
    expect({ begun, aborted }).toEqual({ begun: 1, aborted: true });
    expect(queue).toMatchObject([
      { key: USER, request: { id: request.id }, delivery: { protocol: 'plain-texts' }, worthMs: 600_000 },
    ]);
    expect((await store.load(USER)).state).toBeUndefined();
  });

  test('has the time until the deadline but for what deferring takes', async () => {
    const asked = new Bot({ session: () => ({}) }).fallback(turn => `${turn.deadline.remainingMs()}`);
    expect(await take(asked, store, saying('얼마나?'), { withinMs: ANSWER_WITHIN_MS })).toMatchObject({
      answer: `${ANSWER_WITHIN_MS}`,
    });
    expect(await take(asked, store, saying('얼마나?'), { withinMs: ANSWER_WITHIN_MS, defer })).toMatchObject({
      answer: `${RULE_WITHIN_MS}`,
    });
  });

  test('is deferred in the time that is left, though another turn came between: its mark is quick to try again', async () => {
    const slow = new Bot({ session: () => ({}) }).fallback(() => pause(10_000).then(() => 'too late'));
    // The rule took nine tenths of the time; another such attempt would not fit into the last one.
    const taken = take(slow, meeting(1), saying('느린 말'), { withinMs: ANSWER_WITHIN_MS, defer });
    await jest.advanceTimersByTimeAsync(ANSWER_WITHIN_MS);
    expect(await taken).toMatchObject({ kind: 'late', turn: { conflicts: 1, hasOverrun: true } });
    expect(queue).toHaveLength(1);
  });

  test('is left to a worker when a conflict leaves no time to run it again', async () => {
    const slow = new Bot({ session: () => ({ count: 0 }) }).fallback(async turn => {
      await pause(RULE_WITHIN_MS * 0.8);
      return `${++turn.session.count}`;
    });
    const taken = Promise.all(
      ['first', 'second'].map(id =>
        take(slow, store, saying('말', id), { withinMs: ANSWER_WITHIN_MS, defer }),
      ),
    );
    await jest.advanceTimersByTimeAsync(ANSWER_WITHIN_MS);
    expect((await taken).map(({ kind }) => kind).sort()).toEqual(['answered', 'late']);
    expect(queue).toHaveLength(1);
    expect((await store.load(USER)).state).toBe('{"count":1}');
  });
});

describe('a turn that was deferred', () => {
  test('is handed to the queue again when it is delivered again before any worker had it', async () => {
    const say = () => take(bot, store, saying('느린 일', 'again'), { defer });
    await say();
    expect(await say()).toMatchObject({ kind: 'late', answer: '잠시만요' });
    expect(queue).toHaveLength(2);
    await store.claim(USER, 'again', Date.now() + 10_000);
    await say();
    expect(queue).toHaveLength(2);
  });

  test('and lost leaves no lease behind for longer than ten minutes', async () => {
    await take(bot, store, saying('느린 일', 'lost'), { defer });
    jest.setSystemTime(Date.now() + 5 * 60_000);
    await take(bot, store, saying('느린 일', 'next'), { defer });
    expect(Object.keys((await store.load(USER)).leases)).toEqual(['lost', 'next']);
    jest.setSystemTime(Date.now() + 5 * 60_000);
    await take(bot, store, saying('느린 일', 'last'), { defer });
    expect(Object.keys((await store.load(USER)).leases)).toEqual(['next', 'last']);
  });
});

describe('a deferral that comes to nothing', () => {
  const nothing = { state: undefined, leases: {}, memory: { turns: [] } };

  test('leaves no trace when the queue refuses it', async () => {
    expect(await take(bot, store, saying('느린 일'), { defer: refuse })).toMatchObject({ kind: 'failed' });
    expect(await store.load(USER)).toMatchObject(nothing);
  });

  test('leaves no trace though another turn came between, whose effect stays', async () => {
    // The first load is the turn's, the second that of taking it back.
    const outcome = await take(bot, meeting(2), saying('느린 일', 'refused'), { defer: refuse });
    expect(outcome).toMatchObject({ kind: 'failed' });
    const { state, leases, memory } = await store.load(USER);
    expect({ state, leases }).toEqual({ state: '{"count":1}', leases: {} });
    expect(memory.turns.map(({ id }) => id)).not.toContain('refused');
    expect(await take(bot, store, saying('결과 확인'))).toMatchObject({ answer: bot.texts.notUnderstood });
  });

  test.each(['before it', 'of a turn that came between'])(
    'leaves the meaning to the labels %s',
    async which => {
      const choosing = new Bot({ session: () => ({}) })
        .hears('고르기', () => reply('골라 주세요', [button.message('라떼', '고른 라떼')]))
        .hears('고른 라떼', () => '라떼를 고르셨어요')
        .hears('느린 일', () => '늦은 답', { slow: '잠시만요' });
      const ask = (text: string, defer?: DeferTurn) => {
        const engine = { bot: choosing, store, protocol: smartChat, defer };
        const call = { request: saying(text), receivedAt: Date.now() };
        return takeTurn(engine, call, deadlineAt(Date.now() + 2_000));
      };
      const refuseThen = async () => {
        if (which !== 'before it') await ask('고르기');
        return refuse();
      };
      if (which === 'before it') await ask('고르기');
      expect(await ask('느린 일', refuseThen)).toMatchObject({ kind: 'failed' });
      expect(await ask('라떼')).toMatchObject({ answer: { message: { text: '라떼를 고르셨어요' } } });
    },
  );

  test('is taken back when the queue took it after the apology', async () => {
    const slowly = () => pause(150).then(() => {});
    const taken = take(bot, store, saying('느린 일'), { withinMs: 60, defer: slowly });
    await jest.advanceTimersByTimeAsync(60);
    expect((await taken).kind).toBe('failed');
    await jest.advanceTimersByTimeAsync(100);
    expect(await store.load(USER)).toMatchObject(nothing);
  });

  test('marks and queues nothing when the session was loaded after the apology', async () => {
    const loading = jest.spyOn(store, 'load').mockImplementation(() => pause(120).then(() => EMPTY_SESSION));
    const save = jest.spyOn(store, 'save');
    const taken = take(bot, store, saying('느린 일'), { withinMs: 50, defer });
    await jest.advanceTimersByTimeAsync(50);
    expect(await taken).toMatchObject({ kind: 'failed', error: expect.any(DeadlineError) });
    await jest.advanceTimersByTimeAsync(100);
    expect({ loads: loading.mock.calls.length, saves: save.mock.calls.length, queue }).toEqual({
      loads: 1,
      saves: 0,
      queue: [],
    });
  });

  test('keeps the late replies that it would have brought along', async () => {
    const late = [
      {
        id: 'earlier',
        reply: { outputs: [{ simpleText: { text: '먼저 물은 답' } }] },
        expiresAt: Date.now() + 60_000,
      },
    ];
    await store.save(USER, EMPTY_SESSION, { ...EMPTY_SESSION, memory: { ...EMPTY_SESSION.memory, late } });
    expect(await take(bot, store, saying('느린 일'), { defer: refuse })).toMatchObject({ kind: 'failed' });
    expect(await take(bot, store, saying('보기'))).toMatchObject({ answer: '먼저 물은 답|0' });
    expect(await take(bot, store, saying('보기'))).toMatchObject({ answer: '0' });
  });
});
