import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { deadlineAt } from '../../lambda/bot/deadline.ts';
import { Bot, reply } from '../../lambda/bot/index.ts';
import { userKeyOf } from '../../lambda/bot/user.ts';
import { ConfigurationError } from '../../lambda/errors.ts';
import { openBuilder } from '../../lambda/open-builder/protocol.ts';
import { smartChat } from '../../lambda/smart-chat/protocol.ts';
import type { DeferredTurn, LateRecord } from '../../lambda/turn/deferred-turn.ts';
import { takeLateTurn } from '../../lambda/turn/late-turn.ts';
import type { Protocol } from '../../lambda/turn/protocol.ts';
import { EMPTY_SESSION, MemorySessionStore } from '../../lambda/turn/session.ts';
import { takeTurn } from '../../lambda/turn/take-turn.ts';
import { DEFER_MS } from '../../lambda/turn/time-budget.ts';

const KEY = userKeyOf('live', { plusfriendUserKey: 'someone' });
const LONG = Array.from({ length: 600 }, (_, n) => `${n}번째 문장입니다.`).join(' ');

let began: number;
let deferred: DeferredTurn[];
let calls: string[];
let sessions: MemorySessionStore;

/** A store that tells what it is asked. */
class ToldStore extends MemorySessionStore {
  override load(...given: Parameters<MemorySessionStore['load']>) {
    calls.push('load');
    return super.load(...given);
  }
  override save(...given: Parameters<MemorySessionStore['save']>) {
    calls.push('save');
    return super.save(...given);
  }
}

beforeEach(() => {
  began = 0;
  deferred = [];
  calls = [];
  sessions = new ToldStore();
});

afterEach(() => {
  jest.restoreAllMocks();
});

const newBot = () =>
  new Bot()
    .hears('안녕', turn => `안녕하세요${turn.session ?? ''}`)
    .hears('길게', () => {
      began++;
      return reply(LONG);
    })
    .hears('오래', async ({ deadline }) => {
      began++;
      await new Promise((resolve, reject) => {
        const timer = setTimeout(resolve, 150);
        deadline.signal.addEventListener('abort', () => {
          clearTimeout(timer);
          reject(deadline.signal.reason);
        });
      });
      return '오래 걸린 답';
    });

interface Said {
  readonly id?: string;
  readonly extra?: object;
  /** How long a rule has until it overruns (ms). */
  readonly ruleMs?: number;
  readonly protocol?: Protocol<unknown, unknown>;
}

/** Says something; the answer as JSON, and the calls to the store since the last time. */
async function says<S>(bot: Bot<S>, utterance: string, said: Said = {}) {
  const { id = randomUUID(), extra = {}, ruleMs = 3_000, protocol = openBuilder } = said;
  const body =
    protocol === smartChat
      ? { user_key: 'someone', type: 'text', content: utterance }
      : {
          userRequest: { utterance, user: { id: 'b', properties: { plusfriendUserKey: 'someone' } } },
          bot: { id: 'b' },
          action: { clientExtra: extra },
        };
  const parsed = protocol.parse(body, { requestId: id, kakaoRequestId: id, callbackOrigins: [] });
  if (parsed.kind !== 'turn') throw new Error('that is no turn');
  const defer = async (records: readonly LateRecord[]) => {
    deferred.push(...records.filter(({ turn }) => !turn.isSecond).map(({ turn }) => turn));
  };
  const outcome = await takeTurn(
    { bot, store: sessions, protocol, defer },
    { request: parsed.request, receivedAt: Date.now() },
    deadlineAt(Date.now() + ruleMs + DEFER_MS),
  );
  return { kind: outcome.kind, words: JSON.stringify(outcome.answer), calls: calls.splice(0) };
}

/** Lets a worker take the turn that was deferred. */
async function work<S>(bot: Bot<S>) {
  const turn = deferred.shift();
  if (turn === undefined) throw new Error('nothing was deferred');
  const now = Date.now();
  await takeLateTurn({ bot, store: sessions }, turn, {
    isFirst: true,
    ruleUntil: now + 5_000,
    endsAt: now + 9_000,
  });
  calls.splice(0);
}

describe('a bot without a session', () => {
  test('answers an ordinary turn without a word to the store, whoever the user was', async () => {
    const bot = newBot();
    expect(await says(bot, '안녕')).toMatchObject({
      kind: 'answered',
      words: expect.stringContaining('안녕하세요'),
      calls: [],
    });
    expect(await says(bot, '모르는 말')).toMatchObject({ kind: 'answered', calls: [] });
  });

  test('has no state in a turn, and keeps none that a rule makes up', async () => {
    const bot = new Bot().fallback(turn => {
      const before = turn.session;
      (turn as { session: unknown }).session = { made: 'up' };
      return `${before}`;
    });
    for (const _ of [1, 2])
      expect(await says(bot, '말')).toMatchObject({ words: expect.stringContaining('undefined'), calls: [] });
  });

  test('leaves the state as it is that a release with a session has stored', async () => {
    const stored = { ...EMPTY_SESSION, state: '{"cups":1}', version: 7 };
    await sessions.save(KEY, EMPTY_SESSION, stored);
    expect(await says(newBot(), '길게')).toMatchObject({
      kind: 'answered',
      words: expect.stringContaining('더보기'),
    });
    expect(await sessions.load(KEY)).toMatchObject({
      state: '{"cups":1}',
      version: 7,
      memory: { rest: { next: 1 } },
    });
  });

  test('reads the session only when a part of the answer must be kept, and asks the rule once', async () => {
    const bot = newBot();
    const first = await says(bot, '길게', { id: 'long' });
    expect(first.calls).toEqual(['load', 'save']);
    expect(began).toBe(1);
    // Delivered again, the rule runs again, and what was kept is not kept twice.
    expect(await says(bot, '길게', { id: 'long' })).toEqual({ ...first, calls: ['load'] });
    expect(await says(bot, bot.texts.more)).toMatchObject({
      words: expect.stringContaining('316번째'),
      calls: ['load', 'save'],
    });
    const { rest } = (await sessions.load(KEY)).memory;
    calls.splice(0);
    const tap = { kakaoGateway: { button: 'more', answer: rest?.id, part: 1 } };
    expect((await says(bot, '더 볼래요', { extra: tap })).calls[0]).toBe('load');
  });

  test('defers a rule that overruns: its answer comes when it is asked for, and not with an ordinary turn', async () => {
    const bot = newBot();
    const id = 'overrun';
    const waiting = await says(bot, '오래', { id, ruleMs: 50 });
    expect(waiting).toMatchObject({ kind: 'late', calls: ['load', 'save'] });
    expect(waiting.words).toContain(bot.texts.collect);
    expect(began).toBe(1);
    expect(await says(bot, bot.texts.collect)).toMatchObject({
      words: expect.stringContaining(bot.texts.notYet),
      calls: ['load'],
    });
    await work(bot);
    expect(began).toBe(2);
    const quick = await says(bot, '안녕');
    expect(quick.calls).toEqual([]);
    expect(quick.words).not.toContain('오래 걸린 답');
    const tap = { kakaoGateway: { button: 'collect' } };
    expect((await says(bot, '결과', { extra: tap })).words).toContain('오래 걸린 답');
  });

  test('defers an overrun once, though it is delivered again', async () => {
    const bot = newBot();
    const id = 'overrun';
    for (const _ of [1, 2])
      expect(await says(bot, '오래', { id, ruleMs: 50 })).toMatchObject({ kind: 'late' });
    expect((await sessions.load(KEY)).memory.line).toHaveLength(1);
  });

  test('lets late answers wait that an answer of its own does not show', async () => {
    const bot = newBot();
    await says(bot, '오래', { ruleMs: 50 });
    await work(bot);
    expect((await says(bot, '안녕')).words).not.toContain('오래 걸린 답');
    // An answer that must be kept reads them, and brings them along.
    expect((await says(bot, '길게')).words).toContain('오래 걸린 답');
  });

  test('defers no eleventh turn of a user', async () => {
    const bot = newBot();
    for (let n = 0; n < 10; n++)
      expect(await says(bot, '오래', { ruleMs: 20 })).toMatchObject({ kind: 'late' });
    expect(await says(bot, '오래', { ruleMs: 20 })).toMatchObject({
      kind: 'failed',
      words: expect.stringContaining(bot.texts.apology),
    });
    expect((await sessions.load(KEY)).memory.line).toHaveLength(10);
  });

  test('reads it in every turn where it has a slow rule, or its protocol remembers what labels mean', async () => {
    const slow = new Bot().hears('느린 일', () => '늦은 답', { slow: '잠시만요' }).fallback(() => '답');
    expect((await says(slow, '말')).calls).toEqual(['load']);
    expect((await says(newBot(), '안녕', { protocol: smartChat })).calls).toEqual(['load']);
  });
});

test.each<[string, object]>([
  ['a migrate without a session', { migrate: (state: unknown) => state }],
  ['a version without a session', { version: 2, migrate: (state: unknown) => state }],
  ['a session that is no function', { session: {} }],
])('a bot with %s is refused, and its author told what to do', (_, options) => {
  const make = () => new Bot(options as never);
  expect(make).toThrow(ConfigurationError);
  expect(make).toThrow("a bot's session must be a function that makes a new user's state");
});

test('a bot with a session reads it in every turn', async () => {
  const bot = new Bot({ session: () => ({}) }).fallback(() => '답');
  expect((await says(bot, '말')).calls).toEqual(['load']);
});
