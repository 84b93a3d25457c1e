import { Bot, reply, won } from '../bot/index.ts';
import { conversation, markdownCards, type Talking, toolbox } from '../llm/index.ts';
import { cafeModel } from './cafe-model.ts';

// 모델과 이야기하는 카페입니다: `npm start -- lambda/scenarios/cafe-llm.ts`. 열쇠도 네트워크도 필요 없습니다.
// The café with a model, which needs no key and no network; in its place yours is asked (docs/llm.md).

/** The café's memory of a user: the talk with the model, and the cups that were ordered. */
interface CafeState extends Talking {
  cups: number;
}

const PRICES: Readonly<Record<string, number>> = {
  아메리카노: 4_000,
  라떼: 4_500,
  유자차: 5_000,
  '딸기 스무디': 5_500,
};

const order = {
  description: '음료를 주문한다',
  execute: ({ drink, cups }: { readonly drink: string; readonly cups: number }) => ({
    drink,
    cups,
    won: (PRICES[drink] ?? 0) * cups,
  }),
};

const tools = toolbox<{ order: typeof order }, CafeState>(
  { order },
  {
    askFirst: ['order'],
    describe: {
      order: ({ drink, cups }) =>
        `${drink} ${cups}잔, 모두 ${won((PRICES[drink] ?? 0) * cups)}이에요. 주문할까요?`,
    },
    // Quick, on the session as it is when the turn ends.
    then: {
      order: (turn, { cups }) => {
        turn.session.cups += cups;
      },
    },
  },
);

const chat = conversation<CafeState>({ limits: { turnsPerDay: 30, tokensPerDay: 60_000 } });

/** The café 달빛카페, which a model that is none speaks for. */
export const bot = new Bot<CafeState>({ session: () => ({ cups: 0 }) });

const ASKED = [
  '메뉴 알려줘',
  '가까운 지점 어디야?',
  '라떼 두 잔 주문할게',
  '달빛카페 이야기 들려줘',
] as const;

bot.welcome(() => reply('안녕하세요, 달빛카페입니다. 무엇이든 물어보세요.', ASKED));

bot.hears('주문 내역', turn => `지금까지 ${turn.session.cups}잔을 주문하셨어요.`);

bot.hears('처음부터', turn => {
  chat.forget(turn);
  return reply('지금까지 나눈 이야기를 잊었어요. 무엇이든 물어보세요.', ASKED);
});

bot.fallback(
  chat.answers(({ messages, signal }) => cafeModel(messages, signal), {
    slow: '생각하고 있어요. 잠시만 기다려 주세요.',
    tools,
    cards: markdownCards({ images: true }),
  }),
);
