import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { log } from '../../lambda/aws/log.ts';
import { Bot } from '../../lambda/bot/bot.ts';
import { deadlineAt } from '../../lambda/bot/deadline.ts';
import type { PluginFailureReason, Plugins } from '../../lambda/bot/plugins.ts';
import { openBuilderHandler } from '../../lambda/gateway/open-builder.ts';
import { acceptOtpUrl, KAKAO_PLUGIN_ORIGINS, kakaoPlugins } from '../../lambda/open-builder/plugins.ts';
import { MemorySessionStore } from '../../lambda/turn/session.ts';
import { HOSTILE_URLS } from '../kit/hostile-urls.ts';
import { invoke, skillCall, testSecret } from '../kit/http.ts';
import { type PluginServer, startPluginServer } from '../kit/plugin-server.ts';
import { samplesOf } from '../kit/samples.ts';

const KEY = 'a0rest1api2key3';
const PATH = '/otp/46cf6a77d5a6b519236116b2/profile';

let kakao: PluginServer;
let failures: [PluginFailureReason, unknown][];
let written: string[];

beforeAll(async () => {
  kakao = await startPluginServer();
});

afterAll(() => kakao?.stop());

beforeEach(() => {
  failures = [];
  written = [];
  kakao.asked.length = 0;
  jest.spyOn(process.stdout, 'write').mockImplementation(chunk => {
    written.push(String(chunk));
    return true;
  });
});

afterEach(() => {
  jest.restoreAllMocks();
  // Each failure is told, and neither the key nor a one-time password to whoever reads logs.
  expect(written.filter(line => line.includes('plugin not read'))).toHaveLength(failures.length);
  for (const line of written) expect(line).not.toMatch(new RegExp(`${KEY}|46cf6a77d5a6b519236116b2`));
});

/** Kakao's plugins as they are wired, logging for real. */
function plugins(
  restApiKey: () => Promise<string | undefined> = async () => KEY,
  origin = kakao.origin,
): Plugins {
  return kakaoPlugins({
    origins: [origin],
    restApiKey,
    onFailure: (reason, error) => {
      failures.push([reason, error]);
      log({ level: 'warn', what: `plugin not read: ${reason}`, error });
    },
  });
}

const otp = () => ({ url: `${kakao.origin}${PATH}` });
const soon = (ms = 4_000) => deadlineAt(Date.now() + ms);
const refused = (reason: PluginFailureReason) => ({ ok: false, reason });

describe('a profile', () => {
  test('is asked for with the key, once, and read in either spelling', async () => {
    kakao.answers({
      nickname: '달빛',
      phone_number: '+82 10-0000-0000',
      email: 'a@example.com',
      birthyear: '1990',
      birthday: '0301',
      gender: 'female',
      ci: 'ci==',
      ci_authenticated_at: '2026-01-01T00:00:00Z',
      app_user_id: 1234567890,
      profile_image_url: 'https://img.example.com/a.jpg',
      something_new: {},
    });
    const profile = {
      nickname: '달빛',
      phoneNumber: '+82 10-0000-0000',
      email: 'a@example.com',
      birthyear: '1990',
      birthday: '0301',
      gender: 'female',
      ci: 'ci==',
      ciAuthenticatedAt: '2026-01-01T00:00:00Z',
      appUserId: '1234567890',
      imageUrl: 'https://img.example.com/a.jpg',
    };
    expect(await plugins().profile(otp(), soon())).toEqual({ ok: true, profile });
    kakao.answers({ nickname: '달빛', phoneNumber: null, appUserId: '7' });
    expect(await plugins().profile(otp(), soon())).toEqual({
      ok: true,
      profile: { nickname: '달빛', appUserId: '7' },
    });
    expect(kakao.asked).toEqual(Array.from({ length: 2 }, () => `${PATH}?rest_api_key=${KEY}`));
    expect(failures).toEqual([]);
  });

  test("has the parameter's app user id where the answer has none", async () => {
    kakao.answers({ nickname: '달빛' });
    expect(await plugins().profile({ ...otp(), appUserId: '7' }, soon())).toEqual({
      ok: true,
      profile: { nickname: '달빛', appUserId: '7' },
    });
  });
});

describe('a location', () => {
  test.each([
    [{ latitude: 37.5, longitude: 127.1, address: '서울시' }, { address: '서울시' }],
    [
      {
        latitude: '37.5',
        longitude: '127.1',
        land_address: { address_name: '삼평동 681' },
        road_address: { address_name: '판교역로 235' },
      },
      { address: '판교역로 235', landAddress: '삼평동 681', roadAddress: '판교역로 235' },
    ],
    [
      { latitude: 37.5, longitude: 127.1, landAddress: { addressName: '삼평동 681' }, road_address: null },
      { address: '삼평동 681', landAddress: '삼평동 681' },
    ],
    [{ latitude: 37.5, longitude: 127.1 }, {}],
  ])('is read in both versions: %j', async (body, address) => {
    kakao.answers(body);
    expect(await plugins().location(otp(), soon())).toEqual({
      ok: true,
      location: { latitude: 37.5, longitude: 127.1, ...address },
    });
    expect(kakao.asked).toEqual([`${PATH}?rest_api_key=${KEY}&version=v2`]);
  });

  test.each([{ latitude: '', longitude: '' }, { latitude: 91, longitude: 0 }, { latitude: 1 }, {}])(
    'that is none is unreadable: %j',
    async body => {
      kakao.answers(body);
      expect(await plugins().location(otp(), soon())).toEqual(refused('unreadable'));
    },
  );
});

describe('an exchange that fails', () => {
  test.each<[number, PluginFailureReason]>([
    [400, 'expired'],
    [401, 'expired'],
    [404, 'expired'],
    [410, 'expired'],
    [500, 'unavailable'],
    [503, 'unavailable'],
  ])('with %i is %s', async (status, reason) => {
    kakao.answers({ msg: 'no', url: `?rest_api_key=${KEY}` }, status);
    expect(await plugins().profile(otp(), soon())).toEqual(refused(reason));
    expect(await plugins().location(otp(), soon())).toEqual(refused(reason));
    expect(failures).toEqual([
      [reason, undefined],
      [reason, undefined],
    ]);
  });

  test('by a redirect is refused, and nobody follows it', async () => {
    const elsewhere = await startPluginServer();
    elsewhere.answers({ nickname: '누구' });
    kakao.answers('', 302, { location: `${elsewhere.origin}${PATH}` });
    expect(await plugins().profile(otp(), soon())).toEqual(refused('refused'));
    expect(elsewhere.asked).toEqual([]);
    await elsewhere.stop();
  });

  test.each(['', '{', 'null', '[]', '"text"', '<html>', '{}', '{"nickname":{}}', '\ufffe'])(
    'by an answer that says nothing is unreadable: %j',
    async body => {
      kakao.answers(body);
      expect(await plugins().profile(otp(), soon())).toEqual(refused('unreadable'));
    },
  );

  test('by an answer of more than 64 KB is unreadable, one of less is not', async () => {
    kakao.answers({ nickname: 'x'.repeat(64 * 1024) });
    expect(await plugins().profile(otp(), soon())).toEqual(refused('unreadable'));
    kakao.answers({ nickname: 'x'.repeat(63 * 1024) });
    expect(await plugins().profile(otp(), soon())).toMatchObject({ ok: true });
  });

  test('to come in time is slow: whatever is slow, Kakao or the key', async () => {
    kakao.hangs();
    const startedAt = performance.now();
    expect(await plugins().profile(otp(), soon(200))).toEqual(refused('slow'));
    expect(await plugins(() => new Promise(() => {})).profile(otp(), soon(200))).toEqual(refused('slow'));
    expect(performance.now() - startedAt).toBeLessThan(1_500);
  });

  test('to come at all within 2 s is slow, however long the turn has', async () => {
    kakao.hangs();
    const startedAt = performance.now();
    expect(await plugins().location(otp(), soon(20_000))).toEqual(refused('slow'));
    expect(performance.now() - startedAt).toBeLessThan(2_500);
  });

  test('by the network is unavailable', async () => {
    const gone = await startPluginServer();
    await gone.stop();
    const elsewhere = plugins(undefined, gone.origin);
    expect(await elsewhere.profile({ url: `${gone.origin}${PATH}` }, soon())).toEqual(refused('unavailable'));
    // Not even as a cause: the error of a fetch may name its URL.
    expect(failures).toEqual([['unavailable', undefined]]);
  });

  test('for want of a key asks nobody', async () => {
    expect(await plugins(async () => undefined).profile(otp(), soon())).toEqual(refused('no-key'));
    const broken = new Error('no Secrets Manager');
    expect(await plugins(() => Promise.reject(broken)).profile(otp(), soon())).toEqual(
      refused('unavailable'),
    );
    expect(failures).toEqual([
      ['no-key', undefined],
      ['unavailable', broken],
    ]);
    expect(kakao.asked).toEqual([]);
  });
});

describe('the URL of a one-time password', () => {
  const [newer, older] = KAKAO_PLUGIN_ORIGINS;

  test.each([`${newer}${PATH}`, `${older}${PATH}`, `${older}/otp/46cf6a77d5a6b519236116b2`])(
    'of Kakao is accepted: %s',
    url => {
      expect(acceptOtpUrl(url, KAKAO_PLUGIN_ORIGINS)).toBe(url);
    },
  );

  const lookAlikes = HOSTILE_URLS.map(String).map(url =>
    url
      .replace(/bot-ap([iі])/gi, 'talk-plugin-cap$1')
      .replaceAll('botapi', 'talkplugincapi')
      .replaceAll('/v1/bots/b/callback/t', PATH)
      .replaceAll('/v1', '/otp/v1'),
  );

  test.each([
    ...lookAlikes,
    newer,
    `${newer}/`,
    `${newer}/otp`,
    `${newer}/otp/`,
    `${newer}/otp//profile`,
    `${newer}//otp/a`,
    `${newer}/other/a`,
    `${newer}/otp/../admin`,
    `${newer}/otp/%2e%2e/admin`,
    `${newer}/otp/a?rest_api_key=mine`,
    `${newer}/otp/a#`,
    `${newer}/otp/a;b`,
    `${newer}/otp/a\\b`,
    `${newer}/otp/a `,
    `${newer}/otp/a\n`,
    'https://talk-plugin.kakao.com.evil.example/otp/a',
    'https://xtalk-plugin.kakao.com/otp/a',
  ])('that only looks like Kakao is refused, and never asked: %j', async url => {
    expect(acceptOtpUrl(url, KAKAO_PLUGIN_ORIGINS)).toBeUndefined();
    const fetched = jest.spyOn(globalThis, 'fetch');
    const real = kakaoPlugins({
      origins: KAKAO_PLUGIN_ORIGINS,
      restApiKey: async () => KEY,
      onFailure: () => {},
    });
    expect(await real.profile({ url }, soon())).toEqual(refused('refused'));
    expect(await real.location({ url }, soon())).toEqual(refused('refused'));
    expect(fetched).not.toHaveBeenCalled();
  });
});

describe('a rule', () => {
  const bot = new Bot({ session: () => ({}) })
    .hears('프로필', async turn => {
      const answer = await turn.askProfile('profilePlug');
      return answer.ok ? `${answer.profile.nickname}님` : answer.reason;
    })
    .hears('위치', async turn => {
      const answer = await turn.askLocation('locationPlug');
      return answer.ok ? `${answer.location.address}` : answer.reason;
    });
  const [fragment] = samplesOf('open-builder/requests').filter(({ name }) => name.startsWith('34'));

  /** The fragment of the samples as a whole request, whose one-time password is of the server here. */
  async function say(utterance: string, known?: Plugins): Promise<string> {
    const { action } = JSON.parse(
      JSON.stringify(fragment?.json).replaceAll('https://talk-plugin-capi.kakao.com', kakao.origin),
    );
    const params = { ...action.params, locationPlug: `${kakao.origin}/otp/46cf6a77d5a6b519236116b2` };
    return answerTo({ utterance }, { ...action, params }, known);
  }

  async function answerTo(said: object, action: object, known?: Plugins): Promise<string> {
    const tools = { bot, store: new MemorySessionStore(), secret: testSecret, log };
    const handler = openBuilderHandler(known ? { ...tools, plugins: known } : tools);
    const body = { userRequest: { ...said, user: { id: 'u' } }, action };
    const { status, json } = await invoke(handler, skillCall(body));
    expect(status).toBe(200);
    return json.template.outputs[0].simpleText.text;
  }

  test('asks the plugin of its parameter', async () => {
    kakao.answers({ nickname: '달빛', latitude: 37, longitude: 127, address: '제주' });
    expect(await say('프로필', plugins())).toBe('달빛님');
    expect(await say('위치', plugins())).toBe('제주');
  });

  test('learns why not, and answers for itself', async () => {
    kakao.answers({}, 410);
    expect(await say('프로필', plugins())).toBe('expired');
    const [line = ''] = written;
    expect(JSON.parse(line)).toMatchObject({ level: 'warn', what: 'plugin not read: expired' });
  });

  test('whose gateway has no plugins has no key, and one without the parameter misses it', async () => {
    expect(await say('프로필')).toBe('no-key');
    expect(await answerTo({ utterance: '프로필' }, {}, plugins())).toBe('missing');
    expect(kakao.asked).toEqual([]);
  });
});
