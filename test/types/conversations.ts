import { Bot } from '../../lambda/bot/index.ts';
import {
  conversation,
  enough,
  linksCard,
  markdownCards,
  type Talking,
  toolbox,
} from '../../lambda/llm/index.ts';

// A bot of fifteen lines: no type but the session's is named.

const chat = conversation({ limits: { turnsPerDay: 30, tokensPerDay: 60_000 } });

export const bot = new Bot<Talking>({ session: () => ({}) })
  .hears('새 대화', turn => {
    chat.forget(turn);
    return '처음부터 말씀해 주세요.';
  })
  .hears('남은 질문', turn => `오늘 ${chat.usage(turn).turnsLeft}번 더 물어보실 수 있어요.`)
  .fallback(
    chat.answers(async function* ({ messages, signal }) {
      yield `${messages.length} ${signal.aborted}`;
    }),
  );

// A bot with a state of its own beside the talk.

interface Cafe extends Talking {
  cups: number;
}

const counter = conversation<Cafe>();

new Bot<Cafe>({ session: () => ({ cups: 0 }) })
  .media(
    'photo',
    counter.answers(({ turn }) => `${turn.session.cups}`),
  )
  .hears(
    /주문 (\d+)/,
    counter.answers(() => '네'),
  )
  .fallback(
    counter.answers(({ tools }) => `${tools.order.execute}`, {
      slow: turn => `${turn.session.cups}잔을 준비하며 생각해요.`,
      tools: toolbox({ order: { execute: (cups: number) => cups } }, { askFirst: ['order'] }),
      ...{ sources: linksCard, cards: markdownCards(), stopWhen: enough, busy: 'replace', upToMs: 30_000 },
    }),
  )
  // A conversation that knows nothing of the state fits, too.
  .fallback(chat.answers(() => '네'));

interface Forgetful {
  cups: number;
}

// @ts-expect-error the state has no place for the talk: it must extend Talking
conversation<Forgetful>();
// @ts-expect-error the bot's session has no place for the talk
new Bot<Forgetful>({ session: () => ({ cups: 0 }) }).fallback(chat.answers(() => '네'));
// @ts-expect-error a bot without a session has none, either
new Bot().fallback(chat.answers(() => '네'));
// @ts-expect-error a model says words, or a stream of them
chat.answers(() => 3);
// @ts-expect-error nobody knows this limit
conversation({ limits: { turnsPerHour: 3 } });
// @ts-expect-error nor this option
chat.answers(() => '네', { patience: 3 });
// @ts-expect-error it has no tool of this name
toolbox({ order: { execute: () => 1 } }, { askFirst: ['odrer'] });
