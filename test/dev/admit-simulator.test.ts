import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { admitSimulator } from '../../dev/desk-of-gateway.ts';
import { CALLBACK_ORIGINS, EVENT_ORIGINS, PLUGIN_ORIGINS } from '../../lambda/aws/environment.ts';

const { env } = process;
beforeEach(() => {
  process.env = { ...env };
});
afterEach(() => {
  process.env = env;
});

test('the functions of this machine may call Kakao where the desk and where scripts play it, and where they may anyway', () => {
  process.env[CALLBACK_ORIGINS] = 'http://127.0.0.1:4000';
  admitSimulator('http://127.0.0.1:4001');
  expect(process.env[CALLBACK_ORIGINS]?.split(',')).toEqual([
    'http://127.0.0.1:4000',
    'http://127.0.0.1:4001',
    'http://127.0.0.1:3199',
  ]);
  expect(process.env[PLUGIN_ORIGINS]?.split(',').slice(-2)).toEqual([
    'http://127.0.0.1:4001',
    'http://127.0.0.1:3199',
  ]);
});

test('the functions of this machine send events to the desk alone, unless it is said where', () => {
  admitSimulator('http://127.0.0.1:4001');
  expect(process.env[EVENT_ORIGINS]).toBe('http://127.0.0.1:4001');
  process.env[EVENT_ORIGINS] = 'https://bot-api.kakao.com';
  admitSimulator('http://127.0.0.1:4001');
  expect(process.env[EVENT_ORIGINS]).toBe('https://bot-api.kakao.com');
});
