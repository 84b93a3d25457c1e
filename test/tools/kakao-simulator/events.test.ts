import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { EVENT_ORIGINS } from '../../../lambda/aws/environment.ts';
import { eventApi } from '../../../lambda/event-api/event-api.ts';
import type { EventApi } from '../../../lambda/event-api/index.ts';
import type { Act } from '../../../tools/kakao-simulator/act.ts';
import { bubble, GROUP, SCENE, type SomeBot, startSomeBot } from './some-bot.ts';

const PACE = { callMs: 2_000, leastMs: 20, firstPauseMs: 20, longestPauseMs: 50 };
const HELLO: Act = { kind: 'says', text: '안녕' };

let bot: SomeBot;
let kakao: EventApi;

beforeEach(async () => {
  bot = await startSomeBot(({ json }) =>
    json.intent.name === '고장' ? { status: 500, body: 'oops' } : { body: bubble('다 됐어요') },
  );
  process.env[EVENT_ORIGINS] = bot.kakao.origin;
  kakao = eventApi({ botId: '5f1a2b3c4d5e6f7a8b9c0d1e', restApiKey: 'any' }, PACE);
});

afterEach(async () => {
  delete process.env[EVENT_ORIGINS];
  await bot.stop();
});

const { botUserKey, plusfriendUserKey } = SCENE.user;

describe('the Event API, played', () => {
  test('calls the skill for who has talked with the bot, with what was sent along', async () => {
    await bot.kakao.act(HELLO, SCENE);
    const report = await kakao.sendEvent('order_ready', [{ plusfriendUserKey, properties: { seat: '3A' } }], {
      data: { order: '케이크' },
      params: { orderId: 'A-1', count: 2 },
      channel: 'dev',
    });
    expect(report.counts).toMatchObject({ delivered: 1 });
    const { json } = bot.got.at(-1) ?? {};
    expect(json.bot.id).toMatch(/!$/);
    expect(json.intent.name).toBe('order_ready');
    expect(json.userRequest.params).toMatchObject({ orderId: 'A-1', count: '2' });
    expect(json.userRequest.user.properties).toMatchObject({ botUserKey, seat: '3A' });
    expect(bot.kakao.exchanges.at(-1)).toMatchObject({
      act: { kind: 'gets-event' },
      fate: { kind: 'shown' },
    });
  });

  test('counts who is nobody, and names who got nothing since the skill failed', async () => {
    await bot.kakao.act(HELLO, SCENE);
    const unknown = await kakao.sendEvent('order_ready', [{ botUserKey: 'nobody' }]);
    expect(unknown.counts).toMatchObject({ unresolved: 1 });
    const broken = await kakao.sendEvent('고장', [{ botUserKey }]);
    expect(broken.fates).toMatchObject([{ fate: 'failed', errorType: 201 }]);
  });

  test('sends to a group room that the bot has been talked to in', async () => {
    await bot.kakao.act(HELLO, GROUP);
    const report = await kakao.sendGroupEvent('order_ready', [GROUP.room.id]);
    expect(report.counts).toMatchObject({ delivered: 1 });
    expect(bot.got.at(-1)?.json.userRequest.chat.id).toBe(GROUP.room.id);
  });

  test.each([
    [401, {}, {}],
    [400, { authorization: 'KakaoAK key' }, { user: [{ type: 'botUserKey', id: 'a' }] }],
    [400, { authorization: 'KakaoAK key' }, { event: { name: 'x' }, user: [] }],
    [400, { authorization: 'KakaoBK key' }, { event: { name: 'x' }, user: usersOf(2, 'a') }],
    [400, { authorization: 'KakaoAK key' }, { event: { name: 'x' }, user: usersOf(101) }],
  ])(
    'refuses with HTTP %i what Kakao refuses (%#)',
    async (status, headers: Record<string, string>, body) => {
      const response = await fetch(`${bot.kakao.origin}/v2/bots/b/talk`, {
        method: 'POST',
        headers,
        body: JSON.stringify(body),
      });
      expect(response.status).toBe(status);
      await response.text();
      expect((await fetch(`${bot.kakao.origin}/v1/tasks/none`)).status).toBe(404);
    },
  );
});

function usersOf(count: number, id?: string): object[] {
  return Array.from({ length: count }, (_, at) => ({ type: 'botUserKey', id: id ?? `u${at}` }));
}
