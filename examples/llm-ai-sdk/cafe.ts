import { tool } from 'ai';
import { listCard, oneTo, won } from 'kakao-gateway/bot';
import { toolbox } from 'kakao-gateway/llm';
import { z } from 'zod';

/** The words that the model is told before each talk. */
export const PROMPT = [
  '너는 달빛카페의 점원이다. 한국어로 짧고 친절하게 답한다.',
  '메뉴와 값은 도구로 알아보고, 도구에 없는 것은 모른다고 말한다.',
].join('\n');

const DRINKS = [
  { name: '아메리카노', price: 4_000 },
  { name: '라떼', price: 4_500 },
  { name: '유자차', price: 5_000 },
] as const;

const findDrinks = tool({
  description: '메뉴에서 음료와 값을 찾는다',
  inputSchema: z.object({ words: z.string().describe('찾는 말. 비우면 메뉴 전체') }),
  execute: async ({ words }) => DRINKS.filter(({ name }) => name.includes(words)),
});

const order = tool({
  description: '음료를 주문한다',
  inputSchema: z.object({ drink: z.enum(['아메리카노', '라떼', '유자차']), cups: z.int().min(1).max(20) }),
  execute: async ({ drink, cups }) => ({ ordered: `${drink} ${cups}잔` }),
});

/** The tools of the model: it finds drinks by itself, and orders only what the user has agreed to. */
export const cafe = toolbox(
  { findDrinks, order },
  {
    askFirst: ['order'],
    describe: { order: ({ drink, cups }) => `${drink} ${cups}잔을 주문할까요?` },
    cards: {
      findDrinks: drinks => {
        const items = oneTo(
          5,
          drinks.map(({ name, price }) => ({ title: name, description: won(price) })),
        );
        return items && listCard({ header: { title: '메뉴' }, items });
      },
    },
  },
);
