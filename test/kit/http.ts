import { createHash, randomUUID } from 'node:crypto';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { lambdaContext } from '../../dev/lambda-context.ts';
import type { GatewaySecret } from '../../lambda/aws/gateway-secret.ts';
import type { HttpHandler } from '../../lambda/aws/http.ts';
import { findRoute } from '../../lambda/routes.ts';

/** The secret of every gateway that the tests make. */
export const SECRET = 'test-secret';

/** Accepts {@link SECRET} without any service behind it. */
export const testSecret: GatewaySecret = {
  accepts: async candidate => candidate === SECRET,
  pseudonymOf: userKey => createHash('sha256').update(userKey).digest('hex').slice(0, 16),
  wordsKey: () => 'the key of the words',
};

/** A call as a test writes it. */
export interface Call {
  readonly method: string;
  readonly path: string;
  /** Without its question mark; none unless given. */
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** JSON unless it is a string. */
  readonly body?: unknown;
  readonly isBase64Encoded?: boolean;
  /** Epoch ms; now unless given. */
  readonly receivedAt?: number;
}

/** A call that Kakao makes of a skill. */
export function skillCall(body: unknown, headers: Readonly<Record<string, string>> = {}): Call {
  return {
    method: 'POST',
    path: '/open-builder/skill',
    headers: { 'x-gateway-secret': SECRET, ...headers },
    body,
  };
}

/** A call that Kakao makes of a smart-chat app URL. */
export function smartChatCall(method: string, path: string, body?: unknown): Call {
  return { method, path: `/smart-chat/${SECRET}${path}`, body };
}

/** The admin key of the app that the tests' webhooks are of. */
export const ADMIN_KEY = '0123456789abcdef';

/** Accepts {@link ADMIN_KEY} without any service behind it. */
export const testAdminKey: Pick<GatewaySecret, 'accepts'> = { accepts: async shown => shown === ADMIN_KEY };

/** A channel webhook of Kakao Developers. */
export function channelWebhook(body: unknown, headers: Readonly<Record<string, string>> = {}): Call {
  return {
    method: 'POST',
    path: '/webhooks/channel',
    headers: { ...webhookHeaders(), ...headers },
    body,
  };
}

/** An unlink webhook of Kakao Developers, by POST, as API Gateway hands on a form. */
export function unlinkWebhook(fields: Readonly<Record<string, string>>): Call {
  return {
    method: 'POST',
    path: '/webhooks/unlink',
    headers: { ...webhookHeaders(), 'content-type': 'application/x-www-form-urlencoded;charset=utf-8' },
    body: Buffer.from(`${new URLSearchParams(fields)}`).toString('base64'),
    isBase64Encoded: true,
  };
}

const webhookHeaders = () => ({
  authorization: `KakaoAK ${ADMIN_KEY}`,
  'x-kakao-resource-id': randomUUID(),
  'user-agent': 'KakaoOpenAPI/1.0',
});

/** The payload 2.0 event that API Gateway makes of a call. */
export function httpEvent({
  method,
  path,
  query = '',
  headers = {},
  body,
  isBase64Encoded = false,
  receivedAt,
}: Call): APIGatewayProxyEventV2 {
  const { routeKey, params } = findRoute(method, path) ?? { routeKey: '$default', params: {} };
  const text = typeof body === 'string' || body === undefined || body === null ? body : JSON.stringify(body);
  return {
    version: '2.0',
    routeKey,
    rawPath: path,
    rawQueryString: query,
    headers: { host: 'bot.example.com', 'content-type': 'application/json', ...headers },
    requestContext: {
      accountId: '000000000000',
      apiId: 'api',
      domainName: 'bot.example.com',
      domainPrefix: 'bot',
      http: { method, path, protocol: 'HTTP/1.1', sourceIp: '219.249.231.40', userAgent: 'AHC/2.1' },
      requestId: randomUUID(),
      routeKey,
      stage: '$default',
      time: '',
      timeEpoch: receivedAt ?? Date.now(),
    },
    pathParameters: params as Record<string, string>,
    ...(text && { body: text }),
    isBase64Encoded,
  };
}

/** The answer to a call. */
export interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  // biome-ignore lint/suspicious/noExplicitAny: tests read whatever JSON came back
  readonly json: any;
}

/** Invokes a handler as Lambda does. */
export async function invoke(handler: HttpHandler, call: Call): Promise<Answered> {
  const { statusCode, headers, body } = await handler(httpEvent(call), CONTEXT);
  return { status: statusCode, headers, json: JSON.parse(body) };
}

/** Lambda's second argument of a handler. */
export const CONTEXT: Context = lambdaContext('test', 600_000);
