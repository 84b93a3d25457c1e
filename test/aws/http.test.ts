import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { lambdaContext } from '../../dev/lambda-context.ts';
import {
  HttpError,
  type HttpEvent,
  type HttpHandler,
  type HttpOptions,
  httpHandler,
  type JsonRequest,
  type Service,
} from '../../lambda/aws/http.ts';
import { log } from '../../lambda/aws/log.ts';
import { turnMetrics } from '../../lambda/aws/metrics.ts';
import { InvalidRequestError } from '../../lambda/errors.ts';
import { type Call, CONTEXT, httpEvent, invoke, SECRET, skillCall, testSecret } from '../kit/http.ts';
import { type Logged, logInto } from '../kit/log.ts';
import { samplesOf, skillBodies } from '../kit/samples.ts';
import { takeStdout } from '../kit/stdout.ts';

function serving(
  serve: Service['serve'],
  { secret = 'header', ...more }: Partial<Service> = {},
  redirect: HttpOptions['redirect'] = () => {
    throw new HttpError(404, 'nothing is served here');
  },
): { handler: HttpHandler; logged: Logged[] } {
  const logged: Logged[] = [];
  const handler = httpHandler(
    {
      'POST /open-builder/skill': { ...more, secret, serve },
      'GET /health': { secret: 'none', serve },
      'DELETE /smart-chat/{secret}/friend/{user_key}': { secret: 'path', serve },
    },
    { secret: testSecret, log: logInto(logged), redirect },
  );
  return { handler, logged };
}

afterEach(() => {
  jest.restoreAllMocks();
});

/** Has the clock stand still at this moment. */
function freeze(): number {
  const now = Date.now();
  jest.spyOn(Date, 'now').mockReturnValue(now);
  return now;
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
      json: { message: 'body must be at most 65536 bytes' },
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

  test('reads a body as before after one that was no UTF-8, or broke off in a letter', async () => {
    const { handler } = serving(echo);
    const bodies = [[0xef, 0xbb], [0x22, 0xff, 0x22], [...Buffer.from('\ufeff{"말":"안녕"}')]];
    const answers = bodies.map(bytes =>
      invoke(handler, { ...skillCall(Buffer.from(bytes).toString('base64')), isBase64Encoded: true }),
    );
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([400, 400, 200]);
    expect((await answers[2])?.json).toEqual({ body: { 말: '안녕' } });
  });

  test('takes half a letter in a text for one that nobody knows', async () => {
    const { json } = await invoke(serving(echo).handler, skillCall('{"a":"\ud83d 안녕 \udc4b"}'));
    expect(json).toEqual({ body: { a: '\ufffd 안녕 \ufffd' } });
  });

  test.each([undefined, null, ''])('a body that is missing, as %j, is undefined', async body => {
    // A REST API tells it by null, an HTTP API by nothing.
    const event: HttpEvent = httpEvent(skillCall(undefined));
    Object.assign(event, { body });
    const { statusCode, body: answer } = await serving(echo).handler(event, CONTEXT);
    expect({ statusCode, answer }).toEqual({ statusCode: 200, answer: '{}' });
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
    const { handler } = serving(() => ({}), { secret: 'path' });
    const event = httpEvent(skillCall({}));
    const answerWith = (secret: string) => handler({ ...event, pathParameters: { secret } }, CONTEXT);
    expect((await answerWith(SECRET)).statusCode).toBe(200);
    const { statusCode, body } = await answerWith('wrong');
    expect(statusCode).toBe(401);
    expect(JSON.parse(body).message).toBe(
      "the secret in the URL is wrong: register the URL with the gateway's secret in it",
    );
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
    expect(JSON.parse(lines[0] ?? '').error).toMatchObject({
      name: expect.stringMatching(/^(Http|InvalidRequest)Error$/),
      message: expect.any(String),
    });
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

  test('tells the failure of a turn with its protocol, its time and its metrics', async () => {
    const now = freeze();
    const { handler, logged } = serving(
      () => {
        throw new Error('the table is gone');
      },
      { protocol: 'open-builder', failureMetrics: ms => turnMetrics(ms, true) },
    );
    await invoke(handler, { ...skillCall({}), receivedAt: now - 1_500 });
    expect(logged).toMatchObject([
      {
        what: 'request failed',
        protocol: 'open-builder',
        ms: 1_500,
        outcome: 'failed',
        metrics: { Turns: 1, TurnMs: 1_500, TurnsFailed: 1 },
      },
    ]);
  });

  test("gives a caller who must get a 200 the service's own words for a failure", async () => {
    const { handler, logged } = serving(
      () => {
        throw new Error('the table is gone');
      },
      { answerFailure: () => ({ 말: '미안해요' }) },
    );
    expect(await invoke(handler, skillCall({}))).toMatchObject({ status: 200, json: { 말: '미안해요' } });
    expect(logged).toMatchObject([{ level: 'error', what: 'request failed' }]);
  });

  test('answers as long as Lambda lets it: when to give up is not decided here', async () => {
    const { handler } = serving(async () => {
      await new Promise(resolve => setTimeout(resolve, 20));
      return {};
    });
    expect((await handler(httpEvent(skillCall({})), lambdaContext('test', 10))).statusCode).toBe(200);
  });

  test('takes two parameters: Lambda refuses handlers of three', () => {
    expect(serving(echo).handler.length).toBe(2);
  });

  test("the clock starts at API Gateway's receipt, unless the event is an old one replayed", async () => {
    const { handler } = serving(({ receivedAt }) => ({ receivedAt }));
    const now = freeze();
    const startOf = async (receivedAt: number): Promise<number> =>
      (await invoke(handler, { ...skillCall({}), receivedAt })).json.receivedAt;
    for (const receivedAt of [now - 3_000, now - 29_999]) expect(await startOf(receivedAt)).toBe(receivedAt);
    for (const receivedAt of [now - 30_000, 1_624_035_491_217, now + 60_000])
      expect(await startOf(receivedAt)).toBe(now);
  });

  test("has every line of a call tell API Gateway's id of it and Kakao's, as far as they are plain", async () => {
    const { handler, logged } = serving(() => {
      throw new Error('no');
    });
    const idsOf = async (kakaoRequestId: string, footprint: string) => {
      await invoke(
        handler,
        skillCall({}, { 'X-Request-Id': kakaoRequestId, 'X-Chappie-Footprint': footprint }),
      );
      const line = logged.pop();
      return [line?.kakaoRequestId, line?.footprint];
    };
    expect(await idsOf('chp-1_A', 'f'.repeat(80))).toEqual(['chp-1_A', 'f'.repeat(80)]);
    for (const odd of ['', 'f'.repeat(81), 'a b', 'chp-1 비밀', '비밀 chp-1', 'chp-1\n'])
      expect(await idsOf(odd, odd)).toEqual([undefined, undefined]);
    await invoke(handler, skillCall({}));
    expect(logged).toMatchObject([
      { requestId: expect.any(String), kakaoRequestId: undefined, footprint: undefined },
    ]);
  });

  describe('where a call comes by a route that it does not serve', () => {
    const lost: Call = {
      method: 'POST',
      path: '/stage/open-builder/skill',
      headers: {},
      body: { 말: '안녕' },
    };

    test('serves the route that the call means, its secret asked for and its parameters taken', async () => {
      const served: unknown[] = [];
      const { handler } = serving(
        ({ params, routeKey, body }) => {
          served.push({ params, routeKey, body });
          return {};
        },
        { secret: 'path' },
        ({ path }, isServed) => {
          const routeKey = path.replace('/stage/', 'POST /');
          expect([isServed(routeKey), isServed(`GET ${path}`), isServed('toString')]).toEqual([
            true,
            false,
            false,
          ]);
          return { routeKey, params: { secret: SECRET, room: '1' } };
        },
      );
      await invoke(handler, lost);
      expect(served).toEqual([
        {
          routeKey: 'POST /open-builder/skill',
          params: { secret: SECRET, room: '1' },
          body: { 말: '안녕' },
        },
      ]);
    });

    test('answers what the call is told in its place, and leaves it to the access log', async () => {
      const { handler, logged } = serving(echo);
      expect(await invoke(handler, lost)).toMatchObject({
        status: 404,
        json: { message: 'nothing is served here' },
      });
      expect(logged).toEqual([]);
    });

    test('knows by the method and the resource which route of a REST API it is', async () => {
      const rest = samplesOf('open-builder/requests').find(({ json }) => 'httpMethod' in json)?.json;
      const keys: string[] = [];
      const { handler } = serving(echo, {}, ({ routeKey }) => {
        keys.push(routeKey);
        throw new HttpError(404, 'nothing is served here');
      });
      await handler({ ...rest, resource: '/{proxy+}' }, CONTEXT);
      expect(keys).toEqual(['POST /{proxy+}']);
    });

    test('says which route it was sent to in vain', async () => {
      const { handler } = serving(echo, {}, () => ({ routeKey: 'POST /nowhere', params: {} }));
      expect(await invoke(handler, lost)).toMatchObject({
        status: 404,
        json: { message: 'this function does not serve POST /nowhere' },
      });
    });

    test('tells that it failed to find one', async () => {
      const { handler, logged } = serving(echo, {}, () => {
        throw new Error('no');
      });
      expect(await invoke(handler, lost)).toMatchObject({ status: 500 });
      expect(logged).toMatchObject([{ level: 'error', what: 'request failed' }]);
    });
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
