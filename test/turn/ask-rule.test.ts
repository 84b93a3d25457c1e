import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { deadlineAt } from '../../lambda/bot/deadline.ts';
import { Bot } from '../../lambda/bot/index.ts';
import type { Answer } from '../../lambda/bot/reply.ts';
import { text } from '../../lambda/bot/reply.ts';
import { DeadlineError } from '../../lambda/errors.ts';
import { type Progress, ruleAnswers } from '../../lambda/turn/ask-rule.ts';
import { EMPTY_SESSION, MemorySessionStore, type Session } from '../../lambda/turn/session.ts';
import { DEFER_MS, MARK_MS, RERUN_WITHIN_MS, WORTH_MS } from '../../lambda/turn/time-budget.ts';
import { waitingIn } from '../../lambda/turn/waiting.ts';
import { simulateTime } from '../kit/simulated-time.ts';
import { plainTexts, saying, USER } from '../kit/turns.ts';

const WITHIN_MS = 4_000;

let progress: Progress;
/** How often the rule was begun. */
let begun: number;

beforeEach(() => {
  simulateTime();
  begun = 0;
  progress = {
    facts: {
      userKey: USER,
      rule: undefined,
      conflicts: 0,
      isNewSession: false,
      hasOverrun: false,
      lost: 0,
    },
    step: undefined,
    isSaving: false,
  };
});

afterEach(() => {
  jest.useRealTimers();
});

interface State {
  count: number;
  city?: string;
}

/** A bot whose rule counts, and takes so long. */
const counting = (ms: number) =>
  new Bot<State>({ session: () => ({ count: 0 }) }).fallback(async turn => {
    begun++;
    await new Promise(resolve => setTimeout(resolve, ms));
    return `${++turn.session.count}`;
  });

const answering = (answer: () => Answer) =>
  new Bot<State>({ session: () => ({ count: 0 }) }).fallback(turn => {
    turn.session.count++;
    return answer();
  });

const storing = (state: State): Session => ({
  ...EMPTY_SESSION,
  state: JSON.stringify(state),
  memory: { turns: [] },
  revision: 7,
});

/** One attempt at the turn, and all the time that its rule takes. */
async function attempt(
  bot: Bot<State>,
  { loaded = EMPTY_SESSION, canDefer = true, withinMs = WITHIN_MS } = {},
) {
  const deadline = deadlineAt(Date.now() + withinMs);
  const request = saying('말');
  const waiting = waitingIn(loaded, undefined);
  const taken = { request, key: USER, isRead: true, loaded, waiting, deadline };
  const engine = { bot, store: new MemorySessionStore(), protocol: plainTexts };
  const answers = ruleAnswers(engine, taken, canDefer, progress);
  const settled = answers.catch(() => {});
  await jest.advanceTimersByTimeAsync(withinMs);
  await settled;
  return answers;
}

const said = (words: string) => ({ reply: { outputs: [text(words)] }, violations: [] });
const counted = (state: State) => ({
  state: JSON.stringify(state),
  version: 1,
  changed: true,
});
const deferral = (bot: Bot<State>) => ({ rule: 'fallback', waiting: bot.texts.waiting, worthMs: WORTH_MS });

describe('a rule that is asked', () => {
  test('answers with the state that it leaves', async () => {
    expect(await attempt(answering(() => '답'))).toStrictEqual({
      settled: said('답'),
      state: counted({ count: 1 }),
    });
    expect(progress.facts.rule).toBe('fallback');
  });

  test('leaves time for its turn to be deferred, where a worker can take it', async () => {
    const remaining = new Bot<State>({ session: () => ({ count: 0 }) }).fallback(
      turn => `${turn.deadline.remainingMs()}`,
    );
    expect(await attempt(remaining)).toMatchObject({ settled: said(`${WITHIN_MS - DEFER_MS}`) });
    expect(await attempt(remaining, { canDefer: false })).toMatchObject({ settled: said(`${WITHIN_MS}`) });
  });

  test('has changed nothing where its answer can not be shown, and the user reads the apology', async () => {
    const loaded = storing({ count: 5 });
    const broken = answering(() => ({ simpleText: {} }) as Answer);
    expect(await attempt(broken, { loaded })).toMatchObject({
      settled: { reply: { outputs: [text(broken.texts.apology)] }, isLost: true },
      state: { state: loaded.state, version: 1, changed: false },
    });
  });

  test('fails with its own error', async () => {
    const error = new Error('부서짐');
    const broken = answering(() => {
      throw error;
    });
    await expect(attempt(broken)).rejects.toBe(error);
  });
});

describe('a rule whose turn is deferred', () => {
  test('is not begun again when it overran, whatever other turns did meanwhile', async () => {
    const bot = counting(WITHIN_MS);
    expect(await attempt(bot)).toStrictEqual(deferral(bot));
    expect(await attempt(bot, { loaded: storing({ count: 5 }) })).toStrictEqual(deferral(bot));
    expect(begun).toBe(1);
  });

  test('is asked anew on what other turns did when it was not begun', async () => {
    const slow = new Bot<State>({ session: () => ({ count: 0 }) }).fallback(() => '답', {
      slow: turn => `${turn.session.count}번째예요`,
    });
    expect(await attempt(slow)).toMatchObject({ waiting: '0번째예요' });
    expect(await attempt(slow, { loaded: storing({ count: 5 }) })).toMatchObject({ waiting: '5번째예요' });
  });
});

describe('a rule whose turn met another', () => {
  test('is asked again when it was quick', async () => {
    const bot = counting(RERUN_WITHIN_MS);
    await attempt(bot, { loaded: storing({ count: 5 }) });
    expect(await attempt(bot, { loaded: storing({ count: 5, city: '서울' }) })).toMatchObject({
      settled: said('6'),
      state: counted({ count: 6, city: '서울' }),
    });
    expect(begun).toBe(2);
  });

  test('is not asked again when it took long: what it changed is joined to what the other did', async () => {
    const bot = counting(RERUN_WITHIN_MS + 1);
    const loaded = storing({ count: 5 });
    const first = await attempt(bot, { loaded });
    expect(await attempt(bot, { loaded: storing({ count: 5, city: '서울' }) })).toStrictEqual({
      ...first,
      state: counted({ count: 6, city: '서울' }),
    });
    expect(begun).toBe(1);
  });

  const LONG_MS = 1_000;

  test('is asked again all the same where both changed the same, and there is time', async () => {
    const bot = counting(LONG_MS);
    await attempt(bot);
    const loaded = storing({ count: 5 });
    // A moment more than it took the first time, and than saving takes.
    const enough = { loaded, canDefer: false, withinMs: LONG_MS + MARK_MS + 1 };
    expect(await attempt(bot, enough)).toMatchObject({ settled: said('6'), state: counted({ count: 6 }) });
    expect(begun).toBe(2);
    // It answered on that one: the next that comes between is joined to it.
    expect(await attempt(bot, { loaded: storing({ count: 5, city: '서울' }) })).toMatchObject({
      settled: said('6'),
      state: counted({ count: 6, city: '서울' }),
    });
    expect(begun).toBe(2);
  });

  test('is left to a worker where there is no time, and stays so', async () => {
    const bot = counting(LONG_MS);
    await attempt(bot);
    const short = { loaded: storing({ count: 5 }), withinMs: LONG_MS + MARK_MS };
    expect(await attempt(bot, short)).toStrictEqual(deferral(bot));
    expect(await attempt(bot, { loaded: storing({ count: 0, city: '서울' }) })).toStrictEqual(deferral(bot));
    expect(begun).toBe(1);
  });

  test('is out of time where no worker is, and the error says for what', async () => {
    const bot = counting(LONG_MS);
    await attempt(bot, { canDefer: false });
    const short = { loaded: storing({ count: 5 }), canDefer: false, withinMs: LONG_MS + MARK_MS };
    const failed = attempt(bot, short);
    await expect(failed).rejects.toThrow(DeadlineError);
    await expect(failed).rejects.toThrow('settling a conflict with other turns of this user');
    expect(progress.deferral).toBeUndefined();
  });
});
