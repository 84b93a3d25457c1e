import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { admitSimulator } from '../../../dev/desk-of-gateway.ts';
import { type BuiltCommand, builtCommand } from '../../kit/built-command.ts';
import { type CallbackSink, startCallbackSink } from '../../kit/callback-sink.ts';
import { type FeedReader, visitorOf } from '../../kit/desk.ts';
import { until } from '../../kit/late-gateway.ts';
import { npmStart, type StartedGateway } from '../../kit/npm-start.ts';

let built: BuiltCommand;
let sink: CallbackSink;
let gateway: StartedGateway;
let page: FeedReader;

beforeAll(async () => {
  [built, sink] = await Promise.all([
    builtCommand('dev/start.ts', 'test/dev/desk/plugin-bot.ts'),
    startCallbackSink(),
  ]);
  gateway = await npmStart({ KAKAO_CALLBACK_ORIGINS: sink.origin, GATEWAY_SECRET: 'a-secret' }, { built });
  page = await visitorOf(gateway.url).look();
});
afterAll(async () => {
  page?.close();
  await gateway?.interrupt();
  await sink?.stop();
  await built?.remove();
});

const patch = (changes: object) => gateway.call('PATCH', '/desk/scene', changes);

describe('npm start', () => {
  test('says first of all where its desk is', () => {
    const first = /^[A-Z].*127\.0\.0\.1.*$/m.exec(gateway.printed())?.[0];
    expect(first).toBe(`Open ${gateway.url}/ and talk to it.`);
  });

  test('has late answers posted to the desk, and to where the developer allows it', async () => {
    const url = sink.newUrl();
    const userRequest = { utterance: '천천히', user: { id: 'u' }, callbackUrl: url };
    const headers = { 'x-gateway-secret': 'a-secret' };
    await gateway.call('POST', '/open-builder/skill', { bot: { id: 'b' }, userRequest }, headers);
    const { id, fate } = await page.plays({ kind: 'says', text: '천천히' });
    expect(fate).toEqual({ kind: 'deferred', text: '잠시만요' });
    const callback = () => page.exchanges().find(one => one.id === id)?.callback;
    await page.until(() => callback()?.state === 'taken');
    expect(callback()?.posts).toMatchObject([{ isTaken: true, json: { version: '2.0' } }]);
    expect(JSON.stringify(callback()?.posts)).toContain('다 됐어요');
    await until(() => sink.postsTo(url).length > 0);
  });

  test('has plugins answered without a key of the developer', async () => {
    const profile = await page.plays({
      kind: 'uses-plugin',
      plugin: 'profile',
      param: 'profile',
      block: '가입',
    });
    expect(profile.answer?.text).toMatch(/[가-힣] 님"/);
    const location = await page.plays({
      kind: 'uses-plugin',
      plugin: 'location',
      param: 'location',
      block: '배달',
    });
    expect(location.answer?.text).toContain('latitude');
  });

  test.each(['우유', '귀한 우유'])(
    'shows where the bot failed at the exchange that it failed at: %s',
    async text => {
      const { id } = await page.plays({ kind: 'says', text });
      const errors = () =>
        (page.exchanges().find(one => one.id === id)?.log ?? []).filter(({ level }) => level === 'error');
      await page.until(() => errors().length > 0);
      expect(errors()[0]?.text).toMatch(new RegExp(`^hears ${text}: (late )?turn failed\n.*우유가 없어요`));
      // Who looks later sees it, too.
      const later = await visitorOf(gateway.url).look();
      await later.until(() => later.exchanges().some(one => one.id === id && one.log !== undefined));
      later.close();
      expect((await page.plays({ kind: 'says', text: '천천히' })).log).toMatchObject([{ level: 'info' }]);
    },
  );

  test('puts its database down, and lets it work again', async () => {
    await patch({ user: '참는 이' });
    const say = async () => (await page.plays({ kind: 'says', text: '아무 말' })).answer?.text;
    expect(await say()).toContain('1번째');
    expect(await patch({ database: 'down' })).toMatchObject({ status: 200 });
    expect(await say()).not.toContain('번째');
    expect(await gateway.call('GET', '/desk/session')).toMatchObject({ status: 503 });
    expect(await patch({ database: 'works' })).toMatchObject({ status: 200 });
    expect(await say()).toContain('2번째');
    expect(await gateway.call('GET', '/desk/session')).toMatchObject({
      status: 200,
      json: { state: { said: 2 } },
    });
  });

  test('prints of a turn on the desk what it prints of any other', () => {
    const [, afterStart = ''] = gateway.printed().split('Ctrl-C stops.');
    expect(afterStart).toMatch(/^200 +\d+ ms {2}POST \/open-builder\/skill$/m);
    expect(afterStart).not.toMatch(/a-secret|아무 말|\/desk|\/v1\/bots/);
  });
});

describe('the settings of where answers may go', () => {
  /** Where `kakao-gateway play` plays Kakao. */
  const OF_SCRIPTS = 'http://127.0.0.1:3199';
  const NAMES = ['KAKAO_CALLBACK_ORIGINS', 'KAKAO_PLUGIN_ORIGINS', 'KAKAO_REST_API_KEY'] as const;
  const before = NAMES.map(name => process.env[name]);
  beforeEach(() => {
    for (const name of NAMES) delete process.env[name];
  });
  afterEach(() => {
    for (const [at, name] of NAMES.entries()) {
      delete process.env[name];
      if (before[at] !== undefined) process.env[name] = before[at];
    }
  });
  const settings = () => NAMES.map(name => process.env[name]);

  test('are Kakao, the desk and scripts where nothing is set', () => {
    admitSimulator('http://127.0.0.1:4000');
    expect(settings()).toEqual([
      `https://bot-api.kakao.com,http://127.0.0.1:4000,${OF_SCRIPTS}`,
      `https://talk-plugin-capi.kakao.com,https://talk-plugin.kakao.com,http://127.0.0.1:4000,${OF_SCRIPTS}`,
      expect.stringMatching(/^\w+$/),
    ]);
  });

  test("are the developer's own, the desk and scripts where something is set", () => {
    Object.assign(process.env, {
      KAKAO_CALLBACK_ORIGINS: 'http://127.0.0.1:1,http://127.0.0.1:2',
      KAKAO_PLUGIN_ORIGINS: 'http://127.0.0.1:3',
      KAKAO_REST_API_KEY: 'mine',
    });
    admitSimulator('http://127.0.0.1:4000');
    expect(settings()).toEqual([
      `http://127.0.0.1:1,http://127.0.0.1:2,http://127.0.0.1:4000,${OF_SCRIPTS}`,
      `http://127.0.0.1:3,http://127.0.0.1:4000,${OF_SCRIPTS}`,
      'mine',
    ]);
  });
});
