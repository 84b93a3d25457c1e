import { smartChatServer } from '../../lambda/bot/index.ts';

export const bot = smartChatServer({ appUrl: process.env.APP_URL });
