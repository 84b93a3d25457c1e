// Vercel's Chat SDK with its adapter for Telegram and its memory for state. It answers by a call of Telegram's API,
// which costs nothing here: whatever it fetches is answered at once, in this process.
import { createMemoryState } from '@chat-adapter/state-memory';
import { createTelegramAdapter } from '@chat-adapter/telegram';
import { Chat, ConsoleLogger } from 'chat';
import { contestOf, eventOf, logLine, SECRET, WORDS } from './contest.mjs';
import { BOT, TOKEN, updateOf } from './telegram.mjs';

let sent = '';

globalThis.fetch = async (url, { body } = {}) => {
  const isMessage = String(url).endsWith('/sendMessage');
  if (isMessage) sent = String(body);
  const message = {
    message_id: 1,
    date: 1_760_000_000,
    chat: { id: 1_000_000, type: 'private' },
    text: WORDS,
  };
  return new Response(JSON.stringify({ ok: true, result: isMessage ? { ...message, from: BOT } : BOT }), {
    headers: { 'content-type': 'application/json' },
  });
};

const logger = new ConsoleLogger('error');
const chat = new Chat({
  userName: BOT.username,
  logger,
  state: createMemoryState(),
  adapters: {
    telegram: createTelegramAdapter({
      botToken: TOKEN,
      secretToken: SECRET,
      mode: 'webhook',
      userName: BOT.username,
      logger,
    }),
  },
});
const answer = async (thread, message) => {
  const startedAt = Date.now();
  await thread.post(message.text);
  logLine(message.id, message.author.userId, startedAt);
};
chat.onDirectMessage(answer);

async function turn({ rawPath, headers, body }) {
  const work = [];
  const request = new Request(`https://${headers.host}${rawPath}`, { method: 'POST', headers, body });
  const { status } = await chat.webhooks.telegram(request, { waitUntil: task => work.push(task) });
  await Promise.all(work);
  return { statusCode: status, body: sent };
}

export const contest = () =>
  contestOf({
    next: () => eventOf('/telegram', { 'x-telegram-bot-api-secret-token': SECRET }, updateOf()),
    turn,
  });
