import { describe, expect, jest, test } from '@jest/globals';
import { lambdaContext } from '../../dev/lambda-context.ts';
import {
  type HttpEvent,
  type HttpHandler,
  httpHandler,
  type JsonRequest,
  type Service,
} from '../../lambda/aws/http.ts';
import { log } from '../../lambda/aws/log.ts';
import { InvalidRequestError } from '../../lambda/errors.ts';
import { type Call, CONTEXT, httpEvent, invoke, SECRET, skillCall, testSecret } from '../kit/http.ts';
import { type Logged, logInto } from '../kit/log.ts';
import { samplesOf, skillBodies } from '../kit/samples.ts';
import { takeStdout } from '../kit/stdout.ts';

function serving(
  serve: Service['serve'],
  secret: Service['secret'] = 'header',
): { handler: HttpHandler; logged: Logged[] } {
  const logged: Logged[] = [];
  const handler = httpHandler(
    {
      'POST /open-builder/skill': { secret, serve },
      'GET /health': { secret: 'none', serve },
      'DELETE /smart-chat/{secret}/friend/{user_key}': { secret: 'path', serve },
    },
    {
      secret: testSecret,
      log: logInto(logged),
      redirect: () => ({ routeKey: 'POST /open-builder/skill', params: {} }),
    },
  );
  return { handler, logged };
}

const echo = ({ body }: JsonRequest) => ({ body });

/** An object in which others stand in each other: 1 for a flat one. */
const nested = (levels: number): string => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;

/** Bodies that no call of Kakao's has, each as API Gateway would hand it on. */
const BROKEN_BODIES: readonly (readonly [string, string, boolean])[] = [
  ['no JSON', '{"a":', false],
  ['no UTF-8', Buffer.from([0x22, 0xff, 0xfe, 0x22]).toString('base64'), true],
  ['over 64 KB', JSON.stringify('비밀'.repeat(22_000)), false],
  ['nested deep', nested(5_000), false],
];

describe('the border to API Gateway', () => {
  test('answers JSON in UTF-8', async () => {
    const { status, headers, json } = await invoke(serving(echo).handler, skillCall({ 말: '안녕 👋' }));
    expect({ status, json }).toEqual({ status: 200, json: { body: { 말: '안녕 👋' } } });
    expect(headers['content-type']).toBe('application/json; charset=utf-8');
  });

  test('reads base64 bodies as UTF-8', async () => {
    const body = Buffer.from(JSON.stringify({ 말: '한글 👨‍👩‍👧' })).toString('base64');
    const { json } = await invoke(serving(echo).handler, { ...skillCall(body), isBase64Encoded: true });
    expect(json).toEqual({ body: { 말: '한글 👨‍👩‍👧' } });
  });

  test.each([
    ['no JSON', '{"a":', false],
    ['no UTF-8', Buffer.from([0x22, 0xff, 0xfe, 0x22]).toString('base64'), true],
  ])('refuses a body that is %s, without quoting it', async (_, body, isBase64Encoded) => {
    const { status, json } = await invoke(serving(echo).handler, { ...skillCall(body), isBase64Encoded });
    expect({ status, json }).toEqual({
      status: 400,
      json: { message: 'body must be JSON in UTF-8', field: 'body' },
    });
  });

  test('refuses a body over 64 KB before it is parsed, counted in bytes', async () => {
    const { handler } = serving(echo);
    expect((await invoke(handler, skillCall(JSON.stringify('x'.repeat(65_534))))).status).toBe(200);
    expect((await invoke(handler, skillCall(JSON.stringify('x'.repeat(65_535))))).status).toBe(413);
    expect((await invoke(handler, skillCall(JSON.stringify('가'.repeat(21_000))))).status).toBe(200);
    expect(await invoke(handler, skillCall(JSON.stringify('가'.repeat(22_000))))).toMatchObject({
      status: 413,
    });
  });

  test('refuses a body that is nested deeper than 64 levels, and takes one that is not', async () => {
    const { handler, logged } = serving(echo);
    const deepest = nested(64);
    expect(await invoke(handler, skillCall(deepest))).toMatchObject({
      status: 200,
      json: { body: JSON.parse(deepest) },
    });
    for (const body of [
      nested(65),
      `[${nested(64)}]`,
      nested(10_000),
      '['.repeat(32_000) + ']'.repeat(32_000),
    ]) {
      const { status, json } = await invoke(handler, skillCall(body));
      expect({ status, json }).toEqual({
        status: 400,
        json: { message: 'body must be JSON nested 64 levels deep at most', field: 'body' },
      });
    }
    expect(logged).toHaveLength(4);
  });

  test('takes every sample of Kakao with room for six times as many levels', async () => {
    const { handler } = serving(echo);
    for (const { json } of skillBodies()) {
      const inner = JSON.stringify(json);
      const body = `${'{"a":'.repeat(54)}${inner}${'}'.repeat(54)}`;
      expect((await invoke(handler, skillCall(body))).status).toBe(200);
    }
  });

  test.each(BROKEN_BODIES)(
    'does not look at a body that is %s where nobody is asked to send one',
    async (_, body, isBase64Encoded) => {
      const { handler, logged } = serving(echo);
      const calls = [
        { method: 'GET', path: '/health' },
        { method: 'DELETE', path: `/smart-chat/${SECRET}/friend/somebody` },
      ];
      for (const call of calls) {
        expect(await invoke(handler, { ...call, body, isBase64Encoded })).toMatchObject({
          status: 200,
          json: {},
        });
      }
      expect(logged).toEqual([]);
    },
  );

  test.each(BROKEN_BODIES)(
    'asks for the secret first, and does not even touch a body that is %s',
    async (_, body, isBase64Encoded) => {
      const { handler } = serving(echo);
      let looks = 0;
      for (const headers of [{}, { 'x-gateway-secret': 'wrong' }]) {
        const event: HttpEvent = httpEvent({ ...skillCall(undefined), headers, isBase64Encoded });
        Object.defineProperty(event, 'body', {
          get: () => {
            looks++;
            return body;
          },
        });
        expect((await handler(event, CONTEXT)).statusCode).toBe(401);
      }
      expect(looks).toBe(0);
    },
  );

  test.each([false, true])('reads past a byte order mark (base64: %s)', async isBase64Encoded => {
    const text = '\ufeff{"a":1}';
    const body = isBase64Encoded ? Buffer.from(text).toString('base64') : text;
    const { json } = await invoke(serving(echo).handler, { ...skillCall(body), isBase64Encoded });
    expect(json).toEqual({ body: { a: 1 } });
  });

  test('a missing body is undefined', async () => {
    expect((await invoke(serving(echo).handler, skillCall(undefined))).json).toEqual({});
  });

  test.each([
    ['a wrong secret', 'wrong'],
    ['an empty secret', ''],
    ['a secret with more behind it', `${SECRET}x`],
  ])('refuses %s and says where to enter it', async (_, value) => {
    const { status, json } = await invoke(
      serving(echo).handler,
      skillCall({}, { 'x-gateway-secret': value }),
    );
    expect(status).toBe(401);
    expect(json.message).toContain('헤더값 입력');
    expect(JSON.stringify(json)).not.toContain(SECRET);
  });

  test.each([
    ['a header that is missing', {}, 'missing'],
    ['a header that says nothing', { 'x-gateway-secret': '' }, 'missing'],
    ['a header that is wrong', { 'x-gateway-secret': 'guess' }, 'wrong'],
  ])('tells %s from others', async (_, headers, word) => {
    const { json } = await invoke(serving(echo).handler, { ...skillCall({}), headers });
    expect(json.message).toContain(`the header x-gateway-secret is ${word}: `);
  });

  test('reads the secret from the path where a route has it there', async () => {
    const { handler } = serving(() => ({}), 'path');
    const event = httpEvent(skillCall({}));
    const answerWith = async (secret: string) =>
      (await handler({ ...event, pathParameters: { secret } }, CONTEXT)).statusCode;
    expect(await answerWith(SECRET)).toBe(200);
    expect(await answerWith('wrong')).toBe(401);
  });

  test('reads headers whatever their case', async () => {
    const { status } = await invoke(serving(echo).handler, {
      ...skillCall({}),
      headers: { 'X-Gateway-Secret': SECRET },
    });
    expect(status).toBe(200);
  });

  test('names the field of a body that is no Kakao request', async () => {
    const { handler, logged } = serving(() => {
      throw new InvalidRequestError('userRequest.user', 'an object');
    });
    expect(await invoke(handler, skillCall({}))).toMatchObject({
      status: 400,
      json: { message: 'userRequest.user must be an object', field: 'userRequest.user' },
    });
    expect(logged).toMatchObject([
      { level: 'warn', what: 'body refused', error: { field: 'userRequest.user' } },
    ]);
  });

  test.each<[string, Call, string]>([
    ['a wrong secret', skillCall({}, { 'x-gateway-secret': 'wrong-secret' }), 'secret refused'],
    ['a body that is no JSON', skillCall('{"말":"비밀'), 'body refused'],
    ['a body over 64 KB', skillCall(JSON.stringify('비밀'.repeat(22_000))), 'body refused'],
    ['a body that is nested deep', skillCall(`[${'{"비밀":'.repeat(70)}1${'}'.repeat(70)}]`), 'body refused'],
  ])('tells the operator of %s in one line, in words of its own', async (_, call, what) => {
    const { handler, logged } = serving(echo);
    await invoke(handler, call);
    expect(logged).toMatchObject([{ level: 'warn', what, requestId: expect.any(String) }]);
    const lines = takeStdout();
    for (const entry of logged) log(entry);
    jest.restoreAllMocks();
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('"message":');
    expect(lines[0]).not.toMatch(/비밀|wrong-secret|\/open-builder\/skill/);
  });

  test('an unexpected failure is logged, and not told to the caller', async () => {
    const { handler, logged } = serving(() => {
      throw new Error('the table is gone');
    });
    expect(await invoke(handler, skillCall({}))).toMatchObject({
      status: 500,
      json: { message: 'Internal Server Error' },
    });
    expect(logged).toMatchObject([
      { level: 'error', what: 'request failed', error: { message: 'the table is gone' } },
    ]);
  });

  test('answers as long as Lambda lets it: when to give up is not decided here', async () => {
    const { handler } = serving(async () => {
      await new Promise(resolve => setTimeout(resolve, 20));
      return {};
    });
    expect((await handler(httpEvent(skillCall({})), lambdaContext('test', 1_000))).statusCode).toBe(200);
  });

  test('takes two parameters: Lambda refuses handlers of three', () => {
    expect(serving(echo).handler.length).toBe(2);
  });

  test("the clock starts at API Gateway's receipt, unless the event is an old one replayed", async () => {
    const { handler } = serving(({ receivedAt }) => ({ receivedAt }));
    const now = Date.now();
    expect((await invoke(handler, { ...skillCall({}), receivedAt: now - 3_000 })).json.receivedAt).toBe(
      now - 3_000,
    );
    expect((await invoke(handler, { ...skillCall({}), receivedAt: now - 29_000 })).json.receivedAt).toBe(
      now - 29_000,
    );
    expect(
      (await invoke(handler, { ...skillCall({}), receivedAt: now - 30_001 })).json.receivedAt,
    ).toBeGreaterThanOrEqual(now);
    expect(
      (await invoke(handler, { ...skillCall({}), receivedAt: 1_624_035_491_217 })).json.receivedAt,
    ).toBeGreaterThanOrEqual(now);
    expect(
      (await invoke(handler, { ...skillCall({}), receivedAt: now + 60_000 })).json.receivedAt,
    ).toBeLessThan(now + 10_000);
  });

  test.each(samplesOf('open-builder/requests').filter(({ json }) => 'httpMethod' in json))(
    "takes a REST API's event too: $name",
    async ({ json }) => {
      const { handler } = serving(({ headers, body, requestId }) => ({
        id: headers['x-request-id'],
        body,
        requestId,
      }));
      const event: HttpEvent = {
        ...json,
        resource: '/open-builder/skill',
        headers: { ...json.headers, 'X-Gateway-Secret': SECRET },
      };
      const result = await handler(event, CONTEXT);
      expect(JSON.parse(result.body)).toEqual({
        id: json.headers['X-Request-Id'],
        body: JSON.parse(json.body),
        requestId: json.requestContext.requestId,
      });
    },
  );
});
