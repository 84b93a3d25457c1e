import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  type ChatMessage,
  estimateTokens,
  type Source,
  type SummaryQuestion,
  summaryBy,
} from '../../lambda/llm/index.ts';
import { randomBy, startVirtualTime, type VirtualTime } from '../kit/virtual-time.ts';
import { streaming } from './models.ts';
import { talkRoom } from './talk-room.ts';

let time: VirtualTime;

beforeEach(() => {
  time = startVirtualTime(randomBy(7));
});

afterEach(() => time.stop());

const after = (ms: number) => new Promise(resolve => setTimeout(resolve, ms));

const LONG = '아주 긴 질문이에요. 자세히 알려 주세요.';

/** A room whose model answers in a second, and another that makes summaries. */
function roomWith(summarize: (question: SummaryQuestion) => Source) {
  const told: ChatMessage[][] = [];
  const asked: SummaryQuestion[] = [];
  const room = talkRoom(
    async function* ({ messages }) {
      told.push(messages);
      yield '답이 시작돼요. ';
      await after(1_000);
      yield `${told.length}번째 답이에요.`;
    },
    {
      history: {
        tokens: 400,
        summary: summaryBy(question => {
          asked.push(question);
          return summarize(question);
        }),
      },
    },
  );
  const heard = () => told.at(-1)?.map(({ content }) => content);
  return { room, asked, told, heard };
}

describe('a summary of what has no room any more', () => {
  test('is made beside an answer, and stands before the pairs that follow', async () => {
    const { room, asked, heard } = roomWith(() => '라떼를 좋아하는 손님이다.');
    const talksUntil = async (isSo: () => boolean) => {
      for (let turn = 1; turn < 12 && !isSo(); turn++) await time.run(room.asks(`${turn}. ${LONG}`));
    };
    await talksUntil(() => asked.length > 0);
    const [first] = asked;
    expect(first?.messages[0]).toEqual({ role: 'user', content: `1. ${LONG}` });
    expect(first?.messages.at(-1)?.content).toContain('줄여 줘');
    expect((await room.talk()).summary).toBe('라떼를 좋아하는 손님이다.');
    await time.run(room.asks('그래서요?'));
    expect(heard()?.slice(0, 2)).toEqual(['(앞서 나눈 이야기를 줄이면?)', '라떼를 좋아하는 손님이다.']);
    expect(heard()?.at(-1)).toBe('그래서요?');
    // The newest pairs are told word by word.
    expect(heard()?.at(-3)).toMatch(/^\d\. 아주 긴 질문이에요/);
    expect(heard()?.at(-5)).toMatch(/^\d\. 아주 긴 질문이에요/);
    expect(heard()?.join('')).not.toContain(`1. ${LONG}`);
    // The next one is of the summary, too.
    await talksUntil(() => asked.length > 1);
    expect(asked[1]?.messages[1]?.content).toBe('라떼를 좋아하는 손님이다.');
  });

  test('is paid for, and counted', async () => {
    const { room, asked } = roomWith(() => streaming(['짧게.'], { input: 5_000, output: 50 }));
    while (asked.length === 0) await time.run(room.asks(LONG));
    expect((await time.run(room.usage())).tokens).toBeGreaterThan(5_050);
    expect(room.counted().LlmInputTokens).toBeGreaterThan(5_000);
  });

  test('never delays an answer: one that is not done is given up, and begun again beside the next', async () => {
    const { room, asked, told } = roomWith(async function* () {
      await after(5_000);
      yield '늦은 요약.';
    });
    while (asked.length === 0) await time.run(room.asks(LONG));
    expect(asked[0]?.signal.aborted).toBe(true);
    const messages = asked[0]?.messages ?? [];
    const read = messages.reduce((sum, { content }) => sum + estimateTokens(String(content)) + 4, 0);
    // Its model has read all of that, and so has each answer's what was said until then.
    const answered = told.flat().reduce((sum, { content }) => sum + estimateTokens(String(content)) + 4, 0);
    const words = told.reduce(
      (sum, _, at) => sum + estimateTokens(`답이 시작돼요. ${at + 1}번째 답이에요.`),
      0,
    );
    expect((await time.run(room.usage())).tokens).toBe(read + answered + words);
    expect(await room.talk()).not.toHaveProperty('summary');
    const startedAt = Date.now();
    await time.run(room.asks(LONG));
    expect(Date.now() - startedAt).toBeLessThan(1_500);
    expect(asked).toHaveLength(2);
  });

  test('that fails costs nothing but itself', async () => {
    const { room, asked, heard } = roomWith(() => Promise.reject(new Error(LONG)));
    while (asked.length === 0) await time.run(room.asks(LONG));
    expect(await time.run(room.asks('그래서요?'))).toContain('번째 답이에요.');
    expect(heard()?.at(-1)).toBe('그래서요?');
    expect(room.notes.filter(({ level }) => level === 'warn')[0]).toEqual({
      level: 'warn',
      what: 'summary failed',
      outcome: 'made again later',
    });
  });

  test('is forgotten with the talk', async () => {
    const { room, asked, heard } = roomWith(() => '라떼를 좋아하는 손님이다.');
    while (asked.length === 0) await time.run(room.asks(LONG));
    await time.run(room.says('새 대화'));
    expect(JSON.stringify(await room.talk())).not.toMatch(/라떼|질문이에요/);
    await time.run(room.asks('안녕'));
    expect(heard()).toEqual(['안녕']);
  });
});
