import { Bot } from '../../lambda/bot/index.ts';

/** A bot whose one rule tells in its error what was said. */
export const bot = new Bot({ session: () => ({}) }).fallback(turn => {
  throw new RangeError(`no ${turn.text}`, { cause: new TypeError('sold out') });
});
