// grammY's webhook callback for Lambda, with Telegram's secret token, answered by the webhook itself.
import { Bot, webhookCallback } from 'grammy';
import { CONTEXT, contestOf, eventOf, logLine, SECRET } from './contest.mjs';
import { BOT, TOKEN, updateOf } from './telegram.mjs';

const bot = new Bot(TOKEN, {
  botInfo: BOT,
  client: { canUseWebhookReply: method => method === 'sendMessage' },
});
bot.on('message:text', async ctx => {
  const startedAt = Date.now();
  await ctx.reply(ctx.message.text);
  logLine(String(ctx.update.update_id), String(ctx.from.id), startedAt);
});
const handler = webhookCallback(bot, 'aws-lambda-async', { secretToken: SECRET });

export const contest = () =>
  contestOf({
    next: () => eventOf('/telegram', { 'x-telegram-bot-api-secret-token': SECRET }, updateOf()),
    turn: event => handler(event, CONTEXT),
  });
