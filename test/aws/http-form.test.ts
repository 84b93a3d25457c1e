import { describe, expect, test } from '@jest/globals';
import {
  HttpError,
  type HttpEvent,
  type HttpHandler,
  type HttpOptions,
  httpHandler,
} from '../../lambda/aws/http.ts';
import {
  ADMIN_KEY,
  type Call,
  CONTEXT,
  httpEvent,
  invoke,
  testAdminKey,
  testSecret,
  unlinkWebhook,
} from '../kit/http.ts';
import { type Logged, logInto } from '../kit/log.ts';
import { samplesOf } from '../kit/samples.ts';

const service = {
  secret: 'admin-key',
  takesForm: true,
  serve: ({ body }: { body: unknown }) => ({ body }),
} as const;

function serving(more: Partial<HttpOptions> = { adminKey: testAdminKey }): {
  handler: HttpHandler;
  logged: Logged[];
} {
  const logged: Logged[] = [];
  const redirect = () => {
    throw new HttpError(404, 'nothing is served here');
  };
  const options = { secret: testSecret, log: logInto(logged), redirect, ...more };
  const services = { 'POST /webhooks/unlink': service, 'GET /webhooks/unlink': service };
  return { logged, handler: httpHandler(services, options) };
}

const posted = (body: string | Buffer, headers: Readonly<Record<string, string>> = {}): Call => {
  const call = unlinkWebhook({});
  const coded = Buffer.from(body).toString('base64');
  return { ...call, headers: { ...call.headers, ...headers }, body: coded };
};

describe('a route that takes a form', () => {
  test('reads the fields of a body, as API Gateway hands it on: in base64, or as a text', async () => {
    const { handler } = serving();
    const form = 'a=1&b=%ED%95%9C%20%EA%B8%80+%F0%9F%91%8B&c=&a=2';
    const fields = { body: { a: '1', b: '한 글 👋', c: '' } };
    expect((await invoke(handler, posted(form))).json).toEqual(fields);
    const { isBase64Encoded: _, ...call } = posted(form);
    expect((await invoke(handler, { ...call, body: form })).json).toEqual(fields);
  });

  test('reads the fields of a query by GET, and no body', async () => {
    const { handler } = serving();
    const call = { ...posted('a=body'), method: 'GET', query: 'a=1&b=%ED%95%9C+%EA%B8%80' };
    expect((await invoke(handler, call)).json).toEqual({ body: { a: '1', b: '한 글' } });
  });

  test("reads the query of a REST API's event, too", async () => {
    const sample = samplesOf('open-builder/requests').find(({ json }) => 'httpMethod' in json)?.json;
    const event: HttpEvent = {
      ...sample,
      ...{ resource: '/webhooks/unlink', httpMethod: 'GET', body: null },
      headers: { Authorization: `KakaoAK ${ADMIN_KEY}` },
      queryStringParameters: { a: '한 글' },
    };
    const { body } = await serving().handler(event, CONTEXT);
    expect(JSON.parse(body)).toEqual({ body: { a: '한 글' } });
  });

  test('reads JSON from whoever says that it is some', async () => {
    const { handler } = serving();
    const json = { 'content-type': 'application/json; charset=utf-8' };
    expect((await invoke(handler, posted('{"a":"1"}', json))).json).toEqual({ body: { a: '1' } });
    expect((await invoke(handler, posted('a=1', json))).status).toBe(400);
  });

  test('takes any name for a field', async () => {
    const { body } = await serving().handler(httpEvent(posted('__proto__=1&toString=2')), CONTEXT);
    expect(body).toBe('{"body":{"__proto__":"1","toString":"2"}}');
  });

  test.each([
    ['no UTF-8', Buffer.from([0x61, 0x3d, 0xff]), 400, 'body must be a form in UTF-8'],
    ['over 64 KB', `a=${'x'.repeat(65_536)}`, 413, 'body must be at most 65536 bytes'],
  ])('refuses a body that is %s', async (_, body, status, message) => {
    expect(await invoke(serving().handler, posted(body))).toMatchObject({ status, json: { message } });
  });
});

describe('a route that asks for the admin key', () => {
  test('is open to nobody where none is known', async () => {
    const { handler, logged } = serving({});
    expect((await invoke(handler, posted('a=1'))).status).toBe(401);
    expect(logged).toMatchObject([{ level: 'warn', what: 'secret refused' }]);
    expect(JSON.stringify(logged)).not.toContain(ADMIN_KEY);
  });

  test("does not take the gateway's own secret for it", async () => {
    const { headers: _, ...call } = posted('a=1');
    const shown = { 'x-gateway-secret': 'test-secret', authorization: 'KakaoAK test-secret' };
    expect((await invoke(serving().handler, { ...call, headers: shown })).status).toBe(401);
  });
});
