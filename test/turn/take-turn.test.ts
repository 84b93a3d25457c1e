import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { Bot } from '../../lambda/bot/bot.ts';
import { userKeyOf } from '../../lambda/bot/user.ts';
import { DeadlineError, SessionConflictError } from '../../lambda/errors.ts';
import { EMPTY_SESSION, MemorySessionStore, withFewerReplies } from '../../lambda/turn/session.ts';
import { simulateTime } from '../kit/simulated-time.ts';
import { saying, take, USER } from '../kit/turns.ts';

afterEach(() => {
  jest.useRealTimers();
  jest.restoreAllMocks();
});

const counter = () =>
  new Bot({ session: () => ({ count: 0 }) })
    .hears('더하기', turn => `${++turn.session.count}`)
    .hears('보기', turn => `${turn.session.count}`)
    .hears('새로', turn => {
      turn.session = { count: 100 };
      return 'ok';
    })
    .hears('실패', turn => {
      turn.session.count = 999;
      throw new Error('the rule broke');
    })
    .hears('망각', turn => {
      turn.session.count = 5;
      return undefined as never;
    });

describe('a turn', () => {
  test('is answered and remembered', async () => {
    const store = new MemorySessionStore();
    expect(await take(counter(), store, saying('더하기'))).toMatchObject({ kind: 'answered', answer: '1' });
    expect(await take(counter(), store, saying('더하기'))).toMatchObject({ kind: 'answered', answer: '2' });
  });

  test('may assign a whole new state', async () => {
    const store = new MemorySessionStore();
    await take(counter(), store, saying('새로'));
    expect(await take(counter(), store, saying('더하기'))).toMatchObject({ answer: '101' });
  });

  test('that changes nothing writes nothing', async () => {
    const store = new MemorySessionStore();
    const save = jest.spyOn(store, 'save');
    await take(counter(), store, saying('보기'));
    await take(counter(), store, saying('모르는 말'));
    expect(save).not.toHaveBeenCalled();
    await take(counter(), store, saying('더하기'));
    await take(counter(), store, saying('보기'));
    expect(save).toHaveBeenCalledTimes(1);
  });

  test.each(['실패', '망각'])('that fails (%s) apologises and saves nothing', async word => {
    const store = new MemorySessionStore();
    const bot = counter();
    const outcome = await take(bot, store, saying(word));
    expect(outcome).toMatchObject({ kind: 'failed', answer: bot.texts.apology, rule: `hears ${word}` });
    expect(store.size).toBe(0);
  });

  test('of a user whom nothing is remembered of reads and writes nothing', async () => {
    const store = new MemorySessionStore();
    const load = jest.spyOn(store, 'load');
    const { user, ...rest } = saying('더하기');
    const { key: _, ...stranger } = user;
    expect(await take(counter(), store, { ...rest, user: stranger })).toMatchObject({ answer: '1' });
    expect(load).not.toHaveBeenCalled();
    expect(store.size).toBe(0);
  });
});

describe('the same turn id', () => {
  test('gets the same reply without a second effect', async () => {
    const store = new MemorySessionStore();
    await take(counter(), store, saying('더하기', 'once'));
    await take(counter(), store, saying('더하기'));
    expect(await take(counter(), store, saying('더하기', 'once'))).toMatchObject({ answer: '1' });
    expect(await take(counter(), store, saying('보기'))).toMatchObject({ answer: '2' });
  });

  test('delivered a hundred times at once has one effect and a hundred equal answers', async () => {
    const store = new MemorySessionStore();
    const outcomes = await Promise.all(
      Array.from({ length: 100 }, () => take(counter(), store, saying('더하기', 'same'))),
    );
    expect(new Set(outcomes.map(outcome => outcome.answer))).toEqual(new Set(['1']));
    expect(await take(counter(), store, saying('보기'))).toMatchObject({ answer: '1' });
  });

  test('has one effect however many turns came between', async () => {
    const store = new MemorySessionStore();
    const ids = Array.from({ length: 40 }, (_, n) => `turn ${n}`);
    for (const id of [...ids, ...ids]) await take(counter(), store, saying('더하기', id));
    expect(await take(counter(), store, saying('보기'))).toMatchObject({ answer: '40' });
    expect(await take(counter(), store, saying('더하기', 'turn 0'))).toMatchObject({ answer: '1' });
  });

  test('has one effect even where its reply is forgotten', async () => {
    const store = new MemorySessionStore();
    await take(counter(), store, saying('더하기', 'forgotten'));
    await take(counter(), store, saying('더하기', 'newer'));
    const loaded = await store.load(USER);
    const memory = withFewerReplies(loaded.memory, 0);
    await store.save(USER, loaded, { ...loaded, memory });
    const bot = counter();
    expect(await take(bot, store, saying('더하기', 'forgotten'))).toMatchObject({
      answer: bot.texts.answeredBefore,
    });
    expect((await store.load(USER)).state).toBe('{"count":2}');
    expect(await take(bot, store, saying('더하기', 'newer'))).toMatchObject({ answer: '2' });
  });

  test('is another turn a minute later', async () => {
    simulateTime();
    const store = new MemorySessionStore();
    await take(counter(), store, saying('더하기', 'constant'));
    jest.setSystemTime(Date.now() + 61_000);
    expect(await take(counter(), store, saying('더하기', 'constant'))).toMatchObject({ answer: '2' });
  });

  test('is remembered with the last hundred, and no more: the session stays small', async () => {
    const store = new MemorySessionStore();
    for (let n = 1; n <= 130; n++) await take(counter(), store, saying('더하기', `turn ${n}`));
    const { turns } = (await store.load(USER)).memory;
    expect(turns).toHaveLength(100);
    expect([turns.at(0)?.id, turns.at(-1)?.id]).toEqual(['turn 31', 'turn 130']);
  });

  test('of another user is another turn', async () => {
    const store = new MemorySessionStore();
    await take(counter(), store, saying('더하기', 'same'));
    const other = saying('더하기', 'same');
    const key = userKeyOf('live', { plusfriendUserKey: 'other' });
    expect(await take(counter(), store, { ...other, user: { ...other.user, key } })).toMatchObject({
      answer: '1',
    });
    expect(store.size).toBe(2);
  });
});

describe('turns that meet', () => {
  test('are serial in effect', async () => {
    simulateTime();
    const store = new MemorySessionStore();
    let begun = 0;
    const bot = new Bot({ session: () => ({ count: 0 }) }).fallback(async turn => {
      await new Promise(resolve => setTimeout(resolve, (begun++ * 7) % 4));
      return `${++turn.session.count}`;
    });
    const taken = Promise.all(Array.from({ length: 30 }, () => take(bot, store, saying('아무 말'))));
    await jest.advanceTimersByTimeAsync(2_000);
    const numbers = (await taken).map(({ answer }) => Number(answer)).sort((one, other) => one - other);
    expect(numbers).toEqual(Array.from({ length: 30 }, (_, n) => n + 1));
    // Some of them met.
    expect(begun).toBeGreaterThan(30);
  });

  test('apologise when the conflict outlives the deadline, and save nothing', async () => {
    simulateTime();
    const store = new MemorySessionStore();
    jest.spyOn(store, 'save').mockRejectedValue(new SessionConflictError());
    const taken = take(counter(), store, saying('더하기'), { withinMs: 150 });
    await jest.advanceTimersByTimeAsync(150);
    expect(await taken).toMatchObject({ kind: 'failed', error: expect.any(DeadlineError) });
    expect(store.size).toBe(0);
  });
});

describe('the deadline', () => {
  test('is the end of a turn whose session came after it: no rule is begun', async () => {
    simulateTime();
    let begun = 0;
    const bot = new Bot({ session: () => ({}) }).fallback(() => `${++begun}`);
    const store = new MemorySessionStore();
    jest.spyOn(store, 'load').mockImplementation(async () => {
      await new Promise(resolve => setTimeout(resolve, 120));
      return EMPTY_SESSION;
    });
    const taken = take(bot, store, saying('말'), { withinMs: 50 });
    await jest.advanceTimersByTimeAsync(200);
    expect(await taken).toMatchObject({ kind: 'failed', error: expect.any(DeadlineError) });
    expect(begun).toBe(0);
  });

  test('ends a rule that overruns: the user gets an apology in time, the rule an abort', async () => {
    simulateTime();
    const store = new MemorySessionStore();
    let aborted = false;
    const bot = new Bot({ session: () => ({ touched: false }) }).fallback(async turn => {
      turn.session.touched = true;
      turn.deadline.signal.addEventListener('abort', () => {
        aborted = true;
      });
      await new Promise(resolve => setTimeout(resolve, 300));
      return 'too late';
    });
    const taken = take(bot, store, saying('느린 말'), { withinMs: 50 });
    await jest.advanceTimersByTimeAsync(50);
    expect(await taken).toMatchObject({ kind: 'failed', rule: 'fallback', error: expect.any(DeadlineError) });
    expect(aborted).toBe(true);
    expect(store.size).toBe(0);
  });

  test('holds when the session does not load: the user gets an apology in time, and nothing is saved later', async () => {
    simulateTime();
    const store = new MemorySessionStore();
    let isLoaded = false;
    jest.spyOn(store, 'load').mockImplementation(async () => {
      await new Promise(resolve => setTimeout(resolve, 120));
      isLoaded = true;
      return EMPTY_SESSION;
    });
    const taken = take(counter(), store, saying('더하기'), { withinMs: 50 });
    await jest.advanceTimersByTimeAsync(50);
    expect(await taken).toMatchObject({ kind: 'failed', error: expect.any(DeadlineError) });
    await jest.advanceTimersByTimeAsync(100);
    expect({ isLoaded, users: store.size }).toEqual({ isLoaded: true, users: 0 });
  });

  test('is told to a rule that asks for its signal only after it overran', async () => {
    simulateTime();
    let aborted: boolean | undefined;
    const bot = new Bot({ session: () => ({}) }).fallback(async turn => {
      await new Promise(resolve => setTimeout(resolve, 300));
      aborted = turn.deadline.signal.aborted;
      return 'too late';
    });
    const taken = take(bot, new MemorySessionStore(), saying('느린 말'), { withinMs: 50 });
    await jest.advanceTimersByTimeAsync(50);
    expect(await taken).toMatchObject({ kind: 'failed' });
    expect(aborted).toBeUndefined();
    await jest.advanceTimersByTimeAsync(300);
    expect(aborted).toBe(true);
  });

  test('leaves no timer behind', async () => {
    const before = jest.spyOn(globalThis, 'setTimeout');
    const after = jest.spyOn(globalThis, 'clearTimeout');
    const slow = new Bot({ session: () => ({}) }).fallback(async () => {
      await Promise.resolve();
      return '답';
    });
    await take(slow, new MemorySessionStore(), saying('안녕'), { withinMs: 60_000 });
    await new Promise(resolve => setImmediate(resolve));
    const set = before.mock.results.map(({ value }) => value);
    const cleared = after.mock.calls.map(([timer]) => timer);
    expect(set.length).toBeGreaterThanOrEqual(2);
    expect(cleared).toEqual(expect.arrayContaining(set));
  });

  test('tells the rule how long it has', async () => {
    simulateTime();
    const bot = new Bot({ session: () => ({}) }).fallback(turn => `${turn.deadline.remainingMs()}`);
    const outcome = await take(bot, new MemorySessionStore(), saying('얼마나?'), { withinMs: 2_000 });
    expect(outcome.answer).toBe('2000');
  });
});
