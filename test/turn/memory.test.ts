import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { TurnRequest } from '../../lambda/bot/incoming.ts';
import { type SettledReply, text } from '../../lambda/bot/reply.ts';
import { textsOf } from '../../lambda/bot/texts.ts';
import { userKeyOf } from '../../lambda/bot/user.ts';
import {
  type AnswerToShow,
  answeredBefore,
  memoryAfter,
  nextPart,
  recalled,
  remembers,
  rememberTurn,
  replyOf,
  roomIn,
  roomOf,
  type Shown,
  showAnswer,
  showPart,
  withRoom,
} from '../../lambda/turn/memory.ts';
import type { AnsweredRequest, Protocol, ProtocolMemory } from '../../lambda/turn/protocol.ts';
import type { AnsweredTurn, GroupMemory, LateReply, Memory, Rest } from '../../lambda/turn/session.ts';
import { READABLE_MS, REMEMBER_BRIEFLY_MS, REMEMBER_TURN_MS } from '../../lambda/turn/time-budget.ts';
import { simulateTime } from '../kit/simulated-time.ts';
import { plainTexts, saying, USER } from '../kit/turns.ts';

const ROOM = 'a-group-room';

let now: number;
beforeEach(() => {
  simulateTime();
  now = Date.now();
});
afterEach(() => {
  jest.useRealTimers();
});

const said = (words: string): SettledReply => ({ outputs: [text(words)] });
const rest = (id: string, more: Partial<Rest> = {}): Rest => ({
  id,
  reply: said(`${id} 전부`),
  next: 1,
  ...more,
});
const late = (id: string): LateReply => ({ id, reply: said(id), expiresAt: now + 1_000 });
const kept = (value: unknown, name: string = plainTexts.name): ProtocolMemory => ({ name, at: now, value });

describe('the room in which something is said', () => {
  test('is a group’s by its key, or the room of two', () => {
    expect(roomOf({ ...saying('안녕'), group: { key: ROOM } })).toBe(ROOM);
    expect(roomOf(saying('안녕'))).toBeUndefined();
  });

  test('is that turn’s own where Kakao does not tell the group’s key: it may be any', () => {
    expect(roomOf({ ...saying('안녕', 'a turn'), group: { key: '' } })).toBe('a turn');
  });

  test('is remembered by itself', () => {
    const group: GroupMemory = { at: now, rest: rest('b') };
    const memory: Memory = { turns: [], rest: rest('a'), groups: { [ROOM]: group } };
    expect(roomIn(memory, undefined).rest?.id).toBe('a');
    expect(roomIn(memory, ROOM)).toBe(group);
    expect(roomIn(memory, 'another')).toEqual({});
    expect(roomIn({ turns: [], rest: rest('a') }, ROOM)).toEqual({});
  });

  test('is none that every object has, whatever it is called', () => {
    const memory: Memory = { turns: [], groups: {} };
    expect(roomIn(memory, 'constructor')).toEqual({});
    expect(roomIn(memory, '__proto__')).toEqual({});
    const changed = withRoom(memory, '__proto__', { rest: rest('a') });
    expect(roomIn(changed, '__proto__').rest?.id).toBe('a');
  });
});

describe('a memory with another room', () => {
  const whole: Memory = {
    turns: [{ id: 'a', at: 1 }],
    line: [],
    begun: {},
    protocol: kept('보기'),
    rest: rest('a'),
    late: [late('a')],
  };

  test('of two has nothing of that room’s before, and all else', () => {
    const groups = { [ROOM]: { at: 1 } };
    const { turns, line, begun } = whole;
    const rooms = { ...whole, groups } as Memory;
    expect(withRoom(rooms, undefined, {})).toStrictEqual({ turns, line, begun, groups });
    expect(withRoom(rooms, undefined, { rest: rest('b') })).toStrictEqual({
      turns,
      line,
      begun,
      groups,
      rest: rest('b'),
    });
  });

  test('of a group has it beside the others, and the time of the change', () => {
    const first = withRoom(whole, ROOM, { late: [late('b')] });
    expect(first).toStrictEqual({ ...whole, groups: { [ROOM]: { late: [late('b')], at: now } } });
    jest.advanceTimersByTime(1);
    const second = withRoom(first, 'another', { protocol: kept('보기') });
    expect(second.groups).toStrictEqual({
      [ROOM]: { late: [late('b')], at: now },
      another: { protocol: { ...kept('보기') }, at: now + 1 },
    });
    expect(withRoom(second, ROOM, { rest: rest('c') }).groups?.[ROOM]).toStrictEqual({
      rest: rest('c'),
      at: now + 1,
    });
  });

  test('of a group forgets one in which nothing is left, and the groups with the last of them', () => {
    const two = withRoom(withRoom(whole, ROOM, { rest: rest('a') }), 'another', { rest: rest('b') });
    const one = withRoom(two, ROOM, { late: [] });
    expect(Object.keys(one.groups ?? {})).toEqual(['another']);
    expect(withRoom(one, 'another', {})).toStrictEqual(whole);
    expect(withRoom(whole, ROOM, {})).toStrictEqual(whole);
  });

  test('of a group forgets the one of ten that changed first', () => {
    let memory: Memory = { turns: [] };
    for (const room of ['b', 'a', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'a', 'k']) {
      memory = withRoom(memory, room, { rest: rest('r') });
      jest.advanceTimersByTime(1);
    }
    expect(Object.keys(memory.groups ?? {}).toSorted()).toEqual([...'acdefghijk']);
  });
});

describe('what a protocol remembers', () => {
  const recalling: Protocol<string> = {
    ...plainTexts,
    recall: (request, { value }) => ({ ...request, id: `${value}` }),
  };
  const request = saying('보기', 'as it came');
  const idOf = (protocol: Protocol<string>, memory?: ProtocolMemory) =>
    recalled(protocol, request, memory ? { protocol: memory } : {}).id;

  test('tells how a turn is meant, where it is that protocol’s', () => {
    expect(idOf(recalling, kept('as it is meant'))).toBe('as it is meant');
    expect(idOf(recalling, { at: now, value: 'stored when there was one alone' })).toBe(
      'stored when there was one alone',
    );
    expect(idOf(recalling, kept('x', 'another'))).toBe('as it came');
    expect(idOf(recalling)).toBe('as it came');
  });

  test('is nothing to a protocol that recalls nothing', () => {
    expect(recalled(plainTexts, request, { protocol: kept('x') })).toBe(request);
  });

  test('need not be saved again while it is the same, fresh, and that protocol’s', () => {
    const shown = (value?: unknown): Shown<string> => ({
      rendered: { answer: '', lost: [], ...(value !== undefined && { memory: value }) },
      reply: said(''),
      part: 0,
    });
    const isKept = (memory: ProtocolMemory | undefined, value: unknown, isFresh?: boolean) =>
      remembers(
        isFresh === undefined ? plainTexts : { ...plainTexts, isFresh: () => isFresh },
        memory ? { protocol: memory } : {},
        shown(value),
      );
    expect(isKept(undefined, undefined)).toBe(true);
    expect(isKept(undefined, ['차'])).toBe(false);
    expect(isKept(kept(['차']), undefined)).toBe(false);
    expect(isKept(kept(['차']), ['차'])).toBe(true);
    expect(isKept(kept(['차']), ['물'])).toBe(false);
    expect(isKept(kept(['차'], 'another'), ['차'])).toBe(false);
    expect(isKept({ at: now, value: ['차'] }, ['차'])).toBe(true);
    expect(isKept(kept(['차']), ['차'], true)).toBe(true);
    expect(isKept(kept(['차']), ['차'], false)).toBe(false);
  });

  test.each<[string, Rest | undefined, Rest | undefined, boolean]>([
    ['nothing left, as before', undefined, undefined, true],
    ['something left', undefined, rest('a'), false],
    ['nothing left any more', rest('a'), undefined, false],
    ['nothing left, and the last part was shown before', rest('a', { overAt: 1 }), undefined, true],
    ['the same part of the same answer', rest('a'), rest('a'), true],
    ['the next part', rest('a'), rest('a', { next: 2 }), false],
    ['the same part of another answer', rest('a'), rest('b'), false],
  ])('is saved again where the rest behind 더보기 became another: %s', (_, known, next, isKept) => {
    const shown: Shown<string> = {
      rendered: { answer: '', lost: [] },
      reply: said(''),
      part: 0,
      ...(next && { rest: next }),
    };
    expect(remembers(plainTexts, known ? { rest: known } : {}, shown)).toBe(isKept);
  });
});

describe('a turn that was answered', () => {
  const memory = (...turns: AnsweredTurn[]): Memory => ({ turns });

  test('is found by its id for a minute', () => {
    const [old, recent] = [
      { id: 'old', at: now - REMEMBER_TURN_MS },
      { id: 'recent', at: now - REMEMBER_TURN_MS + 1 },
    ];
    expect(answeredBefore(memory(old, recent), 'recent')).toBe(recent);
    expect(answeredBefore(memory(old, recent), 'old')).toBeUndefined();
    expect(answeredBefore(memory(old, recent), 'other')).toBeUndefined();
  });

  test('is found for ten seconds where nobody can name it again', () => {
    const [old, recent] = [
      { id: 'old', at: now - REMEMBER_BRIEFLY_MS, isBrief: true as const },
      { id: 'recent', at: now - REMEMBER_BRIEFLY_MS + 1, isBrief: true as const },
    ];
    expect(answeredBefore(memory(old, recent), 'recent')).toBe(recent);
    expect(answeredBefore(memory(old, recent), 'old')).toBeUndefined();
  });

  test('is remembered once, as the newest, and those of long ago are forgotten', () => {
    const turns = [
      { id: 'a', at: now - 2 },
      { id: 'b', at: now - 1 },
      { id: 'c', at: now - REMEMBER_TURN_MS },
    ];
    expect(rememberTurn(memory(...turns), 'a', { reply: said('답') })).toEqual([
      { id: 'b', at: now - 1 },
      { id: 'a', at: now, reply: said('답') },
    ]);
    expect(rememberTurn(memory(), 'a', {})).toEqual([{ id: 'a', at: now }]);
  });

  test('is one of a hundred, the newest', () => {
    const turns = Array.from({ length: 101 }, (_, n) => ({ id: `${n}`, at: now }));
    const ids = (known: readonly AnsweredTurn[]) =>
      rememberTurn({ turns: known }, 'new', {}).map(({ id }) => id);
    for (const known of [99, 100, 101]) {
      const newest = ids(turns.slice(0, known));
      expect(newest).toHaveLength(100);
      expect(newest.slice(-2)).toEqual([`${known - 1}`, 'new']);
    }
    expect(ids(turns.slice(0, 3))).toEqual(['0', '1', '2', 'new']);
  });

  test('has the reply that was kept with it, or the part of the rest that holds it', () => {
    const turn: AnsweredTurn = { id: 'a', at: now, part: { of: 'r', number: 2 } };
    expect(replyOf({ id: 'a', at: now, reply: said('답') }, {})).toEqual({ reply: said('답'), part: 0 });
    expect(replyOf(turn, { rest: rest('r') })).toEqual({ reply: rest('r').reply, part: 2 });
    expect(replyOf(turn, { rest: rest('another') })).toBeUndefined();
    expect(replyOf(turn, {})).toBeUndefined();
    expect(replyOf({ id: 'a', at: now }, { rest: rest('r') })).toBeUndefined();
    expect(replyOf({ id: 'a', at: now }, {})).toBeUndefined();
  });
});

describe('an answer that is shown in parts', () => {
  const parts = said('하나 둘 셋');
  /** Shows a word a part, and the number of the part that its button would bring. */
  const render = ({ outputs }: SettledReply, next: number) => {
    const [first] = outputs;
    const [word, ...others] = first && 'simpleText' in first ? first.simpleText.text.split(' ') : [];
    const left = others.length > 0 ? { rest: said(others.join(' ')) } : {};
    return { answer: `${word} ${next}`, lost: [], ...left };
  };
  const shown = (part?: number) => showPart(render, 'r', parts, part);

  test('is shown from its first part on, and what follows is remembered', () => {
    expect(shown()).toMatchObject({
      rendered: { answer: '하나 1' },
      part: 0,
      rest: { id: 'r', reply: parts, next: 1 },
    });
    expect(shown(1)).toStrictEqual({
      rendered: { answer: '둘 2', lost: [], rest: said('셋') },
      reply: parts,
      part: 1,
      rest: { id: 'r', reply: parts, next: 2 },
    });
  });

  test('ends with its last part, whatever comes after that is asked for', () => {
    const last = {
      rendered: { answer: '셋 3', lost: [] },
      reply: parts,
      part: 2,
      rest: { id: 'r', reply: parts, next: 3, overAt: now },
    };
    expect(shown(2)).toStrictEqual(last);
    expect(shown(9)).toStrictEqual(last);
  });

  test('leaves nothing behind where one part is all', () => {
    const whole = { rendered: { answer: '하나 1', lost: [] }, reply: said('하나'), part: 0 };
    expect(showPart(render, 'r', said('하나'))).toStrictEqual(whole);
    expect(showPart(render, 'r', said('하나'), 3)).toStrictEqual(whole);
  });

  test('has a button that brings its next part, which in a group names whose it is', () => {
    const whole = { outputs: [text('하나'), text('둘'), text('셋')] as const };
    const shownIn = (request: TurnRequest, more: Partial<AnswerToShow> = {}) => {
      const asked: AnsweredRequest[] = [];
      const protocol: Protocol<string> = {
        ...plainTexts,
        render: ({ outputs: [first, ...others] }, texts, answered) => {
          asked.push(answered);
          const rest = others.length > 0 && { rest: { outputs: others } };
          return { ...plainTexts.render({ outputs: first ? [first] : [] }, texts, answered), ...rest };
        },
      };
      const { rendered, part, rest } = showAnswer(protocol, textsOf({}), request, {
        id: 'r',
        reply: whole,
        ...more,
      });
      const last = asked.at(-1);
      expect(last).toStrictEqual({ ...request, more: last?.more });
      return { answer: rendered.answer, part, next: rest?.next, more: last?.more };
    };
    const request = saying('메뉴');
    expect(shownIn(request)).toEqual({ answer: '하나', part: 0, next: 1, more: { answer: 'r', part: 1 } });
    expect(shownIn(request, { part: 1 })).toEqual({
      answer: '둘',
      part: 1,
      next: 2,
      more: { answer: 'r', part: 2 },
    });
    const inGroup = { ...request, group: { key: ROOM } };
    expect(shownIn(inGroup).more).toEqual({ answer: 'r', part: 1, of: USER });
    const other = userKeyOf('live', { plusfriendUserKey: 'other' });
    expect(shownIn(inGroup, { of: other }).more).toEqual({ answer: 'r', part: 1, of: other });
  });

  test('goes on where it stopped, and its last part can be read again for a minute', () => {
    expect(nextPart({})).toBeUndefined();
    expect(nextPart({ rest: rest('r', { next: 2 }) })).toBe(2);
    expect(nextPart({ rest: rest('r', { next: 3, overAt: now - READABLE_MS + 1 }) })).toBe(2);
    expect(nextPart({ rest: rest('r', { next: 3, overAt: now - READABLE_MS }) })).toBeUndefined();
  });
});

describe('the memory after an answer was shown', () => {
  const request: TurnRequest = saying('메뉴', 'a');
  const shown = (more: Partial<Shown<string>> = {}): Shown<string> => ({
    rendered: { answer: '', lost: [] },
    reply: said('답'),
    part: 0,
    ...more,
  });
  const remembered = (
    of: Shown<string>,
    {
      memory = { turns: [] },
      turn = request,
      replies,
    }: { memory?: Memory; turn?: TurnRequest; replies?: LateReply[] } = {},
  ) => memoryAfter(plainTexts, memory, turn, of, replies);

  test('holds the turn with its reply, and nothing where there is nothing', () => {
    expect(remembered(shown())).toStrictEqual({ turns: [{ id: 'a', at: now, reply: said('답') }] });
    expect(remembered(shown(), { replies: [] })).toStrictEqual({
      turns: [{ id: 'a', at: now, reply: said('답') }],
    });
  });

  test('holds no reply that nobody can ask for again', () => {
    expect(remembered(shown(), { turn: { ...request, mayRepeat: false } })).toStrictEqual({
      turns: [{ id: 'a', at: now, isBrief: true }],
    });
  });

  test('holds what the protocol asks to remember, the late replies, and the rest, which holds the reply', () => {
    const all = shown({ rendered: { answer: '', lost: [], memory: ['차'] }, part: 1, rest: rest('r') });
    const room = { protocol: kept(['차']), rest: rest('r'), late: [late('l')] };
    const turns = [{ id: 'a', at: now, part: { of: 'r', number: 1 } }];
    expect(remembered(all, { replies: [late('l')] })).toStrictEqual({ ...room, turns });
    const turn = { ...request, group: { key: ROOM } };
    expect(remembered(all, { turn, replies: [late('l')] })).toStrictEqual({
      groups: { [ROOM]: { ...room, at: now } },
      turns,
    });
  });

  describe('whose rest is another', () => {
    const of = (number: number, answer = 'r'): AnsweredTurn => ({
      id: `${answer}${number}`,
      at: now,
      part: { of: answer, number },
    });
    const plain: AnsweredTurn = { id: 'p', at: Number.POSITIVE_INFINITY, reply: said('p') };
    const turns = () => [of(0), of(1), of(0, 'other'), plain];
    const memory = (): Memory => ({ turns: turns(), rest: rest('r') });

    test('gives the turn of its first part the reply that the rest held, and no later one', () => {
      const expected = [
        { id: 'r0', at: now, reply: rest('r').reply },
        { id: 'r1', at: now },
        of(0, 'other'),
        plain,
      ];
      expect(remembered(shown(), { memory: memory() }).turns.slice(0, 4)).toStrictEqual(expected);
      expect(remembered(shown({ rest: rest('s') }), { memory: memory() }).turns.slice(0, 4)).toStrictEqual(
        expected,
      );
    });

    test('leaves them where it is the same answer’s, or there was none', () => {
      expect(
        remembered(shown({ rest: rest('r', { next: 2 }) }), { memory: memory() }).turns.slice(0, 4),
      ).toEqual(turns());
      const none = { turns: turns() };
      expect(remembered(shown(), { memory: none }).turns.slice(0, 4)).toEqual(turns());
    });
  });
});
