import { remoteBot, secretText } from '../../lambda/bot/index.ts';

export const bot = remoteBot({ url: process.env.BOT_URL, secret: () => secretText('cafe/remote') });
