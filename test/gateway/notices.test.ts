import { expect, test } from '@jest/globals';
import type { LogEntry } from '../../lambda/aws/log.ts';
import { Bot, type Notice } from '../../lambda/bot/index.ts';
import { userKeyOf } from '../../lambda/bot/user.ts';
import { smartChatHandler } from '../../lambda/gateway/smart-chat.ts';
import { EMPTY_SESSION, MemorySessionStore } from '../../lambda/turn/session.ts';
import { NOTICE_WITHIN_MS } from '../../lambda/turn/time-budget.ts';
import { invoke, smartChatCall, testSecret } from '../kit/http.ts';

const KEY = userKeyOf('live', { plusfriendUserKey: 'someone' });

function gatewayOf(bot: Bot) {
  const logged: LogEntry[] = [];
  const store = new MemorySessionStore();
  const handler = smartChatHandler({ bot, store, secret: testSecret, log: entry => logged.push(entry) });
  return { logged, store, handler };
}

test('a notice comes to the bot, with the user whom it is about', async () => {
  const told: Notice[] = [];
  const { handler } = gatewayOf(new Bot().notices(notice => void told.push(notice)));
  await invoke(handler, smartChatCall('POST', '/friend', { user_key: 'someone' }));
  await invoke(handler, smartChatCall('DELETE', '/chat_room/someone'));
  await invoke(handler, smartChatCall('DELETE', '/friend/someone'));
  const user = { key: KEY, plusfriendUserKey: 'someone' };
  expect(told).toMatchObject([
    { kind: 'friend-added', user },
    { kind: 'room-left', user },
    { kind: 'friend-blocked', user },
  ]);
});

test('who blocks the channel is forgotten, although the bot fails: the operator is told', async () => {
  const bot = new Bot().notices(() => {
    throw new Error('no');
  });
  const { handler, store, logged } = gatewayOf(bot);
  await store.save(KEY, EMPTY_SESSION, { ...EMPTY_SESSION, state: '{}' });
  const { status } = await invoke(handler, smartChatCall('DELETE', '/friend/someone'));
  expect(status).toBe(200);
  expect((await store.load(KEY)).state).toBeUndefined();
  expect(logged).toMatchObject([{ level: 'error', what: 'notice failed', outcome: 'friend-blocked' }]);
});

test('a bot that never ends keeps Kakao waiting no longer than a notice may take', async () => {
  const { handler, logged } = gatewayOf(new Bot().notices(() => new Promise(() => {})));
  const receivedAt = Date.now() - NOTICE_WITHIN_MS + 50;
  const { status } = await invoke(handler, {
    ...smartChatCall('POST', '/friend', { user_key: 'someone' }),
    receivedAt,
  });
  expect(status).toBe(200);
  expect(logged).toMatchObject([{ what: 'notice failed' }]);
});
