import { afterAll, afterEach, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import { startLocalAws, useLocalAws } from '../../dev/local-aws.ts';
import { ENVIRONMENT, PLUGIN_ORIGINS, REST_API_KEY } from '../../lambda/aws/environment.ts';
import { deadlineAt } from '../../lambda/bot/deadline.ts';
import type { Plugins } from '../../lambda/bot/plugins.ts';
import { type PluginServer, startPluginServer } from '../kit/plugin-server.ts';

let kakao: PluginServer;
let plugins: Plugins;
let written: string[];

beforeAll(async () => {
  kakao = await startPluginServer();
  process.env[PLUGIN_ORIGINS] = kakao.origin;
  ({ plugins } = await import('../../lambda/handlers/plugins.ts'));
});

afterAll(() => kakao?.stop());

beforeEach(() => {
  written = [];
  kakao.answers({ nickname: '달빛' });
  jest.spyOn(process.stdout, 'write').mockImplementation(chunk => {
    written.push(String(chunk));
    return true;
  });
});

afterEach(() => {
  jest.restoreAllMocks();
  delete process.env[REST_API_KEY];
  delete process.env[ENVIRONMENT.restApiKeySecretId];
});

const ask = () => plugins.profile({ url: `${kakao.origin}/otp/a/profile` }, deadlineAt(Date.now() + 4_000));

test('the plugins of a deployment without a key say which setting to set, once', async () => {
  expect(await ask()).toEqual({ ok: false, reason: 'no-key' });
  expect(await ask()).toEqual({ ok: false, reason: 'no-key' });
  expect(written).toHaveLength(1);
  expect(JSON.parse(written[0] ?? '')).toMatchObject({
    level: 'warn',
    what: expect.stringMatching(/restApiKeySecret.*KAKAO_REST_API_KEY/),
  });
});

test('the plugins on this machine take the key from its environment', async () => {
  process.env[REST_API_KEY] = 'local-key';
  expect(await ask()).toEqual({ ok: true, profile: { nickname: '달빛' } });
  expect(kakao.asked.at(-1)).toBe('/otp/a/profile?rest_api_key=local-key');
  kakao.answers('', 410);
  expect(await ask()).toEqual({ ok: false, reason: 'expired' });
  kakao.answers('', 500);
  expect(await ask()).toEqual({ ok: false, reason: 'unavailable' });
  expect(written.map(line => JSON.parse(line).level)).toEqual(['info', 'warn']);
  expect(written.join()).not.toMatch(/local-key|otp\/a/);
});

test('the plugins of a deployment take the key from its secret', async () => {
  const aws = await startLocalAws({ secret: 'deployed1key' });
  useLocalAws(aws);
  process.env[ENVIRONMENT.restApiKeySecretId] = aws.environment[ENVIRONMENT.gatewaySecretId];
  expect(await ask()).toEqual({ ok: true, profile: { nickname: '달빛' } });
  expect(kakao.asked.at(-1)).toBe('/otp/a/profile?rest_api_key=deployed1key');
  expect(written).toEqual([]);
  await aws.stop();
});
