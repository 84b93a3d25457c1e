import { describe, expect, jest, test } from '@jest/globals';
import { Bot } from '../../lambda/bot/bot.ts';
import { deadlineAt } from '../../lambda/bot/deadline.ts';
import type { LateTools } from '../../lambda/bot/defer-turn.ts';
import { DeadlineError, SessionConflictError } from '../../lambda/bot/errors.ts';
import type { TurnRequest } from '../../lambda/bot/incoming.ts';
import type { DeferredTurn, DeferTurn } from '../../lambda/bot/late-turn.ts';
import type { LongReply } from '../../lambda/bot/reply.ts';
import { withFewerReplies } from '../../lambda/bot/room.ts';
import { EMPTY_SESSION, MemorySessionStore, type SessionStore } from '../../lambda/bot/session.ts';
import { type Outcome, takeTurn } from '../../lambda/bot/take-turn.ts';
import { userKeyOf } from '../../lambda/bot/user.ts';

const USER = userKeyOf('live', { plusfriendUserKey: 'someone' });

function saying(text: string, id = `turn-${Math.random()}`): TurnRequest {
  const user = { key: USER, channelKind: 'live', isFriend: true } as const;
  const incoming = { kind: 'utterance', text, extra: {} } as const;
  return { id, mayRepeat: true, tapsTellLabels: false, user, incoming, params: {} };
}

const render = (whole: LongReply) => ({
  answer: whole.outputs
    .map(output => (output && 'simpleText' in output ? output.simpleText.text : '?'))
    .join('|'),
  labels: [],
  lost: [],
  violations: [],
});

function take<S>(
  bot: Bot<S>,
  store: SessionStore,
  request: TurnRequest,
  withinMs = 2_000,
): Promise<Outcome<string>> {
  return takeTurn({ bot, store, render }, request, deadlineAt(Date.now() + withinMs));
}

/** Late turns by the room, through this queue. */
const byRoom = (defer: DeferTurn): LateTools<string> => ({
  defer,
  delivery: { kind: 'room' },
  receivedAt: Date.now(),
  renderWaiting: words => words,
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
    const room = withFewerReplies(loaded.room, 0);
    await store.save(USER, loaded, { ...loaded, room });
    const bot = counter();
    expect(await take(bot, store, saying('더하기', 'forgotten'))).toMatchObject({
      answer: bot.texts.answeredBefore,
    });
    expect((await store.load(USER)).state).toBe('{"count":2}');
    expect(await take(bot, store, saying('더하기', 'newer'))).toMatchObject({ answer: '2' });
  });

  test('is another turn a minute later', async () => {
    const store = new MemorySessionStore();
    await take(counter(), store, saying('더하기', 'constant'));
    const now = Date.now();
    const clock = jest.spyOn(Date, 'now').mockImplementation(() => now + 61_000);
    expect(
      await takeTurn(
        { bot: counter(), store, render },
        saying('더하기', 'constant'),
        deadlineAt(now + 65_000),
      ),
    ).toMatchObject({ answer: '2' });
    clock.mockRestore();
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
    const store = new MemorySessionStore();
    const bot = new Bot({ session: () => ({ count: 0 }) }).fallback(async turn => {
      await new Promise(resolve => setTimeout(resolve, Math.random() * 3));
      return `${++turn.session.count}`;
    });
    const outcomes = await Promise.all(Array.from({ length: 30 }, () => take(bot, store, saying('아무 말'))));
    expect(new Set(outcomes.map(outcome => outcome.answer)).size).toBe(30);
  });

  test('apologise when the conflict outlives the deadline, and save nothing', async () => {
    const store = new MemorySessionStore();
    jest.spyOn(store, 'save').mockRejectedValue(new SessionConflictError());
    const startedAt = Date.now();
    const outcome = await take(counter(), store, saying('더하기'), 150);
    expect(outcome).toMatchObject({ kind: 'failed', error: expect.any(DeadlineError) });
    expect(Date.now() - startedAt).toBeLessThan(300);
    expect(store.size).toBe(0);
  });
});

describe('the deadline', () => {
  test('ends a rule that overruns: the user gets an apology in time, the rule an abort', async () => {
    const store = new MemorySessionStore();
    let aborted = false;
    const bot = new Bot({ session: () => ({ touched: false }) }).fallback(async turn => {
      turn.session.touched = true;
      turn.deadline.signal.addEventListener('abort', () => {
        aborted = true;
      });
      await new Promise(resolve => setTimeout(resolve, 300).unref());
      return 'too late';
    });
    const startedAt = Date.now();
    const outcome = await take(bot, store, saying('느린 말'), 50);
    expect(Date.now() - startedAt).toBeLessThan(200);
    expect(outcome).toMatchObject({ kind: 'failed', rule: 'fallback', error: expect.any(DeadlineError) });
    expect(aborted).toBe(true);
    expect(store.size).toBe(0);
  });

  test('defers a rule that overruns, where a worker takes it: aborted, nothing saved, started again by nobody here', async () => {
    const store = new MemorySessionStore();
    let begun = 0;
    let aborted = false;
    const bot = new Bot({ session: () => ({ touched: 0 }) }).fallback(async turn => {
      begun++;
      turn.session.touched++;
      turn.deadline.signal.addEventListener('abort', () => {
        aborted = true;
      });
      await new Promise(resolve => setTimeout(resolve, 2_000).unref());
      return 'too late';
    });
    const deferred: DeferredTurn[] = [];
    const save = jest
      .spyOn(store, 'save')
      .mockImplementationOnce(() => Promise.reject(new SessionConflictError()));
    const late = byRoom(async (turn: DeferredTurn) => {
      deferred.push(turn);
    });
    const request = saying('느린 말');
    const outcome = await takeTurn({ bot, store, render, late }, request, deadlineAt(Date.now() + 600));
    expect(outcome).toMatchObject({
      kind: 'late',
      answer: bot.texts.waiting,
      turn: { rule: 'fallback', conflicts: 1, isNewSession: true, hasOverrun: true },
    });
    expect({ begun, aborted, saves: save.mock.calls.length }).toEqual({ begun: 1, aborted: true, saves: 2 });
    expect(deferred).toMatchObject([
      { key: USER, request: { id: request.id }, delivery: { kind: 'room' }, worthMs: 600_000 },
    ]);
    expect((await store.load(USER)).state).toBeUndefined();
  });

  test('leaves a turn to a worker when a conflict leaves no time to run its rule again', async () => {
    const store = new MemorySessionStore();
    const bot = new Bot({ session: () => ({ count: 0 }) }).fallback(async turn => {
      await new Promise(resolve => setTimeout(resolve, 700));
      return `${++turn.session.count}`;
    });
    const deferred: DeferredTurn[] = [];
    const late = byRoom(async (turn: DeferredTurn) => {
      deferred.push(turn);
    });
    const deadline = deadlineAt(Date.now() + 1_500);
    const outcomes = await Promise.all(
      ['first', 'second'].map(id => takeTurn({ bot, store, render, late }, saying('아무 말', id), deadline)),
    );
    expect(outcomes.map(({ kind }) => kind).sort()).toEqual(['answered', 'late']);
    expect(deferred).toHaveLength(1);
    expect((await store.load(USER)).state).toBe('{"count":1}');
  });

  test('takes a deferral back that finished after the apology', async () => {
    const store = new MemorySessionStore();
    const bot = counter().hears('느린 일', () => '늦은 답', { slow: '잠시만요' });
    const late = byRoom(() => new Promise<void>(resolve => setTimeout(resolve, 150)));
    const outcome = await takeTurn(
      { bot, store, render, late },
      saying('느린 일'),
      deadlineAt(Date.now() + 60),
    );
    expect(outcome.kind).toBe('failed');
    await new Promise(resolve => setTimeout(resolve, 200));
    expect(await store.load(USER)).toMatchObject({ state: undefined, leases: {}, room: { turns: [] } });
  });

  test('hands a marked turn to the queue again when it is delivered again before any worker had it', async () => {
    const store = new MemorySessionStore();
    const bot = counter().hears('느린 일', () => '늦은 답', { slow: '잠시만요' });
    let sent = 0;
    const late = byRoom(async () => {
      sent++;
    });
    const say = () =>
      takeTurn({ bot, store, render, late }, saying('느린 일', 'again'), deadlineAt(Date.now() + 2_000));
    await say();
    expect(await say()).toMatchObject({ kind: 'late', answer: '잠시만요' });
    expect(sent).toBe(2);
    await store.claim(USER, 'again', Date.now() + 10_000);
    await say();
    expect(sent).toBe(2);
  });

  test('keeps the late replies that a refused deferral would have brought along', async () => {
    const store = new MemorySessionStore();
    const late = [
      {
        id: 'earlier',
        reply: { outputs: [{ simpleText: { text: '먼저 물은 답' } }] },
        expiresAt: Date.now() + 60_000,
      },
    ];
    await store.save(USER, EMPTY_SESSION, { ...EMPTY_SESSION, room: { ...EMPTY_SESSION.room, late } });
    const bot = counter().hears('느린 일', () => '늦은 답', { slow: '잠시만요' });
    const refusing = byRoom(() => Promise.reject(new Error('the queue refused')));
    const tools = { bot, store, render, late: refusing };
    expect(await takeTurn(tools, saying('느린 일'), deadlineAt(Date.now() + 2_000))).toMatchObject({
      kind: 'failed',
    });
    expect(await take(bot, store, saying('보기'))).toMatchObject({ answer: '먼저 물은 답|0' });
    expect(await take(bot, store, saying('보기'))).toMatchObject({ answer: '0' });
  });

  test('holds when the session does not load: the user gets an apology in time, and nothing is saved later', async () => {
    const store = new MemorySessionStore();
    jest.spyOn(store, 'load').mockImplementation(async () => {
      await new Promise(resolve => setTimeout(resolve, 120));
      return EMPTY_SESSION;
    });
    const save = jest.spyOn(store, 'save');
    const startedAt = Date.now();
    const outcome = await take(counter(), store, saying('더하기'), 50);
    expect(outcome).toMatchObject({ kind: 'failed', error: expect.any(DeadlineError) });
    expect(Date.now() - startedAt).toBeLessThan(110);
    await new Promise(resolve => setTimeout(resolve, 150));
    expect(save).not.toHaveBeenCalled();
  });

  test('is told to a rule that asks for it too late', async () => {
    const deadline = deadlineAt(Date.now() - 1);
    expect(deadline.signal.aborted).toBe(true);
  });

  test('leaves no timer behind', async () => {
    const before = jest.spyOn(globalThis, 'setTimeout');
    const after = jest.spyOn(globalThis, 'clearTimeout');
    const slow = new Bot({ session: () => ({}) }).fallback(async () => {
      await Promise.resolve();
      return '답';
    });
    await take(slow, new MemorySessionStore(), saying('안녕'), 60_000);
    await new Promise(resolve => setImmediate(resolve));
    const set = before.mock.results.map(({ value }) => value);
    const cleared = after.mock.calls.map(([timer]) => timer);
    expect(set.length).toBeGreaterThanOrEqual(2);
    expect(cleared).toEqual(expect.arrayContaining(set));
    jest.restoreAllMocks();
  });

  test('tells the rule how long it has', async () => {
    const bot = new Bot({ session: () => ({}) }).fallback(turn => `${turn.deadline.remainingMs()}`);
    const outcome = await take(bot, new MemorySessionStore(), saying('얼마나?'), 2_000);
    expect(Number(outcome.answer)).toBeGreaterThan(1_000);
    expect(Number(outcome.answer)).toBeLessThanOrEqual(2_000);
  });
});
