import { inflateSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Params } from '../../../lambda/bot/params.ts';
import type { Act, Plugin } from '../../../tools/kakao-simulator/act.ts';
import type { Scene } from '../../../tools/kakao-simulator/scene.ts';
import { bubble, SCENE, type SomeBot, startSomeBot } from './some-bot.ts';

let bot: SomeBot;

beforeEach(async () => {
  bot = await startSomeBot(() => ({ body: bubble('네') }));
});

afterEach(() => bot.stop());

/** Has a plugin run; resolves with the action that the skill got. */
async function used(plugin: Plugin, scene: Scene = SCENE) {
  const act: Act = { kind: 'uses-plugin', plugin, param: 'me', block: '인증블록', params: { size: '톨' } };
  await bot.kakao.act(act, scene);
  return bot.got.at(-1)?.json.action;
}

const ask = async (url: string): Promise<{ status: number; json: unknown }> => {
  const response = await fetch(url);
  return { status: response.status, json: await response.json() };
};

const of = (name: string): Scene => ({ ...SCENE, user: { ...SCENE.user, botUserKey: name.padEnd(66, '0') } });

describe('a profile', () => {
  test('is told once, by its one-time password and any key', async () => {
    const { params, detailParams } = await used('profile');
    const { otp, app_user_id } = JSON.parse(params.me);
    expect(otp).toMatch(new RegExp(`^${bot.kakao.origin}/otp/[0-9a-f]{24}/profile$`));
    expect(detailParams.me).toEqual({ groupName: '', origin: otp, value: params.me });
    expect(detailParams.size).toEqual({ groupName: '', origin: '톨', value: '톨' });
    expect(await ask(`${otp}?rest_api_key=any`)).toEqual({
      status: 200,
      json: {
        nickname: expect.stringMatching(/[가-힣]/),
        phone_number: '+82 10-0000-0000',
        email: expect.stringMatching(/@example\.com$/),
        birthyear: expect.stringMatching(/^\d{4}$/),
        birthday: expect.stringMatching(/^\d{4}$/),
        gender: expect.any(String),
        app_user_id,
      },
    });
    expect(await ask(`${otp}?rest_api_key=any`)).toMatchObject({ status: 400 });
  });

  test('is not told without a key, and stays to be told', async () => {
    const { otp } = JSON.parse((await used('profile')).params.me);
    for (const query of ['', '?rest_api_key=', '?rest_api_key'])
      expect(await ask(`${otp}${query}`)).toMatchObject({ status: 401 });
    expect((await ask(`${otp}?rest_api_key=k`)).status).toBe(200);
  });

  test('tells of the account that is connected, or of one made up for the user', async () => {
    const linked = { ...SCENE, user: { ...SCENE.user, appUserId: '1234567890' } };
    expect(JSON.parse((await used('profile', linked)).params.me).app_user_id).toBe(1_234_567_890);
    const [one, again, other] = [
      await used('profile'),
      await used('profile'),
      await used('profile', of('b')),
    ];
    const idOf = ({ params }: typeof one): number => JSON.parse(params.me).app_user_id;
    expect(idOf(one)).toBe(idOf(again));
    expect(idOf(one)).not.toBe(idOf(other));
    expect(Number.isSafeInteger(idOf(one))).toBe(true);
  });
});

describe('a location', () => {
  test('is told once: where the user is, by the address of each kind that version 2 has', async () => {
    const { params, detailParams } = await used('location');
    expect(params.me).toMatch(new RegExp(`^${bot.kakao.origin}/otp/[0-9a-f]{24}/location$`));
    expect(detailParams.me).toEqual({ groupName: '', origin: params.me, value: params.me });
    const address = expect.stringMatching(/[가-힣]/);
    const degrees = { latitude: expect.any(Number), longitude: expect.any(Number) };
    expect(await ask(`${params.me}?rest_api_key=k&version=v2`)).toEqual({
      status: 200,
      json: { ...degrees, land_address: { address_name: address }, road_address: { address_name: address } },
    });
    expect((await ask(`${params.me}?rest_api_key=k&version=v2`)).status).toBe(400);
    const older = (await used('location')).params.me;
    expect(await ask(`${older}?rest_api_key=k`)).toEqual({ status: 200, json: { ...degrees, address } });
  });

  test('is not told as a profile', async () => {
    const { me } = (await used('location')).params;
    expect((await ask(`${me.replace(/location$/, 'profile')}?rest_api_key=k`)).status).toBe(400);
    expect((await ask(`${me}?rest_api_key=k`)).status).toBe(200);
  });
});

describe('a secure image', () => {
  test('is a signed link to a picture that is there, and can be fetched again', async () => {
    const { params } = await used('secure-image');
    const { privacyAgreement, imageQuantity, secureUrls, expire } = JSON.parse(params.me);
    expect([privacyAgreement, imageQuantity]).toEqual(['Y', '1']);
    expect(expire).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+0000$/);
    const [, url = ''] = /^List\((.*)\)$/.exec(secureUrls) ?? [];
    for (let time = 0; time < 2; time++) {
      const response = await fetch(url);
      expect([response.status, response.headers.get('content-type')]).toEqual([200, 'image/png']);
      const bytes = Buffer.from(await response.arrayBuffer());
      expect(bytes.subarray(1, 4).toString()).toBe('PNG');
      expect([bytes.readUInt32BE(16), bytes.readUInt32BE(20)]).toEqual([64, 64]);
      const at = bytes.indexOf('IDAT');
      const rows = inflateSync(bytes.subarray(at + 4, at + 4 + bytes.readUInt32BE(at - 4)));
      expect(rows).toHaveLength(64 * (1 + 64 * 3));
    }
  });

  test('is read by the bot’s own words for it', async () => {
    const { detailParams } = await used('secure-image');
    const read = new Params(detailParams).images('me');
    expect(read).toMatchObject({
      privacyAgreed: true,
      urls: [expect.stringContaining(`${bot.kakao.origin}/dna/`)],
    });
    expect(read?.expiresAt).toBeGreaterThan(Date.now());
    expect(new Params((await used('profile')).detailParams).profile('me')?.url).toContain('/profile');
  });
});

test('made-up passwords and paths tell nothing', async () => {
  const { origin } = bot.kakao;
  const id = 'a'.repeat(24);
  expect((await ask(`${origin}/otp/${id}/profile?rest_api_key=k`)).status).toBe(400);
  expect((await fetch(`${origin}/dna/${id}/img_org.png`)).status).toBe(403);
  expect((await fetch(`${origin}/`)).status).toBe(404);
  expect((await fetch(`${origin}/v1/bots/b/callback/c`)).status).toBe(404);
});

test('what was given out is forgotten with everything else', async () => {
  const { otp } = JSON.parse((await used('profile')).params.me);
  bot.kakao.clear();
  expect((await ask(`${otp}?rest_api_key=k`)).status).toBe(400);
});
