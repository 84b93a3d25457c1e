import { afterEach, describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { estimateTokens, guards } from '../../lambda/llm/index.ts';
import type { TalkDay } from '../../lambda/llm/talk.ts';
import { countedTokens, dayOf, reserving, settling, todayOf, unknownTokens } from '../../lambda/llm/usage.ts';
import { runs } from '../kit/property.ts';
import { USER } from '../kit/turns.ts';
import { failing, streaming } from './models.ts';
import { talkRoom } from './talk-room.ts';

/** 23:59 of the 21st in Seoul. */
const BEFORE_MIDNIGHT = Date.UTC(2026, 10, 21, 14, 59);
const MINUTE_MS = 60_000;

const at = (now: number) => jest.spyOn(Date, 'now').mockReturnValue(now);

afterEach(() => {
  jest.restoreAllMocks();
});

describe('a day', () => {
  test("begins at Seoul's midnight", () => {
    expect(dayOf(Date.UTC(2026, 10, 21, 14, 59, 59, 999))).toBe('2026-11-21');
    expect(dayOf(Date.UTC(2026, 10, 21, 15))).toBe('2026-11-22');
    expect(dayOf(Date.UTC(2026, 11, 31, 15))).toBe('2027-01-01');
  });
});

describe('a turn', () => {
  test('is reserved before the model is asked, in the write that marks it, and settled by what the model tells', async () => {
    const room = talkRoom(() => streaming(['네.'], { input: 321, output: 45 }), {
      limits: { turnsPerDay: 3, tokensPerDay: 9_000 },
    });
    await room.says('질문');
    expect(room.store.saves).toBe(1);
    const { held: [held] = [] } = (await room.talk()).day ?? {};
    expect(held).toEqual({ id: expect.any(String), input: 8, output: 1_000 });
    await room.works();
    expect(await room.usage()).toEqual({
      ...{ turns: 1, tokens: 366, unknownTokens: 0 },
      ...{ turnsLeft: 2, tokensLeft: 8_634 },
    });
    expect((await room.talk()).day?.held).toEqual([]);
  });

  test('reserves as much as it is told', async () => {
    const room = talkRoom(() => '네.', {}, { reserve: 77 });
    await room.says('질문');
    expect((await room.talk()).day?.held[0]?.output).toBe(77);
  });

  test('is settled by an estimate where the model tells nothing, and the operator is told that it is one', async () => {
    const room = talkRoom(() => '네, 있어요.');
    await room.asks('유자차 있나요?');
    expect(await room.usage()).toEqual({ turns: 1, tokens: 25, unknownTokens: 0 });
    expect(room.notes).toEqual([
      {
        level: 'info',
        what: 'model answered',
        outcome: 'answered, tokens estimated',
        metrics: { LlmTurns: 1, LlmInputTokens: 16, LlmOutputTokens: 9 },
      },
    ]);
  });

  test('is told in won where the prices are', async () => {
    const prices = { inputWonPerMillion: 4_000, outputWonPerMillion: 20_000 };
    const room = talkRoom(() => streaming(['네.'], { input: 1_000, output: 100 }), { prices });
    await room.asks('질문');
    expect(room.counted()).toEqual({ LlmTurns: 1, LlmInputTokens: 1_000, LlmOutputTokens: 100, LlmWon: 6 });
  });

  test('costs nothing where the model was not reached', async () => {
    const room = talkRoom(() => Promise.reject(Object.assign(new Error('no'), { status: 400 })), {
      limits: { turnsPerDay: 1 },
    });
    expect(await room.asks('질문')).toContain('답을 만들지 못했어요');
    expect(await room.usage()).toEqual({ turns: 0, tokens: 0, unknownTokens: 0, turnsLeft: 1 });
    expect(room.counted()).toEqual({ LlmFailed: 1 });
  });

  test('costs nothing where a guard refuses the question, and nothing of it is remembered', async () => {
    let asked = 0;
    const guard = guards({ input: () => ({ refuse: '그 말씀은 전하지 않을게요.' }) });
    const room = talkRoom(() => `답 ${++asked}`, { limits: { turnsPerDay: 1 } }, { guard });
    expect(await room.asks('나쁜 질문')).toBe('그 말씀은 전하지 않을게요.');
    expect([asked, await room.usage()]).toEqual([0, { turns: 0, tokens: 0, unknownTokens: 0, turnsLeft: 1 }]);
    expect(room.counted()).toEqual({ LlmRefused: 1 });
    expect(await room.talk()).not.toHaveProperty('said');
  });

  test('costs what came where the model failed in the middle', async () => {
    const room = talkRoom(() => failing(['라떼는 ', '4,500원이에요.'], 500));
    await room.asks('라떼 얼마예요?');
    const { turns, tokens, unknownTokens } = await room.usage();
    expect({ turns, unknownTokens }).toEqual({ turns: 1, unknownTokens: 0 });
    const { LlmInputTokens = 0, LlmOutputTokens = 0, LlmFailed } = room.counted();
    expect([LlmFailed, tokens]).toEqual([1, LlmInputTokens + LlmOutputTokens]);
    expect(tokens).toBe(33);
  });

  test('costs what came where the model told its tokens as it began, and failed in the middle', async () => {
    const room = talkRoom(async function* () {
      yield { type: 'message_start', message: { usage: { input_tokens: 500, output_tokens: 1 } } };
      const delta = { type: 'text_delta', text: '라떼는 4,500원이에요.' };
      yield { type: 'content_block_delta', index: 0, delta };
      throw Object.assign(new Error('no'), { status: 500 });
    });
    await room.asks('라떼 얼마예요?');
    expect((await room.usage()).tokens).toBe(500 + 1 + estimateTokens('라떼는 4,500원이에요.'));
    expect(room.notes[0]?.outcome).toBe('overloaded, tokens estimated');
  });

  test('costs what the model told at its end, if it told less as it began', async () => {
    const room = talkRoom(async function* () {
      yield { type: 'message_start', message: { usage: { input_tokens: 500, output_tokens: 1 } } };
      yield { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: '네, 있어요.' } };
      yield { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 4 } };
    });
    await room.asks('라떼 있어요?');
    expect((await room.usage()).tokens).toBe(504);
    expect(room.notes[0]?.outcome).toBe('answered');
  });

  test('that never ends is unknown, and never returned', async () => {
    const room = talkRoom(() => '네.', { limits: { turnsPerDay: 3, tokensPerDay: 5_000 } });
    at(BEFORE_MIDNIGHT - 120 * MINUTE_MS);
    await room.says('질문');
    // Its worker died, and so did every other.
    room.queue.length = 0;
    at(BEFORE_MIDNIGHT - 60 * MINUTE_MS);
    await room.asks('다음 질문');
    const { turns, unknownTokens, tokens } = await room.usage();
    expect({ turns, unknownTokens }).toEqual({ turns: 2, unknownTokens: 1_008 });
    expect(tokens).toBeGreaterThan(1_008);
    expect(room.counted().LlmUnknownTokens).toBe(1_008);
  });
});

/** Has a worker take the turn, and die with this draft. */
async function dies(
  { store, drafts }: ReturnType<typeof talkRoom>,
  turn: string,
  pieces: readonly string[],
): Promise<void> {
  const session = await store.load(USER);
  await store.save(USER, session, { ...session, leases: { ...session.leases, [turn]: Date.now() + 1 } });
  if (pieces.length > 0) await drafts.save(USER, { turn, pieces });
  await new Promise(resolve => setTimeout(resolve, 2));
}

describe('a turn whose worker died', () => {
  test('with words is answered by them, and its tokens are unknown', async () => {
    const room = talkRoom(() => '또 물었어요.');
    await room.says('라떼 얼마예요?', 'the turn');
    await dies(room, 'the turn', ['라떼는 4,500원이에요. ']);
    const [read] = await room.works({ isFirst: false });
    expect(read?.words).toBe('라떼는 4,500원이에요.\n(답이 여기서 끊겼어요.)');
    expect(await room.usage()).toEqual({ turns: 1, tokens: 1_016, unknownTokens: 1_016 });
    expect(room.notes).toEqual([
      { level: 'warn', what: 'model answered', outcome: 'unknown', metrics: { LlmUnknownTokens: 1_016 } },
    ]);
    expect((await room.talk()).said).toEqual([['라떼 얼마예요?', '라떼는 4,500원이에요.']]);
  });

  test('without words is asked again, and what the first asking took is unknown', async () => {
    const room = talkRoom(() => streaming(['네.'], { input: 10, output: 5 }));
    await room.says('질문', 'the turn');
    await dies(room, 'the turn', []);
    expect((await room.works({ isFirst: false }))[0]?.words).toBe('네.');
    expect(await room.usage()).toEqual({ turns: 1, tokens: 1_008 + 15, unknownTokens: 1_008 });
    expect(room.counted()).toEqual({
      ...{ LlmTurns: 1, LlmInputTokens: 10, LlmOutputTokens: 5 },
      LlmUnknownTokens: 1_008,
    });
  });
});

describe('the limits of a user', () => {
  test('hold where an option is there and undefined', async () => {
    const undefinedAll = { reserve: undefined, pictures: undefined, slow: undefined, upToMs: undefined };
    const room = talkRoom(() => '네.', { limits: { tokensPerDay: 1_020 } }, undefinedAll as object);
    expect(await room.asks('하나')).toBe('네.');
    expect(await room.asks('둘')).toBe('오늘은 질문을 다 쓰셨어요. 내일 다시 물어봐 주세요.');
  });

  test('are turns of a day: the model is not asked for one more, until midnight in Seoul', async () => {
    let asked = 0;
    const room = talkRoom(() => `답 ${++asked}`, { limits: { turnsPerDay: 2 } });
    at(BEFORE_MIDNIGHT);
    expect(await room.asks('하나')).toBe('답 1');
    expect(await room.asks('둘')).toBe('답 2');
    expect(await room.asks('셋')).toBe('오늘은 질문을 다 쓰셨어요. 내일 다시 물어봐 주세요.');
    expect(asked).toBe(2);
    expect(room.counted()).toMatchObject({ LlmTurns: 2, LlmRefused: 1 });
    expect(await room.usage()).toMatchObject({ turns: 2, turnsLeft: 0 });
    at(BEFORE_MIDNIGHT + MINUTE_MS);
    expect(await room.usage()).toMatchObject({ turns: 0, turnsLeft: 2 });
    expect(await room.asks('넷')).toBe('답 3');
  });

  test('are tokens of a day, with what is reserved', async () => {
    let asked = 0;
    const room = talkRoom(() => streaming([`답 ${++asked}`], { input: 1_500, output: 500 }), {
      limits: { tokensPerDay: 3_000 },
      texts: { spent: '내일 만나요.' },
    });
    expect(await room.asks('하나')).toBe('답 1');
    // 1,000 are left, and the question takes some.
    expect(await room.asks('둘')).toBe('내일 만나요.');
    expect(asked).toBe(1);
  });

  test('of yesterday are those of a turn that was begun before midnight', async () => {
    const room = talkRoom(() => streaming(['답'], { input: 10, output: 5 }), { limits: { turnsPerDay: 2 } });
    at(BEFORE_MIDNIGHT);
    await room.says('하나');
    at(BEFORE_MIDNIGHT + MINUTE_MS);
    await room.works();
    expect(await room.usage()).toMatchObject({ turns: 0, tokens: 0 });
    expect((await room.talk()).day).toMatchObject({ day: '2026-11-21', turns: 1, tokens: 15 });
  });
});

describe('the limit of a bot', () => {
  const counted = async ({ counters }: ReturnType<typeof talkRoom>) =>
    counters.of('live').add(`llm-tokens/${dayOf(Date.now())}`, 0);

  test('is taken before the model is asked, and corrected after', async () => {
    const seen: (number | undefined)[] = [];
    const room = talkRoom(
      async function* () {
        seen.push(await counted(room));
        yield '네.';
      },
      { limits: { bot: { tokensPerDay: 10_000 } } },
    );
    await room.asks('질문');
    seen.push(await counted(room));
    expect(seen).toEqual([1_008, 8 + 3]);
  });

  test('is taken in whole tokens, whatever counts them', async () => {
    const room = talkRoom(() => '네.', {
      history: { count: text => text.length / 3 },
      limits: { bot: { tokensPerDay: 10_000 } },
    });
    expect(await room.asks('질문')).toBe('네.');
    expect(await counted(room)).toBe(6);
  });

  test('answers kindly when it is reached, and the operator is told once', async () => {
    let asked = 0;
    const room = talkRoom(() => streaming([`답 ${++asked}`], { input: 900, output: 200 }), {
      limits: { turnsPerDay: 9, bot: { tokensPerDay: 2_000 } },
    });
    expect(await room.asks('하나')).toBe('답 1');
    for (const words of ['둘', '셋'])
      expect(await room.asks(words)).toBe('오늘은 질문이 많아 더 답하지 못해요. 내일 다시 물어봐 주세요.');
    expect(asked).toBe(1);
    expect(room.notes.filter(({ level }) => level === 'warn')).toEqual([
      { level: 'warn', what: "the bot's limit of a day is reached", outcome: 'tokens' },
    ]);
    expect(room.counted()).toMatchObject({ LlmTurns: 1, LlmRefused: 2 });
    // It costs the user nothing, and nothing of it is remembered.
    expect(await room.usage()).toMatchObject({ turns: 1, tokens: 1_100 });
    expect((await room.talk()).said).toHaveLength(1);
    at(Date.now() + 24 * 60 * MINUTE_MS);
    expect(await room.asks('넷')).toBe('답 2');
  });

  test('is returned where the model was not reached', async () => {
    const room = talkRoom(() => Promise.reject(Object.assign(new Error('no'), { status: 400 })), {
      limits: { bot: { tokensPerDay: 10_000 } },
    });
    await room.asks('질문');
    expect(await counted(room)).toBe(0);
  });
});

/** A turn of a day, with any end. */
const anyEnd = fc.record({
  input: fc.nat(3_000),
  output: fc.nat(3_000),
  alone: fc.boolean(),
  isRetry: fc.boolean(),
  end: fc.constantFrom('told', 'none', 'unknown', 'never'),
});

describe('the account of a day', () => {
  test('is the tokens of all answers and all that nobody knows of, whatever happens to turns', () => {
    fc.assert(
      fc.property(fc.array(anyEnd, { maxLength: 40 }), ends => {
        let day: TalkDay = todayOf({}, 0);
        let [told, unknown, turns] = [0, 0, 0];
        for (const [turn, { input, output, alone, isRetry, end }] of ends.entries()) {
          const reservation = { id: `turn ${turn}`, input, output };
          const before = countedTokens(day);
          day = reserving(day, reservation, alone);
          expect(countedTokens(day)).toBe(before + input + output);
          if (end !== 'never') {
            const charge = end === 'told' ? { input: input + 1, output: 7 } : end;
            day = settling(day, reservation.id, charge, isRetry);
            // Once more, as on a session that another turn saved: nothing is charged twice.
            expect(settling(day, reservation.id, charge, isRetry)).toEqual(day);
          }
          if (end === 'told') told += input + 8;
          if (end === 'never' || end === 'unknown' || isRetry) unknown += input + output;
          if (end !== 'none' || isRetry) turns++;
          expect({ turns: day.turns, tokens: day.tokens }).toEqual({ turns, tokens: told });
          expect(countedTokens(day)).toBe(told + unknown);
          expect(day.held.length).toBeLessThanOrEqual(20);
          expect(unknownTokens(day)).toBeLessThanOrEqual(unknown);
        }
      }),
      runs(1_000),
    );
  });
});
