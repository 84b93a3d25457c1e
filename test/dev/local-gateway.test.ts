import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import type { Context } from 'aws-lambda';
import { type AnsweredCall, startLocalGateway } from '../../dev/local-gateway.ts';
import type { HttpHandler } from '../../lambda/aws/http.ts';
import { FUNCTION_TIMEOUT_SECONDS, INTEGRATION_TIMEOUT_MS } from '../../lambda/turn/time-budget.ts';
import type { LocalServer } from '../../tools/local-server.ts';

let gateway: LocalServer;
let answered: AnsweredCall[];
let underWay: number;
/** The context of the call that hangs, once it is there. */
let called: Promise<Context>;

beforeEach(async () => {
  answered = [];
  let tell: (context: Context) => void;
  called = new Promise(resolve => {
    tell = resolve;
  });
  const hanging: HttpHandler = (_, context) => {
    tell(context);
    return new Promise(() => {});
  };
  const handlers = { 'open-builder': hanging, 'smart-chat': hanging, validation: hanging };
  underWay = 0;
  // One at a time, and nobody waits.
  const concurrency = {
    enter: async () => underWay === 0 && ++underWay > 0,
    leave: () => {
      underWay--;
    },
  };
  gateway = await startLocalGateway(handlers, {}, call => answered.push(call), concurrency);
  // The timers alone: the connection needs Node's own clock for nothing else.
  jest.useFakeTimers({ now: Date.now(), doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] });
});

afterEach(async () => {
  jest.useRealTimers();
  await gateway.stop();
});

test('a function that hangs is given up when API Gateway would give it up, and has until Lambda would end it', async () => {
  const status = fetch(`${gateway.url}/health`).then(response => response.status);
  const context = await called;
  expect(context.getRemainingTimeInMillis()).toBe(FUNCTION_TIMEOUT_SECONDS * 1_000);
  jest.advanceTimersByTime(INTEGRATION_TIMEOUT_MS - 1);
  await new Promise(resolve => setImmediate(resolve));
  expect(answered).toEqual([]);
  jest.advanceTimersByTime(1);
  expect(await status).toBe(503);
  expect(answered).toEqual([{ routeKey: 'GET /health', status: 503, ms: INTEGRATION_TIMEOUT_MS }]);
});

test('a call that can not begin is refused as API Gateway refuses what is beyond its rate, until one has ended', async () => {
  const first = fetch(`${gateway.url}/health`);
  await called;
  const second = await fetch(`${gateway.url}/open-builder/skill`, {
    method: 'POST',
    body: 'x'.repeat(1_000),
  });
  expect({ status: second.status, json: await second.json() }).toEqual({
    status: 429,
    json: { message: 'Too Many Requests' },
  });
  // Thousands of them would hide what the bot does.
  expect(answered).toEqual([]);
  jest.advanceTimersByTime(INTEGRATION_TIMEOUT_MS);
  expect((await first).status).toBe(503);
  expect(underWay).toBe(0);
});
