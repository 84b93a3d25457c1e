import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { ADMIN_KEY } from '../lambda/aws/environment.ts';
import type { HttpHandler, HttpResult } from '../lambda/aws/http.ts';
import type { QueueHandler } from '../lambda/gateway/late-turn.ts';
import { findRoute, type HandlerName, type RouteKey, routes } from '../lambda/routes.ts';
import { FUNCTION_TIMEOUT_SECONDS, INTEGRATION_TIMEOUT_MS } from '../lambda/turn/time-budget.ts';
import { type Admission, LOOPBACK, type LocalServer, serveLocally } from '../tools/local-server.ts';
import { localConcurrency } from './concurrency.ts';
import { lambdaContext } from './lambda-context.ts';
import type { WorkerBot } from './local-queue.ts';

/** One answered call, without the path: smart-chat's holds the secret. */
export interface AnsweredCall {
  readonly routeKey: RouteKey;
  readonly status: number;
  readonly ms: number;
}

/** API Gateway's own limit. */
const MAX_PAYLOAD_BYTES = 10 * 1024 * 1024;

/** The functions behind the routes; without webhooks, their routes are none. */
export type HttpHandlers = Readonly<
  Record<Exclude<HandlerName, 'webhooks'>, HttpHandler> & Partial<Record<HandlerName, HttpHandler>>
>;

/** The functions that are deployed: those behind the routes, and the worker behind the late queue. */
export type Handlers = Readonly<Record<HandlerName, HttpHandler>> & { readonly 'late-turn': QueueHandler };

/** Imports the functions that are deployed: only when the environment they read is set. */
export async function loadHandlers(): Promise<Handlers> {
  const openBuilder = await import('../lambda/handlers/open-builder.ts');
  const smartChat = await import('../lambda/handlers/smart-chat.ts');
  const validation = await import('../lambda/handlers/validation.ts');
  return {
    'open-builder': openBuilder.handler,
    'smart-chat': smartChat.handler,
    validation: validation.handler,
    // Without the admin key no such function is deployed: its routes are none, and smart-chat's says so.
    webhooks: process.env[ADMIN_KEY] ? (await loadWebhooks()).handler : smartChat.handler,
    'late-turn': await loadLateTurns(),
  };
}

const loadWebhooks = () => import('../lambda/handlers/webhooks.ts');

/** Imports the one that takes late turns. */
export async function loadLateTurns(): Promise<QueueHandler> {
  return (await import('../lambda/handlers/late-turn.ts')).handler;
}

/** The bot that they all run. */
export async function loadBot(): Promise<WorkerBot> {
  return (await import('#scenario')).bot;
}

/**
 * Serves the routes of `lambda/routes.ts` as API Gateway does: payload 2.0 events, Lambda contexts, its own errors, that
 * for more calls than it takes included.
 * @param loading the functions; calls wait for them
 * @param before serves what is no route; false where it is none of its
 * @throws the server's own error when it can't listen there
 */
export function startLocalGateway(
  loading: HttpHandlers | Promise<HttpHandlers>,
  admission: Admission,
  onAnswered: (call: AnsweredCall) => void = () => {},
  concurrency = localConcurrency(),
  before: (request: IncomingMessage, response: ServerResponse) => boolean = () => false,
): Promise<LocalServer> {
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const handlers = await loading;
    const receivedAt = Date.now();
    const { pathname } = urlOf(request);
    const route = findRoute(request.method ?? 'GET', pathname) ?? {
      routeKey: '$default' as const,
      params: {},
    };
    const body = await bodyOf(request);
    if (!(await concurrency.enter(receivedAt))) return send(response, ownError(429, 'Too Many Requests'));
    const handler = handlers[routes[route.routeKey]] ?? handlers[routes.$default];
    const result = await answer(handler, request, route, { body, receivedAt }).finally(concurrency.leave);
    send(response, result);
    onAnswered({ routeKey: route.routeKey, status: result.statusCode, ms: Date.now() - receivedAt });
  };
  return serveLocally((request, response) => {
    if (before(request, response)) return;
    // A caller who hangs up in the middle of a body is nobody's fault here.
    serve(request, response).catch(() => response.destroy());
  }, admission);
}

type Route = NonNullable<ReturnType<typeof findRoute>>;

async function answer(
  handler: HttpHandler,
  request: IncomingMessage,
  route: Route,
  { body, receivedAt }: { readonly body: Buffer | undefined; readonly receivedAt: number },
): Promise<HttpResult> {
  if (body === undefined) return ownError(413, 'Request Entity Too Large');
  const event = eventOf(request, route, body, receivedAt);
  // API Gateway tells its id, which stands in each line of the log.
  const withRequestId = (result: HttpResult): HttpResult => ({
    ...result,
    headers: { ...result.headers, 'apigw-requestid': event.requestContext.requestId },
  });
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<HttpResult>(resolve => {
    timer = setTimeout(() => resolve(ownError(503, 'Service Unavailable')), INTEGRATION_TIMEOUT_MS);
  });
  try {
    return await Promise.race([
      handler(event, lambdaContext('local', FUNCTION_TIMEOUT_SECONDS * 1_000)).then(withRequestId),
      timeout,
    ]);
  } catch (error) {
    console.error(error);
    return ownError(500, 'Internal Server Error');
  } finally {
    clearTimeout(timer);
  }
}

async function bodyOf(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size <= MAX_PAYLOAD_BYTES) chunks.push(chunk);
  }
  return size > MAX_PAYLOAD_BYTES ? undefined : Buffer.concat(chunks);
}

function eventOf(
  request: IncomingMessage,
  { routeKey, params }: Route,
  body: Buffer,
  receivedAt: number,
): APIGatewayProxyEventV2 {
  const { method = 'GET', httpVersion } = request;
  const { pathname, search } = urlOf(request);
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(',') : value,
    ]),
  );
  const isText = /^(text\/|application\/(json|xml|javascript))/i.test(headers['content-type'] ?? '');
  return {
    version: '2.0',
    routeKey,
    rawPath: decoded(pathname),
    rawQueryString: search.slice(1),
    headers: { 'x-forwarded-proto': 'http', ...headers },
    requestContext: {
      accountId: '000000000000',
      apiId: 'local',
      domainName: headers.host ?? LOOPBACK,
      domainPrefix: 'local',
      http: {
        method,
        path: pathname,
        protocol: `HTTP/${httpVersion}`,
        sourceIp: request.socket.remoteAddress ?? LOOPBACK,
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: randomUUID(),
      routeKey,
      stage: '$default',
      time: new Date(receivedAt).toISOString(),
      timeEpoch: receivedAt,
    },
    ...(Object.keys(params).length > 0 && {
      pathParameters: Object.fromEntries(
        Object.entries(params).map(([name, value]) => [name, decoded(value ?? '')]),
      ),
    }),
    ...(body.length > 0 && { body: body.toString(isText ? 'utf8' : 'base64') }),
    isBase64Encoded: body.length > 0 && !isText,
  };
}

// A path of two leading slashes would be read as a host name.
function urlOf(request: IncomingMessage): { pathname: string; search: string } {
  const [pathname = '/', search] = (request.url ?? '/').split(/\?(.*)/s);
  return { pathname, search: search === undefined ? '' : `?${search}` };
}

// API Gateway hands paths on decoded.
function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function ownError(statusCode: number, message: string): HttpResult {
  return { statusCode, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ message }) };
}

function send(response: ServerResponse, { statusCode, headers, body }: HttpResult): void {
  response.writeHead(statusCode, { ...headers, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}
