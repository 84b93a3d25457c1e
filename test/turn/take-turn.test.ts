import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { Bot } from '../../lambda/bot/bot.ts';
import { deadlineAt } from '../../lambda/bot/deadline.ts';
import type { TurnRequest } from '../../lambda/bot/incoming.ts';
import { type BroughtAnswer, type OwnButton, ownButton } from '../../lambda/bot/own-button.ts';
import { text } from '../../lambda/bot/reply.ts';
import { userKeyOf } from '../../lambda/bot/user.ts';
import { DeadlineError, SessionConflictError, UnavailableError } from '../../lambda/errors.ts';
import type { DeferredTurn } from '../../lambda/turn/deferred-turn.ts';
import type { TurnEngine } from '../../lambda/turn/engine.ts';
import type { Protocol } from '../../lambda/turn/protocol.ts';
import {
  type AnsweredTurn,
  EMPTY_SESSION,
  MemorySessionStore,
  type Session,
  type SessionStore,
  withNeededReplies,
} from '../../lambda/turn/session.ts';
import { shortIdOf } from '../../lambda/turn/short-id.ts';
import { takeTurn } from '../../lambda/turn/take-turn.ts';
import { DEFER_MS, MARK_MS, WORTH_MS } from '../../lambda/turn/time-budget.ts';
import { deferInto } from '../kit/deferred.ts';
import { simulateTime } from '../kit/simulated-time.ts';
import { plainTexts, saying, take, turnOf, USER } from '../kit/turns.ts';

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
    const memory = withNeededReplies(loaded.memory);
    await store.save(USER, loaded, { ...loaded, memory });
    const bot = counter();
    expect(await take(bot, store, saying('더하기', 'forgotten'))).toMatchObject({
      answer: bot.texts.answeredBefore,
    });
    expect((await store.load(USER)).state).toBe('{"count":2}');
    expect(await take(bot, store, saying('더하기', 'newer'))).toMatchObject({ answer: '2' });
  });

  test('has one effect even where no more than a short id is left of the first', async () => {
    const store = new MemorySessionStore();
    for (const id of ['first', 'second']) await take(counter(), store, saying('더하기', id));
    const loaded = await store.load(USER);
    const turns = loaded.memory.turns.map(({ id, at }) => ({ id: shortIdOf(id), at }));
    await store.save(USER, loaded, { ...loaded, memory: { turns } });
    const bot = counter();
    for (const id of ['first', 'second'])
      expect(await take(bot, store, saying('더하기', id))).toMatchObject({
        answer: bot.texts.answeredBefore,
      });
    expect(await take(bot, store, saying('더하기', 'third'))).toMatchObject({ answer: '3' });
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

/** Shows one output at a time, and the answer and the part that 더보기 would bring. */
const oneByOne: Protocol<string> = {
  ...plainTexts,
  render: ({ outputs: [first, ...others] }, texts, { more }) => ({
    answer: `${first ? plainTexts.render({ outputs: [first] }, texts, {}).answer : ''} → ${more?.answer} ${more?.part}`,
    lost: [],
    ...(others.length > 0 && { rest: { outputs: others } }),
  }),
};

/** Takes a turn in a protocol's form, all its time long. */
async function takeBy<S>(
  engine: Omit<TurnEngine<S, string>, 'protocol'> & { readonly protocol?: Protocol<string> },
  request: TurnRequest,
  withinMs = 2_000,
) {
  const deadline = deadlineAt(Date.now() + withinMs);
  const taken = takeTurn({ protocol: plainTexts, ...engine }, { request, receivedAt: Date.now() }, deadline);
  await jest.advanceTimersByTimeAsync(withinMs);
  return taken;
}

const pause = (ms: number) => new Promise<void>(resolve => setTimeout(resolve, ms));

const tapping = (own: OwnButton, id?: string, brought?: BroughtAnswer) =>
  turnOf({ kind: 'utterance', text: own, extra: ownButton(own, own, brought).extra ?? {} }, id);

const FACTS = {
  userKey: USER,
  rule: 'hears 더하기',
  conflicts: 0,
  isNewSession: false,
  hasOverrun: false,
  lost: 0,
};

describe('the outcome of a turn', () => {
  beforeEach(simulateTime);

  test('tells of a first session, and of nothing that was not', async () => {
    const store = new MemorySessionStore();
    const answered = { kind: 'answered', lost: [], violations: [] };
    expect(await takeBy({ bot: counter(), store }, saying('더하기'))).toStrictEqual({
      ...answered,
      answer: '1',
      turn: { ...FACTS, isNewSession: true },
    });
    expect(await takeBy({ bot: counter(), store }, saying('더하기'))).toStrictEqual({
      ...answered,
      answer: '2',
      turn: FACTS,
    });
    expect(await takeBy({ bot: counter(), store }, saying('보기'))).toStrictEqual({
      ...answered,
      answer: '2',
      turn: { ...FACTS, rule: 'hears 보기' },
    });
    const nobodyKnown = await takeBy({ bot: counter(), store: new MemorySessionStore() }, saying('보기'));
    expect(nobodyKnown.turn.isNewSession).toBe(false);
  });

  test('tells of the late turns that it told were lost, and nobody has those any more', async () => {
    const store = new MemorySessionStore();
    const bot = counter();
    const line = ['a', 'b'].map(id => ({ id, expiresAt: Date.now() }));
    const leases = { a: Date.now() - 1, b: Date.now() - 2, c: Date.now() - 3 };
    await store.save(USER, EMPTY_SESSION, { ...EMPTY_SESSION, memory: { turns: [], line }, leases });
    const outcome = await takeBy({ bot, store }, saying('보기'));
    expect(outcome).toMatchObject({ answer: `${bot.texts.lost}|0`, turn: { lost: 2, isNewSession: false } });
    const saved = await store.load(USER);
    expect(saved.leases).toEqual({ c: leases.c });
    expect(saved.memory.line).toBeUndefined();
  });

  test('of a tap that brings a late reply has no rule, and leaves the state as it is', async () => {
    const store = new MemorySessionStore();
    const late = [
      { id: 'late', reply: { outputs: [text('늦은 답')] as const }, expiresAt: Date.now() + 9_000 },
    ];
    const memory = { turns: [], late };
    await store.save(USER, EMPTY_SESSION, { ...EMPTY_SESSION, memory, state: '{"count":7}', version: 1 });
    expect(await takeBy({ bot: counter(), store }, tapping('collect'))).toStrictEqual({
      kind: 'answered',
      answer: '늦은 답',
      lost: [],
      violations: [],
      turn: { ...FACTS, rule: undefined },
    });
    expect(await store.load(USER)).toMatchObject({ state: '{"count":7}', version: 1 });
  });

  test('of a tap that brings nothing is saved nowhere', async () => {
    const store = new MemorySessionStore();
    const bot = counter();
    const outcome = await takeBy({ bot, store }, tapping('collect'));
    expect(outcome).toMatchObject({ kind: 'answered', answer: bot.texts.nothingWaiting });
    expect(store.size).toBe(0);
  });

  test.each<[string, string, Partial<Record<'load' | 'save', number>>]>([
    ['loading the session', '더하기', { load: 5_000 }],
    ['saving the session', '더하기', { save: 5_000 }],
    ['deferring the turn', '천천히', { save: 5_000 }],
    ['the rule "hears 오래"', '오래', {}],
    ['the rule "hears 두 걸음"', '두 걸음', {}],
  ])('says what was not done in time: %s', async (what, words, { load = 0, save = 0 }) => {
    const store = new MemorySessionStore();
    const slowly = {
      load: () => pause(load).then(() => EMPTY_SESSION),
      save: () => pause(save),
      claim: async () => undefined,
      delete: async () => {},
    };
    const bot = counter()
      .hears('천천히', () => '답', { slow: '잠시만요' })
      .hears('오래', () => new Promise<string>(() => {}))
      .hears('두 걸음', { slow: '잠시만요', work: () => '결과', then: () => new Promise<string>(() => {}) });
    const defer = what.startsWith('the rule') ? undefined : deferInto([]);
    expect(await takeBy({ bot, store: slowly, defer }, saying(words))).toMatchObject({
      kind: 'failed',
      answer: bot.texts.apology,
      error: { message: `${what} did not finish before the deadline` },
    });
    expect(store.size).toBe(0);
  });

  test('says that it was not handed to the queue in time when it is delivered again', async () => {
    const store = new MemorySessionStore();
    const bot = counter().hears('천천히', () => '답', { slow: '잠시만요' });
    const again = saying('천천히', 'again');
    await takeBy({ bot, store, defer: deferInto([]) }, again);
    const hung = { bot, store, defer: () => new Promise<void>(() => {}) };
    expect(await takeBy(hung, again)).toMatchObject({
      kind: 'failed',
      error: { message: 'deferring the turn did not finish before the deadline' },
    });
  });

  test('of a session that came too late says so, though no timer had a chance to go off', async () => {
    const store = new MemorySessionStore();
    jest.spyOn(store, 'load').mockImplementation(async () => {
      jest.setSystemTime(Date.now() + 2_000);
      return EMPTY_SESSION;
    });
    expect(await takeBy({ bot: counter(), store }, saying('더하기'))).toMatchObject({
      kind: 'failed',
      rule: undefined,
      error: { message: 'loading the session did not finish before the deadline' },
    });
  });

  test('of a rule that lets nothing else happen until the deadline is the apology, and nothing is saved', async () => {
    const store = new MemorySessionStore();
    const bot = new Bot({ session: () => ({ count: 0 }) }).fallback(turn => {
      jest.setSystemTime(Date.now() + 2_000);
      return `${++turn.session.count}`;
    });
    const outcome = await takeBy({ bot, store }, saying('말'));
    expect(outcome).toMatchObject({
      kind: 'failed',
      error: { message: 'the turn did not finish before the deadline' },
    });
    expect(store.size).toBe(0);
  });

  test('of a rule that fails is its own error, and it is begun once', async () => {
    const error = new Error('부서짐');
    const rule = jest.fn(() => Promise.reject(error));
    const bot = new Bot({ session: () => ({}) }).fallback(rule);
    const outcome = await takeBy({ bot, store: new MemorySessionStore() }, saying('말'));
    expect(outcome.kind === 'failed' && outcome.error).toBe(error);
    expect(rule).toHaveBeenCalledTimes(1);
  });
});

/** A store whose next saves fail, each after so long; it tells when it was read. */
class BusyStore extends MemorySessionStore {
  readonly errors: Error[] = [];
  readonly loadedAt: number[] = [];
  saveMs = 0;
  /** Whether a save that fails was done all the same. */
  isDone = false;
  readonly #since = Date.now();

  override load(...args: Parameters<SessionStore['load']>): Promise<Session> {
    this.loadedAt.push(Date.now() - this.#since);
    return super.load(...args);
  }

  override async save(...args: Parameters<SessionStore['save']>): Promise<void> {
    if (this.saveMs > 0) await pause(this.saveMs);
    const error = this.errors.shift();
    if (error === undefined || this.isDone) await super.save(...args);
    if (error) throw error;
  }
}

/** A bot whose rule takes so long, and counts how often it was begun. */
const working = (ms: number) => {
  const begin = jest.fn();
  const bot = new Bot({ session: () => ({ count: 0 }) }).fallback(async turn => {
    begin();
    if (ms > 0) await pause(ms);
    return `${++turn.session.count}`;
  });
  return { bot, begin };
};

const conflict = () => new SessionConflictError();
const unavailable = () => new UnavailableError('sessions table', { cause: undefined });
const CONFLICT = 'settling a conflict with other turns of this user did not finish before the deadline';

describe('a turn that met another', () => {
  let store: BusyStore;
  let queue: DeferredTurn[];
  beforeEach(() => {
    simulateTime();
    jest.spyOn(Math, 'random').mockReturnValue(0.5);
    store = new BusyStore();
    queue = [];
  });
  const defer = () => deferInto(queue);

  test('pauses longer each time, up to a random part of 800 ms, and tells how often it met one', async () => {
    store.errors.push(...Array.from({ length: 11 }, conflict));
    const outcome = await takeBy({ bot: working(0).bot, store }, saying('말'), 4_000);
    expect(outcome).toMatchObject({ kind: 'answered', answer: '1', turn: { conflicts: 11 } });
    expect(store.loadedAt).toEqual([0, 1, 3, 7, 15, 31, 63, 127, 255, 511, 911, 1_311]);
  });

  test('pauses the longer the longer it took', async () => {
    store.errors.push(conflict());
    expect(await takeBy({ bot: working(100).bot, store }, saying('말'), 301)).toMatchObject({ answer: '1' });
    expect(store.loadedAt).toEqual([0, 200]);
  });

  test('is not tried again where that can not be done in time, and says so', async () => {
    const error = conflict();
    store.errors.push(error);
    const { bot, begin } = working(100);
    expect(await takeBy({ bot, store }, saying('말'), 300)).toMatchObject({
      kind: 'failed',
      error: { name: 'DeadlineError', message: CONFLICT, cause: error },
    });
    expect(begin).toHaveBeenCalledTimes(1);
  });

  test('is left to a worker where that can not be done in time', async () => {
    store.errors.push(conflict());
    store.saveMs = 200;
    const { bot, begin } = working(250);
    expect(await takeBy({ bot, store, defer: defer() }, saying('말'), 1_200)).toMatchObject({
      kind: 'late',
      answer: bot.texts.waiting,
      turn: { rule: 'fallback', conflicts: 1, hasOverrun: false },
    });
    expect(queue).toMatchObject([{ rule: 'fallback', worthMs: WORTH_MS }]);
    expect(begin).toHaveBeenCalledTimes(1);
  });

  test('pauses no longer than a save takes where its rule is done', async () => {
    store.errors.push(conflict());
    const { bot, begin } = working(1_000);
    expect(await takeBy({ bot, store }, saying('말'))).toMatchObject({ answer: '1' });
    expect(store.loadedAt).toEqual([0, 1_000 + MARK_MS]);
    expect(begin).toHaveBeenCalledTimes(1);
  });

  test('pauses no longer than a save takes where its rule is a worker’s', async () => {
    store.errors.push(conflict());
    const { bot, begin } = working(60_000);
    expect(await takeBy({ bot, store, defer: defer() }, saying('말'))).toMatchObject({ kind: 'late' });
    expect(store.loadedAt).toEqual([0, 2_000 - DEFER_MS + MARK_MS]);
    expect(begin).toHaveBeenCalledTimes(1);
  });

  test('is not deferred a second time', async () => {
    store.errors.push(conflict());
    store.saveMs = DEFER_MS - MARK_MS;
    const outcome = await takeBy({ bot: working(60_000).bot, store, defer: defer() }, saying('말'));
    expect(outcome).toMatchObject({ kind: 'failed', error: { message: CONFLICT } });
    expect(store.loadedAt).toEqual([0]);
  });

  test('is not deferred where it has no rule', async () => {
    const late = [
      { id: 'late', reply: { outputs: [text('늦은 답')] as const }, expiresAt: Date.now() + 9_000 },
    ];
    await store.save(USER, EMPTY_SESSION, { ...EMPTY_SESSION, memory: { turns: [], late } });
    store.errors.push(conflict());
    store.saveMs = 1_000;
    const { bot } = working(0);
    const outcome = await takeBy({ bot, store, defer: defer() }, tapping('collect'), 1_500);
    expect(outcome).toMatchObject({ kind: 'failed', error: { message: CONFLICT } });
    expect(store.loadedAt).toEqual([0]);
    expect(queue).toEqual([]);
  });

  test('after its deadline reads nothing any more', async () => {
    store.errors.push(conflict());
    store.saveMs = 100;
    const outcome = await takeBy({ bot: working(0).bot, store, defer: defer() }, saying('말'), 50);
    expect(outcome).toMatchObject({ kind: 'failed' });
    await jest.advanceTimersByTimeAsync(1_000);
    expect(store.loadedAt).toEqual([0]);
  });
});

describe('a turn whose table does not answer', () => {
  let store: BusyStore;
  let queue: DeferredTurn[];
  beforeEach(() => {
    simulateTime();
    jest.spyOn(Math, 'random').mockReturnValue(0.5);
    store = new BusyStore();
    queue = [];
  });

  test('fails at once where it can not be read', async () => {
    const error = unavailable();
    const load = jest.spyOn(store, 'load').mockRejectedValue(error);
    const outcome = await takeBy({ bot: working(0).bot, store }, saying('말'));
    expect(outcome.kind === 'failed' && outcome.error).toBe(error);
    expect(load).toHaveBeenCalledTimes(1);
  });

  test('fails at once where it is the queue that does not', async () => {
    const error = new UnavailableError('late queue', { cause: undefined });
    const refusing = jest.fn(() => Promise.reject(error));
    const bot = counter().hears('천천히', () => '답', { slow: '잠시만요' });
    const outcome = await takeBy({ bot, store, defer: refusing }, saying('천천히'));
    expect(outcome.kind === 'failed' && outcome.error).toBe(error);
    expect(refusing).toHaveBeenCalledTimes(1);
  });

  test('looks soon what became of its save, and met nobody', async () => {
    store.errors.push(unavailable());
    expect(await takeBy({ bot: working(0).bot, store }, saying('말'))).toMatchObject({
      answer: '1',
      turn: { conflicts: 0 },
    });
    expect(store.loadedAt).toEqual([0, MARK_MS]);
  });

  test('fails with that where there is no time to look', async () => {
    const error = unavailable();
    store.errors.push(error);
    store.saveMs = 100;
    const outcome = await takeBy({ bot: working(0).bot, store }, saying('말'), 100 + MARK_MS);
    expect(outcome.kind === 'failed' && outcome.error).toBe(error);
  });

  test('is answered as it was to be when its save was done', async () => {
    store.errors.push(unavailable());
    store.isDone = true;
    const { bot, begin } = working(0);
    const outcome = await takeBy({ bot, store }, { ...saying('말'), mayRepeat: false });
    expect(outcome).toMatchObject({ kind: 'answered', answer: '1', turn: { isNewSession: true } });
    expect(begin).toHaveBeenCalledTimes(1);
  });

  test('tells to wait as it was to when its mark was saved, and is handed to the queue', async () => {
    const late = [
      { id: 'late', reply: { outputs: [text('늦은 답')] as const }, expiresAt: Date.now() + 9_000 },
    ];
    await store.save(USER, EMPTY_SESSION, { ...EMPTY_SESSION, memory: { turns: [], late } });
    store.errors.push(unavailable());
    store.isDone = true;
    const bot = counter().hears('천천히', () => '답', { slow: '잠시만요' });
    const outcome = await takeBy({ bot, store, defer: deferInto(queue) }, saying('천천히'));
    expect(outcome).toMatchObject({ kind: 'late', answer: '늦은 답|잠시만요' });
    expect(queue).toMatchObject([{ rule: 'hears 천천히' }]);
  });

  test('leaves the mark that its repeated delivery has made in its place, though the queue refuses this one', async () => {
    const bot = counter().hears('천천히', () => '답', { slow: '잠시만요' });
    const deferred = { bot, store, protocol: plainTexts, defer: deferInto(queue) };
    const save = store.save.bind(store);
    jest.spyOn(store, 'save').mockImplementationOnce(async (...args) => {
      const call = { request: saying('천천히', 'same'), receivedAt: Date.now() - 1 };
      await takeTurn(deferred, call, deadlineAt(Date.now() + 2_000));
      return save(...args);
    });
    const refusing = () => Promise.reject(new UnavailableError('late queue', { cause: undefined }));
    const outcome = await takeBy({ bot, store, defer: refusing }, saying('천천히', 'same'));
    expect(outcome).toMatchObject({ kind: 'late', answer: '잠시만요' });
    expect(queue).toHaveLength(1);
    expect((await store.load(USER)).memory.line).toMatchObject([{ id: 'same' }]);
  });

  test.each<[string, Omit<AnsweredTurn, 'id' | 'at'>, object]>([
    [
      'an answer',
      { reply: { outputs: [text('다른 답')] } },
      { kind: 'answered', answer: '다른 답 → same 1' },
    ],
    ['a part of one', { part: { of: 'r', number: 1 } }, { kind: 'answered', answer: '둘 → r 2' }],
    ['the words to wait', { waiting: '잠시만요' }, { kind: 'late', answer: '잠시만요 → same 1' }],
  ])('is answered as its repeated delivery was meanwhile: %s', async (_, before, answered) => {
    const rest = { id: 'r', reply: { outputs: [text('하나'), text('둘')] as const }, next: 2, overAt: 1 };
    const turns = [{ id: 'same', at: Date.now(), ...before }];
    jest.spyOn(store, 'save').mockImplementationOnce(async () => {
      await store.save(USER, EMPTY_SESSION, { ...EMPTY_SESSION, memory: { turns, rest } });
      throw unavailable();
    });
    const engine = { bot: working(0).bot, store, protocol: oneByOne, defer: deferInto(queue) };
    expect(await takeBy(engine, saying('말', 'same'))).toMatchObject({
      ...answered,
      turn: { isNewSession: false },
    });
  });
});

describe('a repeated delivery', () => {
  beforeEach(simulateTime);

  test('of a turn that is late is told to wait again, and handed to the queue again', async () => {
    const queue: DeferredTurn[] = [];
    const bot = counter().hears('천천히', () => '답', { slow: '잠시만요' });
    const engine = { bot, store: new MemorySessionStore(), defer: deferInto(queue) };
    const first = {
      kind: 'late',
      answer: '잠시만요',
      turn: { ...FACTS, rule: 'hears 천천히', isNewSession: true },
    };
    expect(await takeBy(engine, saying('천천히', 'same'))).toStrictEqual(first);
    const again = { ...first, turn: { ...FACTS, rule: undefined, isRepeated: true } };
    expect(await takeBy(engine, saying('천천히', 'same'))).toStrictEqual(again);
    expect(queue).toHaveLength(2);
    const { defer: _, ...alone } = engine;
    expect(await takeBy(alone, saying('천천히', 'same'))).toMatchObject({
      kind: 'answered',
      answer: bot.texts.answeredBefore,
    });
  });

  test('of a turn that was answered is answered so, though a worker could take it', async () => {
    const queue: DeferredTurn[] = [];
    const engine = { bot: counter(), store: new MemorySessionStore(), defer: deferInto(queue) };
    await takeBy(engine, saying('더하기', 'same'));
    expect(await takeBy(engine, saying('더하기', 'same'))).toStrictEqual({
      kind: 'answered',
      answer: '1',
      lost: [],
      turn: { ...FACTS, rule: undefined, isRepeated: true },
    });
    expect(queue).toEqual([]);
  });
});

describe('an answer that is shown in parts', () => {
  beforeEach(simulateTime);
  const bot = new Bot({ session: () => ({}) }).fallback(() => ({
    outputs: [text('하나'), text('둘'), text('셋')],
  }));

  test('is gone on with by each tap, and a repeated tap gets its part again', async () => {
    const engine = { bot, store: new MemorySessionStore(), protocol: oneByOne };
    expect(await takeBy(engine, saying('말', 'long'))).toMatchObject({ answer: '하나 → long 1' });
    expect(await takeBy(engine, tapping('more', 'tap'))).toMatchObject({ answer: '둘 → long 2' });
    expect(await takeBy(engine, tapping('more', 'last'))).toMatchObject({ answer: '셋 → long 3' });
    expect(await takeBy(engine, tapping('more', 'tap'))).toMatchObject({ answer: '둘 → long 2' });
  });

  test('begins anew as an answer of the tap where a late reply comes before it', async () => {
    const store = new MemorySessionStore();
    const engine = { bot, store, protocol: oneByOne };
    await takeBy(engine, saying('말', 'long'));
    const loaded = await store.load(USER);
    const late = [
      { id: 'late', reply: { outputs: [text('늦은 답')] as const }, expiresAt: Date.now() + 9_000 },
    ];
    await store.save(USER, loaded, { ...loaded, memory: { ...loaded.memory, late } });
    expect(await takeBy(engine, tapping('more', 'tap'))).toMatchObject({ answer: '늦은 답 → tap 1' });
    expect(await takeBy(engine, tapping('more'))).toMatchObject({ answer: '하나 → tap 2' });
  });
});
