import { Bot } from '../../lambda/bot/index.ts';

/** A bot of one rule without effects, as the peers' bots are. */
export const bot = new Bot({ session: () => ({}) }).fallback(({ text }) => text);
