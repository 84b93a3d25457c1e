import type { Bot } from '../../lambda/bot/index.ts';

/** The bot of whoever uses the package: its file takes this one's place where functions are bundled. */
export declare const bot: Bot;
