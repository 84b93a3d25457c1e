import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Act } from '../../../tools/kakao-simulator/act.ts';
import type { Scene } from '../../../tools/kakao-simulator/scene.ts';
import { samplesOf, skillBodies, smartChatCalls } from '../../kit/samples.ts';
import { APP_SECRET, bubble, type Got, GROUP, SCENE, SMART, type SomeBot, startSomeBot } from './some-bot.ts';

// Each form that Kakao's simulator sends, beside the sample of Kakao's own that it plays: their keys are the same.

const quickReplies = [{ label: '메뉴', action: 'message', messageText: '메뉴' }];
const context = { values: [{ name: 'product', lifeSpan: 1, ttl: 600, params: { productPrice: '100000' } }] };

let withoutCallbacks: SomeBot;
let withCallbacks: SomeBot;

const answers = ({ path, json }: Got) => {
  if (path.startsWith('/validation')) return { body: { status: 'SUCCESS' } };
  if (path.endsWith('/keyboard')) return { body: { type: 'text' } };
  if (path.startsWith('/app')) return { body: { message: { text: '네' } } };
  const more = json.userRequest.utterance === 'context' ? { context } : {};
  return { body: { ...bubble('네', { quickReplies }), ...more } };
};

beforeAll(async () => {
  withoutCallbacks = await startSomeBot(answers, { hasCallbacks: false });
  withCallbacks = await startSomeBot(answers);
});

afterAll(() => Promise.all([withoutCallbacks.stop(), withCallbacks.stop()]));

beforeEach(() => withoutCallbacks.kakao.clear());

const rawSampleOf = (start: string) =>
  samplesOf('open-builder/requests').find(({ name }) => name.startsWith(start))?.json ?? {};
const sampleOf = (start: string) => skillBodies().find(({ name }) => name.startsWith(start))?.json;

/** The paths of everything in a value, by names; the items of a list share one. */
function keysOf(value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const own = Object.entries(value).flatMap(([name, member]) => {
    const at = Array.isArray(value) ? `${path}[]` : `${path}.${name}`;
    return [at, ...keysOf(member, at)];
  });
  return [...new Set(own)].sort();
}

async function bodyOf(act: Act, scene: Scene, { kakao, got } = withoutCallbacks) {
  await kakao.act(act, scene);
  return got.at(-1)?.json;
}

const linked: Scene = { ...SCENE, user: { ...SCENE.user, appUserId: '1234567890' } };
const stranger: Scene = { ...SCENE, user: { ...SCENE.user, isFriend: false } };
const says: Act = { kind: 'says', text: '메뉴판' };
const photo = 'http://dn-m.talk.kakao.com/talkm/oXXXXXXXXk/64c5qlfkG1kavu3lsPXXXX/i_xxxxxxxxxxxx.jpg';
const param = (name: string): Act => ({ kind: 'calls-block', block: '예약하기', params: { [name]: 'AAPL' } });

// Samples of before 2025 know no `flow`.
const withoutFlow = ({ flow: _, ...body }: Readonly<Record<string, unknown>>) => body;

describe('a skill request has the keys of Kakao’s own', () => {
  test.each<readonly [string, Act, Scene]>([
    ['06-live-raw-order-noparams', says, { ...SCENE, caller: 'dev' }],
    ['13-live-prod-fallback', says, SCENE],
    ['22-live-appuserstatus', { ...param('summary'), params: { summary: '' } } as Act, linked],
    ['24-live-oldorder-clientextra-null', param('testPara'), { ...stranger, caller: 'dev' }],
    ['25-live-prod-entity', param('ticker'), SCENE],
    ['16-bottest', param('subject'), { ...linked, caller: 'bot-test' }],
    ['20-skilltest', says, { ...linked, caller: 'skill-test' }],
    [
      '37-RECONSTRUCTED-event',
      {
        kind: 'gets-event',
        name: '주문 조회',
        params: { orderId: 'A-1' },
        properties: { orderName: '라떼' },
      },
      SCENE,
    ],
  ])('%s', async (start, act, scene) => {
    expect(keysOf(withoutFlow(await bodyOf(act, scene)))).toEqual(keysOf(sampleOf(start)));
  });

  test('26-doc-groupchat: without plusfriendUserKey, and with the room', async () => {
    const member = { ...GROUP, user: linked.user };
    expect(keysOf(await bodyOf(param('sys_date'), member))).toEqual(keysOf(sampleOf('26-doc-groupchat')));
  });

  test('33-RECONSTRUCTED-image-upload, values included', async () => {
    const sample = sampleOf('33-RECONSTRUCTED');
    const body = await bodyOf({ kind: 'sends', media: 'photo', url: photo }, SCENE);
    expect(keysOf(body)).toEqual(keysOf(sample));
    expect(body.flow).toEqual(sample.flow);
    expect(body.userRequest).toMatchObject({ utterance: photo, params: sample.userRequest.params });
  });

  test('14-live-flow-quickreply: how it was said, and after which block', async () => {
    const sample = sampleOf('14-live-flow');
    const { id } = await withoutCallbacks.kakao.act(says, SCENE);
    const tap: Act = { kind: 'taps', at: { exchange: id, path: 'template.quickReplies[0]' } };
    const body = await bodyOf(tap, SCENE);
    expect(keysOf(body)).toEqual(keysOf(sample));
    expect(body.flow.trigger.type).toBe(sample.flow.trigger.type);
  });

  test('08-…-contexts: name, lifespan, ttl and each param twice', async () => {
    await bodyOf({ kind: 'says', text: 'context' }, SCENE);
    const [own] = (await bodyOf(says, SCENE)).contexts;
    const [kakaos] = sampleOf('08-').contexts;
    const { productPrice } = kakaos.params;
    expect(own).toEqual({ ...kakaos, params: { productPrice } });
  });

  test('15-live-callbackurl: a callback URL of Kakao’s form', async () => {
    const { callbackUrl } = (await bodyOf(says, { ...SCENE, caller: 'dev' }, withCallbacks)).userRequest;
    const kakaos: string = sampleOf('15-').userRequest.callbackUrl;
    const [path, ...rest] = callbackUrl.replace(withCallbacks.kakao.origin, '').split('/callback/');
    expect(path).toMatch(/^\/v1\/bots\/[0-9a-f]{24}!$/);
    expect(kakaos).toMatch(/\/v1\/bots\/[0-9a-f]{24}!\/callback\//);
    expect(rest).toEqual([expect.stringMatching(/^cbtoken:[0-9a-f]{32}$/)]);
  });

  test('34-fragment-plugin-params: JSON text, its origin beside it', async () => {
    const { action } = rawSampleOf('34-');
    const use = async (plugin: 'profile' | 'secure-image', name: string) => {
      const act: Act = { kind: 'uses-plugin', plugin, param: name, block: '인증블록' };
      return (await bodyOf(act, SCENE)).action;
    };
    const [profile, image] = [await use('profile', 'profilePlug'), await use('secure-image', 'imagePlug')];
    const ours = { ...profile.detailParams, ...image.detailParams };
    expect(keysOf(ours)).toEqual(keysOf(action.detailParams));
    for (const name of ['profilePlug', 'imagePlug'])
      expect(keysOf(JSON.parse(ours[name].value))).toEqual(keysOf(JSON.parse(action.params[name])));
    expect(profile.params.profilePlug).toBe(profile.detailParams.profilePlug.value);
  });

  test('23-validation-api-request', async () => {
    const body = await bodyOf({ kind: 'fills', param: 'phone', value: '01000000000' }, linked);
    expect(withoutCallbacks.got.at(-1)?.path).toBe('/validation/phone');
    expect(keysOf(body)).toEqual(keysOf(sampleOf('23-')));
    expect(body.value).toEqual(sampleOf('23-').value);
  });

  test('01-apigw and 03-apigw: the headers', async () => {
    await bodyOf(says, SCENE);
    const {
      host: _,
      connection: __,
      'content-length': ___,
      'x-key': own,
      ...headers
    } = withoutCallbacks.got.at(-1)?.headers ?? {};
    expect(own).toBe('a-secret-value');
    for (const start of ['01-', '03-']) {
      const event = rawSampleOf(start);
      const kakaos = Object.keys(event.headers).filter(
        name => !/^(Host|Via|X-Amz|X-Forwarded|CloudFront)/.test(name),
      );
      expect(Object.keys(headers).sort()).toEqual(kakaos.map(name => name.toLowerCase()).sort());
    }
    expect(headers).toMatchObject({
      'user-agent': 'AHC/2.1',
      'content-type': 'application/json',
      accept: '*/*',
    });
    expect(headers['x-request-id']).toMatch(/^chp-[0-9a-f]{32}$/);
  });
});

describe('a skill request tells', () => {
  test('the development channel by the "!" behind the bot’s id', async () => {
    const [live, dev] = [await bodyOf(says, SCENE), await bodyOf(says, { ...SCENE, caller: 'dev' })];
    expect(dev.bot.id).toBe(`${live.bot.id}!`);
  });

  test('봇테스트 by a line’s end, kr, its surface, and no key of a channel or an app', async () => {
    const { userRequest } = await bodyOf(says, { ...linked, caller: 'bot-test' });
    expect(userRequest).toMatchObject({
      utterance: '메뉴판\n',
      lang: 'kr',
      params: { surface: 'BuilderBotTest', ignoreMe: 'true' },
    });
    expect(Object.keys(userRequest.user.properties)).toEqual(['botUserKey', 'bot_user_key']);
  });

  test('스킬 테스트 by an account’s short number, no language and no keys', async () => {
    const body = await bodyOf(says, { ...linked, caller: 'skill-test' });
    expect(body.userRequest).toMatchObject({
      utterance: '메뉴판',
      lang: null,
      params: { ignoreMe: 'true' },
      user: { id: expect.stringMatching(/^\d{6}$/), type: 'accountId', properties: {} },
    });
    expect(body.action.clientExtra).toBeNull();
  });

  test('of isFriend only where it is so', async () => {
    expect((await bodyOf(says, SCENE)).userRequest.user.properties.isFriend).toBe(true);
    expect((await bodyOf(says, stranger)).userRequest.user.properties).not.toHaveProperty('isFriend');
  });

  test('the account in the app only where it is connected', async () => {
    expect((await bodyOf(says, linked)).userRequest.user.properties).toMatchObject({
      appUserId: '1234567890',
      appUserStatus: 'REGISTERED',
    });
    const { properties } = (await bodyOf(says, SCENE)).userRequest.user;
    expect(Object.keys(properties).filter(name => /app/i.test(name))).toEqual([]);
  });

  test('an arrival by the 웰컴 블록', async () => {
    expect((await bodyOf({ kind: 'enters' }, SCENE)).userRequest.block.name).toBe('웰컴 블록');
  });

  test('a block by its name, its id and its words; ids are made of names', async () => {
    const call = { kind: 'calls-block', block: '예약하기' } as const;
    const { userRequest } = await bodyOf(call, SCENE);
    expect(userRequest).toMatchObject({ block: { name: '예약하기' }, utterance: '예약하기' });
    expect((await bodyOf(call, SCENE)).userRequest.block.id).toBe(userRequest.block.id);
    expect(userRequest.block.id).toMatch(/^[0-9a-f]{24}$/);
    const told = await bodyOf({ ...call, blockId: 'b1', utterance: '내일 예약' }, SCENE);
    expect(told).toMatchObject({
      intent: { id: 'b1' },
      userRequest: { block: { id: 'b1' }, utterance: '내일 예약' },
    });
  });

  test('an event’s params among its own, and its properties among the user’s keys', async () => {
    const act: Act = {
      kind: 'gets-event',
      name: '배송',
      data: { no: '1' },
      params: { orderId: 'A-1' },
      properties: { grade: 'vip' },
    };
    const { userRequest } = await bodyOf(act, SCENE);
    expect(userRequest.params).toEqual({ surface: 'Kakaotalk.plusfriend', orderId: 'A-1' });
    expect(userRequest.user.properties.grade).toBe('vip');
    expect(userRequest.block.name).toBe('배송');
    expect(JSON.stringify(userRequest)).not.toContain('"no"');
  });

  test('a picture in a group room, too', async () => {
    const { userRequest } = await bodyOf({ kind: 'sends', media: 'photo', url: photo }, GROUP);
    expect(userRequest).toMatchObject({ params: { media: { type: 'image', url: photo } }, utterance: photo });
  });
});

describe('a call of smart-chat is made as Kakao made it', () => {
  const user: Scene = { ...SMART, user: { ...SMART.user, plusfriendUserKey: '31ny8UyzsIc9' } };
  const media = 'https://img.example.com/242da380eb.jpg';
  test.each<readonly [string, Act, Scene]>([
    ['req-keyboard-get', { kind: 'enters' }, SMART],
    ['req-message-text', { kind: 'says', text: '문하신 음료' }, user],
    ['req-message-photo', { kind: 'sends', media: 'photo', url: photo }, user],
    ['req-message-video', { kind: 'sends', media: 'video', url: 'https://img.example.com/433b65fb94' }, user],
    ['req-message-audio', { kind: 'sends', media: 'audio', url: media }, user],
    ['req-friend-add', { kind: 'adds-friend' }, user],
    ['req-friend-block', { kind: 'blocks-friend' }, SMART],
    ['req-chatroom-leave', { kind: 'leaves' }, SMART],
  ])('%s', async (name, act, scene) => {
    const sample = smartChatCalls().find(call => call.name === name);
    await withoutCallbacks.kakao.act(act, scene);
    const got = withoutCallbacks.got.at(-1);
    expect(got?.method).toBe(sample?.method);
    expect(got?.path).toBe(`/app/${encodeURIComponent(APP_SECRET)}${sample?.path}`);
    expect(got?.json ?? null).toEqual(sample?.body);
    for (const [header, value] of Object.entries(sample?.headers ?? {}))
      if (!/^(Host|Connection)$/.test(header)) expect(got?.headers[header.toLowerCase()]).toBe(value);
    expect(got?.headers).not.toHaveProperty('x-key');
  });

  test('an app URL that ends in a slash gives two', async () => {
    const bot = await startSomeBot(answers);
    const { url } = bot;
    const slashed = await startSomeBot(answers, { target: { appUrl: `${url}/endpoint/` } });
    await slashed.kakao.act({ kind: 'enters' }, SMART);
    expect(bot.got.at(-1)?.path).toBe(
      smartChatCalls().find(({ name }) => name === 'req-path-double-slash')?.path,
    );
    await Promise.all([bot.stop(), slashed.stop()]);
  });
});
