import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { lambdaContext } from '../../dev/lambda-context.ts';
import { type LocalAws, startLocalAws, useLocalAws } from '../../dev/local-aws.ts';
import { ENVIRONMENT, EVENT_ORIGINS } from '../../lambda/aws/environment.ts';
import type { EventHandler } from '../../lambda/gateway/send-event.ts';
import { EVENT_BOT, EVENT_KEY, type EventServer, startEventServer } from '../kit/event-server.ts';
import { takeStdout } from '../kit/stdout.ts';

let kakao: EventServer;
let aws: LocalAws;
let handler: EventHandler;
let written: string[];

beforeAll(async () => {
  kakao = await startEventServer({ events: ['order_ready'] });
  aws = await startLocalAws({ secret: EVENT_KEY });
  useLocalAws(aws);
  process.env[EVENT_ORIGINS] = kakao.origin;
  process.env[ENVIRONMENT.eventBotId] = EVENT_BOT;
  process.env[ENVIRONMENT.restApiKeySecretId] = aws.environment[ENVIRONMENT.gatewaySecretId];
  ({ handler } = await import('../../lambda/handlers/event.ts'));
});

beforeEach(() => {
  kakao.forget();
  written = takeStdout();
});

afterEach(() => {
  jest.restoreAllMocks();
});

afterAll(async () => {
  delete process.env[EVENT_ORIGINS];
  delete process.env[ENVIRONMENT.eventBotId];
  delete process.env[ENVIRONMENT.restApiKeySecretId];
  await Promise.all([kakao.stop(), aws.stop()]);
});

const invoke = (input: unknown, timeoutMs = 900_000) => handler(input, lambdaContext('event', timeoutMs));

describe('the function that sends events', () => {
  test('sends as its input says, by the key in its secret, and answers with the report', async () => {
    const report = await invoke({
      name: 'order_ready',
      users: [{ botUserKey: 'a' }, { appUserId: 7, properties: { seat: 3 } }],
      ...{ data: { text: '딸기' }, params: { orderId: 'A-1' }, channel: 'dev' },
    });
    expect(kakao.sent).toEqual([
      {
        path: `/v2/bots/${EVENT_BOT}!/talk`,
        authorization: `KakaoAK ${EVENT_KEY}`,
        json: {
          event: { name: 'order_ready', data: { text: '딸기' } },
          user: [
            { type: 'botUserKey', id: 'a' },
            { type: 'appUserId', id: '7', properties: { seat: 3 } },
          ],
          params: { orderId: 'A-1' },
        },
        taskId: expect.any(String),
      },
    ]);
    // As Lambda hands it to whoever invoked it.
    expect(JSON.parse(JSON.stringify(report))).toMatchObject({ ok: true, costWon: 30, channel: 'dev' });
  });

  test('sends to group rooms', async () => {
    const report = await invoke({ name: 'order_ready', groupKeys: ['room-1'] });
    expect(kakao.sent[0]?.path).toBe(`/v2/bots/${EVENT_BOT}/group`);
    expect(report.fates).toMatchObject([{ botGroupKey: 'room-1', fate: 'delivered' }]);
  });

  test('logs how many have each fate, and neither who they are nor the key', async () => {
    kakao.fails('user-with-a-key', { errorType: 201, msg: 'no' });
    await invoke({
      name: 'order_ready',
      users: [{ botUserKey: 'user-with-a-key' }, { botUserKey: 'user-b' }],
    });
    expect(written).toHaveLength(1);
    expect(JSON.parse(written[0] ?? '')).toMatchObject({
      ...{ level: 'warn', what: 'event sent', outcome: '1 delivered, 1 failed' },
      requestId: expect.any(String),
    });
    expect(written.join()).not.toMatch(new RegExp(`user-|order_ready|${EVENT_KEY}`));
  });

  test('says before its own time is over what it knows, and sends nothing that it could not report', async () => {
    kakao.doneAfter(1_000_000);
    const startedAt = performance.now();
    const report = await invoke(
      { name: 'order_ready', users: [{ botUserKey: 'a' }, { botUserKey: 'b' }] },
      7_000,
    );
    expect(performance.now() - startedAt).toBeLessThan(4_000);
    expect(report.counts).toMatchObject({ accepted: 2 });
    const late = await invoke({ name: 'order_ready', users: [{ botUserKey: 'a' }] }, 5_500);
    expect(late.counts).toMatchObject({ 'not-sent': 1 });
    expect(kakao.sent).toHaveLength(1);
  });

  test('makes no call for a dry run', async () => {
    const report = await invoke({ name: 'order_ready', users: [{ botUserKey: 'a' }], dryRun: true });
    expect(report).toMatchObject({ dryRun: true, costWon: 15 });
    expect(kakao.calls()).toBe(0);
  });

  test.each<{ says: string; input: unknown }>([
    { says: 'the input must be an object', input: [] },
    {
      says: 'the input must be an object with exactly one of users and groupKeys',
      input: { name: 'order_ready' },
    },
    {
      says: 'the input must be an object with exactly one of users and groupKeys',
      input: { name: 'order_ready', users: [{ botUserKey: 'a' }], groupKeys: ['b'] },
    },
    {
      says: "the input's dry_run must be left out: it takes name, users, groupKeys, data, params, channel, dryRun",
      input: { name: 'order_ready', users: [{ botUserKey: 'a' }], dry_run: true },
    },
    {
      says: 'dryRun must be true or false',
      input: { name: 'order_ready', users: [{ botUserKey: 'a' }], dryRun: 'false' },
    },
    {
      says: 'params must be left out where there are groupKeys, which Kakao gives none',
      input: { name: 'order_ready', groupKeys: ['a'], params: {} },
    },
    {
      says: 'users must be a list of 1 to 5000',
      input: { name: 'order_ready', users: Array(5_001).fill({ botUserKey: 'a' }) },
    },
    {
      says: 'users[1] must be an object with exactly one of appUserId, plusfriendUserKey, botUserKey',
      input: { name: 'order_ready', users: [{ botUserKey: 'a' }, { user: 'b' }] },
    },
    {
      says: 'data must be an object',
      input: { name: 'order_ready', users: [{ botUserKey: 'a' }], data: 'x' },
    },
    {
      says: 'name must be the name that the event has in the 챗봇 관리자센터, of 1 to 100 characters',
      input: { users: [{ botUserKey: 'a' }] },
    },
  ])('refuses a wrong input before anything is sent: $says', async ({ says, input }) => {
    await expect(invoke(input)).rejects.toMatchObject({ name: 'InvalidRequestError', message: says });
    expect(kakao.calls()).toBe(0);
  });

  test('answers with no more than Lambda takes, whatever becomes of the most users with the longest ids', async () => {
    const users = Array.from({ length: 5_000 }, (_, at) => ({ botUserKey: `${at}`.padEnd(140, 'x') }));
    kakao.answerNext(...Array(50).fill({ status: 400, body: { status: 'FAIL', message: '글'.repeat(500) } }));
    const report = await invoke({ name: 'order_ready', users });
    expect(report.counts).toMatchObject({ refused: 5_000 });
    expect(Buffer.byteLength(JSON.stringify(report))).toBeLessThan(6 * 1024 * 1024);
  });
});
