import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { Bot } from '../../lambda/bot/bot.ts';
import { type Deadline, deadlineAt } from '../../lambda/bot/deadline.ts';
import type { Group } from '../../lambda/bot/incoming.ts';
import { text } from '../../lambda/bot/reply.ts';
import { SessionConflictError, UnavailableError } from '../../lambda/errors.ts';
import type { DeferrableTurn } from '../../lambda/turn/engine.ts';
import type { Deferral } from '../../lambda/turn/rule-answer.ts';
import { EMPTY_SESSION, type Memory, MemorySessionStore, type Session } from '../../lambda/turn/session.ts';
import { takeBack, type Unseen } from '../../lambda/turn/take-back.ts';
import { simulateTime } from '../kit/simulated-time.ts';
import { plainTexts, saying, USER } from '../kit/turns.ts';

const bot = new Bot({ session: () => ({}) }).fallback(() => '네?');

/** A store that fails as often as it is told to, and tells how often it was asked. */
class TroubledStore extends MemorySessionStore {
  readonly errors: Error[] = [];
  loads = 0;
  saves = 0;

  override load(...args: Parameters<MemorySessionStore['load']>): Promise<Session> {
    this.loads++;
    return super.load(...args);
  }

  override async save(...args: Parameters<MemorySessionStore['save']>): Promise<void> {
    this.saves++;
    const error = this.errors.shift();
    if (error) throw error;
    await super.save(...args);
  }
}

let store: TroubledStore;

beforeEach(() => {
  simulateTime();
  store = new TroubledStore();
});

afterEach(() => {
  jest.useRealTimers();
});

const GROUP: Group = { key: 'group' };
const LIMIT = { turns: 5, perMs: 60_000, answer: '많아요' } as const;
const DEFERRAL: Deferral = { rule: 'hears 느린 일', waiting: '잠시만요', worthMs: 1_000 };

const labels = (...value: string[]) => ({ name: 'plain-texts', at: 1, value });
const rest = (id: string) => ({ id, reply: { outputs: [text('긴 답')] as const }, next: 1 });
const pending = (id: string) => ({ id, expiresAt: Date.now() + 65_000 });
const answered = (id: string) => ({ id, at: Date.now(), reply: { outputs: [text('답')] as const } });
const late = (id: string) => ({
  id,
  reply: { outputs: [text('늦은 답')] as const },
  expiresAt: Date.now() + 9_000,
});

const remembering = (memory: Partial<Memory>): Session => ({
  ...EMPTY_SESSION,
  memory: { turns: [], ...memory },
});

interface Marked {
  /** The memory that stands in the table by now. */
  readonly now: Partial<Memory>;
  readonly leases?: Session['leases'];
  /** The memory before the mark, and with it. */
  readonly before?: Partial<Memory>;
  readonly marked?: Partial<Memory>;
  readonly ids?: Unseen['ids'];
  readonly deferral?: Deferral;
  readonly group?: Group;
  readonly deadline?: Deadline;
}

/** Takes the mark of the turn "ours" back; tells what is there then. */
async function takingBack({
  now,
  leases = { ours: Date.now() - 60_000 },
  before = {},
  marked = now,
  ids = [],
  deferral = DEFERRAL,
  group,
  deadline = deadlineAt(Date.now() + 1_000),
}: Marked) {
  const { errors } = store;
  const coming = errors.splice(0);
  await store.save(USER, EMPTY_SESSION, { ...remembering(now), leases });
  errors.push(...coming);
  store.saves = 0;
  const turn: DeferrableTurn<object, string> = {
    engine: { bot, store, protocol: plainTexts },
    key: USER,
    request: { ...saying('느린 일', 'ours'), ...(group && { group }) },
    receivedAt: Date.now(),
    defer: async () => {},
  };
  const unseen = { loaded: remembering(before), marked: remembering(marked).memory, ids, gone: [] };
  const isTaken = await takeBack(turn, deferral, unseen, deadline);
  const { loads, saves } = store;
  const session = await store.load(USER);
  return { isTaken, loads, saves, leases: session.leases, memory: session.memory };
}

const OVER: Deadline = deadlineAt(0);

describe('a mark that leads to no worker', () => {
  test('is taken back, and nothing else', async () => {
    const line = [pending('first'), pending('ours'), pending('next')];
    const begun = { 'hears 느린 일': [1, 2] };
    const others = { first: Date.now() + 5_000, next: 5 };
    const known = { protocol: labels('라떼'), rest: rest('other'), late: [late('earlier')], begun };
    const now = { ...known, line, turns: [answered('other'), answered('ours')] };
    const { memory, ...done } = await takingBack({
      now,
      before: known,
      leases: { ...others, ours: Date.now() - 60_000 },
    });
    expect(done).toEqual({ isTaken: false, loads: 1, saves: 1, leases: others });
    expect(memory).toStrictEqual({ ...known, line: [line[0], line[2]], turns: [answered('other')] });
  });

  test('leaves nothing where nothing was known', async () => {
    const { memory } = await takingBack({ now: { line: [pending('ours')], turns: [answered('ours')] } });
    expect(memory).toStrictEqual({ turns: [] });
  });

  test('leaves the labels and the rest before it, which its own answer had replaced', async () => {
    const line = [pending('ours')];
    const { memory } = await takingBack({
      now: { line, protocol: labels('결과 확인') },
      before: { protocol: labels('라떼'), rest: rest('other') },
    });
    expect(memory).toStrictEqual({ turns: [], protocol: labels('라떼'), rest: rest('other') });
  });

  test('leaves the labels and the rest of a turn that came between', async () => {
    const line = [pending('ours')];
    const { memory } = await takingBack({
      now: { line, protocol: labels('새 라벨'), rest: rest('new') },
      before: { protocol: labels('라떼'), rest: rest('other') },
      marked: { line, protocol: labels('결과 확인') },
    });
    expect(memory).toStrictEqual({ turns: [], protocol: labels('새 라벨'), rest: rest('new') });
  });

  test('in a group room leaves that room as it was, and the others as they are', async () => {
    const line = [pending('ours')];
    const groups = (value: string) => ({ group: { protocol: labels(value), at: Date.now() } });
    const { memory } = await takingBack({
      now: { line, protocol: labels('둘이서'), groups: groups('결과 확인') },
      before: { groups: groups('라떼') },
      group: GROUP,
    });
    expect(memory).toStrictEqual({ turns: [], protocol: labels('둘이서'), groups: groups('라떼') });
  });

  test('lets the late replies wait on that it would have brought along', async () => {
    const shownAt = Date.now();
    const { memory } = await takingBack({
      now: { line: [pending('ours')], late: ['brought', 'seen'].map(id => ({ ...late(id), shownAt })) },
      ids: ['brought'],
    });
    expect(memory).toStrictEqual({ turns: [], late: [late('brought'), { ...late('seen'), shownAt }] });
  });

  test('does not count for the limit of its rule', async () => {
    const line = [pending('ours')];
    const begun = { 'hears 느린 일': [1, 2, 3], other: [4] };
    const deferral = { ...DEFERRAL, limit: LIMIT };
    const { memory } = await takingBack({ now: { line, begun }, deferral });
    expect(memory).toStrictEqual({ turns: [], begun: { 'hears 느린 일': [1, 2], other: [4] } });
  });

  test.each<[Partial<Memory>, Partial<Memory>]>([
    [{}, {}],
    [{ begun: { other: [4] } }, { begun: { 'hears 느린 일': [], other: [4] } }],
  ])('of a limited rule of which nothing is counted counts for nothing: %j', async (known, left) => {
    const { memory } = await takingBack({
      now: { line: [pending('ours')], ...known },
      deferral: { ...DEFERRAL, limit: LIMIT },
    });
    expect(memory).toStrictEqual({ turns: [], ...left });
  });

  test.each([
    ['another turn comes between', new SessionConflictError()],
    ['the table does not answer', new UnavailableError('sessions table', { cause: undefined })],
  ])('is taken back in five tries while %s', async (_, error) => {
    store.errors.push(error, error, error, error);
    const now = { line: [pending('ours')] };
    expect(await takingBack({ now })).toEqual({
      isTaken: false,
      loads: 5,
      saves: 5,
      leases: {},
      memory: { turns: [] },
    });
  });

  test('is left after five tries', async () => {
    store.errors.push(...Array.from({ length: 6 }, () => new SessionConflictError()));
    const now = { line: [pending('ours')] };
    const { memory, ...done } = await takingBack({ now });
    expect(done).toMatchObject({ isTaken: false, loads: 5, saves: 5 });
    expect(memory.line).toEqual(now.line);
  });

  test('is left at any other error', async () => {
    store.errors.push(new Error('a table of another form'));
    expect(await takingBack({ now: { line: [pending('ours')] } })).toMatchObject({
      isTaken: false,
      loads: 1,
      saves: 1,
    });
  });
});

describe('a mark whose turn the queue has taken all the same', () => {
  const now = () => ({ line: [pending('ours')] });
  const held = () => ({ ours: Date.now() + 28_000 });

  test('stays where a worker is at work, and its answer comes', async () => {
    expect(await takingBack({ now: now(), leases: held() })).toMatchObject({ isTaken: true, saves: 0 });
  });

  test('is taken back from its worker when the user has read the apology', async () => {
    expect(await takingBack({ now: now(), leases: held(), deadline: OVER })).toMatchObject({
      isTaken: false,
      saves: 1,
      leases: {},
      memory: { turns: [] },
    });
  });

  test('is taken back from a worker whose lease is over', async () => {
    expect(await takingBack({ now: now(), leases: { ours: Date.now() } })).toMatchObject({
      isTaken: false,
      saves: 1,
      leases: {},
    });
  });

  test.each<[string, Partial<Memory>]>([
    ['nobody else waits', {}],
    ['others wait', { line: [pending('next')] }],
  ])('is answered, and has had its effect, where %s', async (_, others) => {
    const turns = [answered('ours')];
    expect(await takingBack({ now: { ...others, turns } })).toMatchObject({ isTaken: true, saves: 0 });
  });

  test('is answered too late for whoever read the apology', async () => {
    const turns = [answered('ours')];
    expect(await takingBack({ now: { turns }, deadline: OVER })).toMatchObject({ isTaken: false, saves: 0 });
  });

  test('is not answered where nobody knows of the turn', async () => {
    const turns = [answered('other')];
    expect(await takingBack({ now: { turns } })).toMatchObject({ isTaken: false, saves: 0 });
  });
});
