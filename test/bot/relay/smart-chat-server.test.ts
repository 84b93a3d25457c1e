import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type OperatorNote, operatorHears } from '../../../lambda/bot/operator.ts';
import { type SmartChatServerOptions, smartChatServer } from '../../../lambda/bot/relay/smart-chat-server.ts';
import { type Chat, openChat } from '../../kit/chat.ts';
import { type OldServer, type OldServerRoutes, startOldServer } from '../../kit/old-server.ts';

const servers: OldServer[] = [];
const notes: OperatorNote[] = [];

beforeEach(() => {
  notes.length = 0;
  operatorHears(note => notes.push(note));
});
afterEach(async () => {
  await Promise.all(servers.splice(0).map(server => server.stop()));
});

async function roomWith(
  routes: OldServerRoutes,
  options: Partial<SmartChatServerOptions> = {},
): Promise<{ server: OldServer; chat: Chat }> {
  const server = await startOldServer(routes);
  servers.push(server);
  return { server, chat: openChat(smartChatServer({ appUrl: server.url, ...options }), 'open-builder') };
}

const said = (text: string, buttons?: readonly string[]) => ({
  json: { message: { text }, ...(buttons && { keyboard: { type: 'buttons', buttons } }) },
});

describe('an old server behind Open Builder', () => {
  test('greets, is told of a new user, and answers what is tapped', async () => {
    const { server, chat } = await roomWith({
      keyboard: { json: { type: 'buttons', buttons: ['메뉴', '영업시간'] } },
      message: ({ content }) => said(`${content}라고 하셨어요`, ['처음으로']),
    });
    const hello = await chat.arrives();
    expect(hello.words).toContain('안녕하세요');
    expect(hello.labels).toEqual(['메뉴', '영업시간']);
    const answer = await chat.taps('메뉴');
    expect(answer.words).toContain('메뉴라고 하셨어요');
    expect(answer.labels).toEqual(['처음으로']);
    expect([...server.calls()].sort()).toEqual(['GET /keyboard', 'POST /friend', 'POST /message']);
    expect(server.messages()).toEqual([{ user_key: 'Zx3_Kp-9QwE7', type: 'text', content: '메뉴' }]);
    expect(notes).toEqual([]);
  });
});
