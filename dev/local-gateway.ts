import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { HttpHandler, HttpResult } from '../lambda/aws/http.ts';
import type { QueueHandler } from '../lambda/handlers/late-turn-service.ts';
import { findRoute, type HandlerName, type RouteKey, routes } from '../lambda/routes.ts';
import { lambdaContext } from './lambda-context.ts';

/** The gateway's routes behind a server of this machine. */
export interface LocalGateway {
  /** `http://127.0.0.1:<port>`, without a slash at the end. */
  readonly url: string;
  stop(): Promise<void>;
}

/** One answered call, without the path: smart-chat's holds the secret. */
export interface AnsweredCall {
  readonly routeKey: RouteKey;
  readonly status: number;
  readonly ms: number;
}

/** The loopback address alone: nobody else's machine may call. */
const HOST = '127.0.0.1';

/** API Gateway's own limits: payload size, and how long the deployed integration waits. */
const MAX_PAYLOAD_BYTES = 10 * 1024 * 1024;
const INTEGRATION_TIMEOUT_MS = 4_900;
const FUNCTION_TIMEOUT_MS = 10_000;

/** The functions that are deployed: those behind the routes, and the worker behind the late queue. */
export type Handlers = Readonly<Record<HandlerName, HttpHandler>> & { readonly 'late-turn': QueueHandler };

/** Imports the functions that are deployed: only when the environment they read is set. */
export async function loadHandlers(): Promise<Handlers> {
  const openBuilder = await import('../lambda/handlers/open-builder.ts');
  const smartChat = await import('../lambda/handlers/smart-chat.ts');
  const validation = await import('../lambda/handlers/validation.ts');
  const lateTurn = await import('../lambda/handlers/late-turn.ts');
  return {
    'open-builder': openBuilder.handler,
    'smart-chat': smartChat.handler,
    validation: validation.handler,
    'late-turn': lateTurn.handler,
  };
}

/**
 * Serves the routes of `lambda/routes.ts` as API Gateway does: payload 2.0 events, Lambda contexts, its own errors.
 * @param port 0 for any free one
 * @throws the server's own error when it can't listen there
 */
export async function startLocalGateway(
  handlers: Readonly<Record<HandlerName, HttpHandler>>,
  port: number,
  onAnswered: (call: AnsweredCall) => void = () => {},
): Promise<LocalGateway> {
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const receivedAt = Date.now();
    const { pathname } = urlOf(request);
    const route = findRoute(request.method ?? 'GET', pathname) ?? {
      routeKey: '$default' as const,
      params: {},
    };
    const result = await answer(handlers[routes[route.routeKey]], request, route, receivedAt);
    send(response, result);
    onAnswered({ routeKey: route.routeKey, status: result.statusCode, ms: Date.now() - receivedAt });
  };
  const server = createServer((request, response) => {
    // A caller who hangs up in the middle of a body is nobody's fault here.
    serve(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, HOST, resolve);
  });
  return {
    url: `http://${HOST}:${(server.address() as AddressInfo).port}`,
    stop: async () => {
      server.closeAllConnections();
      await new Promise<void>(resolve => server.close(() => resolve()));
    },
  };
}

type Route = NonNullable<ReturnType<typeof findRoute>>;

async function answer(
  handler: HttpHandler,
  request: IncomingMessage,
  route: Route,
  receivedAt: number,
): Promise<HttpResult> {
  const body = await bodyOf(request);
  if (body === undefined) return ownError(413, 'Request Entity Too Large');
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<HttpResult>(resolve => {
    timer = setTimeout(() => resolve(ownError(503, 'Service Unavailable')), INTEGRATION_TIMEOUT_MS);
  });
  try {
    return await Promise.race([
      handler(eventOf(request, route, body, receivedAt), lambdaContext('local', FUNCTION_TIMEOUT_MS)),
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
      domainName: headers.host ?? HOST,
      domainPrefix: 'local',
      http: {
        method,
        path: pathname,
        protocol: `HTTP/${httpVersion}`,
        sourceIp: request.socket.remoteAddress ?? HOST,
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
