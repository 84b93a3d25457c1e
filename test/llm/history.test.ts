import { describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { cutTo, messagesOf, recalled, remembering, tokensOf } from '../../lambda/llm/history.ts';
import type { ChatMessage } from '../../lambda/llm/index.ts';
import type { Said } from '../../lambda/llm/talk.ts';
import { type CountTokens, estimateTokens } from '../../lambda/llm/tokens.ts';
import { reserving, todayOf } from '../../lambda/llm/usage.ts';
import { anyCharacter } from '../kit/any-character.ts';
import { runs } from '../kit/property.ts';
import { talkRoom } from './talk-room.ts';

const COUNTERS: readonly CountTokens[] = [
  estimateTokens,
  text => text.length,
  text => Math.ceil(text.length / 4),
  // As a tokenizer of words would.
  text => text.split(/\s+/).length + 3,
];

const anyText = (maxLength: number) => fc.string({ unit: anyCharacter, maxLength });

/** A talk: pairs of what is said and answered, and the question that comes then. */
const anyTalk = fc.record({
  tokens: fc.integer({ min: 100, max: 2_000 }),
  count: fc.constantFrom(...COUNTERS),
  pairs: fc.array(
    fc.tuple(
      anyText(200),
      fc.oneof(
        anyText(300),
        fc.nat(3_000).map(length => '답이 길어요. '.repeat(length / 8)),
      ),
    ),
    { maxLength: 12 },
  ),
  summary: fc.option(anyText(150), { nil: undefined }),
  question: fc.oneof(
    anyText(100),
    fc.nat(4_000).map(length => '길게 물어요? '.repeat(length / 8)),
  ),
});

describe('a history', () => {
  test('of any talk stays in its budget, begins with the user, and has the newest question', () => {
    fc.assert(
      fc.property(anyTalk, ({ tokens, count, pairs, question, summary }) => {
        const memory = { tokens, count, forgetAfterMs: 1_000 };
        const said = pairs.reduce<readonly Said[]>(
          (all, pair) => remembering({ said: all }, pair, memory),
          [],
        );
        const messages = messagesOf({ said, summary }, question, memory);
        expect(tokensOf(messages, count)).toBeLessThanOrEqual(tokens);
        expect(messages.map(({ role }) => role)).toEqual(
          messages.map((_, at) => (at % 2 === 0 ? 'user' : 'assistant')),
        );
        const last = messages.at(-1)?.content;
        expect(messages.at(-1)?.role).toBe('user');
        if (count(question) <= tokens - 4) expect(last).toBe(question);
        else expect(isCutOf(String(last), question)).toBe(true);
        expect(Buffer.byteLength(JSON.stringify(said))).toBeLessThan(40_000);
        expect(said.flat().join('').isWellFormed()).toBe(true);
      }),
      runs(10_000),
    );
  });

  test('drops the oldest pair, and never half of one', () => {
    const memory = { tokens: 100, count: (text: string) => text.length, forgetAfterMs: 1_000 };
    const said: Said[] = [
      ['첫 물음', '첫 답'],
      ['다음 물음', '다음 답'],
    ];
    const contents = (question: string) =>
      messagesOf({ said }, question, memory).map(({ content }) => content);
    expect(contents('?'.repeat(60))).toEqual([...said.flat(), '?'.repeat(60)]);
    expect(contents('?'.repeat(75))).toEqual(['다음 물음', '다음 답', '?'.repeat(75)]);
    expect(contents('?'.repeat(90))).toEqual(['?'.repeat(90)]);
    expect(contents('?'.repeat(999))).toEqual([expect.stringMatching(/^\?{60,70} … \?{20,30}$/)]);
  });

  test('keeps a long answer as far as half of the budget, so that the next question finds it', () => {
    const memory = { tokens: 300, count: estimateTokens, forgetAfterMs: 1_000 };
    const [[question, answer] = ['', '']] = remembering({}, ['짧은 물음', '긴 답. '.repeat(500)], memory);
    expect(question).toBe('짧은 물음');
    expect(estimateTokens(answer)).toBeGreaterThan(140);
    expect(estimateTokens(answer)).toBeLessThanOrEqual(150);
  });

  test('takes 40 KB of a session at most, whatever its budget', () => {
    const memory = { tokens: 1_000_000, count: () => 1, forgetAfterMs: 1_000 };
    let said: readonly Said[] = [];
    for (let turn = 0; turn < 60; turn++)
      said = remembering({ said }, [`물음 ${turn}`, '긴 답이에요. '.repeat(50)], memory);
    expect(Buffer.byteLength(JSON.stringify(said))).toBeLessThan(40_000);
    expect(said.length).toBeGreaterThan(10);
    expect(said.at(-1)?.[0]).toBe('물음 59');
    // One answer of all the length that there is.
    said = remembering({ said }, ['마지막', '\u0001"'.repeat(100_000)], memory);
    expect(Buffer.byteLength(JSON.stringify(said))).toBeLessThan(40_000);
    expect(said.at(-1)?.[0]).toBe('마지막');
  });

  test('is within 40 KB with all else that is kept of a user', () => {
    const memory = { tokens: 1_000_000, count: () => 1, forgetAfterMs: 1_000 };
    let said: readonly Said[] = [];
    let day = todayOf({}, 0);
    for (let turn = 0; turn < 60; turn++) {
      said = remembering({ said }, ['물음', '긴 답이에요. '.repeat(50)], memory);
      day = reserving(day, { id: `${'0'.repeat(100)}${turn}`, input: 999_999, output: 999_999 }, true);
    }
    // As long as a summary and a tool's input may be.
    const asked = { id: '0'.repeat(140), tool: 'order', input: '가'.repeat(3_998), at: Date.now() };
    const talk = { said, day, asked, summary: '가'.repeat(1_000), at: Date.now() };
    expect(Buffer.byteLength(JSON.stringify(talk))).toBeLessThan(40_960);
    expect(Buffer.byteLength(JSON.stringify(talk))).toBeGreaterThan(35_000);
  });

  test('is over after a silence', () => {
    const memory = { tokens: 300, count: estimateTokens, forgetAfterMs: 1_000 };
    const talk = { said: [['물음', '답'] as const], at: 5_000 };
    expect(recalled(talk, memory, 5_999)).toEqual(talk);
    expect(recalled(talk, memory, 6_000)).toEqual({});
  });
});

describe('a text that is too long', () => {
  test('is cut in its middle, between characters', () => {
    const cut = cutTo(`처음${'🙂'.repeat(500)}끝`, 50, text => text.length);
    expect(cut).toMatch(/^처음🙂+ … 🙂+끝$/u);
    expect(cut.length).toBeGreaterThanOrEqual(47);
    expect(cut.length).toBeLessThanOrEqual(50);
  });
});

describe("an estimate of a text's tokens", () => {
  // Tokens as three tokenizers count them: o200k_base, cl100k_base, and that of Claude 2.
  test.each([
    ['라떼는 4,500원이고, 아메리카노는 4,000원이에요. 따뜻한 것과 차가운 것이 있어요.', 37, 48, 51],
    ['영업시간은 평일 08:00부터 22:00까지이고, 주말과 공휴일에는 10:00에 엽니다.', 34, 47, 43],
    ['안녕하세요! 무엇을 도와 드릴까요? 😊', 12, 24, 29],
    ['주문번호 20261122-0042의 배송은 11월 25일(수)에 도착할 예정입니다.', 28, 35, 37],
    ['| 메뉴 | 값 |\n|---|---|\n| 라떼 | 4,500원 |\n| 유자차 | 5,000원 |', 32, 39, 40],
    [
      'ㅋㅋㅋㅋ 아 진짜요?? 헐 대박ㅠㅠ 쫌 뷁쉛 그럼 2시 30분에 5,000~6,000원짜리 사갈게욥!! 🙂🙂👍🏽 꿹뛟쮏',
      61,
      81,
      80,
    ],
  ])('is on the large side: %s', (text, ...counted) => {
    expect(estimateTokens(text)).toBeGreaterThanOrEqual(Math.max(...counted));
  });
});

describe('a conversation', () => {
  const told: ChatMessage[][] = [];
  const heard = () => told.at(-1)?.map(({ content }) => content);
  const roomWith = (options: Parameters<typeof talkRoom>[1]) =>
    talkRoom(({ messages }) => {
      told.push(messages);
      return `답 ${messages.length}`;
    }, options);

  test('forgets after six hours of silence, unless it is told another time', async () => {
    const clock = jest.spyOn(Date, 'now').mockReturnValue(1_800_000_000_000);
    const later = (ms: number) => clock.mockReturnValue(Date.now() + ms);
    const room = roomWith({});
    await room.asks('하나');
    later(6 * 3_600_000 - 1);
    await room.asks('둘');
    expect(heard()).toEqual(['하나', '답 1', '둘']);
    later(6 * 3_600_000);
    await room.asks('셋');
    expect(heard()).toEqual(['셋']);
    const short = roomWith({ history: { forgetAfterMs: 60_000 } });
    await short.asks('하나');
    later(60_000);
    await short.asks('둘');
    expect(heard()).toEqual(['둘']);
    jest.restoreAllMocks();
  });

  test('remembers nothing where it is to have no history', async () => {
    const room = roomWith({ history: false });
    await room.asks('하나');
    await room.asks('둘');
    expect(heard()).toEqual(['둘']);
    expect(await room.talk()).not.toHaveProperty('said');
  });

  test('forgets when a rule says so, and keeps what was taken of the day', async () => {
    const room = roomWith({ limits: { turnsPerDay: 5 } });
    await room.asks('하나');
    expect(await room.says('새 대화')).toBe('잊었어요.');
    await room.asks('둘');
    expect(heard()).toEqual(['둘']);
    expect(await room.usage()).toMatchObject({ turns: 2, turnsLeft: 3 });
  });

  test('counts by the counter that it is given', async () => {
    const room = roomWith({ history: { tokens: 100, count: text => text.length * 10 } });
    await room.asks('하나');
    await room.asks('둘둘둘둘');
    expect(heard()).toEqual(['둘둘둘둘']);
  });

  test('writes the session twice a turn, as any slow rule does: history and usage come along', async () => {
    const room = roomWith({ limits: { turnsPerDay: 5, tokensPerDay: 60_000 } });
    await room.asks('하나');
    const before = room.store.saves;
    await room.asks('둘');
    const slow = talkRoom(() => '', {});
    slow.bot.hears('느린 일', () => '답', { slow: '잠시만요' });
    await slow.asks('느린 일');
    const since = slow.store.saves;
    await slow.asks('느린 일');
    expect(room.store.saves - before).toBe(slow.store.saves - since);
  });
});

/** Whether a text is the beginning and the end of another, and a mark between them. */
function isCutOf(cut: string, whole: string): boolean {
  const mark = ' … ';
  for (let at = cut.indexOf(mark); at >= 0; at = cut.indexOf(mark, at + 1))
    if (whole.startsWith(cut.slice(0, at)) && whole.endsWith(cut.slice(at + mark.length))) return true;
  return false;
}
