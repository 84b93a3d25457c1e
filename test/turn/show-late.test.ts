import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { Bot } from '../../lambda/bot/bot.ts';
import type { Group } from '../../lambda/bot/incoming.ts';
import type { BroughtAnswer } from '../../lambda/bot/own-button.ts';
import { type SettledReply, text } from '../../lambda/bot/reply.ts';
import { SessionConflictError, UnavailableError } from '../../lambda/errors.ts';
import type { DeferredTurn } from '../../lambda/turn/deferred-turn.ts';
import type { Deliverer } from '../../lambda/turn/protocol.ts';
import {
  EMPTY_SESSION,
  type LateReply,
  type Memory,
  MemorySessionStore,
  type PendingTurn,
  type RoomMemory,
  type Session,
} from '../../lambda/turn/session.ts';
import { forgetReply, keepForCollection, shownLate } from '../../lambda/turn/show-late.ts';
import { simulateTime } from '../kit/simulated-time.ts';
import { saying, USER } from '../kit/turns.ts';

const bot = new Bot({ session: () => ({}) }).fallback(() => '네?');
const { texts } = bot;

const PROTOCOL = { name: 'one-by-one', at: 1, value: ['라벨'] };
const GROUP: Group = { key: 'group' };
const ANSWER: SettledReply = { outputs: [text('늦은 답')] };
const LONG: SettledReply = { outputs: [text('첫 쪽'), text('둘째 쪽')] };

/** The answers that the buttons under what was rendered bring. */
let brought: (BroughtAnswer | undefined)[];

/** Shows one bubble at a time. */
const deliverer: Deliverer<readonly unknown[]> = {
  name: 'one-by-one',
  render({ outputs: [first, ...others], quickReplies = [] }, _, { more }) {
    brought.push(more);
    const answer = [first, ...quickReplies];
    const [next, ...last] = others;
    return {
      answer,
      lost: [],
      ...(next && { rest: { outputs: [next, ...last] as SettledReply['outputs'] } }),
    };
  },
  deliver: async () => ({ kind: 'delivered' }),
};

let store: MemorySessionStore;

beforeEach(() => {
  simulateTime();
  brought = [];
  store = new MemorySessionStore();
});

afterEach(() => {
  jest.useRealTimers();
});

const deferred = ({ address, group }: { address?: unknown; group?: Group } = {}): DeferredTurn => ({
  key: USER,
  request: { ...saying('느린 일', 'late'), ...(group && { group }) },
  delivery: { protocol: 'one-by-one', ...(address !== undefined && { address }) },
  receivedAt: Date.now(),
  deferredAt: Date.now(),
  worthMs: 5_000,
});

const POSTED = { address: 'somewhere' };

const pending = (id: string, others: Partial<PendingTurn> = {}): PendingTurn => ({
  id,
  expiresAt: Date.now() + 65_000,
  ...others,
});

const ready = (id: string, words: string, others: Partial<LateReply> = {}): LateReply => ({
  id,
  reply: { outputs: [text(words)] },
  expiresAt: Date.now() + 60_000,
  ...others,
});

const remembering = (memory: Partial<Memory>): Session => ({
  ...EMPTY_SESSION,
  memory: { turns: [], ...memory },
});

/** Another turn of the user, which has its own place whatever becomes of the late one. */
const other = () => ({ id: 'other', at: Date.now(), reply: { outputs: [text('다른 답')] } }) as const;

const show = (turn: DeferredTurn, memory: Partial<Memory>, answer = ANSWER) =>
  shownLate({ bot, store, deliverer }, turn, remembering(memory), answer);

describe('a late reply that is collected', () => {
  const late = () => ({ id: 'late', reply: ANSWER, expiresAt: Date.now() + 5_000 });

  test('waits in its room, beside what the room remembers, and is in line no more', () => {
    const rest = { id: 'other', reply: LONG, next: 1 };
    const memory: Partial<Memory> = {
      protocol: PROTOCOL,
      rest,
      late: [ready('earlier', '먼저')],
      line: [pending('late'), pending('next')],
      turns: [other()],
    };
    expect(show(deferred(), memory)).toStrictEqual({
      reply: ANSWER,
      memory: {
        protocol: PROTOCOL,
        rest,
        late: [ready('earlier', '먼저'), late()],
        line: [pending('next')],
        turns: [other()],
      },
    });
    expect(brought).toEqual([]);
  });

  test('is all that a room remembers of which nothing was known', () => {
    expect(show(deferred(), {})).toStrictEqual({ reply: ANSWER, memory: { turns: [], late: [late()] } });
  });

  test('waits in its group room alone', () => {
    const { memory } = show(deferred({ group: GROUP }), { protocol: PROTOCOL });
    expect(memory).toStrictEqual({
      turns: [],
      protocol: PROTOCOL,
      groups: { group: { late: [late()], at: Date.now() } },
    });
  });

  test('is kept so where nobody knows how to post it', () => {
    expect(shownLate({ bot, store }, deferred(POSTED), EMPTY_SESSION, ANSWER)).toStrictEqual({
      reply: ANSWER,
      memory: { turns: [], late: [late()] },
    });
  });
});

describe('a late reply that is delivered', () => {
  test('is remembered with its turn, and leaves what the room remembers as it is', () => {
    const rest = { id: 'other', reply: LONG, next: 1 };
    const line = [pending('late', { isPosted: true }), pending('next', { isPosted: true })];
    expect(show(deferred(POSTED), { protocol: PROTOCOL, rest, line, turns: [other()] })).toStrictEqual({
      reply: ANSWER,
      rendered: { answer: [text('늦은 답')], lost: [] },
      memory: {
        protocol: PROTOCOL,
        rest,
        line: [line[1]],
        turns: [other(), { id: 'late', at: Date.now(), reply: ANSWER, isPosted: true }],
      },
    });
  });

  test('is all that is remembered where nothing was known', () => {
    expect(show(deferred(POSTED), {}).memory).toStrictEqual({
      turns: [{ id: 'late', at: Date.now(), reply: ANSWER, isPosted: true }],
    });
  });

  test('in parts is remembered once, with its room', () => {
    const rest = { id: 'other', reply: ANSWER, next: 1 };
    expect(show(deferred(POSTED), { rest }, LONG)).toStrictEqual({
      reply: LONG,
      rendered: { answer: [text('첫 쪽')], lost: [], rest: { outputs: [text('둘째 쪽')] } },
      memory: {
        rest: { id: 'late', reply: LONG, next: 1 },
        turns: [{ id: 'late', at: Date.now(), part: { of: 'late', number: 0 }, isPosted: true }],
      },
    });
    expect(brought).toEqual([{ answer: 'late', part: 1 }]);
  });

  test('names its user in a group room', () => {
    const { memory } = show(deferred({ ...POSTED, group: GROUP }), {}, LONG);
    expect(brought).toEqual([{ answer: 'late', part: 1, of: USER }]);
    expect(memory).toStrictEqual({
      turns: [{ id: 'late', at: Date.now(), part: { of: 'late', number: 0 }, isPosted: true }],
      groups: { group: { rest: { id: 'late', reply: LONG, next: 1 }, at: Date.now() } },
    });
  });

  test('brings along what waits in its room, which stays readable a minute', () => {
    const shownBefore = ready('before', '본 답', { shownAt: Date.now() - 1_000 });
    const { reply, memory } = show(deferred(POSTED), { late: [ready('earlier', '먼저'), shownBefore] });
    expect(reply.outputs).toEqual([text('먼저'), text('늦은 답')]);
    expect(memory.late).toStrictEqual([shownBefore, ready('earlier', '먼저', { shownAt: Date.now() })]);
  });

  test('brings nothing along that waits in another room', () => {
    const { reply } = show(deferred({ ...POSTED, group: GROUP }), { late: [ready('earlier', '먼저')] });
    expect(reply).toEqual(ANSWER);
  });

  test('tells of the turns that were lost, once, and never counts its own', () => {
    const expiresAt = Date.now();
    const line = [
      pending('late', { expiresAt, isPosted: true }),
      pending('lost', { expiresAt }),
      pending('next', { isPosted: true }),
    ];
    const { reply, memory } = show(deferred(POSTED), { line });
    expect(reply.outputs).toEqual([text(texts.lost), text('늦은 답')]);
    expect(memory.line).toStrictEqual([line[2]]);
  });

  test.each<[string, { group?: Group }, BroughtAnswer]>([
    ['a room of two', {}, {}],
    ['a group room, where it names its user', { group: GROUP }, { of: USER }],
  ])('has the button to collect another that is worked on, in %s', (_, room, mark) => {
    const line = [pending('late', { isPosted: true }), pending('next', room.group && { room: 'group' })];
    const { reply } = show(deferred({ ...POSTED, ...room }), { line });
    expect(reply.quickReplies).toMatchObject([
      { label: texts.collect, extra: { kakaoGateway: { button: 'collect', ...mark } } },
    ]);
    expect(reply.quickReplies?.[0]?.extra).toEqual({ kakaoGateway: { button: 'collect', ...mark } });
  });
});

/** A store in which another turn saves before the first save. */
class BusyStore extends MemorySessionStore {
  error: Error | undefined = new SessionConflictError();
  saves = 0;

  override async save(...args: Parameters<MemorySessionStore['save']>): Promise<void> {
    const { error } = this;
    this.error = undefined;
    this.saves++;
    if (error) throw error;
    await super.save(...args);
  }
}

/** The memory of a user after this was done to theirs. */
async function memoryAfter(memory: Partial<Memory>, change: () => Promise<unknown>): Promise<Memory> {
  await store.save(USER, EMPTY_SESSION, remembering(memory));
  await change();
  return (await store.load(USER)).memory;
}

const answered = () => ({ id: 'late', at: Date.now() - 10, reply: ANSWER, isToPost: true }) as const;
const forgotten = () => ({ id: 'late', at: Date.now() - 10 });

describe('the reply of a turn that is delivered', () => {
  test('is forgotten, and the turn is not', async () => {
    const line = [pending('next')];
    const memory = { protocol: PROTOCOL, line, turns: [other(), answered()] };
    expect(await memoryAfter(memory, () => forgetReply(store, deferred(POSTED)))).toStrictEqual({
      ...memory,
      turns: [other(), forgotten()],
    });
  });

  test('is forgotten though another turn comes between', async () => {
    const busy = new BusyStore();
    busy.error = undefined;
    store = busy;
    const memory = await memoryAfter({ turns: [answered()] }, async () => {
      busy.error = new SessionConflictError();
      await forgetReply(store, deferred(POSTED));
    });
    expect(memory.turns).toStrictEqual([forgotten()]);
    expect(busy.saves).toBe(3);
  });

  test('is not forgotten where the table can not be written', async () => {
    const busy = new BusyStore();
    busy.error = new UnavailableError('sessions table', { cause: undefined });
    await expect(forgetReply(busy, deferred(POSTED))).rejects.toThrow(UnavailableError);
  });
});

describe('a reply that its callback did not take', () => {
  const keep = (group?: Group) =>
    keepForCollection(store, deferred({ ...POSTED, ...(group && { group }) }), ANSWER);
  const late = () => ({ id: 'late', reply: ANSWER, expiresAt: Date.now() + 5_000 });

  test('waits to be collected, and is remembered with its turn no more', async () => {
    const rest = { id: 'other', reply: LONG, next: 1 };
    const line = [pending('next')];
    const memory = { protocol: PROTOCOL, rest, line, turns: [other(), answered()] };
    expect(await memoryAfter({ ...memory, late: [ready('earlier', '먼저')] }, () => keep())).toStrictEqual({
      ...memory,
      late: [ready('earlier', '먼저'), late()],
      turns: [other(), forgotten()],
    });
  });

  test('waits whole: of what nobody saw there is no rest', async () => {
    const rest = { id: 'late', reply: LONG, next: 1 };
    expect(await memoryAfter({ protocol: PROTOCOL, rest, turns: [answered()] }, () => keep())).toStrictEqual({
      protocol: PROTOCOL,
      late: [late()],
      turns: [forgotten()],
    });
  });

  test('is all that its room remembers where nothing was known', async () => {
    expect(await memoryAfter({ turns: [answered()] }, () => keep())).toStrictEqual({
      late: [late()],
      turns: [forgotten()],
    });
  });

  test('waits in its group room alone', async () => {
    const known: RoomMemory = { protocol: PROTOCOL };
    const groups = { group: { ...known, at: 1 } };
    expect(await memoryAfter({ groups, turns: [answered()] }, () => keep(GROUP))).toStrictEqual({
      groups: { group: { ...known, late: [late()], at: Date.now() } },
      turns: [forgotten()],
    });
  });

  test('is kept for nobody who is forgotten', async () => {
    const memory = await memoryAfter({ turns: [other()] }, () => keep());
    expect(memory).toStrictEqual({ turns: [other()] });
  });

  test('waits though another turn comes between', async () => {
    const busy = new BusyStore();
    busy.error = undefined;
    store = busy;
    const memory = await memoryAfter({ turns: [answered()] }, async () => {
      busy.error = new SessionConflictError();
      await keep();
    });
    expect(memory).toStrictEqual({ late: [late()], turns: [forgotten()] });
    expect(busy.saves).toBe(3);
  });

  test('is not kept where the table can not be written', async () => {
    await store.save(USER, EMPTY_SESSION, remembering({ turns: [answered()] }));
    store.save = () => Promise.reject(new UnavailableError('sessions table', { cause: undefined }));
    await expect(keep()).rejects.toThrow(UnavailableError);
  });
});
