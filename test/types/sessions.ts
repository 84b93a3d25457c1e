import { Bot } from '../../lambda/bot/index.ts';

// What docs/sessions.md shows.

interface CafeState {
  cart: { [drink: string]: number };
}

export const bot = new Bot<CafeState>({
  session: () => ({ cart: {} }),
  version: 2,
  migrate: (state, from) => {
    if (from !== 1) throw new Error(`no way from version ${from}`);
    // In version 1 there was one drink, and the number of its cups.
    const { cups = 0 } = state as { cups?: number };
    return { cart: { 라떼: cups } };
  },
});

// @ts-expect-error a migration makes a state of the bot's own
new Bot<CafeState>({ session: () => ({ cart: {} }), version: 2, migrate: state => state });

// A bot without a session.

export const stateless = new Bot()
  .hears('영업시간', () => '매일 8시부터 21시까지예요.')
  .fallback(() => '영업시간을 물어봐 주세요.');

new Bot().fallback(turn => {
  const none: undefined = turn.session;
  // @ts-expect-error it has no state to change
  turn.session = {};
  return `${none}`;
});
new Bot({ texts: { apology: '앗, 미안해요!' } }).hears('안녕', () => '안녕하세요');
new Bot<undefined>({}).when(
  ({ session }) => session === undefined,
  () => '답',
);

// @ts-expect-error a bot with a state says how a new user's is made
new Bot<CafeState>();
// @ts-expect-error a bot with a state says how a new user's is made
new Bot<CafeState>({ texts: {} });
// @ts-expect-error what is not kept has no version
new Bot({ version: 2 });
// @ts-expect-error what is not kept is not migrated
new Bot({ migrate: (state: unknown) => state });

// The state of a bot with a session is told by that.
new Bot({ session: () => ({ cups: 0 }) }).fallback(turn => `${turn.session.cups.toFixed()}잔`);
