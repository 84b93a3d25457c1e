import { type Bot, type RemoteState, remoteBot, secretText } from '../../lambda/bot/index.ts';

// What docs/other-languages.md shows.

export const bot = remoteBot({ url: process.env.BOT_URL, secret: () => secretText('cafe/remote') });

export const slow = remoteBot({
  url: 'https://bot.example.com/turn',
  secret: () => secretText('cafe/remote'),
  slow: '잠시만요…',
});

export const own = remoteBot({
  url: process.env.BOT_URL,
  secret: () => secretText('cafe/remote'),
  session: () => ({ visits: 0 }),
}).hears('영업시간', turn => {
  turn.session.visits++;
  return '매일 8시부터 21시까지예요.';
});

interface OwnState {
  visits: number;
}

remoteBot<OwnState>({ url: '', secret: '', session: () => ({ visits: 0 }) }).hears(
  '몇 번',
  turn => `${turn.session.visits.toFixed()}번`,
);

// Its state is told by its session, and the bot server's lies beside it.

export const told: Bot<{ visits: number } & RemoteState> = remoteBot({
  url: process.env.BOT_URL,
  secret: process.env.BOT_SECRET,
  session: () => ({ visits: 0 }),
  version: 2,
  migrate: (state, from) => ({ visits: from === 1 ? Object.keys(Object(state)).length : 0 }),
});
told.fallback(turn => `${turn.session.visits.toFixed()}번 ${Object.keys(turn.session.remote ?? {})}`);

remoteBot({ url: '', secret: ['the first of two', 'the other of two'] }).hears('상태', turn => {
  // @ts-expect-error without a session of its own there is nothing but the bot server's
  turn.session.visits = 1;
  return JSON.stringify(turn.session.remote ?? {});
});
remoteBot({ url: '', secret: Promise.resolve('the only secret') });
remoteBot({ url: '', secret: '', slow: { slow: '잠시만요…', upToMs: 45_000, busy: 'replace' } });
remoteBot({ url: '', secret: '', texts: { apology: '앗, 미안해요!' } });

// @ts-expect-error a bot server is somewhere
remoteBot({ secret: 'the secret of the bot server' });
// @ts-expect-error each call is signed
remoteBot({ url: 'https://bot.example.com/turn' });
// @ts-expect-error of more than two nobody needs to know
remoteBot({ url: '', secret: ['a', 'b', 'c'] });
// @ts-expect-error what is not kept has no version
remoteBot({ url: '', secret: '', version: 2 });
// @ts-expect-error a misspelt option
remoteBot({ url: '', secret: '', sloow: '잠시만요…' });
// @ts-expect-error a session is made by a function
remoteBot({ url: '', secret: '', session: { visits: 0 } });
