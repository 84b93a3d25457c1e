import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { Bot } from '../../lambda/bot/bot.ts';
import { deadlineAt } from '../../lambda/bot/deadline.ts';
import { text } from '../../lambda/bot/reply.ts';
import { SessionConflictError, SessionTooLargeError, UnavailableError } from '../../lambda/errors.ts';
import type { DeferredTurn } from '../../lambda/turn/deferred-turn.ts';
import { takeLateTurn } from '../../lambda/turn/late-turn.ts';
import type { Deliverer } from '../../lambda/turn/protocol.ts';
import { EMPTY_SESSION, leaseOf, MemorySessionStore, type Session } from '../../lambda/turn/session.ts';
import { forgetReply } from '../../lambda/turn/show-late.ts';
import { takeTurn } from '../../lambda/turn/take-turn.ts';
import { deferInto } from '../kit/deferred.ts';
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
  jest.restoreAllMocks();
});

async function deferred(id: string): Promise<DeferredTurn> {
  await take(bot, store, saying('느린 일', id), {
    defer: deferInto(queue),
  });
  return newest();
}

/** Takes the turn from the queue that was deferred last. */
function newest(): DeferredTurn {
  const turn = queue.pop();
  if (turn === undefined) throw new Error('nothing was deferred');
  return turn;
}

/** A worker that is dead after this time at the latest. */
const work = (turn: DeferredTurn, leaseMs = 28_000, ruleWithinMs = 60_000, of = bot) =>
  takeLateTurn({ bot: of, store, deliverer: DELIVERER }, turn, {
    isFirst: true,
    endsAt: Date.now() + leaseMs,
    ruleUntil: Date.now() + ruleWithinMs,
  });

describe('a worker whose rule is at work', () => {
  /** A bot whose turns take each other's place, and the rules of it that were told to stop. */
  function replacing() {
    const stopped: string[] = [];
    const replaced = new Bot({ session: () => ({ asked: 0 }) }).fallback(
      turn =>
        new Promise(resolve => {
          turn.deadline.signal.addEventListener('abort', () => stopped.push(turn.id));
          setTimeout(() => resolve('다 됐어요'), ruleMs);
        }),
      { slow: '잠시만요', busy: 'replace' },
    );
    const protocol = { ...plainTexts, renderWaiting: (words: string) => words };
    const ask = async (id: string): Promise<DeferredTurn> => {
      const call = { request: saying('느린 일', id), address: 'somewhere', receivedAt: Date.now() };
      const engine = { bot: replaced, store, protocol, defer: deferInto(queue) };
      await takeTurn(engine, call, deadlineAt(Date.now() + 2_000));
      return newest();
    };
    return { bot: replaced, stopped, ask };
  }

  test.each([
    ['the rule may work, and a second to save', 49_000, 46_000],
    ['it lives', 45_500, 45_500],
  ])('says that it lives, for as long as %s', async (_, endsInMs, heldForMs) => {
    const turn = await deferred('slow');
    const long = new Bot({ session: () => ({ asked: 0 }) }).fallback(
      () => new Promise(resolve => setTimeout(() => resolve('다 됐어요'), 30_000)),
      { slow: '잠시만요', upToMs: 45_000 },
    );
    const startedAt = Date.now();
    const worked = work(turn, endsInMs, 45_000, long);
    await jest.advanceTimersByTimeAsync(25_000);
    expect(Math.floor(leaseOf(await store.load(USER), 'slow'))).toBe(startedAt + heldForMs);
    await jest.advanceTimersByTimeAsync(5_000);
    expect(await worked).toMatchObject({ kind: 'answered', conflicts: 0 });
  });

  test.each([
    ['while the rule is at work', 30_000],
    ['just before the rule is done', 24_500],
  ])('answers though the answer to its saying that it lives got lost %s', async (_, ruleTakesMs) => {
    const turn = await deferred('slow');
    const long = new Bot({ session: () => ({ asked: 0 }) }).fallback(
      () => new Promise(resolve => setTimeout(() => resolve('다 됐어요'), ruleTakesMs)),
      { slow: '잠시만요', upToMs: 45_000 },
    );
    const worked = work(turn, 49_000, 45_000, long);
    await jest.advanceTimersByTimeAsync(23_000);
    const claim = store.claim.bind(store);
    jest.spyOn(store, 'claim').mockImplementationOnce(async (...args) => {
      await claim(...args);
      throw new UnavailableError('sessions table', { cause: undefined });
    });
    await jest.advanceTimersByTimeAsync(10_000);
    expect(await worked).toMatchObject({
      kind: 'answered',
      reply: { outputs: [{ simpleText: { text: '다 됐어요' } }] },
    });
  });

  test('stops it within a second when its turn is replaced, and has its user told', async () => {
    const { bot: of, stopped, ask } = replacing();
    ruleMs = 20_000;
    const worked = work(await ask('replaced'), 28_000, 24_000, of);
    await jest.advanceTimersByTimeAsync(1_500);
    await ask('next');
    expect(stopped).toEqual([]);
    await jest.advanceTimersByTimeAsync(1_000);
    expect(stopped).toEqual(['replaced']);
    expect(await worked).toEqual({
      kind: 'answered-before',
      reply: { outputs: [{ simpleText: { text: of.texts.replaced } }] },
      isToPost: true,
    });
  });

  test('reads the session no more when it is done', async () => {
    const { bot: of, ask } = replacing();
    ruleMs = 1_500;
    const worked = work(await ask('slow'), 28_000, 24_000, of);
    const load = jest.spyOn(store, 'load');
    await jest.advanceTimersByTimeAsync(1_500);
    expect(await worked).toMatchObject({ kind: 'answered' });
    expect(load).toHaveBeenCalledTimes(1);
    await jest.advanceTimersByTimeAsync(10_000);
    expect(load).toHaveBeenCalledTimes(1);
  });
});

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
    const ask = (n: number) => take(bot, store, saying('느린 일', `turn ${n}`), { defer: deferInto(queue) });
    ruleMs = 50;
    let turn: DeferredTurn | undefined = await deferred('turn 1');
    for (let n = 2; n <= 10; n++) await ask(n);
    for (let n = 1; n <= 13; n++) {
      const worked = work(turn ?? (await deferred('nothing is in line')));
      await jest.advanceTimersByTimeAsync(1);
      // As many wait as may, so that more are made only when some were: those were collected by asking for more.
      if (n === 4) for (const next of [11, 12, 13]) await ask(next);
      await jest.advanceTimersByTimeAsync(100);
      const outcome = await worked;
      expect(outcome).toMatchObject({ kind: 'answered', rule: 'fallback' });
      turn = 'next' in outcome ? outcome.next : undefined;
    }
    // Each that waited was handed on by the one before it, and to nobody by whoever asked.
    expect({ turn, queue }).toEqual({ turn: undefined, queue: [] });
    const { late = [] } = (await store.load(USER)).memory;
    expect(late.map(({ id }) => id)).toEqual(Array.from({ length: 10 }, (_, n) => `turn ${n + 4}`));
    expect(await take(bot, store, saying(bot.texts.collect))).toMatchObject({
      answer: expect.stringMatching(/13번째 답$/),
    });
  });
});

describe('a turn that waits for another', () => {
  const ask = (id: string) => take(bot, store, saying('느린 일', id), { defer: deferInto(queue) });

  test('is handed on by whoever answered that one, or else by what the user asks next', async () => {
    const first = await deferred('first');
    for (const id of ['second', 'third']) await ask(id);
    const worked = work(first);
    await jest.advanceTimersByTimeAsync(100);
    expect(await worked).toMatchObject({ kind: 'answered', next: { request: { id: 'second' } } });
    // Its worker died before it did so.
    expect(queue).toEqual([]);
    await ask('fourth');
    expect(queue).toMatchObject([{ request: { id: 'second' } }]);
  });
});

describe('a worker that saves what its rule came to', () => {
  const lost = () => new UnavailableError('sessions table', { cause: undefined });
  const answer = { outputs: [{ simpleText: { text: '1번째 답' } }] };

  /** The end of a worker whose saves go so, after a second; a save that nothing is said of is done. */
  async function saving(
    saves: readonly ((save: () => Promise<void>) => Promise<void>)[],
    {
      leaseMs = 28_000,
      loads = [] as readonly Error[],
      loadMs = 0,
      forMs = 1_000,
      delivery = DELIVERED as DeferredTurn['delivery'],
    } = {},
  ) {
    const turn = { ...(await deferred('slow')), delivery };
    const [coming, failing] = [[...saves], [...loads]];
    const [save, load] = [store.save.bind(store), store.load.bind(store)];
    const startedAt = Date.now();
    const [savedAtMs, loadedAtMs]: [number[], number[]] = [[], []];
    store.save = async (...args) => {
      savedAtMs.push(Date.now() - startedAt);
      await (coming.shift() ?? (done => done()))(() => save(...args));
    };
    store.load = async key => {
      if (savedAtMs.length === 0) return load(key);
      loadedAtMs.push(Date.now() - startedAt);
      const error = failing.shift();
      if (error) throw error;
      if (loadMs > 0) await new Promise(resolve => setTimeout(resolve, loadMs));
      return load(key);
    };
    const ended = work(turn, leaseMs).catch(error => ({ error }));
    await jest.advanceTimersByTimeAsync(forMs);
    store.save = save;
    store.load = load;
    const left = coming.length + failing.length;
    return { outcome: await ended, left, session: await load(USER), savedAtMs, loadedAtMs };
  }

  /** Somebody else changes the session before the save. */
  const changing = (changed: Partial<Session>) => async () => {
    const session = await MemorySessionStore.prototype.load.call(store, USER);
    const next = { ...session, ...changed };
    await MemorySessionStore.prototype.save.call(store, USER, session, next);
    throw new SessionConflictError();
  };
  const conflict = changing({ state: '{"asked":7}' });

  /** The save is done, and its answer lost. */
  const done = async (save: () => Promise<void>) => {
    await save();
    throw lost();
  };

  /** Every pause is half of the longest that it may be, and a lease ends at a whole millisecond. */
  const halfPauses = () => jest.spyOn(Math, 'random').mockReturnValue(0.5).mockReturnValueOnce(0);

  test('saves again on the session of whoever came between, and tells what could not be joined', async () => {
    const { outcome, session } = await saving([conflict]);
    expect(outcome).toMatchObject({ kind: 'answered', reply: answer, conflicts: 1, isJoinedInPart: true });
    expect(outcome).not.toHaveProperty('error');
    expect(session).toMatchObject({ state: '{"asked":7}', leases: {} });
  });

  test.each([
    ['delivered', DELIVERED],
    ['collected', { protocol: DELIVERER.name }],
  ])('takes a save for done whose answer was lost, where the reply is %s', async (_, delivery) => {
    const { outcome, session } = await saving([done], { delivery, loads: [lost(), lost()] });
    expect(outcome).toMatchObject({ kind: 'answered', reply: answer, conflicts: 0, isJoinedInPart: false });
    expect(session).toMatchObject({ state: '{"asked":1}', leases: {} });
  });

  test('takes it for done among other replies that wait to be collected', async () => {
    const worked = work(await deferred('earlier'));
    await jest.advanceTimersByTimeAsync(100);
    await worked;
    const { outcome, session } = await saving([done], { delivery: { protocol: DELIVERER.name } });
    expect(outcome).toMatchObject({
      kind: 'answered',
      reply: { outputs: [{ simpleText: { text: '2번째 답' } }] },
    });
    expect(session.memory.late?.map(({ id }) => id)).toEqual(['earlier', 'slow']);
  });

  test('has nothing to tell where its turn was taken back, whatever waits to be collected', async () => {
    const reply = { outputs: [{ simpleText: { text: '다른 답' } }] as const };
    const takenBack = changing({
      memory: { turns: [], late: [{ id: 'earlier', reply, expiresAt: Date.now() + 60_000 }] },
      leases: {},
    });
    const { outcome, session } = await saving([takenBack]);
    expect(outcome).toEqual({ kind: 'gone' });
    expect(session.memory.late).toMatchObject([{ id: 'earlier' }]);
  });

  test('has nothing to tell where its turn was replaced and its reply would be collected', async () => {
    const another = new Bot({ session: () => ({ asked: 0 }) }).fallback(() => '다른 답', {
      slow: '잠시만요',
      busy: 'replace',
    });
    const replacing = async () => {
      await take(another, store, saying('다른 일', 'next'), { defer: deferInto(queue) });
      throw lost();
    };
    const { outcome, session } = await saving([replacing], { delivery: { protocol: DELIVERER.name } });
    expect(outcome).toEqual({ kind: 'gone' });
    expect(session).toMatchObject({
      state: undefined,
      memory: { turns: [{ id: 'slow', reply: { outputs: [text(another.texts.replaced)] } }, { id: 'next' }] },
      leases: { next: expect.any(Number) },
    });
    expect(session.memory).not.toHaveProperty('late');
  });

  test('leaves the turn to the worker that has it by then', async () => {
    const { outcome } = await saving([changing({ leases: { slow: Date.now() + 49_000 } })]);
    expect(outcome).toEqual({ kind: 'gone' });
  });

  test.each([
    ['answered', 'in', 1_449],
    ['gone', 'after', 1_450],
  ])('is %s by a save that it learns of %s the time of its lease', async (kind, _, loadMs) => {
    halfPauses();
    const { outcome, session, loadedAtMs } = await saving([done], { leaseMs: 1_500, loadMs, forMs: 2_000 });
    expect({ outcome, loadedAtMs }).toMatchObject({ outcome: { kind }, loadedAtMs: [50] });
    expect(session).toMatchObject({ state: '{"asked":1}', leases: {} });
  });

  test('asks a table that does not answer less and less often, the last time when a save has time yet', async () => {
    halfPauses();
    const loads = Array.from({ length: 20 }, lost);
    const { outcome, loadedAtMs } = await saving([conflict], { leaseMs: 3_000, loads, forMs: 3_000 });
    expect(outcome).toEqual({ error: new SessionConflictError() });
    expect(loadedAtMs).toEqual([25, 75, 175, 375, 775, 1_175, 1_575, 1_975, 2_000]);
  });

  test('waits as long between its saves where the table is read, and not written', async () => {
    halfPauses();
    const saves = Array.from({ length: 20 }, () => () => Promise.reject(lost()));
    const { outcome, savedAtMs } = await saving(saves, { leaseMs: 3_000, forMs: 3_000 });
    expect(outcome).toEqual({ error: lost() });
    expect(savedAtMs).toEqual([0, 50, 150, 350, 750, 1_150, 1_550, 1_950, 2_000]);
  });

  test('pauses shortly however often other turns come between', async () => {
    halfPauses();
    const { outcome, savedAtMs } = await saving([conflict, conflict, conflict]);
    expect(outcome).toMatchObject({ kind: 'answered', conflicts: 3 });
    expect(savedAtMs).toEqual([0, 25, 50, 75]);
  });

  test('saves again where the table did not answer', async () => {
    const { outcome, left, session } = await saving([() => Promise.reject(lost())]);
    expect({ outcome, left }).toMatchObject({ outcome: { kind: 'answered', conflicts: 0 }, left: 0 });
    expect(session).toMatchObject({ state: '{"asked":1}', leases: {} });
  });

  test.each([1_000, 999])('leaves the turn to another when %d ms of its lease are left', async leaseMs => {
    jest.spyOn(Math, 'random').mockReturnValue(0);
    const { outcome, session } = await saving([() => Promise.reject(lost())], { leaseMs });
    expect(outcome).toEqual({ error: lost() });
    expect(session.state).toBeUndefined();
  });

  test('leaves the turn to another when the table does not answer to the end of its lease', async () => {
    const loads = Array.from({ length: 1_000 }, lost);
    const { outcome, left } = await saving([() => Promise.reject(lost())], { leaseMs: 1_500, loads });
    expect(outcome).toEqual({ error: lost() });
    expect(left).toBeGreaterThan(0);
  });

  test('leaves the turn to another at any other error', async () => {
    const error = new Error('a table of another form');
    expect((await saving([() => Promise.reject(error)])).outcome).toEqual({ error });
    store = new MemorySessionStore();
    expect((await saving([() => Promise.reject(lost())], { loads: [error] })).outcome).toEqual({ error });
  });

  test('tells the apology where the session has no room for the answer', async () => {
    const error = new SessionTooLargeError(2, 1);
    const { outcome, session } = await saving([() => Promise.reject(error)]);
    expect(outcome).toMatchObject({
      kind: 'answered',
      reply: { outputs: [{ simpleText: { text: bot.texts.apology } }] },
      rule: 'fallback',
      isLost: false,
      error,
    });
    expect(session).toMatchObject({ state: undefined, leases: {} });
  });

  test('leaves a session alone that has no room for the apology either', async () => {
    const error = new SessionTooLargeError(2, 1);
    const refuse = () => Promise.reject(error);
    expect(await saving([refuse, refuse])).toMatchObject({ outcome: { error }, left: 0 });
  });

  test('saves nothing for a user who is forgotten meanwhile', async () => {
    const forget = async () => {
      await store.delete(USER);
      throw new SessionConflictError();
    };
    const { outcome, session } = await saving([forget]);
    expect(outcome).toEqual({ kind: 'gone' });
    expect(session).toEqual(EMPTY_SESSION);
  });
});

describe('a record that finds its turn', () => {
  const again = (turn: DeferredTurn) =>
    takeLateTurn({ bot, store, deliverer: DELIVERER }, turn, {
      isFirst: false,
      endsAt: Date.now() + 28_000,
      ruleUntil: Date.now() + 24_000,
    });

  test('with another worker leaves it there', async () => {
    const turn = await deferred('slow');
    await store.claim(USER, 'slow', Date.now() + 28_000);
    expect(await again(turn)).toEqual({ kind: 'held' });
  });

  test('behind another, with a lease that ends now, hands that one on: nobody has its own', async () => {
    const first = await deferred('first');
    await take(bot, store, saying('느린 일', 'slow'), { defer: deferInto(queue) });
    const session = await store.load(USER);
    const line = session.memory.line?.map(one => ({ turn: first, ...one })) ?? [];
    const memory = { ...session.memory, line };
    await store.save(USER, session, { ...session, memory, leases: { ...session.leases, slow: Date.now() } });
    expect(await again({ ...first, request: saying('느린 일', 'slow') })).toMatchObject({
      kind: 'gone',
      next: { request: { id: 'first' } },
    });
  });

  test('answered, and its reply forgotten, has nothing to do', async () => {
    const turn = { ...(await deferred('slow')), delivery: DELIVERED };
    const worked = work(turn);
    await jest.advanceTimersByTimeAsync(100);
    await worked;
    await forgetReply(store, turn);
    expect(await again(turn)).toEqual({ kind: 'gone', next: undefined });
  });

  test('answered has its reply, and the turn that waited for it', async () => {
    const turn = { ...(await deferred('slow')), delivery: DELIVERED };
    await take(bot, store, saying('느린 일', 'next'), { defer: deferInto(queue) });
    const worked = work(turn);
    await jest.advanceTimersByTimeAsync(100);
    await worked;
    expect(await again(turn)).toMatchObject({
      kind: 'answered-before',
      reply: { outputs: [{ simpleText: { text: '1번째 답' } }] },
      isToPost: false,
      next: { request: { id: 'next' } },
    });
  });

  test('answered, and not posted, is told so', async () => {
    const turn = { ...(await deferred('slow')), delivery: DELIVERED };
    const { leases: _, ...session } = await store.load(USER);
    const reply = { outputs: [{ simpleText: { text: '놓인 답' } }] as const };
    const turns = [{ id: 'slow', at: Date.now(), reply, isToPost: true as const }];
    await store.save(USER, await store.load(USER), { ...session, leases: {}, memory: { turns } });
    expect(await again(turn)).toEqual({ kind: 'answered-before', reply, isToPost: true, next: undefined });
  });

  test('of a user who is forgotten has nothing to do', async () => {
    const turn = await deferred('slow');
    await store.delete(USER);
    expect(await again(turn)).toEqual({ kind: 'gone', next: undefined });
  });
});
