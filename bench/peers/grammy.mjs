// grammY's webhook callback for Lambda, with Telegram's secret token, answered by the webhook itself.
import { Bot, webhookCallback } from 'grammy';
import { CONTEXT, contestOf, eventOf, logLine, SECRET, WORDS } from './contest.mjs';

const bot = new Bot('110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw0', {
  botInfo: { id: 110201543, is_bot: true, first_name: '달빛카페', username: 'moonlight_bot' },
  client: { canUseWebhookReply: method => method === 'sendMessage' },
});
bot.on('message:text', async ctx => {
  const startedAt = Date.now();
  await ctx.reply(ctx.message.text);
  logLine(String(ctx.update.update_id), String(ctx.from.id), startedAt);
});
const handler = webhookCallback(bot, 'aws-lambda-async', { secretToken: SECRET });

let updates = 0;

function updateOf() {
  updates++;
  const id = 1_000_000 + Math.floor(updates / 10);
  const person = { id, first_name: '지은', last_name: '이', username: `moon${id}` };
  return JSON.stringify({
    update_id: 10_000 + updates,
    message: {
      message_id: updates,
      from: { ...person, is_bot: false, language_code: 'ko' },
      chat: { ...person, type: 'private' },
      date: Math.floor(Date.now() / 1000),
      text: WORDS,
    },
  });
}

export const contest = () =>
  contestOf({
    next: () => eventOf('/telegram', { 'x-telegram-bot-api-secret-token': SECRET }, updateOf()),
    turn: event => handler(event, CONTEXT),
  });
