import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from '@jest/globals';
import { Bot } from '../../lambda/bot/bot.ts';
import { button, reply } from '../../lambda/bot/reply.ts';
import type { UserKey } from '../../lambda/bot/user.ts';
import { openBuilderHandler } from '../../lambda/gateway/open-builder.ts';
import { smartChatHandler } from '../../lambda/gateway/smart-chat.ts';
import { MemorySessionStore, type SessionStore } from '../../lambda/turn/session.ts';
import { invoke, skillCall, smartChatCall, testSecret } from '../kit/http.ts';

const WARM = 50_000;
const TURNS = 200_000;

/** The bytes that a turn may leave behind, as far as a heap can be measured: a leak of 100 bytes a turn is twice as much. */
const LEAK_BYTES = 50;

/** How many users a process remembers at once here: they come, talk for a while, and others come. */
const USERS = 500;

/** A store that forgets who has not spoken for longest, so that what grows is the gateway's. */
function forgetfulStore(): SessionStore {
  const kept = new MemorySessionStore();
  const users = new Set<UserKey>();
  return {
    load: user => kept.load(user),
    claim: (...args) => kept.claim(...args),
    delete: user => kept.delete(user),
    save: async (user, ...session) => {
      await kept.save(user, ...session);
      users.delete(user);
      users.add(user);
      const [eldest] = users;
      if (users.size <= USERS || eldest === undefined) return;
      users.delete(eldest);
      await kept.delete(eldest);
    },
  };
}

const bot = new Bot({ session: () => ({ said: 0 }) })
  .hears('고르기', () => reply('골라 주세요', [button.message('세기', '세기', { by: 'label' })]))
  .hears('세기', turn => `${++turn.session.said}번`)
  .hears('긴 글', () => '긴 글입니다. '.repeat(130))
  .hears('느린 일', () => '늦은 답', { slow: '잠시만요' })
  .hears('고장', () => {
    throw new Error('broken');
  })
  .fallback(() => ({ simpleText: { text: '' } }));

const SAID = [
  ...['세기', '고르기', '세기', '세기', '세기', '느린 일', '결과 확인', '세기', '모르는 말', '세기'],
  ...['세기', '세기', '고장', '세기', '세기', '긴 글', '더보기', '세기', '모르는 말', '세기', '세기'],
];

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

/** Bytes in use once what nobody holds is gone. */
async function heapBytes(): Promise<number> {
  for (let n = 0; n < 3; n++) {
    await new Promise(resolve => setImmediate(resolve));
    collectGarbage();
  }
  return process.memoryUsage().heapUsed;
}

test('200,000 turns leave nothing behind in a process', async () => {
  const log = () => {};
  const late = { defer: async () => {}, callbackOrigins: ['https://bot-api.kakao.com'] };
  const tools = { bot, store: forgetfulStore(), secret: testSecret, log, ...late };
  const [skill, smartChat] = [openBuilderHandler(tools), smartChatHandler(tools)];
  const nth = async (n: number): Promise<void> => {
    const user = `user-${Math.floor(n / 40)}`;
    const words = SAID[n % SAID.length] ?? '';
    const callbackUrl = n % 3 === 0 ? `https://bot-api.kakao.com/v1/bots/b/callback/t${n}` : undefined;
    const { status } = await (n % 2 === 0
      ? invoke(
          skill,
          skillCall(
            { userRequest: { utterance: words, user: { id: user }, callbackUrl } },
            { 'x-request-id': `turn-${n}` },
          ),
        )
      : invoke(
          smartChat,
          smartChatCall('POST', '/message', { user_key: user, type: 'text', content: words }),
        ));
    if (status !== 200) throw new Error(`turn ${n} was answered ${status}`);
  };
  let n = 0;
  for (; n < WARM; n++) await nth(n);
  const before = await heapBytes();
  for (; n < TURNS; n++) await nth(n);
  const leaked = ((await heapBytes()) - before) / (TURNS - WARM);
  expect(leaked).toBeLessThan(LEAK_BYTES);
}, 1_200_000);
