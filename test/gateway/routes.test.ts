import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { type LocalAws, startLocalAws, useLocalAws } from '../../dev/local-aws.ts';
import { loadHandlers } from '../../dev/local-gateway.ts';
import type { HttpHandler } from '../../lambda/aws/http.ts';
import { type HandlerName, routeKeys, routes } from '../../lambda/routes.ts';
import { CONTEXT, invoke, SECRET, skillCall, smartChatCall } from '../kit/http.ts';
import { keyboardProblems, messageProblems, skillProblems } from '../kit/kakao-accepts.ts';
import { samplesOf, skillBodies, smartChatCalls } from '../kit/samples.ts';
import { takeStdout } from '../kit/stdout.ts';

let aws: LocalAws;
let handlers: Readonly<Record<HandlerName, HttpHandler>>;

beforeAll(async () => {
  aws = await startLocalAws({ secret: SECRET });
  useLocalAws(aws);
  handlers = await loadHandlers();
});

afterAll(() => aws?.stop());

beforeEach(() => {
  takeStdout();
});

afterEach(() => {
  jest.restoreAllMocks();
});

describe('the deployed skill handler', () => {
  test.each(skillBodies())('answers $name', async ({ name, json: body }) => {
    const { status, json } = await invoke(handlers['open-builder'], skillCall(body));
    expect(status).toBe(200);
    // The café has one rule, which judges values that lost their way, too.
    if (/validation-api/.test(name)) expect(json).toEqual({ status: 'SUCCESS', value: '010-0000-0000' });
    else if (/group-webhook/.test(name)) expect(json).toEqual({ version: '2.0', template: { outputs: [] } });
    else expect(skillProblems(json, /group/.test(name) ? 'group' : 'private')).toEqual([]);
  });

  test('is healthy without a secret', async () => {
    expect(await invoke(handlers['open-builder'], { method: 'GET', path: '/health' })).toMatchObject({
      status: 200,
      json: { status: 'ok' },
    });
  });

  test('takes an empty X-Request-Id for none', async () => {
    const body = { bot: { id: 'b' }, userRequest: { utterance: '담기 라떼', user: { id: 'no-id' } } };
    for (const cups of ['모두 1잔', '모두 2잔']) {
      const { json } = await invoke(handlers['open-builder'], skillCall(body, { 'X-Request-Id': ' ' }));
      expect(JSON.stringify(json)).toContain(cups);
    }
  });

  test('is found by its path when a REST API in front has a route for everything', async () => {
    const [event] = samplesOf('open-builder/requests').filter(({ json }) => 'httpMethod' in json);
    const proxied = { ...event?.json, resource: '/{proxy+}', path: '/open-builder/skill' };
    const headers = { ...proxied.headers, 'X-Gateway-Secret': SECRET };
    const { statusCode } = await handlers['open-builder']({ ...proxied, headers }, CONTEXT);
    expect(statusCode).toBe(200);
  });

  test('counts the cups of one user, and the same X-Request-Id once', async () => {
    const body = { bot: { id: 'b' }, userRequest: { utterance: '담기 라떼', user: { id: 'cups' } } };
    const say = async (id: string) =>
      (await invoke(handlers['open-builder'], skillCall(body, { 'X-Request-Id': id }))).json;
    const first = await say('chp-1');
    expect(JSON.stringify(first)).toContain('모두 1잔');
    expect(JSON.stringify(await say('chp-2'))).toContain('모두 2잔');
    expect(await say('chp-1')).toEqual(first);
    expect(JSON.stringify(await say('chp-3'))).toContain('모두 3잔');
  });
});

describe('the deployed validation handler', () => {
  const judge = (body: unknown, path = '/전화번호') =>
    invoke(handlers.validation, {
      method: 'POST',
      path: `/open-builder/validation${path}`,
      headers: { 'x-gateway-secret': SECRET },
      body,
    });

  test.each(skillBodies().filter(({ name }) => /^(23|36)/.test(name)))(
    'judges $name by the rule of the café',
    async ({ json: body }) => {
      const { status, json } = await judge(body);
      expect({ status, json }).toEqual({ status: 200, json: { status: 'SUCCESS', value: '010-0000-0000' } });
      expect((await judge(body, '')).json).toEqual(json);
    },
  );

  test('says how to tell a phone number', async () => {
    const body = { value: { origin: '몰라요', resolved: '몰라요' }, user: { id: 'u' } };
    expect((await judge(body)).json).toEqual({
      status: 'FAIL',
      message: '전화번호를 010-0000-0000처럼 알려 주세요.',
    });
  });
});

describe('the deployed smart-chat handler', () => {
  const [onUs, elsewhere] = [
    smartChatCalls().filter(({ name }) => !name.startsWith('req-path')),
    smartChatCalls().filter(({ name }) => name.startsWith('req-path')),
  ];

  test.each(onUs)('answers $name', async ({ method, path, headers, body }) => {
    const {
      status,
      json,
      headers: answered,
    } = await invoke(handlers['smart-chat'], { ...smartChatCall(method, path, body), headers });
    expect(status).toBe(200);
    expect(answered['content-type']).toBe('application/json; charset=utf-8');
    if (path === '/message') expect(messageProblems(json)).toEqual([]);
    else if (path === '/keyboard') expect(keyboardProblems(json)).toEqual([]);
    else expect(json).toEqual({});
  });

  test("leaves no session behind of the API test's user, nor of one without a key", async () => {
    const client = new DynamoDBClient({});
    const count = async () =>
      (
        await client.send(
          new ScanCommand({
            TableName: aws.environment.SESSIONS_TABLE,
            Select: 'COUNT',
            ConsistentRead: true,
          }),
        )
      ).Count;
    const before = await count();
    const probes = samplesOf('smart-chat').find(({ name }) => name === 'kakao-apitest-sequence')?.json.body;
    for (const { method, path, body } of probes)
      await invoke(handlers['smart-chat'], smartChatCall(method, path, body));
    for (const user_key of ['test', undefined]) {
      await invoke(
        handlers['smart-chat'],
        smartChatCall('POST', '/message', { user_key, content: '담기 라떼' }),
      );
    }
    expect(await count()).toBe(before);
    await invoke(
      handlers['smart-chat'],
      smartChatCall('POST', '/message', { user_key: 'scanned', content: '담기 라떼' }),
    );
    expect(await count()).toBe((before ?? 0) + 1);
    client.destroy();
  });

  test('the samples of paths are the two ways to register a wrong app URL', () => {
    expect(elsewhere.map(({ path }) => path)).toEqual(['/endpoint//keyboard', '/keyboard/keyboard']);
  });

  test('forgets who blocks the channel, and nobody else', async () => {
    const say = async (user_key: string, content: string) =>
      JSON.stringify(
        (await invoke(handlers['smart-chat'], smartChatCall('POST', '/message', { user_key, content }))).json,
      );
    for (const user of ['leaves', 'stays', 'blocks']) await say(user, '담기 라떼');
    await invoke(handlers['smart-chat'], smartChatCall('DELETE', '/friend/blocks'));
    await invoke(handlers['smart-chat'], smartChatCall('DELETE', '/chat_room/leaves'));
    expect(await say('blocks', '장바구니')).toContain('비어 있어요');
    expect(await say('leaves', '장바구니')).toContain('모두 1잔');
    expect(await say('stays', '장바구니')).toContain('모두 1잔');
  });
});

describe('a call of no route', () => {
  const call = (method: string, path: string) => invoke(handlers['smart-chat'], { method, path });

  test.each(['//keyboard', '///keyboard', '//message'])(
    'with slashes too many (%s) is served',
    async path => {
      const body = path.endsWith('message') ? { user_key: 'u', content: '메뉴' } : undefined;
      const method = body ? 'POST' : 'GET';
      const { status, json } = await invoke(handlers['smart-chat'], smartChatCall(method, path, body));
      expect({ status, problems: body ? messageProblems(json) : keyboardProblems(json) }).toEqual({
        status: 200,
        problems: [],
      });
    },
  );

  test('with slashes too many still needs the secret', async () => {
    expect((await call('GET', '/smart-chat/wrong//keyboard')).status).toBe(401);
  });

  test.each([
    [
      'GET',
      `/smart-chat/${SECRET}/keyboard/keyboard`,
      404,
      'Kakao adds /keyboard',
      'https://bot.example.com/smart-chat/<secret>',
    ],
    ['GET', '/keyboard/keyboard', 404, 'Kakao adds /keyboard', 'https://bot.example.com/smart-chat/<secret>'],
    [
      'GET',
      '/smart-chat/keyboard',
      404,
      "lacks the gateway's secret",
      'https://bot.example.com/smart-chat/<secret>',
    ],
    [
      'POST',
      '/smart-chat/message',
      404,
      "lacks the gateway's secret",
      'https://bot.example.com/smart-chat/<secret>',
    ],
    ['GET', '/keyboard', 404, 'For smart-chat', 'https://bot.example.com/smart-chat/<secret>'],
    ['GET', `/smart-chat/${SECRET}/message`, 405, 'POST is', 'https://bot.example.com/smart-chat/<secret>'],
    ['POST', `/smart-chat/${SECRET}/keyboard`, 405, 'GET is', 'https://bot.example.com/smart-chat/<secret>'],
    ['GET', '/open-builder/skill', 405, 'POST is', 'https://bot.example.com/open-builder/skill'],
    [
      'GET',
      '/open-builder/validation/전화번호',
      405,
      'validation API',
      'https://bot.example.com/open-builder/validation/<secret>/<parameter>',
    ],
    [
      'POST',
      '/open-builder/validation/',
      404,
      'validation API',
      'https://bot.example.com/open-builder/validation/<parameter>',
    ],
    // Without the admin key there are no such routes.
    ['POST', '/webhooks/channel', 404, 'adminKeySecretName', 'https://bot.example.com/webhooks/channel'],
    ['GET', '/webhooks/channel', 405, 'POST is', 'https://bot.example.com/webhooks/channel'],
    ['GET', '/webhooks/unlink/', 404, 'KAKAO_ADMIN_KEY', 'https://bot.example.com/webhooks/unlink'],
    ['POST', '/open-builder/skill/', 404, '챗봇 관리자센터', 'https://bot.example.com/open-builder/skill'],
    ['GET', '/', 404, 'Open Builder', 'https://bot.example.com/smart-chat/<secret>'],
    ['PATCH', '/a/%E0%A4%A', 404, 'Open Builder', 'https://bot.example.com/open-builder/skill'],
  ])('%s %s says what to register instead', async (method, path, status, hint, url) => {
    const answered = await call(method, path);
    expect(answered.status).toBe(status);
    expect(answered.json.message).toContain(hint);
    expect(answered.json.message).toContain(url);
    expect(answered.json.message).not.toContain(SECRET);
  });
});

test('every route of the table has a handler', () => {
  for (const key of routeKeys) expect(handlers[routes[key]]).toBeInstanceOf(Function);
});
