import { Bot, itemCard, type Turn } from '../../lambda/bot/index.ts';
import { conversation, mcpTools, type Talking, toolbox } from '../../lambda/llm/index.ts';

interface CafeState extends Talking {
  cups: number;
}

const order = {
  description: '음료를 주문한다',
  execute: async ({ drink, cups }: { readonly drink: string; readonly cups: number }) => ({
    drink,
    won: cups * 4_500,
  }),
};
const menu = { execute: () => ['라떼'] };

// A tool's input and result are known by its function, and the state by the turn.
export const cafe = toolbox(
  { order, menu },
  {
    askFirst: ['order'],
    idempotent: ['order'],
    describe: { order: ({ drink, cups }) => `${drink} ${cups}잔` },
    cards: {
      order: ({ won }) => itemCard({ itemList: [{ title: '값', description: String(won) }] }),
      menu: drinks =>
        drinks.length > 0
          ? itemCard({ itemList: [{ title: '음료', description: drinks.join() }] })
          : undefined,
    },
    then: {
      order: (turn: Turn<CafeState>, { won }) => {
        turn.session.cups += won;
      },
    },
  },
);

const chat = conversation<CafeState>();

export const bot = new Bot<CafeState>({ session: () => ({ cups: 0 }) })
  .when(
    cafe.isAsked,
    chat.answers(() => '네', { tools: cafe }),
  )
  .fallback(chat.answers(({ tools }) => tools.menu.execute().join(), { tools: cafe }));

// Those of a server have names that nobody knows ahead.
export const served = toolbox(
  () => mcpTools({ listTools: async () => ({ tools: [] }), callTool: async () => ({}) }),
  {
    askFirst: 'all',
  },
);
chat.answers(() => '네', { tools: served });

// @ts-expect-error: a name that is no tool's may be a misspelt one
toolbox({ order }, { askFirst: ['ordr'] });
// @ts-expect-error: there is no such tool to describe
toolbox({ order }, { describe: { menu: () => '' } });
// @ts-expect-error: its input has no such member
toolbox({ order }, { describe: { order: ({ size }) => size } });
// @ts-expect-error: its result has no such member
toolbox({ order }, { cards: { order: ({ number }) => number } });
// @ts-expect-error: a tool is no function of its own
toolbox({ order: () => 1 });
const other = conversation<Talking>();
// @ts-expect-error: another bot's state has no cups
other.answers(() => '네', { tools: cafe });
