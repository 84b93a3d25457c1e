import { afterEach, describe, expect, test } from '@jest/globals';
import {
  CALLBACK_ORIGINS,
  ENVIRONMENT,
  PLUGIN_ORIGINS,
  REST_API_KEY,
  readErrorWords,
  readOrigins,
  requireEnvironment,
} from '../../lambda/aws/environment.ts';

const KAKAO = 'https://bot-api.kakao.com';

afterEach(() => {
  delete process.env[ENVIRONMENT.gatewaySecretId];
  delete process.env[CALLBACK_ORIGINS];
  delete process.env.LOG_ERRORS;
});

describe('the environment', () => {
  test('of a local run is set by the names that people have in their shells', () => {
    expect([REST_API_KEY, CALLBACK_ORIGINS, PLUGIN_ORIGINS]).toEqual([
      'KAKAO_REST_API_KEY',
      'KAKAO_CALLBACK_ORIGINS',
      'KAKAO_PLUGIN_ORIGINS',
    ]);
  });

  test('allows plugins at origins of their own', () => {
    process.env[PLUGIN_ORIGINS] = 'http://127.0.0.1:4000';
    expect(readOrigins(PLUGIN_ORIGINS, [KAKAO])).toEqual(['http://127.0.0.1:4000']);
    expect(readOrigins(CALLBACK_ORIGINS, [KAKAO])).toEqual([KAKAO]);
    delete process.env[PLUGIN_ORIGINS];
  });

  test('that lacks a variable is told by its name', () => {
    expect(() => requireEnvironment(ENVIRONMENT.lateQueueUrl)).toThrow('LATE_QUEUE_URL is not set');
  });

  test.each([undefined, ''])('has its variables as they are, and none that says nothing (%j)', value => {
    process.env[ENVIRONMENT.gatewaySecretId] = 'kakao/gateway';
    expect(requireEnvironment(ENVIRONMENT.gatewaySecretId)).toBe('kakao/gateway');
    if (value === undefined) delete process.env[ENVIRONMENT.gatewaySecretId];
    else process.env[ENVIRONMENT.gatewaySecretId] = value;
    expect(() => requireEnvironment(ENVIRONMENT.gatewaySecretId)).toThrow('GATEWAY_SECRET_ID is not set');
  });

  test('allows callbacks to Kakao alone unless it says otherwise', () => {
    expect(readOrigins(CALLBACK_ORIGINS, [KAKAO])).toEqual([KAKAO]);
    process.env[CALLBACK_ORIGINS] = '';
    expect(readOrigins(CALLBACK_ORIGINS, [KAKAO])).toEqual([KAKAO]);
    process.env[CALLBACK_ORIGINS] = 'http://127.0.0.1:4000, https://kakao.example';
    expect(readOrigins(CALLBACK_ORIGINS, [KAKAO])).toEqual([
      'http://127.0.0.1:4000',
      'https://kakao.example',
    ]);
  });

  test.each([
    'http://127.0.0.1:4000/',
    'http://127.0.0.1:4000/v1',
    '*',
    'kakao.example',
    'https://a.example,,',
  ])('that has no origin there (%s) is refused by a sentence', value => {
    process.env[CALLBACK_ORIGINS] = value;
    expect(() => readOrigins(CALLBACK_ORIGINS, [KAKAO])).toThrow(
      'KAKAO_CALLBACK_ORIGINS must be origins like https://bot-api.kakao.com',
    );
  });

  test.each([
    [undefined, 'none'],
    ['', 'none'],
    ['yes', 'none'],
    ['WHOLE', 'none'],
    ['masked', 'masked'],
    ['whole', 'whole'],
  ])('has the log tell nothing of an error unless it says how much: %j', (setting, words) => {
    if (setting !== undefined) process.env.LOG_ERRORS = setting;
    expect(readErrorWords()).toBe(words);
  });
});
