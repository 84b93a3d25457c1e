// Vercel's Chat SDK with its adapter for Telegram and its memory for state. It answers by a call of Telegram's API,
// which costs nothing here: whatever it fetches is answered at once, in this process.
import { createMemoryState } from '@chat-adapter/state-memory';
import { createTelegramAdapter } from '@chat-adapter/telegram';
import { Chat, ConsoleLogger } from 'chat';
import { contestOf, eventOf, logLine, SECRET, WORDS } from './contest.mjs';

const BOT = { id: 110201543, is_bot: true, first_name: '달빛카페', username: 'moonlight_bot' };
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
      botToken: '110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw0',
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
