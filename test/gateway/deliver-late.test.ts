import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { Bot } from '../../lambda/bot/bot.ts';
import { text } from '../../lambda/bot/reply.ts';
import { type UserKey, userKeyOf } from '../../lambda/bot/user.ts';
import type { Violation } from '../../lambda/check/violation.ts';
import { UnavailableError } from '../../lambda/errors.ts';
import { type LateAnswer, lateDelivery, type TakenTurn } from '../../lambda/gateway/deliver-late.ts';
import { openBuilderDeliverer } from '../../lambda/open-builder/deliver.ts';
import { answeredBefore } from '../../lambda/turn/memory.ts';
import type { Deliverer, DeliveryLimits, DeliveryResult } from '../../lambda/turn/protocol.ts';
import { MemorySessionStore } from '../../lambda/turn/session.ts';
import { type Logged, logInto } from '../kit/log.ts';
import { simulateTime } from '../kit/simulated-time.ts';
import { plainTexts, saying, USER } from '../kit/turns.ts';

const bot = new Bot({ session: () => ({}) });
const callbackOrigins = ['https://callbacks.example'];
const BROKEN: Violation = {
  path: 'text',
  rule: 'text.maxLength',
  value: 1_001,
  limit: 1_000,
  severity: 'rejected',
  effect: { en: 'drops the answer', ko: '답을 버립니다' },
  source: 'Kakao',
};

/** Each post: the answer, its address and limits, and when it came. */
let posts: { answer: unknown; address: unknown; limits: DeliveryLimits; atMs: number }[];
/** How the next posts end; without one they are delivered. */
let results: DeliveryResult[];
let startedAt: number;
let store: MemorySessionStore;
let logged: Logged[];
let deliver: ReturnType<typeof lateDelivery>;

const deliverer: Deliverer = {
  ...plainTexts,
  deliver: async (answer, address, limits) => {
    posts.push({ answer, address, limits, atMs: Date.now() - startedAt });
    return results.shift() ?? { kind: 'delivered' };
  },
};

beforeEach(() => {
  simulateTime();
  [posts, results, logged, startedAt] = [[], [], [], Date.now()];
  store = new MemorySessionStore();
  deliver = newProcess();
});

afterEach(() => {
  jest.useRealTimers();
});

const newProcess = () =>
  lateDelivery({ bot, store, log: logInto(logged), deliverers: [deliverer], callbackOrigins });

interface Given extends Partial<TakenTurn> {
  readonly deferredAgoMs?: number;
  readonly key?: UserKey;
  readonly isCollected?: boolean;
}

/** A turn that a worker took, which was deferred two seconds ago. */
function taken(
  id: string,
  { deferredAgoMs = 2_000, key = USER, isCollected = false, ...others }: Given = {},
): TakenTurn {
  const deferredAt = startedAt - deferredAgoMs;
  const delivery = { protocol: deliverer.name, ...(!isCollected && { address: 'the address' }) };
  const turn = { key, request: saying('느린 일', id), delivery, receivedAt: deferredAt - 500 };
  return {
    turn: { ...turn, deferredAt, worthMs: 600_000 },
    deliverer,
    isRedelivery: false,
    isFirst: true,
    endsAt: startedAt + 28_000,
    deliverUntil: startedAt + 27_000,
    ...others,
  };
}

const reply = { outputs: [text('늦은 답')] };

/** Lets a process deliver an answer, and the clock go on. */
async function delivered(one: TakenTurn, late: Partial<LateAnswer> = {}, by = deliver): Promise<void> {
  const done = by(one, { reply, rule: '느린 규칙', ...late });
  await jest.advanceTimersByTimeAsync(5);
  await done;
}

/** A turn whose answer its user's session remembers. */
async function remembered(id: string): Promise<void> {
  const session = await store.load(USER);
  const turns = [...session.memory.turns, { id, at: Date.now(), reply }];
  await store.save(USER, session, { ...session, memory: { ...session.memory, turns } });
}

const answersTo = async (id: string) => {
  const { memory } = await store.load(USER);
  return { posted: answeredBefore(memory, id)?.reply, collected: memory.late?.map(one => one.reply) };
};

const ANSWERED = { level: 'info', what: 'late turn answered', rule: '느린 규칙', outcome: 'answered' };

describe('a late answer that is collected', () => {
  test('is posted nowhere, and told at once', async () => {
    await deliver(taken('slow', { isCollected: true, deferredAgoMs: 0 }), { reply, rule: '느린 규칙' });
    expect(posts).toEqual([]);
    expect(logged).toEqual([
      { ...ANSWERED, ms: 500, metrics: { LateAnswered: 1, LateMs: 500, SessionConflicts: undefined } },
    ]);
  });

  test('tells the limits that its rule broke, and the turns that came between', async () => {
    await deliver(taken('slow', { isCollected: true }), { reply, violations: [BROKEN], conflicts: 2 });
    expect(logged).toMatchObject([
      {
        level: 'error',
        what: 'answer repaired',
        outcome: 'answered',
        violations: [{ rule: 'text.maxLength' }],
        metrics: { LateAnswered: 1, SessionConflicts: 2, AnswersRepaired: 1 },
      },
    ]);
  });

  test('is told by nobody where it is the apology for one that is counted as lost', async () => {
    await deliver(taken('slow', { isCollected: true }), { reply, isLost: true });
    expect(logged).toEqual([]);
  });
});

describe('a late answer that is posted', () => {
  test('goes to its address at once, with the limits of the delivery', async () => {
    await delivered(taken('slow'));
    const limits = { callbackOrigins, until: startedAt + 27_000 };
    expect(posts).toEqual([{ answer: '늦은 답', address: 'the address', limits, atMs: expect.any(Number) }]);
    expect(posts[0]?.atMs).toBeLessThanOrEqual(1);
    expect(logged).toMatchObject([{ ...ANSWERED, metrics: { LateAnswered: 1 } }]);
  });

  test('waits until the answer that told to wait is a second old: Kakao refuses one that overtakes it', async () => {
    const done = deliver(taken('slow', { deferredAgoMs: 0 }), { reply });
    await jest.advanceTimersByTimeAsync(999);
    expect(posts).toEqual([]);
    await jest.advanceTimersByTimeAsync(1);
    await done;
    expect(posts).toMatchObject([{ atMs: 1_000 }]);
  });

  test.each([
    ['is posted', 'lives a moment longer', 1_001, 1],
    ['is left to another worker', 'is dead by then', 1_000, 0],
  ])('%s where its worker %s', async (_, __, endsInMs, count) => {
    const done = deliver(taken('slow', { deferredAgoMs: 0, endsAt: startedAt + endsInMs }), { reply });
    await jest.advanceTimersByTimeAsync(1_000);
    await done;
    expect({ posts: posts.length, lines: logged.length }).toEqual({ posts: count, lines: count });
  });

  test('is the one that was rendered before, where one was', async () => {
    await delivered(taken('slow'), { rendered: { answer: '이미 만든 답', lost: [] } });
    expect(posts).toMatchObject([{ answer: '이미 만든 답' }]);
  });

  test('has a 더보기 that names its turn and the next part, whoever renders it', async () => {
    const { render } = openBuilderDeliverer;
    await delivered(taken('long', { deliverer: { ...deliverer, render } }), {
      reply: { outputs: [text('긴 문장입니다. '.repeat(1_000))] },
    });
    const extra = { kakaoGateway: { button: 'more', answer: 'long', part: 1 } };
    expect(posts).toMatchObject([
      { answer: { template: { quickReplies: [{ label: bot.texts.more, extra }] } } },
    ]);
  });

  test('is the apology where Kakao would drop it, which the log tells', async () => {
    const check: Deliverer['check'] = answer => (answer === '늦은 답' ? [BROKEN] : []);
    await delivered(taken('slow', { deliverer: { ...deliverer, check } }));
    expect(posts).toMatchObject([{ answer: bot.texts.apology }]);
    expect(logged).toMatchObject([
      {
        level: 'error',
        what: 'answer broken',
        rule: '느린 규칙',
        metrics: { LateAnswered: 1, AnswersRepaired: 1 },
      },
    ]);
  });

  test('is posted once by a process, whatever record comes again; another user’s turn is another', async () => {
    const somebody = userKeyOf('live', { plusfriendUserKey: 'somebody else' });
    for (const key of [USER, USER, somebody]) await delivered(taken('same id', { key }));
    expect(posts).toHaveLength(2);
    expect(logged).toHaveLength(2);
  });

  test('is remembered with the last thousand of its process', async () => {
    await delivered(taken('first'));
    const others = Array.from({ length: 999 }, (_, n) => delivered(taken(`other ${n}`)));
    await Promise.all(others);
    await delivered(taken('first'));
    expect(posts).toHaveLength(1_000);
    // The one past the thousandth has all that were before it forgotten.
    await delivered(taken('one more'));
    for (const id of ['one more', 'first', 'first']) await delivered(taken(id));
    expect(posts).toHaveLength(1_002);
  });

  test.each([true, false])('leaves no reply behind where another record may come: %s', async mayCome => {
    await remembered('slow');
    await delivered(taken('slow', { isFirst: !mayCome }));
    expect((await answersTo('slow')).posted).toEqual(mayCome ? undefined : reply);
    expect(logged).toMatchObject([ANSWERED]);
  });

  test('is answered though the reply could not be forgotten', async () => {
    jest.spyOn(store, 'load').mockRejectedValue(new UnavailableError('sessions table', { cause: undefined }));
    await delivered(taken('slow', { isFirst: false }));
    expect(logged).toMatchObject([ANSWERED]);
  });
});

describe('a late answer that Kakao does not take', () => {
  const FAILED: DeliveryResult = { kind: 'failed', reason: 'status-500' };
  const SPENT: DeliveryResult = { kind: 'spent', reason: 'token-spent' };
  const KEPT = { ...ANSWERED, what: 'late turn kept, to be collected' };

  test('is kept, to be collected, and both are told', async () => {
    await remembered('slow');
    results = [FAILED];
    await delivered(taken('slow'), { conflicts: 1 });
    expect(logged).toMatchObject([
      {
        level: 'error',
        what: 'callback failed: status-500',
        rule: '느린 규칙',
        metrics: { CallbacksFailed: 1 },
      },
      { ...KEPT, metrics: { LateAnswered: 1, SessionConflicts: 1 } },
    ]);
    expect(await answersTo('slow')).toEqual({ posted: undefined, collected: [reply] });
  });

  test.each([
    ['kept where its address is spent', SPENT, false, ['callback failed: token-spent', KEPT.what]],
    ['answered where the worker before may have spent it', SPENT, true, [ANSWERED.what]],
    [
      'kept where the worker before may have failed, too',
      FAILED,
      true,
      ['callback failed: status-500', KEPT.what],
    ],
  ])('is %s', async (_, result, isRedelivery, lines) => {
    results = [result];
    await delivered(taken('slow', { isRedelivery }));
    expect(logged.map(({ what }) => what)).toEqual(lines);
  });

  test.each([
    ['left to the record that spent its address, which told of it,', SPENT, [], undefined],
    [
      'answered where that record had not posted it',
      { kind: 'delivered' } as const,
      [ANSWERED.what],
      undefined,
    ],
    ['kept where Kakao takes it from neither', FAILED, ['callback failed: status-500', KEPT.what], [reply]],
  ])('is %s where each record of its turn posts it', async (_, result, lines, collected) => {
    await remembered('replaced');
    results = [result];
    await delivered(taken('replaced', { isRedelivery: true, isFirst: false }), { isToPost: true });
    expect(logged.map(({ what }) => what)).toEqual(lines);
    expect(await answersTo('replaced')).toEqual({ posted: undefined, collected });
  });

  test('is no failure where nobody waits for it', async () => {
    results = [{ kind: 'test', reason: 'test-callback' }];
    await delivered(taken('slow'));
    expect(logged).toMatchObject([{ level: 'info', what: 'callback failed: test-callback' }, KEPT]);
    expect(logged[0]?.metrics).toEqual({ CallbacksFailed: undefined });
  });

  test('tells what was wrong with it in one line with the failure', async () => {
    results = [FAILED];
    await delivered(taken('slow'), { violations: [BROKEN] });
    expect(logged).toMatchObject([
      { what: 'callback failed: status-500', metrics: { CallbacksFailed: 1, AnswersRepaired: 1 } },
      KEPT,
    ]);
    expect(logged[0]?.violations).toHaveLength(1);
    expect(logged[1]?.metrics).not.toHaveProperty('AnswersRepaired');
  });

  test('is a failure where this release does not know its protocol', async () => {
    await delivered(taken('slow', { deliverer: undefined }));
    expect(logged).toMatchObject([{ level: 'error', what: 'callback failed: no-protocol' }, KEPT]);
  });

  test.each([
    ['is lost', {}, { LateLost: 1 }],
    ['is counted once, as an apology for a lost one,', { isLost: true }, undefined],
  ])('%s where the table does not keep it either', async (_, late, metrics) => {
    results = [FAILED];
    const error = new UnavailableError('sessions table', { cause: undefined });
    jest.spyOn(store, 'load').mockRejectedValue(error);
    await delivered(taken('slow'), late);
    expect(logged.slice(1)).toEqual([
      { level: 'error', what: 'late reply lost', error, ...(metrics && { metrics }) },
    ]);
  });
});
