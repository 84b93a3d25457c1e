import { type Bot, type SmartChatState, secretText, smartChatServer } from '../../lambda/bot/index.ts';

// The code of docs/old-bots.md.

export const bot = smartChatServer({ appUrl: process.env.APP_URL });

export const movedBot = smartChatServer({ appUrl: process.env.APP_URL, session: () => ({ cups: 0 }) })
  .hears('영업시간', () => '매일 8시부터 21시까지예요.')
  .hears('한 잔', turn => `${++turn.session.cups}잔째예요.`);

export const secretBot = smartChatServer({ appUrl: () => secretText('cafe/app-url') });

smartChatServer({ appUrl: () => process.env.APP_URL });
// @ts-expect-error a way to an app URL leads to a text
smartChatServer({ appUrl: () => 7 });

// Without a session of its author's, the relay's own is there alone.
const own: Bot<SmartChatState> = bot;
own.hears('버튼', turn => `${turn.session.smartChat?.buttons?.length ?? 0}개`);

bot.hears('한 잔', turn => {
  // @ts-expect-error it has no member of an author's
  return `${turn.session.cups}`;
});

smartChatServer({
  appUrl: 'https://bot.example.com',
  greeting: '어서 오세요.',
  late: 'at-once',
  homeAgain: false,
  texts: { apology: '잠시 쉬고 있어요.' },
  session: () => ({ drinks: [] as string[] }),
  version: 2,
  migrate: (state, from) => {
    const known: unknown = state;
    return { drinks: [`${known} of version ${from.toFixed()}`] };
  },
}).fallback(turn => turn.session.drinks.join());

// @ts-expect-error the app URL is named, be it undefined
smartChatServer({});
// @ts-expect-error there are three ways for what is late
smartChatServer({ appUrl: '', late: 'soon' });
// @ts-expect-error what is not kept is not migrated
smartChatServer({ appUrl: '', version: 2, migrate: (state: unknown) => state });
