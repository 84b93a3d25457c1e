import { createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { EVENT_ORIGINS } from '../../lambda/aws/environment.ts';
import { eventApi } from '../../lambda/event-api/event-api.ts';
import { type EventApi, type EventUser, userOf } from '../../lambda/event-api/index.ts';
import { PACE as KAKAOS_PACE, pauseMs } from '../../lambda/event-api/pace.ts';
import { EVENT_BOT, EVENT_KEY, type EventServer, startEventServer } from '../kit/event-server.ts';
import { runs } from '../kit/property.ts';

const PACE = { callMs: 300, leastMs: 20, firstPauseMs: 2, longestPauseMs: 10 };

let server: EventServer;
let kakao: EventApi;

beforeEach(async () => {
  server = await startEventServer({ events: ['order_ready'] });
  process.env[EVENT_ORIGINS] = server.origin;
  kakao = eventApi({ botId: EVENT_BOT, restApiKey: EVENT_KEY }, PACE);
});

afterEach(async () => {
  delete process.env[EVENT_ORIGINS];
  await server.stop();
});

const users = (count: number): { botUserKey: string }[] =>
  Array.from({ length: count }, (_, at) => ({ botUserKey: `user-${at}` }));
const idsOf = (at: number): string[] => server.sent[at]?.json.user.map(({ id }: { id: string }) => id) ?? [];

describe('an event', () => {
  test('is sent as Kakao documents it, by the REST API key', async () => {
    const report = await kakao.sendEvent(
      'order_ready',
      [
        { appUserId: 1234567890 },
        { plusfriendUserKey: 'Lrscwk4oOscx' },
        { botUserKey: 'b1', properties: { seat: 3 } },
      ],
      { data: { text: '딸기 케이크' }, params: { orderId: 'A-1' } },
    );
    expect(server.sent).toHaveLength(1);
    expect(server.sent[0]).toMatchObject({
      path: `/v2/bots/${EVENT_BOT}/talk`,
      authorization: `KakaoAK ${EVENT_KEY}`,
    });
    expect(server.sent[0]?.json).toEqual({
      event: { name: 'order_ready', data: { text: '딸기 케이크' } },
      user: [
        { type: 'appUserId', id: '1234567890' },
        { type: 'plusfriendUserKey', id: 'Lrscwk4oOscx' },
        { type: 'botUserKey', id: 'b1', properties: { seat: 3 } },
      ],
      params: { orderId: 'A-1' },
    });
    const { taskId = '' } = server.sent[0] ?? {};
    expect(report).toEqual({
      name: 'order_ready',
      channel: 'live',
      dryRun: false,
      fates: [
        { appUserId: '1234567890', fate: 'delivered', taskId },
        { plusfriendUserKey: 'Lrscwk4oOscx', fate: 'delivered', taskId },
        { botUserKey: 'b1', fate: 'delivered', taskId },
      ],
      counts: expect.objectContaining({ delivered: 3, failed: 0 }),
      delivered: 3,
      duplicates: [],
      costWon: 45,
      ok: true,
    });
  });

  test.each([{ channel: 'dev' as const }, undefined])(
    'goes to the development channel by the bot id with its !',
    async option => {
      const client = option
        ? kakao
        : eventApi({ botId: `${EVENT_BOT}!`, restApiKey: EVENT_KEY, channel: 'dev' }, PACE);
      const report = await client.sendEvent('order_ready', users(2), option);
      expect(server.sent.map(({ path }) => path)).toEqual([`/v2/bots/${EVENT_BOT}!/talk`]);
      expect(report).toMatchObject({ channel: 'dev', costWon: 30, ok: true });
    },
  );

  test('goes by the key of a bot without an app, as KakaoBK', async () => {
    await server.stop();
    server = await startEventServer({ authorization: 'KakaoBK bot-key' });
    process.env[EVENT_ORIGINS] = server.origin;
    const client = eventApi({ botId: EVENT_BOT, botKey: async () => 'bot-key' }, PACE);
    expect(await client.sendEvent('order_ready', users(1))).toMatchObject({ ok: true });
  });

  test('goes to the user of a turn, by the id that every room has', () => {
    const user = { channelKind: 'live', isFriend: true } as const;
    const ids = { botUserKey: 'b', plusfriendUserKey: 'p', appUserId: '1' };
    expect(userOf({ user: { ...user, ...ids } })).toEqual({ botUserKey: 'b' });
    expect(userOf({ user: { ...user, plusfriendUserKey: 'p', appUserId: '1' } })).toEqual({
      plusfriendUserKey: 'p',
    });
    expect(userOf({ user: { ...user, appUserId: '1' } })).toEqual({ appUserId: '1' });
    expect(() => userOf({ user })).toThrow('turn.user must be a user with one of');
  });

  test('is sent to nobody in a dry run: no call, no key, and the cost', async () => {
    const keyless = eventApi(
      { botId: EVENT_BOT, restApiKey: () => Promise.reject(new Error('asked for')) },
      PACE,
    );
    const report = await keyless.sendEvent('order_ready', [...users(250), { botUserKey: 'user-7' }], {
      dryRun: true,
    });
    expect(server.calls()).toBe(0);
    expect(report).toMatchObject({
      dryRun: true,
      costWon: 3_750,
      ok: true,
      duplicates: [{ botUserKey: 'user-7' }],
    });
    expect(report.counts).toMatchObject({ 'not-sent': 250, delivered: 0 });
  });

  test('is sent once to who is named twice, and the report tells who', async () => {
    const named: EventUser[] = [
      { botUserKey: 'a' },
      { appUserId: 5 },
      { botUserKey: 'a' },
      { appUserId: '5' },
    ];
    const report = await kakao.sendEvent('order_ready', named);
    expect(idsOf(0)).toEqual(['a', '5']);
    expect(report.duplicates).toEqual([{ botUserKey: 'a' }, { appUserId: '5' }]);
    expect(report.fates).toHaveLength(2);
  });

  test('is sent to any users exactly once each, in their order, a hundred a request at most', async () => {
    const id = fc.stringMatching(/^[a-z]{1,2}$/);
    const user = fc.oneof(
      id.map(botUserKey => ({ botUserKey })),
      id.map(plusfriendUserKey => ({ plusfriendUserKey })),
      fc.nat(200).map(appUserId => ({ appUserId })),
    );
    const list = fc.array(user, { minLength: 1, maxLength: 220, size: 'max' });
    await fc.assert(
      fc.asyncProperty(list, async everybody => {
        const before = server.sent.length;
        const report = await kakao.sendEvent('order_ready', everybody, { asksFates: false });
        const requests = server.sent.slice(before).map(({ json }) => json.user);
        const got = requests.flat().map(one => `${one.type} ${one.id}`);
        const wanted = everybody.map(one => Object.entries(one).flat().join(' '));
        expect(got).toEqual([...new Set(wanted)]);
        expect(requests.every(({ length }) => length <= 100)).toBe(true);
        expect(requests).toHaveLength(Math.ceil(got.length / 100));
        expect(report.fates).toHaveLength(got.length);
        expect(report.fates.length + report.duplicates.length).toBe(everybody.length);
      }),
      runs(100),
    );
  });
});

describe('the report of 1,050 users', () => {
  test("names each one's fate, where one request was refused and one task failed in part", async () => {
    server.doneAfter(3);
    // The fourth request is refused, and of the sixth some fail.
    server.answerNext('own', 'own', 'own', {
      status: 400,
      body: { status: 'FAIL', message: 'Invalid user type.' },
    });
    server.fails('user-512', { errorType: 201, msg: 'Bot skill server responded with an HTTP error.' });
    server.fails('user-599', { errorType: 201, msg: 'Bot skill server responded with an HTTP error.' });
    server.fails('user-1049', 'nobody');
    const report = await kakao.sendEvent('order_ready', users(1_050));

    expect(server.sent.map(({ json }) => json.user.length)).toEqual([...Array(10).fill(100), 50]);
    expect(report.fates.map(fate => 'botUserKey' in fate && fate.botUserKey)).toEqual(
      users(1_050).map(u => u.botUserKey),
    );
    const fateOf = (at: number) => report.fates[at];
    expect(fateOf(0)).toEqual({ botUserKey: 'user-0', fate: 'delivered', taskId: server.sent[0]?.taskId });
    const refused = { fate: 'refused', reason: 'Kakao refused it (HTTP 400): Invalid user type.' };
    expect(fateOf(300)).toEqual({ botUserKey: 'user-300', ...refused });
    expect(fateOf(399)).toEqual({ botUserKey: 'user-399', ...refused });
    const failed = {
      fate: 'failed',
      errorType: 201,
      reason: 'Bot skill server responded with an HTTP error.',
    };
    expect(fateOf(512)).toEqual({ botUserKey: 'user-512', ...failed, taskId: server.sent[5]?.taskId });
    expect(fateOf(599)).toMatchObject(failed);
    expect(fateOf(598)).toMatchObject({ fate: 'delivered' });
    // Of the last 50 Kakao says only that one is nobody.
    expect(fateOf(1_000)).toEqual({
      botUserKey: 'user-1000',
      fate: 'delivered-or-not',
      reason:
        "Kakao did not reach 1 of these 50: 1 of them by an id that is nobody's, and it does not say whom",
      taskId: server.sent[10]?.taskId,
    });
    expect(report.counts).toEqual({
      ...{ delivered: 898, 'delivered-or-not': 50, failed: 2, refused: 100 },
      ...{ accepted: 0, unknown: 0, unresolved: 0, 'not-sent': 0 },
    });
    expect(report).toMatchObject({ delivered: 947, costWon: 950 * 15, ok: false, duplicates: [] });
  });

  test('calls those nobody of whom Kakao found none', async () => {
    for (const { botUserKey } of users(3)) server.fails(botUserKey, 'nobody');
    const report = await kakao.sendEvent('order_ready', users(3));
    expect(report.counts).toMatchObject({ unresolved: 3 });
    expect(report.fates[0]).toMatchObject({ fate: 'unresolved', reason: 'Kakao knows nobody by this id' });
  });

  test('says that it does not know whom, where Kakao names somebody else as failed', async () => {
    server.answerNextQuestion({
      status: 200,
      body: {
        ...{ taskId: 'x', status: '1 FAIL', allRequestCount: 2, successCount: 1 },
        fail: { count: 1, list: [{ userId: 'somebody-else', errorMsg: { errorType: 201, msg: 'no' } }] },
      },
    });
    const report = await kakao.sendEvent('order_ready', users(2));
    expect(report.counts).toMatchObject({ 'delivered-or-not': 2, delivered: 0, failed: 0 });
    expect(report.delivered).toBe(1);
  });
});

describe('a request that Kakao did not take', () => {
  test('because there are too many is made again', async () => {
    server.answerNext({ status: 429, headers: { 'retry-after': '1' } }, { status: 429 });
    const report = await kakao.sendEvent('order_ready', users(3));
    expect(server.sent).toHaveLength(3);
    expect(report).toMatchObject({ ok: true, costWon: 45 });
  });

  test('is made again after the pause that Kakao asks for, and after twice as long each time', () => {
    expect(pauseMs(KAKAOS_PACE, 1, 5_000)).toBe(5_000);
    expect(pauseMs(KAKAOS_PACE, 1, 3_600_000)).toBe(15_000);
    for (const [tried, most] of [1_000, 2_000, 4_000, 8_000, 15_000, 15_000].entries()) {
      const pauses = Array.from({ length: 50 }, () => pauseMs(KAKAOS_PACE, tried + 1));
      expect(Math.max(...pauses)).toBeLessThanOrEqual(most);
      expect(Math.min(...pauses)).toBeGreaterThanOrEqual(most / 2);
      expect(new Set(pauses).size).toBeGreaterThan(1);
    }
  });

  test('however often, is given up with all that follow, which are not sent', async () => {
    server.answerNext(...Array(20).fill({ status: 429 }));
    const report = await kakao.sendEvent('order_ready', users(201));
    expect(server.sent).toHaveLength(5);
    expect(report.counts).toMatchObject({ 'not-sent': 201 });
    expect(report.fates[200]).toMatchObject({ reason: 'Kakao takes no more requests now (HTTP 429)' });
    expect(report.costWon).toBe(0);
  });

  test.each([
    [401, 'Kakao does not take the key (HTTP 401)'],
    [403, 'Kakao does not let the key send events of this bot (HTTP 403)'],
    [404, 'Kakao knows no such bot (HTTP 404)'],
  ])('for what holds for all (HTTP %i) is the last one', async (status, reason) => {
    server.answerNext({ status, body: { code: -1, msg: 'no' } });
    const report = await kakao.sendEvent('order_ready', users(250));
    expect(server.sent).toHaveLength(1);
    expect(report.counts).toMatchObject({ refused: 100, 'not-sent': 150 });
    expect(report.fates[249]).toEqual({ botUserKey: 'user-249', fate: 'not-sent', reason });
  });

  test('for an unknown event is refused with Kakao’s words', async () => {
    const report = await kakao.sendEvent('order-ready', users(1));
    expect(report.fates[0]).toMatchObject({
      fate: 'refused',
      reason: 'Kakao refused it (HTTP 200): Invalid event name: order-ready',
    });
  });

  test('since nothing reached Kakao is made again, and then not sent', async () => {
    const closed = createServer();
    await new Promise<void>(resolve => closed.listen(0, '127.0.0.1', resolve));
    const address = closed.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    await new Promise(resolve => closed.close(resolve));
    process.env[EVENT_ORIGINS] = `http://127.0.0.1:${port}`;
    const client = eventApi({ botId: EVENT_BOT, restApiKey: EVENT_KEY }, PACE);
    const report = await client.sendEvent('order_ready', users(150));
    expect(report.counts).toMatchObject({ 'not-sent': 150, unknown: 0 });
    expect(report.fates[149]).toMatchObject({ reason: 'Kakao could not be reached in time' });
  });

  test('by leading elsewhere is not followed', async () => {
    const elsewhere = await startEventServer();
    server.answerNext({
      status: 307,
      headers: { location: `${elsewhere.origin}/v2/bots/${EVENT_BOT}/talk` },
    });
    const report = await kakao.sendEvent('order_ready', users(1));
    expect(elsewhere.calls()).toBe(0);
    expect(report.fates[0]).toMatchObject({ fate: 'refused', reason: 'Kakao refused it (HTTP 307)' });
    await elsewhere.stop();
  });
});

describe('a request that Kakao may have taken', () => {
  const ENDLESS = { taskId: 'a', status: 'SUCCESS', more: 'x'.repeat(2 * 1024 * 1024) };

  test.each([
    ['whose answer got lost', 'lose' as const],
    ['whose answer did not come', 'hang' as const],
    ['that a server in between answered', { status: 502, body: '<html>' }],
    ['whose answer is none of Kakao’s', { status: 200, body: 'ok' }],
    ['whose answer is longer than any of Kakao’s', { status: 200, body: ENDLESS }],
  ])('%s is unknown, costs, and is not made again', async (_, answer) => {
    server.answerNext('own', answer);
    const report = await kakao.sendEvent('order_ready', users(250));
    expect(server.sent).toHaveLength(3);
    expect(report.counts).toMatchObject({ delivered: 150, unknown: 100 });
    expect(report.fates[100]).toMatchObject({ botUserKey: 'user-100', fate: 'unknown' });
    expect(report).toMatchObject({ costWon: 250 * 15, ok: false });
  });

  test('is the last one when it is the third without an answer', async () => {
    server.answerNext('lose', 'lose', 'lose');
    const report = await kakao.sendEvent('order_ready', users(500));
    expect(server.sent).toHaveLength(3);
    expect(report.counts).toMatchObject({ unknown: 300, 'not-sent': 200 });
  });
});

describe('what became of it', () => {
  test('is asked for again where Kakao fails to say, and not given up', async () => {
    server.answerNextQuestion(
      { status: 500 },
      'lose',
      { status: 429 },
      { status: 404 },
      { status: 200, body: '{' },
    );
    expect(await kakao.sendEvent('order_ready', users(1))).toMatchObject({ ok: true });
    expect(server.asked()).toBe(6);
  });

  test('is told as far as it is known when the time is over', async () => {
    server.doneAfter(1_000_000);
    server.fails('user-0', { errorType: 201, msg: 'no' });
    const startedAt = performance.now();
    const report = await kakao.sendEvent('order_ready', users(3), { withinMs: 150 });
    expect(performance.now() - startedAt).toBeLessThan(2_000);
    expect(report.counts).toMatchObject({ failed: 1, accepted: 2, delivered: 0 });
    expect(report.fates[1]).toMatchObject({
      fate: 'accepted',
      reason: 'Kakao took it, and did not say in time what became of it',
      taskId: server.sent[0]?.taskId,
    });
  });

  test('is not asked for again where Kakao will never say', async () => {
    server.answerNextQuestion({ status: 403 });
    expect((await kakao.sendEvent('order_ready', users(1))).counts).toMatchObject({ accepted: 1 });
    expect(server.asked()).toBe(1);
  });

  test('is not asked for where the caller has no time', async () => {
    const report = await kakao.sendEvent('order_ready', users(3), { asksFates: false });
    expect(server.asked()).toBe(0);
    expect(report.counts).toMatchObject({ accepted: 3 });
    expect(new Set(report.fates.map(({ reason }) => reason))).toEqual(
      new Set(['Kakao took it, and was not asked what became of it, as asksFates: false wants it']),
    );
    const { taskId } = server.sent[0] ?? {};
    expect(report.fates.map(fate => fate.taskId)).toEqual([taskId, taskId, taskId]);
  });

  test('is told of what was sent when the caller’s signal ends it', async () => {
    server.answerNext('own', 'hang');
    const report = await kakao.sendEvent('order_ready', users(350), { signal: AbortSignal.timeout(100) });
    expect(report.counts).toMatchObject({ accepted: 100, unknown: 100, 'not-sent': 150 });
    expect(report.fates[349]).toMatchObject({ fate: 'not-sent', reason: 'it was ended before' });
  });

  test('is known of each: a request is not begun where it could only be cut off', async () => {
    server.answerNext('own', 'hang');
    const slow = eventApi({ botId: EVENT_BOT, restApiKey: EVENT_KEY }, { ...PACE, leastMs: 100 });
    const report = await slow.sendEvent('order_ready', users(300), { withinMs: 350 });
    expect(server.sent).toHaveLength(2);
    expect(report.counts).toMatchObject({ unknown: 100, 'not-sent': 100 });
    expect(report.fates[299]).toMatchObject({ fate: 'not-sent', reason: 'the time was over before' });
  });

  test('is done where Kakao counts fewer than were sent to, and says the same twice', async () => {
    const body = {
      taskId: 'x',
      status: 'ALL SUCCESS',
      allRequestCount: 2,
      successCount: 2,
      fail: { count: 0, list: [] },
    };
    server.answerNextQuestion({ status: 200, body }, { status: 200, body });
    const report = await kakao.sendEvent('order_ready', users(3));
    expect(server.asked()).toBe(2);
    expect(report.counts).toMatchObject({ 'delivered-or-not': 3 });
    expect(report.fates[0]?.reason).toBe('Kakao reached 2 of these 3, and says nothing of the others');
  });
});

describe('group rooms', () => {
  test('get an event by their keys, a hundred a request', async () => {
    const keys = Array.from({ length: 130 }, (_, at) => `room-${at}`);
    server.fails('room-129', { errorType: 201, msg: 'no' });
    const report = await kakao.sendGroupEvent('order_ready', [...keys, 'room-0'], { data: { a: 1 } });
    expect(server.sent.map(({ path }) => path)).toEqual(Array(2).fill(`/v2/bots/${EVENT_BOT}/group`));
    expect(server.sent[1]?.json).toEqual({
      chat: keys.slice(100).map(id => ({ id, type: 'botGroupKey' })),
      event: { name: 'order_ready', data: { a: 1 } },
    });
    expect(report.fates[129]).toMatchObject({ botGroupKey: 'room-129', fate: 'failed', errorType: 201 });
    expect(report.duplicates).toEqual([{ botGroupKey: 'room-0' }]);
    expect(report.counts).toMatchObject({ delivered: 129, failed: 1 });
  });
});

describe('what is wrong', () => {
  const EXACTLY_ONE =
    'users[0] must be an object with exactly one of appUserId, plusfriendUserKey, botUserKey';
  const AN_ID = 'must be an id of 1 to 140 characters without spaces';

  const refusedOf = async (work: () => Promise<unknown>): Promise<string> => {
    try {
      await work();
    } catch (error) {
      return error instanceof Error ? error.message : '';
    } finally {
      expect(server.calls()).toBe(0);
    }
    return 'nothing';
  };

  test.each<{ says: string; given: unknown; options?: object }>([
    { says: 'users must be a list of 1 to 100000', given: [] },
    { says: 'users must be a list of 1 to 100000', given: 'all' },
    { says: 'users[1] must be an object', given: [{ botUserKey: 'a' }, 'b'] },
    { says: EXACTLY_ONE, given: [{ id: 'a' }] },
    { says: EXACTLY_ONE, given: [{ botUserKey: 'a', appUserId: 1 }] },
    { says: `users[0].botUserKey ${AN_ID}`, given: [{ botUserKey: 'a b' }] },
    { says: `users[0].appUserId ${AN_ID}`, given: [{ appUserId: 1.5 }] },
    { says: 'users[0].properties must be an object', given: [{ botUserKey: 'a', properties: 'x' }] },
    {
      says: 'users[0].properties must be JSON of at most 4 KB',
      given: [{ botUserKey: 'a', properties: { a: 'x'.repeat(5_000) } }],
    },
    {
      says: 'data must be JSON of at most 32 KB',
      given: users(1),
      options: { data: { a: 'x'.repeat(40_000) } },
    },
    { says: 'params must be JSON of at most 32 KB', given: users(1), options: { params: { a: 1n } } },
    {
      says: 'withinMs must be a number of milliseconds, 0 at least',
      given: users(1),
      options: { withinMs: Number.NaN },
    },
    { says: 'channel must be "live" or "dev"', given: users(1), options: { channel: 'prod' } },
  ])('is told before anything is sent: $says', async ({ says, given, options }) => {
    expect(await refusedOf(() => kakao.sendEvent('order_ready', given as EventUser[], options))).toBe(says);
  });

  test('is told of an event’s name, too', async () => {
    expect(await refusedOf(() => kakao.sendEvent(' ', users(1)))).toMatch(
      /^name must be the name that the event has/,
    );
  });

  test('is told of the options, and a host that is not Kakao’s is one', () => {
    const make = (options: object) => () => eventApi({ botId: EVENT_BOT, restApiKey: EVENT_KEY, ...options });
    expect(make({ botId: '../x' })).toThrow('botId must be the id that the 챗봇 관리자센터 shows');
    delete process.env[EVENT_ORIGINS];
    expect(make({ origin: 'https://bot-api.kakao.com' })).not.toThrow();
    for (const origin of [
      'https://bot-api.kakao.com.example',
      'http://bot-api.kakao.com',
      server.origin,
      '',
    ]) {
      expect(make({ origin })).toThrow('origin must be https://bot-api.kakao.com');
    }
    process.env[EVENT_ORIGINS] = 'https://bot-api.kakao.com/x';
    expect(make({})).toThrow('KAKAO_EVENT_ORIGINS must be origins like https://bot-api.kakao.com');
  });

  test.each(['a key with spaces', '키', '', 'x\r\nhost: evil'])(
    'is told of a key that is none, and never the key',
    async key => {
      const client = eventApi({ botId: EVENT_BOT, restApiKey: key }, PACE);
      expect(await refusedOf(() => client.sendEvent('order_ready', users(1)))).toBe(
        'restApiKey must be the key as Kakao shows it: letters, digits, - and _ alone',
      );
    },
  );
});

test('the key is in no report, though Kakao repeats one that it does not know', async () => {
  const wrong = 'ffffffffffffffffffffffffffffffff';
  const client = eventApi({ botId: EVENT_BOT, restApiKey: wrong }, PACE);
  const report = await client.sendEvent('order_ready', users(1));
  expect(report.fates[0]).toMatchObject({
    fate: 'refused',
    reason: 'Kakao refused it (HTTP 401): wrong appKey(…) format',
  });
  expect(JSON.stringify(report)).not.toContain(wrong);
});
