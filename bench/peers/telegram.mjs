// Telegram's updates, as its webhooks send them: ten messages of each person, and the bot that they are for.
import { WORDS } from './contest.mjs';

export const BOT = { id: 110201543, is_bot: true, first_name: '달빛카페', username: 'moonlight_bot' };
export const TOKEN = '110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw0';

let updates = 0;

export function updateOf() {
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
