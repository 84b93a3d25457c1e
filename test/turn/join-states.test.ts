import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Bot } from '../../lambda/bot/bot.ts';
import { deadlineAt } from '../../lambda/bot/deadline.ts';
import type { StoredState } from '../../lambda/bot/stored-state.ts';
import { SessionVersionError } from '../../lambda/errors.ts';
import { DraftTurn } from '../../lambda/turn/draft-turn.ts';
import { joinResults, joinStates } from '../../lambda/turn/join-states.ts';
import { runs } from '../kit/property.ts';
import { saying } from '../kit/turns.ts';

/** As a store gives it back: equal, and another. */
const stored = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
const json = fc.jsonValue({ maxDepth: 4 }).map(stored);

describe('the change of a rule that is not asked again', () => {
  test('is all there where nobody else changed anything, and takes nothing away where it changed nothing', () => {
    fc.assert(
      fc.property(json, json, (before, after) => {
        expect(joinStates(before, after, stored(before))).toEqual({ state: after, isWhole: true });
        expect(joinStates(before, stored(before), after)).toEqual({ state: after, isWhole: true });
      }),
      runs(2_000),
    );
  });

  test('is joined member by member, to any depth', () => {
    const before = { cart: { 라떼: 1 }, name: '하나', seen: { menu: true } };
    const own = { cart: { 라떼: 1 }, name: '하나', seen: { menu: true, help: true } };
    const saved = { cart: { 라떼: 1, 차: 2 }, name: '두리', seen: { menu: true } };
    expect(joinStates(before, own, saved)).toEqual({
      state: { cart: { 라떼: 1, 차: 2 }, name: '두리', seen: { menu: true, help: true } },
      isWhole: true,
    });
  });

  test('leaves what it took away away, though another turn looked at the rest', () => {
    const joined = joinStates(
      { order: { cups: 1 }, count: 1 },
      { count: 1 },
      { order: { cups: 1 }, count: 2 },
    );
    expect(joined).toStrictEqual({ state: { count: 2 }, isWhole: true });
  });

  test('leaves what another turn took away away', () => {
    expect(joinStates({ order: 1, name: 'a' }, { order: 1, name: 'b' }, { name: 'a' })).toEqual({
      state: { name: 'b' },
      isWhole: true,
    });
  });

  test('of a list that others added to comes after what they added, whatever it is', () => {
    fc.assert(
      fc.property(fc.array(json), fc.array(json), fc.array(json), (before, own, saved) => {
        expect(joinStates(before, [...before, ...own], [...before, ...saved])).toEqual({
          state: [...before, ...saved, ...own],
          isWhole: true,
        });
      }),
      runs(1_000),
    );
  });

  test('of a list that began empty, or was not there, is joined as well', () => {
    expect(joinStates({}, { said: ['a'] }, { said: ['b'] })).toEqual({
      state: { said: ['b', 'a'] },
      isWhole: true,
    });
  });

  test.each([
    ['a list that was cut', [1, 2, 3], [2, 3, 4], [1, 2, 3, 5]],
    ['a list in which an item changed', [1, 2], [1, 9, 3], [1, 2, 4]],
    ['a number', 1, 2, 3],
    ['a number that both raised alike', 1, 2, 2],
    ['a text', 'a', 'b', 'c'],
    ['a list that became something else', [1], 'b', [1, 2]],
    ['a text that became a list', 'a', ['b'], ['c', 'd'].join()],
    ['a member that one took away', { a: 1 }, {}, { a: 2 }],
  ])('and another’s stays as the other left it, and is told: %s', (_, before, own, saved) => {
    expect(joinStates(before, own, saved)).toEqual({ state: saved, isWhole: false });
    expect(joinStates({ x: before, y: 1 }, { x: own, y: 2 }, { x: saved, y: 1 })).toEqual({
      state: { x: saved, y: 2 },
      isWhole: false,
    });
  });

  test.each([
    ['a text', 'a', 'b'],
    ['a flag', false, true],
    ['nothing', 1, null],
  ])('that is the same as another’s is whole: %s', (_, before, after) => {
    expect(joinStates(before, after, after)).toEqual({ state: after, isWhole: true });
  });

  test('is never lost without being told, and nobody else’s is', () => {
    fc.assert(
      fc.property(json, json, json, (before, own, saved) => {
        const { state, isWhole } = joinStates(before, own, saved);
        // What it is told to have left out, another turn had changed, too.
        if (!isWhole) expect(saved).not.toEqual(before);
        // Joined to what is there already, whatever was left out is left out again.
        expect(joinStates(before, before, state)).toEqual({ state, isWhole: true });
      }),
      runs(2_000),
    );
  });

  test('has members of any name', () => {
    const state = (more: string) => JSON.parse(`{"__proto__":{"a":1},"constructor":1${more}}`);
    const { state: joined } = joinStates(state(''), state(',"b":2'), state(',"c":3'));
    expect(JSON.stringify(joined)).toBe('{"__proto__":{"a":1},"constructor":1,"c":3,"b":2}');
  });
});

describe('what a rule made of an older session', () => {
  interface Cups {
    cups: number;
    name?: string;
  }
  /** Of the second version: the first counted tens. */
  const bot = new Bot<Cups>({
    session: () => ({ cups: 0 }),
    version: 2,
    migrate: old => ({ cups: (old as Cups).cups * 10 }),
  });
  /** The state to save of a rule that saw one state, where another is stored now. */
  const joined = <S>(
    of: Bot<S>,
    before: StoredState,
    saved: StoredState,
    rule: (turn: DraftTurn<S>) => void,
  ) => {
    const turn = new DraftTurn(of, saying('담기'), deadlineAt(Date.now() + 1_000), before, undefined);
    rule(turn);
    return joinResults(of, before, turn.result(), saved);
  };
  const named = (turn: DraftTurn<Cups>) => {
    turn.session.name = '하나';
  };
  const three: StoredState = { state: '{"cups":3}', version: 2 };
  const four: StoredState = { state: '{"cups":4}', version: 2 };

  test('is saved as it is while the session is that one still, however new states are made', () => {
    let made = 0;
    const counting = new Bot<Cups>({ session: () => ({ cups: ++made }) });
    const unknown: StoredState = { state: undefined, version: 1 };
    expect(joined(counting, unknown, { ...unknown }, named)).toEqual({
      state: { state: '{"cups":1,"name":"하나"}', version: 1, changed: true },
      isWhole: true,
    });
  });

  test('is joined to what another turn saved', () => {
    expect(joined(bot, three, four, named)).toEqual({
      state: { state: '{"cups":4,"name":"하나"}', version: 2, changed: true },
      isWhole: true,
    });
  });

  test('is told to be less than whole where both changed the same', () => {
    const lost = joined(bot, three, four, turn => {
      turn.session.cups = 9;
    });
    expect(lost).toMatchObject({ state: { state: '{"cups":4}' }, isWhole: false });
  });

  test('is joined to what the same words mean in the version that stored them', () => {
    expect(joined(bot, { ...three, version: 1 }, three, named)).toMatchObject({
      state: { state: '{"cups":3,"name":"하나"}', version: 2 },
      isWhole: true,
    });
    expect(joined(bot, { ...three, version: 1 }, { ...four, version: 1 }, named)).toMatchObject({
      state: { state: '{"cups":40,"name":"하나"}', version: 2 },
      isWhole: true,
    });
  });

  test('is no reason to touch another release’s state where it changed nothing, and is refused where it did', () => {
    const later: StoredState = { state: '{"litres":1}', version: 3 };
    const looks = (turn: DraftTurn<Cups>) => void turn.session.cups;
    expect(joined(bot, three, later, looks)).toEqual({
      state: { ...later, changed: false },
      isWhole: true,
    });
    expect(() => joined(bot, three, later, named)).toThrow(SessionVersionError);
  });

  test('is joined where a state is nothing at first, or at last', () => {
    const maybe = new Bot<Record<string, number> | undefined>({ session: () => undefined });
    const unknown: StoredState = { state: undefined, version: 1 };
    const tea: StoredState = { state: '{"tea":1}', version: 1 };
    const set = (session: Record<string, number> | undefined) => (turn: { session: typeof session }) => {
      turn.session = session;
    };
    expect(joined(maybe, unknown, tea, set({ cups: 1 }))).toMatchObject({
      state: { state: '{"tea":1,"cups":1}' },
      isWhole: true,
    });
    expect(joined(maybe, tea, { state: '{"tea":2}', version: 1 }, set(undefined))).toMatchObject({
      state: { state: '{"tea":2}' },
      isWhole: false,
    });
  });
});
