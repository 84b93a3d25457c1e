import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { Bot } from '../../lambda/bot/bot.ts';
import { DeadlineError, SessionVersionError } from '../../lambda/errors.ts';
import type { DeferredTurn } from '../../lambda/turn/deferred-turn.ts';
import type { LateEffect } from '../../lambda/turn/late-result.ts';
import { workOn } from '../../lambda/turn/late-work.ts';
import { EMPTY_SESSION, MemorySessionStore, type Session } from '../../lambda/turn/session.ts';
import { simulateTime } from '../kit/simulated-time.ts';
import { saying, USER } from '../kit/turns.ts';

const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms));

/** An answer that no reply can show. */
const UNSHOWN = { outputs: [{ hologram: {} }] } as never;

const slow = '잠시만요';

let begun: string[];
/** The signals that rules were given. */
let signals: AbortSignal[];

const bot = new Bot({ session: () => ({ notes: [] as string[] }) })
  .hears('적기', turn => {
    begun.push('적기');
    turn.session.notes.push('늦은 말');
    return `${turn.session.notes.length}번째`;
  })
  .hears('얼마나', turn => `${turn.deadline.remainingMs()}`)
  .hears('얼마나 길게', turn => `${turn.deadline.remainingMs()}`, { slow, upToMs: 45_000 })
  .hears('오래', async turn => {
    signals.push(turn.deadline.signal);
    turn.session.notes.push('헛된 말');
    await pause(60_000);
    return '너무 늦은 답';
  })
  .hears('고장', turn => {
    turn.session.notes.push('헛된 말');
    throw new Error('broken');
  })
  .hears('안 보이는 답', turn => {
    turn.session.notes.push('헛된 말');
    return UNSHOWN;
  })
  .hears(/^두 걸음 (.+)/, {
    slow,
    work: (turn, [, how]) => {
      begun.push('두 걸음');
      turn.session.notes.push('안 남는 말');
      return { found: '찾은 것', how };
    },
    then: async (turn, { found, how }) => {
      turn.session.notes.push(found);
      if (how === '고장') throw new Error('broken');
      if (how === '오래') await pause(2_000);
      if (how === '천천히') await pause(999);
      return how === '안 보이는 답' ? UNSHOWN : `${found}: ${turn.session.notes.length}`;
    },
  })
  .fallback(() => '네?');

const session = (notes: readonly string[], version = 1): Session => ({
  ...EMPTY_SESSION,
  state: JSON.stringify({ notes }),
  version,
});

const BEFORE = session(['처음']);
const MEANWHILE = session(['처음', '그사이']);

beforeEach(() => {
  simulateTime();
  begun = [];
  signals = [];
});

afterEach(() => {
  jest.useRealTimers();
});

const deferred = (said: string, rule?: string): DeferredTurn => ({
  key: USER,
  request: saying(said, 'late'),
  delivery: { protocol: 'plain-texts' },
  ...(rule !== undefined && { rule }),
  receivedAt: Date.now(),
  deferredAt: Date.now(),
  worthMs: 600_000,
});

interface Working {
  readonly rule?: string;
  readonly ruleMs?: number;
  readonly signal?: AbortSignal;
  readonly on?: Session;
}

/** Lets the rule of what is said work. */
function working(said: string, { rule, ruleMs = 46_000, signal, on = BEFORE }: Working = {}) {
  const now = Date.now();
  const attempt = { isFirst: true, endsAt: now + 49_000, ruleUntil: now + ruleMs };
  const engine = { bot, store: new MemorySessionStore() };
  return workOn(engine, deferred(said, rule), on, attempt, signal ?? new AbortController().signal);
}

/** The words, the state and the rest of an effect. */
function told({ settled, state, ...others }: LateEffect) {
  const [output] = settled.reply.outputs;
  const words = output && 'simpleText' in output ? output.simpleText.text : undefined;
  const { notes } = JSON.parse(state.state ?? 'null');
  return { words, notes, version: state.version, ...others };
}

const apology = (notes: readonly string[], error: unknown) => ({
  words: bot.texts.apology,
  notes,
  version: 1,
  isWhole: true,
  error,
});

describe('a late rule of one step', () => {
  test('works once, and its change is joined to what others changed', async () => {
    const { on, ...result } = await working('적기');
    expect(result).toEqual({ rule: 'hears 적기', isLost: false, isApology: false });
    const answer = { words: '2번째', version: 1, isWhole: true };
    expect(told(await on(BEFORE))).toEqual({ ...answer, notes: ['처음', '늦은 말'] });
    expect(told(await on(MEANWHILE))).toEqual({ ...answer, notes: ['처음', '그사이', '늦은 말'] });
    expect(told(await on(session([])))).toEqual({ ...answer, notes: [], isWhole: false });
    expect(begun).toEqual(['적기']);
  });

  test('is the one that was chosen, whatever matches by now', async () => {
    expect(await working('적기', { rule: 'fallback' })).toMatchObject({ rule: 'fallback' });
  });

  test('is chosen anew by a release that has none of that name', async () => {
    expect(await working('적기', { rule: 'hears 옛말' })).toMatchObject({ rule: 'hears 적기' });
  });

  test.each([
    ['24 seconds', '얼마나', 46_000, '24000'],
    ['as long as it asks for', '얼마나 길게', 46_000, '45000'],
    ['no longer than its worker', '얼마나', 9_000, '9000'],
    ['no longer than its worker, whatever it asks for', '얼마나 길게', 9_000, '9000'],
    ['the last millisecond', '얼마나', 1, '1'],
  ])('has %s', async (_, said, ruleMs, words) => {
    expect(told(await (await working(said, { ruleMs })).on(BEFORE))).toMatchObject({ words });
  });

  test.each([0, -1])('is not begun %d ms after its time', async ruleMs => {
    const { on, ...result } = await working('적기', { rule: 'hears 적기', ruleMs });
    expect(result).toEqual({ rule: 'hears 적기', isLost: true, isApology: true });
    const error = new DeadlineError('the late turn');
    const effect = await on(MEANWHILE);
    expect(told(effect)).toEqual(apology(['처음', '그사이'], error));
    expect(effect.settled.violations).toEqual([]);
    expect(begun).toEqual([]);
  });

  test('that overruns is answered with the apology, and has changed nothing', async () => {
    const worked = working('오래');
    await jest.advanceTimersByTimeAsync(24_000);
    const { on, ...result } = await worked;
    expect(result).toEqual({ rule: 'hears 오래', isLost: false, isApology: true });
    const error = new DeadlineError('the rule "hears 오래"');
    expect(told(await on(MEANWHILE))).toEqual(apology(['처음', '그사이'], error));
    expect(signals[0]?.aborted).toBe(true);
  });

  test('ends when its turn is another’s', async () => {
    const stop = new AbortController();
    const worked = working('오래', { signal: stop.signal });
    await jest.advanceTimersByTimeAsync(1_000);
    expect(signals[0]?.aborted).toBe(false);
    stop.abort();
    expect(await worked).toMatchObject({ isApology: true });
    expect(signals[0]?.aborted).toBe(true);
  });

  test('that throws is answered with the apology, and has changed nothing', async () => {
    const { on, ...result } = await working('고장');
    expect(result).toEqual({ rule: 'hears 고장', isLost: false, isApology: true });
    expect(told(await on(MEANWHILE))).toEqual(apology(['처음', '그사이'], new Error('broken')));
  });

  test('whose answer can not be shown has changed nothing', async () => {
    const { on, ...result } = await working('안 보이는 답');
    expect(result).toEqual({ rule: 'hears 안 보이는 답', isLost: false, isApology: false });
    const { settled, ...others } = await on(MEANWHILE);
    expect(told({ settled, ...others })).toEqual({
      words: bot.texts.apology,
      notes: ['처음', '그사이'],
      version: 1,
      isWhole: true,
    });
    expect(settled.violations.length).toBeGreaterThan(0);
  });

  test('is left to a worker of the release that stored the session', async () => {
    await expect(working('적기', { on: session([], 2) })).rejects.toThrow(SessionVersionError);
    const { on } = await working('적기');
    await expect(on(session([], 2))).rejects.toThrow(SessionVersionError);
  });
});

test('an answer that is joined to a state which fails to be migrated is the apology, and the rule is not begun again', async () => {
  let works = 0;
  const migrating = new Bot({
    version: 2,
    session: () => ({ notes: [] as string[] }),
    migrate: () => {
      throw new Error('a state that nobody thought of');
    },
  }).fallback(turn => {
    works++;
    turn.session.notes.push('늦은 말');
    return '답';
  });
  const turn = {
    key: USER,
    request: saying('말'),
    delivery: { protocol: 'plain-texts' },
    receivedAt: Date.now(),
    deferredAt: Date.now(),
    worthMs: 60_000,
  };
  const attempt = { isFirst: true, endsAt: Date.now() + 49_000, ruleUntil: Date.now() + 45_000 };
  const engine = { bot: migrating, store: new MemorySessionStore() };
  const result = await workOn(engine, turn, EMPTY_SESSION, attempt, new AbortController().signal);
  const saved = { ...EMPTY_SESSION, state: '{"old":true}', version: 1 };
  expect(await result.on(saved)).toMatchObject({
    settled: { reply: { outputs: [{ simpleText: { text: migrating.texts.apology } }] } },
    state: { state: '{"old":true}', version: 1 },
    error: { message: 'a state that nobody thought of' },
  });
  expect(works).toBe(1);
});

describe('a late rule of two steps', () => {
  test('works once, and does its second step on whatever session there is', async () => {
    const { on, ...result } = await working('두 걸음 바로');
    expect(result).toEqual({ rule: 'hears /^두 걸음 (.+)/', isLost: false, isApology: false });
    expect(told(await on(BEFORE))).toEqual({
      words: '찾은 것: 2',
      notes: ['처음', '찾은 것'],
      version: 1,
      isWhole: true,
    });
    expect(told(await on(MEANWHILE))).toMatchObject({
      words: '찾은 것: 3',
      notes: ['처음', '그사이', '찾은 것'],
    });
    expect(begun).toEqual(['두 걸음']);
  });

  test('has a second for its second step', async () => {
    const { on } = await working('두 걸음 천천히');
    const effect = on(BEFORE);
    await jest.advanceTimersByTimeAsync(999);
    expect(told(await effect)).toMatchObject({ words: '찾은 것: 2' });
  });

  test('that overruns in its second step is answered with the apology', async () => {
    const { on } = await working('두 걸음 오래');
    const effect = on(MEANWHILE);
    await jest.advanceTimersByTimeAsync(1_000);
    const error = new DeadlineError('the second step of the rule "hears /^두 걸음 (.+)/"');
    expect(told(await effect)).toEqual(apology(['처음', '그사이'], error));
  });

  test('that throws in its second step is answered with the apology', async () => {
    const { on } = await working('두 걸음 고장');
    expect(told(await on(MEANWHILE))).toEqual(apology(['처음', '그사이'], new Error('broken')));
  });

  test('whose answer can not be shown has changed nothing', async () => {
    const { on } = await working('두 걸음 안 보이는 답');
    expect(told(await on(MEANWHILE))).toEqual({
      words: bot.texts.apology,
      notes: ['처음', '그사이'],
      version: 1,
      isWhole: true,
    });
  });

  test('is left to a worker of the release that stored the session meanwhile', async () => {
    const { on } = await working('두 걸음 바로');
    await expect(on(session([], 2))).rejects.toThrow(SessionVersionError);
  });
});
