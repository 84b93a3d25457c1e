import { expect, test } from '@jest/globals';
import { httpHandler } from '../../lambda/aws/http.ts';
import { Bot } from '../../lambda/bot/bot.ts';
import { button, reply } from '../../lambda/bot/reply.ts';
import { openBuilderHandler } from '../../lambda/gateway/open-builder.ts';
import { deliverers } from '../../lambda/gateway/protocols.ts';
import { smartChatHandler } from '../../lambda/gateway/smart-chat.ts';
import { turnService } from '../../lambda/gateway/turn-service.ts';
import { openBuilderDeliverer } from '../../lambda/open-builder/deliver.ts';
import { openBuilder } from '../../lambda/open-builder/protocol.ts';
import { smartChat } from '../../lambda/smart-chat/protocol.ts';
import { MemorySessionStore } from '../../lambda/turn/session.ts';
import { tappables } from '../../tools/kakao-simulator/tappables.ts';
import { SECRET, skillCall, smartChatCall } from '../kit/http.ts';
import { messageProblems, skillProblems } from '../kit/kakao-accepts.ts';
import { describeProtocol } from '../kit/protocol-contract.ts';
import { toy, toyDeliverer } from '../kit/toy-protocol.ts';
import { takeBody } from '../kit/turns.ts';

describeProtocol('Open Builder', {
  handler: openBuilderHandler,
  deliverer: openBuilderDeliverer,
  mayRepeat: true,
  says: (user, utterance, { id, answerTo }) => {
    const userRequest = { utterance, user: { id: user }, ...(answerTo && { callbackUrl: answerTo }) };
    return skillCall({ bot: { id: 'b' }, userRequest }, { 'x-request-id': id });
  },
  taps: (user, label, answer) => {
    const { messageText: utterance = label, extra } =
      tappables(answer, 'open-builder').find(one => one.label === label) ?? {};
    const action = { clientExtra: extra };
    return skillCall({ bot: { id: 'b' }, userRequest: { utterance, user: { id: user } }, action });
  },
  problems: answer => skillProblems(answer),
});

describeProtocol('smart-chat', {
  handler: smartChatHandler,
  mayRepeat: false,
  says: (user_key, content) => smartChatCall('POST', '/message', { user_key, type: 'text', content }),
  taps: (user_key, content) => smartChatCall('POST', '/message', { user_key, type: 'text', content }),
  problems: messageProblems,
});

const toyCall = (body: object) => ({
  method: 'POST',
  path: '/toy',
  headers: { 'x-gateway-secret': SECRET },
  body,
});

describeProtocol('a third one, of which nothing stands in the gateway,', {
  handler: gateway =>
    httpHandler(
      { 'POST /toy': turnService(gateway, toy, { secret: 'header' }) },
      { ...gateway, redirect: () => ({ routeKey: 'POST /toy', params: {} }) },
    ),
  deliverer: toyDeliverer,
  mayRepeat: true,
  says: (user, text, about) => toyCall({ user, text, ...about }),
  taps: (user, label, answer) => {
    const { lines } = answer as { lines: string[] };
    return toyCall({ user, text: lines.find(line => line.endsWith(`) ${label}`))?.split(')')[0] });
  },
  problems: answer => (Array.isArray((answer as { lines?: unknown }).lines) ? [] : ['no lines']),
});

test('the worker delivers for every protocol that tells its users to wait for an answer', () => {
  const telling = [openBuilder, smartChat].filter(({ renderWaiting }) => renderWaiting);
  expect(deliverers.map(({ name }) => name)).toEqual(telling.map(({ name }) => name));
});

test('a protocol takes nothing for its own that another remembers of the same user', async () => {
  const heard: string[] = [];
  const bot = new Bot({ session: () => ({}) })
    .hears('고르기', () => reply('골라 주세요', [button.message('라떼', '고른 라떼')]))
    .fallback(turn => {
      heard.push(turn.text);
      return '네';
    });
  const runtime = { bot, store: new MemorySessionStore() };
  const sibling = { ...toy, name: 'sibling' };
  await takeBody(runtime, toy, { user: 'u', text: '고르기' });
  await takeBody(runtime, sibling, { user: 'u', text: '1' });
  await takeBody(runtime, toy, { user: 'u', text: '고르기' });
  await takeBody(runtime, toy, { user: 'u', text: '1' });
  expect(heard).toEqual(['1', '고른 라떼']);
});
