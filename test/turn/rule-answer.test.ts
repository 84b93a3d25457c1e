import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { deadlineAt } from '../../lambda/bot/deadline.ts';
import { Bot } from '../../lambda/bot/index.ts';
import { type Answer, text } from '../../lambda/bot/reply.ts';
import { isThrownByRule } from '../../lambda/bot/rule-errors.ts';
import type { SlowOptions } from '../../lambda/bot/slow-rule.ts';
import { DraftTurn } from '../../lambda/turn/draft-turn.ts';
import { begunOf, type RuleFacts, ruleAnswer } from '../../lambda/turn/rule-answer.ts';
import { EMPTY_SESSION, type Memory, type PendingTurn, type Session } from '../../lambda/turn/session.ts';
import { LOST_AFTER_MS, WORTH_MS } from '../../lambda/turn/time-budget.ts';
import { simulateTime } from '../kit/simulated-time.ts';
import { saying } from '../kit/turns.ts';

const WITHIN_MS = 1_000;
const newBot = () => new Bot({ session: () => ({ name: '하나' }) });

let now: number;
let facts: RuleFacts;
beforeEach(() => {
  simulateTime();
  now = Date.now();
  facts = { rule: undefined, hasOverrun: false };
});
afterEach(() => {
  jest.useRealTimers();
});

const withMemory = (memory: Partial<Memory>): Session => ({
  ...EMPTY_SESSION,
  memory: { turns: [], ...memory },
});
const busyWith = (late: number): Session =>
  withMemory({
    line: Array.from(
      { length: late },
      (_, n): PendingTurn => ({ id: `${n}`, expiresAt: now + LOST_AFTER_MS }),
    ),
  });

const ask = <S>(bot: Bot<S>, { session = EMPTY_SESSION, canDefer = true } = {}) => {
  const turn = new DraftTurn(bot, saying('추천'), deadlineAt(now + WITHIN_MS), EMPTY_SESSION, undefined);
  return ruleAnswer(bot, turn, session, canDefer, facts);
};
const slowly = (options: Partial<SlowOptions<{ name: string }>>, answer: () => Answer = () => '답') =>
  newBot().hears('추천', answer, { slow: '잠시만요', ...options } as SlowOptions<{ name: string }>);
const said = (words: string) => ({ reply: { outputs: [text(words)] }, violations: [] });

describe('a rule that does not say that it is slow', () => {
  const overruns = () => newBot().hears('추천', () => new Promise<string>(() => {}));

  test('answers, at once or later, and is told by its name', async () => {
    expect(ask(newBot().hears('추천', () => '답'))).toEqual(said('답'));
    expect(facts).toEqual({ rule: 'hears 추천', hasOverrun: false });
    expect(await ask(newBot().hears('추천', async () => '답'))).toEqual(said('답'));
    expect(facts.hasOverrun).toBe(false);
  });

  test('is deferred when it overruns, with the bot’s own waiting text', async () => {
    const bot = overruns();
    const answered = ask(bot);
    jest.advanceTimersByTime(WITHIN_MS);
    expect(await answered).toStrictEqual({
      rule: 'hears 추천',
      waiting: bot.texts.waiting,
      worthMs: WORTH_MS,
    });
    expect(facts.hasOverrun).toBe(true);
  });

  test('is deferred as one of ten at most', async () => {
    const ninth = ask(overruns(), { session: busyWith(9) });
    const eleventh = ask(overruns(), { session: busyWith(10) });
    jest.advanceTimersByTime(WITHIN_MS);
    expect(await ninth).toMatchObject({ rule: 'hears 추천' });
    await expect(eleventh).rejects.toThrow(expect.objectContaining({ name: 'DeadlineError' }));
  });

  test('is out of time where no worker takes it, and the error names it', async () => {
    const answered = ask(overruns(), { canDefer: false });
    jest.advanceTimersByTime(WITHIN_MS);
    await expect(answered).rejects.toThrow(
      expect.objectContaining({
        name: 'DeadlineError',
        message: expect.stringContaining('the rule "hears 추천"'),
      }),
    );
    expect(facts.hasOverrun).toBe(false);
  });

  test('fails with its own error, which defers nothing', async () => {
    const broken = newBot().hears('추천', () => Promise.reject(new Error('부서짐')));
    await expect(ask(broken)).rejects.toThrow('부서짐');
    expect(facts.hasOverrun).toBe(false);
  });
});

describe('a slow rule', () => {
  test('is deferred, and not begun, with its waiting text', () => {
    const begin = jest.fn(() => '답');
    expect(ask(slowly({}, begin))).toStrictEqual({
      rule: 'hears 추천',
      waiting: '잠시만요',
      worthMs: WORTH_MS,
    });
    expect(facts.rule).toBe('hears 추천');
    expect(begin).not.toHaveBeenCalled();
  });

  test('says what becomes of its turn', () => {
    const limit = { turns: 1, perMs: 1_000, answer: '조금 뒤에요' };
    expect(ask(slowly({ worthMs: 5, busy: 'replace', limit }))).toStrictEqual({
      rule: 'hears 추천',
      waiting: '잠시만요',
      worthMs: 5,
      replaces: true,
      limit,
    });
    expect(ask(slowly({ busy: '앞의 것부터요' }))).toStrictEqual({
      rule: 'hears 추천',
      waiting: '잠시만요',
      worthMs: WORTH_MS,
    });
  });

  test('makes its waiting text of the turn, and a blank one is the bot’s own', () => {
    expect(ask(slowly({ slow: turn => `${turn.session.name}님, 잠시만요` }))).toMatchObject({
      waiting: '하나님, 잠시만요',
    });
    const blank = slowly({ slow: () => ' ' });
    expect(ask(blank)).toMatchObject({ waiting: blank.texts.waiting });
  });

  test('whose waiting text fails has failed itself', () => {
    const error = new Error('부서짐');
    const fails = slowly({
      slow: () => {
        throw error;
      },
    });
    expect(() => ask(fails)).toThrow(error);
    expect(isThrownByRule(error)).toBe(true);
  });

  test('is called where no worker takes it, both of its steps', async () => {
    expect(ask(slowly({ busy: '앞의 것부터요' }), { canDefer: false, session: busyWith(10) })).toEqual(
      said('답'),
    );
    const steps = <R>(work: () => R | Promise<R>) =>
      newBot().hears('추천', {
        slow: '잠시만요',
        work,
        then: (turn, made) => `${turn.session.name} ${made}`,
      });
    expect(
      ask(
        steps(() => 1),
        { canDefer: false },
      ),
    ).toEqual(said('하나 1'));
    expect(
      await ask(
        steps(async () => 2),
        { canDefer: false },
      ),
    ).toEqual(said('하나 2'));
  });

  test('waits as one of ten at most, unless it takes their place', () => {
    const bot = slowly({});
    expect(ask(bot, { session: busyWith(9) })).toMatchObject({ waiting: '잠시만요' });
    expect(ask(bot, { session: busyWith(10) })).toEqual(said(bot.texts.busy));
    expect(ask(slowly({ busy: 'queue' }), { session: busyWith(10) })).toEqual(said(bot.texts.busy));
    expect(ask(slowly({ busy: 'replace' }), { session: busyWith(10) })).toMatchObject({ replaces: true });
  });

  test('answers with its own text while another is worked on', () => {
    const bot = slowly({ busy: '앞의 것부터요' });
    expect(ask(bot, { session: busyWith(1) })).toEqual(said('앞의 것부터요'));
    expect(ask(bot, { session: busyWith(0) })).toMatchObject({ waiting: '잠시만요' });
    expect(ask(slowly({ busy: 'replace' }), { session: busyWith(1) })).toMatchObject({ replaces: true });
  });

  test('is begun so often and no oftener, whatever its user is busy with', () => {
    const bot = slowly({ limit: { turns: 2, perMs: 1_000, answer: '조금 뒤에요' } });
    const begun = (...at: number[]) => withMemory({ begun: { 'hears 추천': at, another: [now, now, now] } });
    expect(ask(bot, { session: begun(now) })).toMatchObject({ waiting: '잠시만요' });
    expect(ask(bot, { session: begun(now - 1_000, now) })).toMatchObject({ waiting: '잠시만요' });
    expect(ask(bot, { session: begun(now - 999, now) })).toEqual(said('조금 뒤에요'));
    expect(ask(bot, { session: begun(now, now, now) })).toEqual(said('조금 뒤에요'));
  });

  test('was never begun where nothing is remembered, whatever it is called', () => {
    const limit = { turns: 1, perMs: 1_000, answer: '조금 뒤에요' };
    expect(begunOf({ turns: [] }, 'a', limit)).toEqual([]);
    expect(begunOf({ turns: [], begun: {} }, 'constructor', limit)).toEqual([]);
    expect(begunOf({ turns: [], begun: { a: [now - 1_000, now - 999, now] } }, 'a', limit)).toEqual([
      now - 999,
      now,
    ]);
  });
});
