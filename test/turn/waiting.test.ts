import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { ownButton } from '../../lambda/bot/own-button.ts';
import { button, text } from '../../lambda/bot/reply.ts';
import { textsOf } from '../../lambda/bot/texts.ts';
import type { DeferredTurn } from '../../lambda/turn/deferred-turn.ts';
import {
  EMPTY_SESSION,
  type LateReply,
  type Memory,
  type PendingTurn,
  type Session,
} from '../../lambda/turn/session.ts';
import {
  GROUP_LOST_AFTER_MS,
  LOST_AFTER_MS,
  READABLE_MS,
  STALLED_AFTER_MS,
} from '../../lambda/turn/time-budget.ts';
import {
  aliveIn,
  bringsSomething,
  isLost,
  lateAfter,
  lineWithout,
  nextInLine,
  type Waiting,
  waitingIn,
  withLateReplies,
  withLateReply,
  withLine,
} from '../../lambda/turn/waiting.ts';
import { simulateTime } from '../kit/simulated-time.ts';
import { saying, USER } from '../kit/turns.ts';

const ROOM = 'a-group-room';
const NOTHING: Waiting = { ready: [], shown: [], isPending: false, lost: [] };

let now: number;
beforeEach(() => {
  simulateTime();
  now = Date.now();
});
afterEach(() => {
  jest.useRealTimers();
});

const late = (id: string, more: Partial<LateReply> = {}): LateReply => ({
  id,
  reply: { outputs: [text(`${id}의 답`)] },
  expiresAt: now + 1_000,
  ...more,
});
const pending = (id: string, more: Partial<PendingTurn> = {}): PendingTurn => ({
  id,
  expiresAt: now + LOST_AFTER_MS,
  ...more,
});
const deferred = (id: string): DeferredTurn => ({
  key: USER,
  request: saying('느린 일', id),
  delivery: { protocol: 'plain-texts' },
  receivedAt: now,
  deferredAt: now,
  worthMs: 1_000,
});
const session = (memory: Partial<Memory>, leases: Session['leases'] = {}): Session => ({
  ...EMPTY_SESSION,
  memory: { turns: [], ...memory },
  leases,
});

test('a memory in which no turn waits stays the same without a line', () => {
  const { memory } = session({});
  expect(withLine(memory, [])).toBe(memory);
});

describe('what waits for a user in a room', () => {
  test('is nothing where nothing was late, and nothing of other rooms', () => {
    expect(waitingIn(session({}), undefined)).toEqual(NOTHING);
    expect(waitingIn(session({}), ROOM)).toEqual(NOTHING);
    // It asks for no time where nothing could be late.
    const clock = jest.spyOn(Date, 'now');
    waitingIn(session({}), undefined);
    expect(clock).not.toHaveBeenCalled();
    clock.mockRestore();
    const elsewhere = session({
      late: [late('a')],
      line: [pending('b'), pending('c', { expiresAt: now })],
    });
    expect(waitingIn(elsewhere, ROOM)).toEqual(NOTHING);
    const here = session({
      groups: { [ROOM]: { at: now, late: [late('a')] } },
      line: [pending('b', { room: ROOM })],
    });
    expect(waitingIn(here, undefined)).toEqual(NOTHING);
    expect(waitingIn(here, ROOM)).toEqual({ ...NOTHING, ready: [late('a')], isPending: true });
  });

  test('is ready until it is worth nothing, and then neither ready nor shown', () => {
    const over = [late('b', { expiresAt: now }), late('c', { expiresAt: now, shownAt: now })];
    expect(waitingIn(session({ late: [late('a', { expiresAt: now + 1 }), ...over] }), undefined)).toEqual({
      ...NOTHING,
      ready: [late('a', { expiresAt: now + 1 })],
    });
  });

  test('is not ready again when it was shown, and stays readable for a minute', () => {
    const [recent, old] = [
      late('b', { shownAt: now - READABLE_MS + 1 }),
      late('c', { shownAt: now - READABLE_MS }),
    ];
    expect(waitingIn(session({ late: [late('a'), recent, old] }), undefined)).toEqual({
      ...NOTHING,
      ready: [late('a')],
      shown: [recent],
    });
  });

  test('is worked on, unless its answer is posted', () => {
    expect(waitingIn(session({ line: [pending('a')] }), undefined)).toEqual({ ...NOTHING, isPending: true });
    expect(waitingIn(session({ line: [pending('a', { isPosted: true })] }), undefined)).toEqual(NOTHING);
  });

  test('is worked on while one of several is', () => {
    const line = [pending('a', { expiresAt: now }), pending('b')];
    expect(waitingIn(session({ line }), undefined)).toEqual({
      ...NOTHING,
      isPending: true,
      lost: [line[0]],
    });
  });

  test('is lost when its time is over and no worker has it, posted or not', () => {
    const line = [pending('a', { expiresAt: now }), pending('b', { expiresAt: now, isPosted: true })];
    expect(waitingIn(session({ line }), undefined)).toEqual({ ...NOTHING, lost: line });
    expect(waitingIn(session({ line }, { a: now + 1, b: now + 1 }), undefined)).toEqual({
      ...NOTHING,
      isPending: true,
    });
  });
});

describe('a late turn', () => {
  test.each([
    ['before its time is over, whoever has it', 1, undefined, false],
    ['when its time is over, had by nobody', 0, undefined, true],
    ['when its time is over, and its lease, too', 0, 0, true],
    ['when its time is over, but not its lease', 0, 1, false],
    ['before its time is over, with a lease that is', 1, -1, false],
  ])('counts as lost: %s', (_, leftMs, leaseMs, lost) => {
    const one = pending('a', { expiresAt: now + leftMs });
    const leases = leaseMs === undefined ? {} : { a: now + leaseMs };
    expect(isLost(session({ line: [one] }, leases), one)).toBe(lost);
  });

  test('keeps others waiting until it is lost', () => {
    expect(aliveIn(session({}))).toEqual([]);
    const line = [pending('a', { expiresAt: now }), pending('b')];
    expect(aliveIn(session({ line }))).toEqual([line[1]]);
  });

  test('keeps nobody waiting where its record should have come to a worker long ago', () => {
    const markedAt = now - STALLED_AFTER_MS - 1;
    const one = pending('a', { expiresAt: markedAt + LOST_AFTER_MS });
    const alive = (of: PendingTurn, leases: Session['leases']) => aliveIn(session({ line: [of] }, leases));
    expect(alive(one, { a: markedAt - 1 })).toEqual([]);
    // A worker has had it, or has it; or the store has forgotten who.
    expect(alive(one, { a: markedAt })).toEqual([one]);
    expect(alive(one, { a: now + 1 })).toEqual([one]);
    expect(alive(one, {})).toEqual([one]);
    const waits = { ...one, turn: deferred('a') };
    expect(alive(waits, { a: markedAt - 1 })).toEqual([waits]);
    const younger = { ...one, expiresAt: one.expiresAt + 1 };
    expect(alive(younger, { a: markedAt - 1 })).toEqual([younger]);
  });

  test('of a group room that is posted is told by its five minutes', () => {
    const markedAt = now - STALLED_AFTER_MS - 1;
    const expiresAt = markedAt + GROUP_LOST_AFTER_MS;
    const alive = (more: Partial<PendingTurn>) =>
      aliveIn(session({ line: [pending('a', { expiresAt, ...more })] }, { a: markedAt - 1 }));
    expect(alive({ room: 'g', isPosted: true })).toEqual([]);
    // By a minute it would have been marked in four from now.
    expect(alive({ room: 'g' })).toHaveLength(1);
    expect(alive({ isPosted: true })).toHaveLength(1);
  });

  test('that waited is handed on when it is the first, and nobody has it', () => {
    const [first, second] = [pending('a', { turn: deferred('a') }), pending('b', { turn: deferred('b') })];
    const next = (line: readonly PendingTurn[], leases: Session['leases'] = {}) =>
      nextInLine(session({ line }, leases))?.request.id;
    expect(nextInLine(session({}))).toBeUndefined();
    expect(next([first, second])).toBe('a');
    expect(next([second])).toBe('b');
    expect(next([first], { a: now })).toBe('a');
    expect(next([first, second], { a: now + 1 })).toBeUndefined();
    // The queue has that one already.
    expect(next([pending('a'), second])).toBeUndefined();
    expect(next([{ ...first, expiresAt: now }, second])).toBe('b');
  });
});

describe('an answer', () => {
  const texts = textsOf({});
  const said = { outputs: [text('안녕하세요')] };
  const withTea = { ...said, quickReplies: [button.message('차')] };
  const brought = { answer: 'a-turn' };
  const collect = ownButton('collect', texts.collect, brought);
  const shownWith = (waiting: Partial<Waiting>, reply: Parameters<typeof withLateReplies>[1] = said) =>
    withLateReplies({ ...NOTHING, ...waiting }, reply, texts, brought);

  test('stays as it is where nothing waits, whatever was shown a moment ago', () => {
    expect(shownWith({ shown: [late('a')] })).toBe(said);
  });

  test('comes after the late replies that are there, in their order', () => {
    expect(shownWith({ ready: [late('a'), late('b')] })).toEqual({
      outputs: [text('a의 답'), text('b의 답'), text('안녕하세요')],
      quickReplies: [],
    });
  });

  test('comes after the word of what was lost, said once', () => {
    const lost = [pending('a'), pending('b')];
    expect(shownWith({ lost })).toEqual({ outputs: [text(texts.lost), ...said.outputs], quickReplies: [] });
    expect(shownWith({ lost, ready: [late('c')] }).outputs).toEqual([
      text(texts.lost),
      text('c의 답'),
      text('안녕하세요'),
    ]);
  });

  test('brings the button for what is worked on, before its own', () => {
    expect(shownWith({ isPending: true })).toEqual({ ...said, quickReplies: [collect] });
    expect(shownWith({ isPending: true }, withTea).quickReplies).toEqual([collect, button.message('차')]);
  });

  test('keeps its quick replies, or has those of the last late reply', () => {
    const [coffee, juice, milk] = ['커피', '주스', '우유'].map(label => [button.message(label)]);
    const ready = [coffee, juice, milk].map((quickReplies = [], n) =>
      late(`${n}`, { reply: { outputs: [text('답')], quickReplies } }),
    );
    expect(shownWith({ ready }).quickReplies).toEqual(milk);
    expect(shownWith({ ready }, withTea).quickReplies).toEqual(withTea.quickReplies);
    expect(shownWith({ ready, isPending: true }).quickReplies).toEqual([collect, button.message('우유')]);
  });

  test('is saved where it shows what waited, so that this is not shown twice', () => {
    const brings = (waiting: Partial<Waiting>) => bringsSomething({ ...NOTHING, ...waiting });
    expect(brings({})).toBe(false);
    expect(brings({ shown: [late('a')], isPending: true })).toBe(false);
    expect(brings({ ready: [late('a')] })).toBe(true);
    expect(brings({ lost: [pending('a')] })).toBe(true);
  });

  test('leaves what it showed readable, after what was shown before', () => {
    const before = late('a', { shownAt: now - 1 });
    expect(lateAfter({ ...NOTHING, shown: [before], ready: [late('b')] })).toEqual([
      before,
      late('b', { shownAt: now }),
    ]);
    expect(lateAfter({ ...NOTHING, shown: [before] })).toEqual([before]);
    expect(lateAfter(NOTHING)).toEqual([]);
  });
});

describe('the line of a user', () => {
  const ids = (line: readonly PendingTurn[]) => line.map(({ id }) => id);

  test('loses the turns that are answered, and no other', () => {
    const line = ['a', 'b', 'c'].map(id => pending(id));
    expect(ids(lineWithout({ turns: [], line }, [{ id: 'a' }, { id: 'c' }, { id: 'x' }]))).toEqual(['b']);
    expect(ids(lineWithout({ turns: [], line }, []))).toEqual(['a', 'b', 'c']);
    expect(lineWithout({ turns: [] }, [{ id: 'a' }])).toEqual([]);
  });

  test('keeps the last thirty turns: the lost ones of rooms in which nobody speaks are forgotten first', () => {
    const many = Array.from({ length: 31 }, (_, n) => pending(`${n}`));
    expect(withLine({ turns: [] }, many).line).toEqual(many.slice(1));
    expect(withLine({ turns: [] }, many.slice(1)).line).toEqual(many.slice(1));
  });

  test('is no member of a memory when it is empty', () => {
    const memory: Memory = { turns: [], line: [pending('a')], begun: {} };
    expect(withLine(memory, [pending('b')])).toStrictEqual({ turns: [], begun: {}, line: [pending('b')] });
    expect(withLine(memory, [])).toStrictEqual({ turns: [], begun: {} });
  });
});

describe('the late replies of a room, with one more', () => {
  const ids = (replies: readonly LateReply[]) => replies.map(({ id }) => id);

  test('are that one alone at first', () => {
    expect(withLateReply(undefined, late('a'))).toEqual([late('a')]);
  });

  test('hold no turn twice: the newer stands', () => {
    const newer = late('a', { expiresAt: now + 9_000 });
    expect(withLateReply([late('a'), late('b')], newer)).toEqual([late('b'), newer]);
  });

  test('hold what is worth something and was not read, or a moment ago', () => {
    const known = [
      late('worthless', { expiresAt: now }),
      late('just worth it', { expiresAt: now + 1 }),
      late('read long ago', { shownAt: now - READABLE_MS }),
      late('read a moment ago', { shownAt: now - READABLE_MS + 1 }),
    ];
    expect(ids(withLateReply(known, late('a')))).toEqual(['just worth it', 'read a moment ago', 'a']);
  });

  test('are ten at most, the newest', () => {
    const known = Array.from({ length: 10 }, (_, n) => late(`${n}`));
    expect(ids(withLateReply(known.slice(1), late('a')))).toHaveLength(10);
    expect(ids(withLateReply(known, late('a')))).toEqual([...ids(known.slice(1)), 'a']);
  });
});
