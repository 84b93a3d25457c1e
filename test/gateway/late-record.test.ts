import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { lambdaContext } from '../../dev/lambda-context.ts';
import { Bot } from '../../lambda/bot/bot.ts';
import { deadlineAt } from '../../lambda/bot/deadline.ts';
import { DeadlineError, NewerFormatError, UnavailableError } from '../../lambda/errors.ts';
import { lateTurnHandler } from '../../lambda/gateway/late-turn.ts';
import type { DeferredTurn, DeferTurn, LateRecord } from '../../lambda/turn/deferred-turn.ts';
import type { Deliverer, DeliveryLimits } from '../../lambda/turn/protocol.ts';
import { MemorySessionStore } from '../../lambda/turn/session.ts';
import { takeTurn } from '../../lambda/turn/take-turn.ts';
import { POST_TIMEOUT_MS, POST_UNTIL_MS } from '../../lambda/turn/time-budget.ts';
import { deferInto } from '../kit/deferred.ts';
import { type DeliveryOptions, deliver, eventOf } from '../kit/late-bench.ts';
import { type Logged, logInto } from '../kit/log.ts';
import { simulateTime } from '../kit/simulated-time.ts';
import { plainTexts, saying, take, USER } from '../kit/turns.ts';

const slow = '잠시만요';
const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms));
const asked = new Bot({ session: () => ({ asked: 0 }) })
  .hears('하나 더', turn => `${++turn.session.asked}`)
  .hears('느린 일', turn => `${++turn.session.asked}번째 답`, { slow })
  .hears('오래', turn => pause(5_000).then(() => `${++turn.session.asked}번째 답`), { slow })
  .hears('얼마나', turn => `${turn.deadline.remainingMs()}`, { slow, upToMs: 45_000 })
  .hears('끝없이', () => new Promise(() => {}), { slow })
  .hears('그 대신', () => '다른 답', { slow, busy: 'replace' })
  .hears('고장', () => Promise.reject(new Error('the rule failed')), { slow });
const lost = new UnavailableError('sessions table', { cause: undefined });

let store: MemorySessionStore;
let queue: DeferredTurn[];
let logged: Logged[];
let posts: { answer: unknown; address: unknown; limits: DeliveryLimits }[];
/** The records that workers handed to the queue. */
let handedOn: LateRecord[];

/** Posts to addresses that take one answer each. */
const deliverer: Deliverer = {
  ...plainTexts,
  deliver: async (answer, address, limits) => {
    const isSpent = posts.some(post => post.address === address);
    posts.push({ answer, address, limits });
    return isSpent ? { kind: 'spent', reason: 'token-spent' } : { kind: 'delivered' };
  },
};
const another: Deliverer = { ...deliverer, name: 'another', deliver: () => Promise.reject(lost) };

beforeEach(() => {
  simulateTime();
  store = new MemorySessionStore();
  [queue, logged, posts, handedOn] = [[], [], [], []];
});

afterEach(() => {
  jest.useRealTimers();
});

const ask = (text: string, id = text) => take(asked, store, saying(text, id), { defer: deferInto(queue) });

/** A turn that was deferred, whose answer is posted. */
async function deferred(text: string, id = text): Promise<DeferredTurn> {
  await ask(text, id);
  const turn = queue.pop();
  if (turn === undefined) throw new Error('nothing was deferred');
  return { ...turn, delivery: { ...turn.delivery, address: `callback of ${id}` }, trail: { footprint: 'f' } };
}

/** A turn whose answer is posted, and in whose place another one came. */
async function replaced(text: string): Promise<DeferredTurn> {
  const protocol = { ...plainTexts, renderWaiting: (words: string) => words };
  const call = { request: saying(text, text), address: `callback of ${text}`, receivedAt: Date.now() };
  const engine = { bot: asked, store, protocol, defer: deferInto(queue) };
  await takeTurn(engine, call, deadlineAt(Date.now() + 2_000));
  const turn = queue.pop();
  if (turn === undefined) throw new Error('nothing was deferred');
  await ask('그 대신');
  return turn;
}

const collected = (turn: DeferredTurn): DeferredTurn => ({
  ...turn,
  delivery: { protocol: turn.delivery.protocol },
});

interface Given extends DeliveryOptions {
  /** Where its worker hands the next turn on; null for nowhere. */
  readonly defer?: DeferTurn | null;
}

const handOn: DeferTurn = async records => {
  handedOn.push(...records);
};

const newWorker = (defer: DeferTurn | null = handOn) =>
  lateTurnHandler({
    bot: asked,
    store,
    log: logInto(logged),
    deliverers: [another, deliverer],
    callbackOrigins: [],
    ...(defer && { defer }),
  });

/** Gives the record to a worker. @returns whether the queue is done with it, once the worker is */
const start = (turn: DeferredTurn, { defer, ...options }: Given = {}) =>
  deliver(newWorker(defer), turn, { ageMs: 0, ...options });

/** Gives the record to a worker, and lets the clock go on until that is done. */
async function work(turn: DeferredTurn, { forMs = 1_100, ...given }: Given & { forMs?: number } = {}) {
  const done = start(turn, given);
  await jest.advanceTimersByTimeAsync(forMs);
  return done;
}

const ANSWERED = { level: 'info', what: 'late turn answered', outcome: 'answered' };
const LOST_METRICS = { LateLost: 1 };

describe('a record of a late turn', () => {
  test('that is not done with comes again alone: the others of its batch are done with', async () => {
    const turn = await deferred('느린 일');
    const bodies = ['no JSON', JSON.stringify({ ...turn, format: 3 }), JSON.stringify(turn)];
    const Records = bodies.flatMap((body, n) =>
      eventOf(body).Records.map(record => ({ ...record, messageId: `record ${n}` })),
    );
    const done = newWorker()({ Records }, lambdaContext('late-turn', 28_000));
    await jest.advanceTimersByTimeAsync(1_100);
    expect(await done).toEqual({ batchItemFailures: [{ itemIdentifier: 'record 1' }] });
    expect(posts).toMatchObject([{ answer: '1번째 답' }]);
  });

  test('that nobody can read is told with the request of its worker', async () => {
    const context = lambdaContext('late-turn', 28_000);
    await newWorker()(eventOf('no JSON'), context);
    expect(logged).toEqual([
      {
        requestId: context.awsRequestId,
        level: 'error',
        what: 'late turn unreadable',
        metrics: LOST_METRICS,
      },
    ]);
  });

  test('of a later release comes again once, and is lost then', async () => {
    const turn = { ...(await deferred('느린 일')), format: 3 };
    expect([await work(turn), await work(turn, { receives: 2 })]).toEqual(['comes again', 'done']);
    const error = expect.any(NewerFormatError);
    expect(logged).toMatchObject([
      { level: 'error', what: 'late turn failed, to be retried', outcome: 'failed', error },
      { level: 'error', what: 'late turn lost', outcome: 'lost', error, metrics: LOST_METRICS },
    ]);
    expect(logged[0]).not.toHaveProperty('metrics');
  });

  test.each([
    ['posted', (turn: DeferredTurn) => turn],
    ['collected', collected],
  ])('that comes when its turn is over tells so once, and asks no rule: %s', async (_, how) => {
    const turn = how(await deferred('느린 일'));
    const sentAt = Date.now();
    await jest.advanceTimersByTimeAsync(120_000);
    for (const isSecond of [undefined, true] as const) {
      const { Records } = eventOf(JSON.stringify({ ...turn, isSecond }));
      for (const { attributes } of Records) attributes.SentTimestamp = String(sentAt);
      const done = newWorker()({ Records }, lambdaContext('late-turn', 28_000));
      await jest.advanceTimersByTimeAsync(1_100);
      expect(await done).toEqual({ batchItemFailures: [] });
    }
    expect(logged.filter(({ metrics }) => metrics?.LateLost)).toMatchObject([
      { level: 'error', what: 'late turn lost', outcome: 'lost', metrics: LOST_METRICS },
    ]);
    expect(logged.filter(({ outcome }) => outcome === 'answered')).toEqual([]);
    // The user is told once, at the latest by what they say next, which is no second loss.
    const next = await ask('하나 더');
    expect(next).toMatchObject({ kind: 'answered', turn: { lost: 0 } });
    const told = JSON.stringify([...posts.map(({ answer }) => answer), next]);
    expect(told.split(asked.texts.apology)).toHaveLength(2);
    expect(told).not.toContain('번째 답');
  });

  test('that comes when its turn is over says nothing where the user was told before', async () => {
    const turn = await deferred('느린 일');
    const sentAt = Date.now();
    await jest.advanceTimersByTimeAsync(120_000);
    expect(await ask('하나 더')).toMatchObject({ turn: { lost: 1 } });
    const { Records } = eventOf(JSON.stringify(turn));
    for (const { attributes } of Records) attributes.SentTimestamp = String(sentAt);
    await newWorker()({ Records }, lambdaContext('late-turn', 28_000));
    expect(logged).toEqual([]);
    expect(posts).toEqual([]);
  });

  test('tells the ids of its turn in each line', async () => {
    await work(await deferred('느린 일'));
    const requestId = expect.any(String);
    expect(logged).toMatchObject([{ ...ANSWERED, footprint: 'f', protocol: 'plain-texts', requestId }]);
  });

  test.each([
    ['the longest that a worker lives, less a second to keep the answer', 0, 100_000, 48_000],
    ['its worker, less a second', 0, 28_000, 27_000],
    ['its worker, less a quarter of what that has left', 0, 2_000, 1_500],
    ['the callback, less two seconds', 40_000, 28_000, 18_000],
  ])('is posted until the end of %s', async (_, ageMs, leftMs, untilMs) => {
    const startedAt = Date.now();
    await work(await deferred('느린 일'), { ageMs, leftMs });
    expect(posts).toMatchObject([{ limits: { until: startedAt + untilMs } }]);
  });

  test.each([
    ['24 s of 28 where its answer is collected', 0, 28_000, false, 24_000],
    ['three quarters of a short time', 0, 8_000, false, 6_000],
    ['what the callback leaves of 50 s', 40_000, 28_000, true, 10_000],
    ['what its worker leaves, where the callback leaves more', 0, 28_000, true, 24_000],
    ['all of it where its answer is collected, whatever its age', 40_000, 28_000, false, 24_000],
  ])('gives its rule %s', async (_, ageMs, leftMs, isPosted, ruleMs) => {
    const turn = await deferred('얼마나');
    await work(isPosted ? turn : collected(turn), { ageMs, leftMs });
    const { late = [], turns } = (await store.load(USER)).memory;
    const replies = [...late, ...turns].map(({ reply }) => JSON.stringify(reply)).join('');
    expect(replies).toContain(`"${ruleMs}"`);
  });

  test.each<[string, Given, Partial<DeferredTurn>]>([
    ['its second record', {}, { isSecond: true }],
    ['a record that came back', { receives: 2 }, {}],
    ['its second record that came back', { receives: 2 }, { isSecond: true }],
  ])('waits for a lease that is about to end where it is %s', async (_, options, others) => {
    const turn = { ...(await deferred('느린 일')), ...others };
    await store.claim(USER, turn.request.id, Date.now() + 2_000);
    const done = start(turn, options);
    await jest.advanceTimersByTimeAsync(1_900);
    expect(posts).toEqual([]);
    await jest.advanceTimersByTimeAsync(200);
    expect(await done).toBe('done');
    expect(posts).toMatchObject([{ answer: '1번째 답' }]);
  });

  test('has nothing to do where another worker has it, be it a first record', async () => {
    const turn = await deferred('느린 일');
    await store.claim(USER, turn.request.id, Date.now() + 2_000);
    expect(await work(turn, { forMs: 5_000 })).toBe('done');
    expect({ posts, logged, handedOn }).toEqual({ posts: [], logged: [], handedOn: [] });
  });

  test('hands on the turn that waited for its own, and nothing where none did', async () => {
    const turn = await deferred('느린 일');
    await ask('느린 일', 'next');
    await work(turn);
    expect(handedOn).toMatchObject([{ turn: { request: { id: 'next' } }, delaySeconds: 0 }]);
    const next = handedOn.map(record => record.turn);
    for (const one of next) await work(one);
    expect(handedOn).toHaveLength(1);
    expect(logged).toMatchObject([ANSWERED, ANSWERED]);
  });

  test('is done with though the next turn could not be handed on', async () => {
    const turn = await deferred('느린 일');
    await ask('느린 일', 'next');
    const error = new UnavailableError('late queue', { cause: undefined });
    expect(await work(turn, { defer: () => Promise.reject(error) })).toBe('done');
    expect(logged).toMatchObject([
      ANSWERED,
      { level: 'warn', what: 'the next late turn of the user begins late', error },
    ]);
  });

  test('is done with where nobody can hand the next turn on, which waits for its second record', async () => {
    const turn = await deferred('느린 일');
    await ask('느린 일', 'next');
    expect(await work(turn, { defer: null })).toBe('done');
    expect(logged).toMatchObject([ANSWERED]);
  });

  test.each([
    ['a first one leaves that to whoever answered it', {}, 0],
    ['one that came back does: its worker died', { receives: 2 }, 1],
  ])('that finds its turn answered, and the next one waiting: %s', async (_, options, count) => {
    const turn = await deferred('느린 일');
    await ask('느린 일', 'next');
    await work(turn);
    handedOn.length = 0;
    await work({ ...turn, isSecond: true }, options);
    expect(handedOn).toHaveLength(count);
    // What may not have been posted is, and is no failure where it was.
    expect(posts).toHaveLength(1 + count);
    expect(logged).toMatchObject([ANSWERED, ...Array(count).fill(ANSWERED)]);
  });

  test('comes again where its worker could not do it, and is lost the second time, of which the user is told', async () => {
    const turn = await deferred('느린 일');
    jest.spyOn(store, 'claim').mockRejectedValue(lost);
    const load = jest.spyOn(store, 'load').mockRejectedValue(lost);
    expect(await work(turn)).toBe('comes again');
    expect(posts).toEqual([]);
    // By then whoever looks has little time left: until one post fits no more.
    const looked = load.mock.calls.length;
    const receivedAt = Date.now() + 500 - (POST_UNTIL_MS - POST_TIMEOUT_MS);
    expect(await work({ ...turn, receivedAt }, { receives: 2 })).toBe('done');
    expect(load.mock.calls.length).toBeGreaterThan(looked + 1);
    load.mockRestore();
    expect(posts).toMatchObject([{ answer: asked.texts.apology }]);
    expect(logged).toMatchObject([
      { level: 'error', what: 'late turn failed, to be retried', outcome: 'failed', error: lost },
      { level: 'error', what: 'late turn lost', outcome: 'lost', error: lost, metrics: LOST_METRICS },
    ]);
    expect(logged[0]).not.toHaveProperty('metrics');
  });

  test('is lost with the other one of its turn, which counts once, where both come back in the time of a group room', async () => {
    const { request, ...turn } = await deferred('느린 일');
    const first = { ...turn, request: { ...request, group: { key: 'g', isSpeaker: true } } };
    const second = { ...first, isSecond: true } as const;
    jest.spyOn(store, 'claim').mockRejectedValue(lost);
    jest.spyOn(store, 'load').mockRejectedValue(lost);
    for (const [record, ageMs, receives] of [
      [first, 0, 1],
      [second, 30_000, 1],
      [first, 250_000, 6],
      [second, 280_000, 6],
    ] as const)
      await work(record, { ageMs, receives, forMs: 60_000 });
    expect(logged.filter(({ metrics }) => metrics?.LateLost)).toHaveLength(1);
    expect(new Set(posts.map(({ answer }) => answer))).toEqual(new Set([asked.texts.apology]));
  });

  test('comes again for as long as Kakao takes the answer, where that is of a group room', async () => {
    const { request, ...turn } = await deferred('느린 일');
    const ofGroup = { ...turn, request: { ...request, group: { key: 'g', isSpeaker: true } } };
    const claim = jest.spyOn(store, 'claim').mockRejectedValue(lost);
    const load = jest.spyOn(store, 'load').mockRejectedValue(lost);
    expect(await work(ofGroup, { ageMs: 50_000, receives: 2, forMs: 60_000 })).toBe('comes again');
    claim.mockRestore();
    load.mockRestore();
    expect(await work(ofGroup, { ageMs: 100_000, receives: 3 })).toBe('done');
    expect(posts.at(-1)).toMatchObject({ answer: '1번째 답' });
  });

  test('of a turn that was replaced, and is not posted, says nothing when it comes back', async () => {
    const turn = await deferred('느린 일');
    await ask('그 대신');
    expect(await work(collected(turn), { receives: 2 })).toBe('done');
    expect({ posts, logged }).toEqual({ posts: [], logged: [] });
  });

  test.each<[string, Given, Partial<DeferredTurn>]>([
    ['second one', {}, { isSecond: true }],
    ['first one, which came back,', { receives: 2 }, {}],
    ['first one, in a copy,', {}, {}],
  ])(
    'of a turn that was replaced has its user told, which counts once: a %s finds it told',
    async (_, options, others) => {
      const turn = await replaced('느린 일');
      await work(turn);
      await work({ ...turn, ...others }, options);
      expect(new Set(posts.map(({ answer }) => answer))).toEqual(new Set([asked.texts.replaced]));
      expect(logged).toMatchObject([{ ...ANSWERED, metrics: { LateAnswered: 1 } }]);
    },
  );

  test.each<[string, Given, Partial<DeferredTurn>]>([
    ['second one', {}, { isSecond: true }],
    ['first one, which came back,', { receives: 2 }, {}],
  ])(
    'of a turn that was replaced has its user told, and says so: a %s whose first worker died',
    async (_, options, others) => {
      const turn = await replaced('느린 일');
      await work({ ...turn, ...others }, options);
      expect(posts).toMatchObject([{ answer: asked.texts.replaced }]);
      const requestId = expect.any(String);
      const protocol = 'plain-texts';
      expect(logged).toEqual([
        { ...ANSWERED, protocol, requestId, ms: expect.any(Number), metrics: expect.anything() },
      ]);
      const { ms, metrics } = logged[0] ?? {};
      expect(metrics).toEqual({ LateAnswered: 1, LateMs: ms, SessionConflicts: undefined });
      // Whichever record comes yet finds nothing to tell.
      await work(turn);
      await work({ ...turn, isSecond: true });
      expect({ posts: posts.length, lines: logged.length }).toEqual({ posts: 1, lines: 1 });
    },
  );

  test('of a turn whose rule is stopped, since another came in its place, is no answer that is collected', async () => {
    const turn = await deferred('오래');
    const done = start(collected(turn));
    await jest.advanceTimersByTimeAsync(1_000);
    await ask('그 대신');
    await jest.advanceTimersByTimeAsync(5_000);
    expect(await done).toBe('done');
    expect({ posts, logged }).toEqual({ posts: [], logged: [] });
    expect((await store.load(USER)).memory.late).toBeUndefined();
  });

  test('of a turn that is answered and not posted posts it, be it a first one', async () => {
    const turn = await deferred('느린 일');
    const session = await store.load(USER);
    const reply = { outputs: [{ simpleText: { text: '놓인 답' } }] } as const;
    const memory = { turns: [{ id: turn.request.id, at: Date.now(), reply, isToPost: true as const }] };
    await store.save(USER, session, { ...session, memory, leases: {} });
    await work(turn);
    expect(posts).toMatchObject([{ answer: '놓인 답' }]);
    expect(logged).toMatchObject([ANSWERED]);
  });

  test('tells that another turn changed the same', async () => {
    const turn = await deferred('오래');
    const done = start(turn);
    await jest.advanceTimersByTimeAsync(1_000);
    await ask('하나 더');
    await jest.advanceTimersByTimeAsync(5_000);
    await done;
    expect(logged).toMatchObject([
      {
        level: 'warn',
        what: 'another turn changed the same of the session: that stayed, give the rule a work and a then to decide yourself',
        rule: 'hears 오래',
      },
      ANSWERED,
    ]);
    expect((await store.load(USER)).state).toBe('{"asked":1}');
  });

  test.each([
    ['fails', '고장', new Error('the rule failed'), undefined],
    ['overruns', '끝없이', expect.any(DeadlineError), 1],
  ])('tells that its rule %s', async (_, text, error, DeadlineMissed) => {
    await work(await deferred(text), { forMs: 25_000 });
    expect(logged).toMatchObject([
      { level: 'error', what: 'late turn failed', rule: `hears ${text}`, outcome: 'failed', error },
      ANSWERED,
    ]);
    expect(logged[0]?.metrics).toEqual({ TurnsFailed: 1, DeadlineMissed });
    expect(posts).toMatchObject([{ answer: asked.texts.apology }]);
  });

  test('tells that its turn is lost where its time is over', async () => {
    await work(await deferred('느린 일'), { ageMs: 51_000 });
    expect(logged).toMatchObject([
      {
        level: 'error',
        what: 'late turn lost',
        rule: 'hears 느린 일',
        outcome: 'lost',
        error: expect.any(DeadlineError),
        metrics: LOST_METRICS,
      },
    ]);
    expect(posts).toMatchObject([{ answer: asked.texts.apology }]);
    expect((await store.load(USER)).leases).toEqual({});
  });
});
