import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { Bot } from '../../lambda/bot/bot.ts';
import { deadlineAt } from '../../lambda/bot/deadline.ts';
import { button, reply } from '../../lambda/bot/reply.ts';
import { DeadlineError } from '../../lambda/errors.ts';
import { smartChat } from '../../lambda/smart-chat/protocol.ts';
import { deferAgain, deferrable, deferTurn } from '../../lambda/turn/defer-turn.ts';
import type { DeferredTurn, DeferTurn, LateRecord, TurnTrail } from '../../lambda/turn/deferred-turn.ts';
import type { TurnCall } from '../../lambda/turn/engine.ts';
import type { Protocol } from '../../lambda/turn/protocol.ts';
import type { Deferral } from '../../lambda/turn/rule-answer.ts';
import {
  EMPTY_SESSION,
  type LateReply,
  MemorySessionStore,
  type PendingTurn,
  type Session,
  type SessionStore,
} from '../../lambda/turn/session.ts';
import { takeTurn } from '../../lambda/turn/take-turn.ts';
import { ANSWER_WITHIN_MS, FREE_SINCE_MS, RULE_WITHIN_MS } from '../../lambda/turn/time-budget.ts';
import { deferInto } from '../kit/deferred.ts';
import { simulateTime } from '../kit/simulated-time.ts';
import { plainTexts, saying, take, USER } from '../kit/turns.ts';

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

/** A protocol whose answers say which buttons they have, and that posts late answers. */
const buttoned: Protocol<string> = {
  ...plainTexts,
  render: (reply, ...others) => {
    const { answer, lost } = plainTexts.render(reply, ...others);
    return {
      answer: `${answer} ${JSON.stringify(reply.quickReplies?.map(({ extra }) => extra) ?? [])}`,
      lost,
    };
  },
  renderWaiting: words => `posted: ${words}`,
};
const COLLECT = '[{"kakaoGateway":{"button":"collect"}}]';

const GROUP = { key: 'group', isSpeaker: true };
const RULE = 'hears 느린 일';
const DEFERRAL: Deferral = { rule: RULE, waiting: '잠시만요', worthMs: 600_000 };

let records: LateRecord[];

beforeEach(() => {
  records = [];
});

interface Given {
  readonly id?: string;
  readonly address?: unknown;
  readonly group?: typeof GROUP;
  readonly trail?: () => TurnTrail;
  readonly receivedAgoMs?: number;
  readonly protocol?: Protocol<string>;
  readonly defer?: DeferTurn;
  readonly words?: string;
}

const queued: DeferTurn = async sent => {
  records.push(...sent);
};

/** A turn of {@link USER} that can be deferred, two seconds after it came. */
function ours({
  id = 'ours',
  group,
  receivedAgoMs = 2_000,
  protocol = buttoned,
  defer: send = queued,
  words = '느린 일',
  ...call
}: Given = {}) {
  const request = { ...saying(words, id), ...(group && { group }) };
  const engine = { bot, store, protocol, defer: send };
  const turn = deferrable(engine, { request, receivedAt: Date.now() - receivedAgoMs, ...call });
  if (turn === undefined) throw new Error('the turn can not be deferred');
  return turn;
}

/** Stores what is known of the user, and loads it. */
async function known({
  leases,
  state,
  version,
  ...memory
}: Partial<Session & Session['memory']>): Promise<Session> {
  const next = { ...EMPTY_SESSION, ...(leases && { leases }), ...(state !== undefined && { state }) };
  const stored = { ...next, version: version ?? 1, memory: { turns: [], ...memory } };
  await store.save(USER, await store.load(USER), stored);
  return store.load(USER);
}

const IN_TIME = () => deadlineAt(Date.now() + 2_000);

/** Defers the turn, and tells the answer to it, what is stored then, and what lies in the queue. */
async function deferring(
  given: Given = {},
  loaded: Session = EMPTY_SESSION,
  deferral: Deferral = DEFERRAL,
  deadline = IN_TIME(),
) {
  const told: string[] = [];
  const ended: { answer?: string; error?: unknown } = {};
  try {
    ended.answer = await deferTurn(ours(given), loaded, deferral, deadline, mark => told.push(mark.answer));
  } catch (error) {
    ended.error = error;
  }
  const { memory, leases, state } = await store.load(USER);
  return { ...ended, told, memory, leases, state };
}

const pending = (id: string, others: Partial<PendingTurn> = {}): PendingTurn => ({
  id,
  expiresAt: Date.now() + 60_000,
  ...others,
});

/** A turn as it lies in the session, where it waits for one before it. */
const waitingTurn = (id: string): DeferredTurn => ({
  key: USER,
  request: saying('느린 일', id),
  delivery: { protocol: 'plain-texts' },
  receivedAt: Date.now() - 5_000,
  deferredAt: Date.now() - 4_000,
  worthMs: 600_000,
});

const late = (id: string, words: string): LateReply => ({
  id,
  reply: { outputs: [{ simpleText: { text: words } }] },
  expiresAt: Date.now() + 60_000,
});

const marked = (id: string) => ({ id, at: Date.now(), waiting: '잠시만요' });

describe('a turn can be deferred', () => {
  const call = (others: object = {}): TurnCall => ({
    request: { ...saying('말'), ...others },
    receivedAt: 1,
  });
  const engine = () => ({ bot, store, protocol: plainTexts, defer: queued });

  test.each([
    ['in a room of two', call()],
    ['in a group room', call({ group: GROUP })],
    [
      'in a group room that Kakao does not name, where its answer is posted',
      { ...call({ group: { key: '' } }), address: 'x' },
    ],
  ])('%s', (_, one) => {
    expect(deferrable(engine(), one)).toEqual({ ...one, engine: engine(), key: USER, defer: queued });
  });

  test('as it is meant', () => {
    expect(deferrable(engine(), call(), saying('뜻', 'meant'))).toMatchObject({ request: { id: 'meant' } });
  });

  test.each([
    ['where no worker is', { defer: undefined }, call()],
    ['of a user whom Kakao does not name', {}, call({ user: { channelKind: 'live' } })],
    ['in a group room that Kakao does not name: nobody could collect it', {}, call({ group: { key: '' } })],
  ])('but not %s', (_, others, one) => {
    expect(deferrable({ ...engine(), ...others }, one)).toBeUndefined();
  });
});

describe('deferring a turn', () => {
  test('marks it, and sends both of its records', async () => {
    const { answer, told, memory, leases } = await deferring();
    expect(answer).toBe(`잠시만요 ${COLLECT}`);
    expect(told).toEqual([answer]);
    const now = Date.now();
    const receivedAt = now - 2_000;
    const turn = {
      key: USER,
      request: expect.objectContaining({ id: 'ours' }),
      delivery: { protocol: 'plain-texts', address: undefined },
      receivedAt,
      deferredAt: now,
      worthMs: 600_000,
      rule: RULE,
    };
    expect(records).toStrictEqual([
      { turn, delaySeconds: 0 },
      { turn: { ...turn, isSecond: true }, delaySeconds: 30 },
    ]);
    const line = [{ id: 'ours', rule: RULE, worthMs: 600_000, expiresAt: receivedAt + 65_000 }];
    expect(memory).toStrictEqual({ turns: [marked('ours')], line });
    expect(leases).toEqual({ ours: receivedAt - 60_000 });
  });

  test('tells the way to find it, its room, and where its answer is posted', async () => {
    const trail = () => ({ footprint: 'f' });
    const { answer, memory } = await deferring({ address: 'callback', group: GROUP, trail });
    expect(answer).toBe('posted: 잠시만요');
    expect(records).toMatchObject(
      [0, 30].map(delaySeconds => ({
        turn: { delivery: { address: 'callback' }, trail: trail() },
        delaySeconds,
      })),
    );
    expect(memory.line).toMatchObject([{ id: 'ours', room: 'group', isPosted: true }]);
  });

  test('has its answer collected where its protocol can not say that it will be posted', async () => {
    const { renderWaiting: _, ...protocol } = buttoned;
    const { answer, memory } = await deferring({ address: 'callback', protocol });
    expect(answer).toBe(`잠시만요 ${COLLECT}`);
    expect(memory.line?.[0]).not.toHaveProperty('isPosted');
  });

  test('leaves what the user did meanwhile, and their state, as it is', async () => {
    const others = {
      turns: [{ id: 'other', at: Date.now() }],
      groups: { room: { at: 1, late: [late('x', '답')] } },
    };
    const { memory, state } = await deferring({}, await known({ state: '{"count":3}', ...others }));
    expect(state).toBe('{"count":3}');
    expect(memory).toMatchObject({ groups: others.groups, turns: [...others.turns, marked('ours')] });
  });

  test('shows the late replies that wait, but where its own is posted', async () => {
    const replies = [late('first', '먼저'), late('second', '그다음')];
    const loaded = await known({ late: replies });
    expect(await deferring({}, loaded)).toMatchObject({
      answer: `먼저|그다음|잠시만요 ${COLLECT}`,
      memory: { late: replies.map(one => ({ ...one, shownAt: Date.now() })) },
    });
    const { memory } = await deferring({ address: 'callback' }, await known({ late: replies }));
    expect(memory).toMatchObject({ late: replies, turns: [marked('ours')] });
  });

  test.each([undefined, 'callback'])(
    'counts for the limit of its rule, be its answer posted or not: %s',
    async address => {
      const now = Date.now();
      const limit = { turns: 2, perMs: 60_000, answer: '그만' };
      const begun = { [RULE]: [now - 60_000, now - 50_000, now - 40_000], other: [1] };
      const { memory } = await deferring({ address }, await known({ begun }), { ...DEFERRAL, limit });
      expect(memory.begun).toEqual({ [RULE]: [now - 40_000, now - 2_000], other: [1] });
      const unlimited = await deferring({ address }, await known({ begun }));
      expect(unlimited.memory.begun).toEqual(begun);
    },
  );

  test('forgets a lease of ten minutes ago', async () => {
    const [old, young] = [Date.now() - 600_000, Date.now() - 599_999];
    const { leases } = await deferring({}, await known({ leases: { old, young } }));
    expect(leases).toEqual({ young, ours: Date.now() - 62_000 });
  });

  test('saves and sends nothing where its time is over', async () => {
    const { error, told, memory } = await deferring({}, EMPTY_SESSION, DEFERRAL, deadlineAt(Date.now()));
    expect(error).toEqual(new DeadlineError('deferring the turn'));
    expect({ told, memory, records }).toEqual({ told: [], memory: EMPTY_SESSION.memory, records: [] });
  });
});

describe('deferring a turn behind another of its user', () => {
  test('leaves it in the session with its own time, and sends the second record alone', async () => {
    const before = [
      pending('first'),
      pending('longest', { expiresAt: Date.now() + 90_000 }),
      pending('last'),
    ];
    const { memory } = await deferring({}, await known({ line: before }));
    expect(records).toMatchObject([{ turn: { request: { id: 'ours' }, isSecond: true }, delaySeconds: 30 }]);
    const { isSecond: _, ...turn } = records[0]?.turn ?? waitingTurn('none');
    const expiresAt = Date.now() + 90_000 + 28_000;
    expect(memory.line).toEqual([...before, { id: 'ours', rule: RULE, worthMs: 600_000, expiresAt, turn }]);
  });

  test.each([
    [16_000, 1],
    [16_001, 2],
  ])('leaves it there in %d characters of JSON, and sends %d records', async (length, count) => {
    const line = [pending('first')];
    await deferring({ words: '' }, await known({ line }));
    const { isSecond: _, ...turn } = records[0]?.turn ?? waitingTurn('none');
    records = [];
    const words = 'x'.repeat(length - JSON.stringify(turn).length);
    const { memory } = await deferring({ words }, await known({ line }));
    expect(records).toHaveLength(count);
    expect(memory.line?.[1]?.turn !== undefined).toBe(count === 1);
  });

  test('is as good as done though the queue refuses it: whoever answers that one hands it on', async () => {
    const { told, ...rest } = await deferring({ defer: refuse }, await known({ line: [pending('first')] }));
    expect(rest).toMatchObject({ answer: told[0], memory: { line: [{ id: 'first' }, { id: 'ours' }] } });
  });

  test('is taken back where the queue refuses it when its time is over', async () => {
    const defer = () => pause(100).then(refuse);
    const deferred = deferring(
      { defer },
      await known({ line: [pending('first')] }),
      DEFERRAL,
      deadlineAt(Date.now() + 100),
    );
    await jest.advanceTimersByTimeAsync(100);
    expect(await deferred).toMatchObject({
      error: new Error('the queue refused'),
      memory: { line: [{ id: 'first' }], turns: [] },
    });
  });

  describe('which has no worker any more', () => {
    const stranded = (leases: Record<string, number>) =>
      known({ line: [pending('first', { turn: waitingTurn('first') })], leases });

    test('hands that one on', async () => {
      await deferring({}, await stranded({ first: Date.now() - 1, other: Date.now() }));
      expect(records).toMatchObject([
        { turn: { request: { id: 'ours' } }, delaySeconds: 30 },
        { turn: { request: { id: 'first' } }, delaySeconds: 0 },
      ]);
    });

    test('leaves that to the worker of a third', async () => {
      await deferring({}, await stranded({ first: Date.now() - 1, other: Date.now() + 1 }));
      expect(records).toHaveLength(1);
    });

    test('takes its place without handing it on, where it replaces it', async () => {
      await deferring({}, await stranded({ first: Date.now() - 1 }), { ...DEFERRAL, replaces: true });
      expect(records.map(({ turn }) => turn.request.id)).toEqual(['ours', 'ours']);
    });
  });
});

describe('a turn that replaces others', () => {
  const reply = { outputs: [{ simpleText: { text: bot.texts.replaced } }] };

  test('takes their places, and has their users told where their answers are posted', async () => {
    const now = Date.now();
    const lost = pending('lost', { expiresAt: now - 1 });
    const loaded = await known({
      line: [lost, pending('posted', { isPosted: true }), pending('collected')],
      leases: { posted: now + 10_000, collected: now - 60_000, lost: now - 60_000 },
      turns: ['posted', 'other', 'collected'].map(marked),
    });
    const { memory, leases } = await deferring({}, loaded, { ...DEFERRAL, replaces: true });
    expect(memory.line).toEqual([
      lost,
      { id: 'ours', rule: RULE, worthMs: 600_000, expiresAt: now + 63_000 },
    ]);
    expect(memory.turns).toStrictEqual([
      { id: 'posted', at: now, reply, isToPost: true },
      marked('other'),
      { id: 'collected', at: now, reply },
      marked('ours'),
    ]);
    expect(leases).toEqual({ lost: now - 60_000, ours: now - 62_000 });
    expect(records).toHaveLength(2);
  });
});

describe('a mark that its queue refuses', () => {
  test('leaves the turns that it was to replace as they were, where no worker may have told of it', async () => {
    const now = Date.now();
    const line = [pending('lost', { expiresAt: now - 1 }), pending('worked on'), pending('waits')];
    const leases = { 'worked on': now + 10_000.5, waits: now - 60_000, lost: now - 60_000 };
    const turns = ['other', 'worked on', 'waits'].map(marked);
    const loaded = await known({ line, leases, turns });
    const refused = await deferring({ defer: refuse }, loaded, { ...DEFERRAL, replaces: true });
    expect(refused.error).toBeDefined();
    expect(refused.memory.line).toEqual(line);
    expect(refused.memory.turns).toEqual(turns);
    expect(refused.leases).toEqual(leases);
  });

  test('leaves a turn replaced whose user may have been told so by its callback', async () => {
    const now = Date.now();
    const loaded = await known({
      line: [pending('posted', { isPosted: true })],
      leases: { posted: now + 10_000 },
      turns: [marked('posted')],
    });
    const { memory, leases } = await deferring({ defer: refuse }, loaded, { ...DEFERRAL, replaces: true });
    expect(memory.line).toBeUndefined();
    expect(memory.turns).toMatchObject([{ id: 'posted', isToPost: true }]);
    expect(leases).toEqual({});
  });

  test('stays where a worker has the turn all the same', async () => {
    const defer: DeferTurn = async () => {
      await store.claim(USER, 'ours', Date.now() + 28_000);
      return refuse();
    };
    expect(await deferring({ defer })).toMatchObject({
      answer: `잠시만요 ${COLLECT}`,
      leases: { ours: Date.now() + 28_000 },
    });
  });

  test('leaves the late replies as they were, where its own answer would have been posted', async () => {
    const replies = [late('waits', '먼저'), { ...late('seen', '이미'), shownAt: Date.now() }];
    const { memory } = await deferring(
      { address: 'callback', defer: refuse },
      await known({ late: replies }),
    );
    expect(memory).toEqual({ turns: [], late: replies });
  });

  test('is taken back when its time is over, though the queue took the turn', async () => {
    const deferred = deferring(
      { defer: () => pause(100).then(() => {}) },
      EMPTY_SESSION,
      DEFERRAL,
      deadlineAt(Date.now() + 100),
    );
    await jest.advanceTimersByTimeAsync(100);
    expect(await deferred).toMatchObject({ error: new DeadlineError('deferring the turn'), leases: {} });
  });
});

describe('a deferred turn that is delivered again', () => {
  const again = async (loaded: Session, given?: Given) =>
    deferAgain(ours(given), loaded, '기다려 주세요', IN_TIME());

  test('is handed on as it was chosen, where nobody has it', async () => {
    const line = [
      pending('other', { rule: 'other', worthMs: 1 }),
      pending('ours', { rule: RULE, worthMs: 7 }),
    ];
    expect(await again(await known({ line, leases: { ours: Date.now() } }))).toBe(`기다려 주세요 ${COLLECT}`);
    expect(records).toMatchObject([
      { turn: { rule: RULE, worthMs: 7 }, delaySeconds: 0 },
      { turn: { rule: RULE, worthMs: 7, isSecond: true }, delaySeconds: 30 },
    ]);
  });

  test.each([
    ['is in no line', undefined],
    ['is in line without a rule', [pending('ours')]],
  ])('is handed on without a rule, for ten minutes, where it %s', async (_, line) => {
    await again(await known({ ...(line && { line }), leases: { ours: Date.now() - 60_000 } }));
    expect(records).toHaveLength(2);
    for (const { turn } of records) {
      expect(turn.worthMs).toBe(600_000);
      expect(turn).not.toHaveProperty('rule');
      expect(turn).not.toHaveProperty('trail');
    }
  });

  test.each([
    ['a worker has it', { leases: { ours: 1 }, line: [] }],
    [
      'it waits in the session',
      { leases: { ours: -60_000 }, line: [pending('ours', { turn: waitingTurn('ours') })] },
    ],
  ])('is not handed on where %s', async (_, { leases, line }) => {
    const now = Date.now();
    expect(await again(await known({ line, leases: { ours: now + leases.ours } }))).toBe(
      `기다려 주세요 ${COLLECT}`,
    );
    expect(records).toEqual([]);
  });

  describe('and whose queue refuses it', () => {
    /** Marked by another delivery, whose four seconds are over or not. */
    const byAnother = (receivedAgoMs: number): Promise<Session> =>
      known({
        turns: [marked('ours')],
        line: [pending('ours')],
        leases: { ours: Date.now() - receivedAgoMs - FREE_SINCE_MS },
      });

    test('is told to wait where the other delivery of it is done, and has left its mark', async () => {
      const loaded = await byAnother(ANSWER_WITHIN_MS);
      expect(await again(loaded, { defer: refuse })).toBe(`기다려 주세요 ${COLLECT}`);
      expect((await store.load(USER)).memory).toEqual(loaded.memory);
    });

    test.each([
      ['a worker takes', () => store.claim(USER, 'ours', Date.now() + 28_000)],
      ['somebody answers', () => known({ turns: [{ id: 'ours', at: Date.now() }] })],
    ])('is told to wait where %s it meanwhile', async (_, happens) => {
      const told = again(await byAnother(100), { defer: refuse });
      await jest.advanceTimersByTimeAsync(40);
      await happens();
      await jest.advanceTimersByTimeAsync(200);
      expect(await told).toBe(`기다려 주세요 ${COLLECT}`);
    });

    test('fails with that where the other delivery takes its mark back meanwhile', async () => {
      const told = again(await byAnother(100), { defer: refuse }).catch((error: unknown) => error);
      await jest.advanceTimersByTimeAsync(40);
      await known({});
      await jest.advanceTimersByTimeAsync(200);
      expect(await told).toEqual(new Error('the queue refused'));
    });

    test('is told to wait where nobody knows better when its own time is over', async () => {
      const told = again(await byAnother(100), { defer: refuse });
      await jest.advanceTimersByTimeAsync(2_000);
      expect(await told).toBe(`기다려 주세요 ${COLLECT}`);
    });
  });

  test('is told to wait for a post, where one comes', async () => {
    expect(await again(await known({}), { address: 'callback' })).toBe('posted: 기다려 주세요');
    const { renderWaiting: _, ...protocol } = buttoned;
    expect(await again(await known({}), { address: 'callback', protocol })).toBe(`기다려 주세요 ${COLLECT}`);
  });
});
