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
