import middy from '@middy/core';
import type { APIGatewayProxyEvent, APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { GatewayError, InvalidRequestError } from '../errors.ts';
import type { GatewaySecret } from './gateway-secret.ts';
import { isLonger } from './is-longer.ts';
import { inRequest, type LogEntry, type RequestIds } from './log.ts';
import type { Metrics } from './metrics.ts';
import { readForm, readJson } from './read-body.ts';

/** API Gateway's event: payload 2.0 of our HTTP API, or 1.0 of a REST API somebody puts in front. */
export type HttpEvent = APIGatewayProxyEventV2 | APIGatewayProxyEvent;

/** The answer that API Gateway gives its caller. */
export interface HttpResult {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A Lambda function behind API Gateway; two parameters, as Lambda's Node 24 demands. */
export type HttpHandler = (event: HttpEvent, context: Context) => Promise<HttpResult>;

/** An HTTP call whose secret was checked and whose body was read. */
export interface JsonRequest {
  /** The route's key, `POST /open-builder/skill`, or `$default`. */
  readonly routeKey: string;
  readonly method: string;
  readonly path: string;
  /** The path's parameters by name. */
  readonly params: Readonly<Record<string, string | undefined>>;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The JSON of a POST's body, or the fields of a form by their names; undefined where there is none. */
  readonly body: unknown;
  /** API Gateway's id of this call, never repeated. */
  readonly requestId: string;
  /** Epoch ms at which API Gateway received it. */
  readonly receivedAt: number;
}

/** Answers one route: what it returns is the JSON of a 200, or becomes it. */
export interface Service {
  /** Where the caller shows the gateway's secret; Kakao Developers shows the app's admin key instead. */
  readonly secret: 'header' | 'path' | 'admin-key' | 'none';
  /** Whether it takes the fields of a form, in a body or in a query, instead of JSON. */
  readonly takesForm?: true;
  /** The protocol whose turns it takes; absent where calls are no turns. */
  readonly protocol?: string;
  /** The metrics of a call that fails before it is served: a turn counts as one all the same. Absent where none counts it. */
  readonly failureMetrics?: (ms: number, error: unknown) => Metrics;
  serve(request: JsonRequest): unknown;
  /** The answer, with a 200, when the gateway itself fails: any other status costs the user the bubble. */
  answerFailure?(): unknown;
}

/** An answer that is JSON already: what can't become any has failed before. */
export class JsonText {
  readonly text: string;

  /** @throws what JSON.stringify throws */
  constructor(answer: unknown) {
    this.text = JSON.stringify(answer);
  }
}

/** Settings of {@link httpHandler}. */
export interface HttpOptions {
  readonly secret: GatewaySecret;
  /** The app's admin key; absent where no service asks for it: then nobody shows it. */
  readonly adminKey?: Pick<GatewaySecret, 'accepts'>;
  readonly log: (entry: LogEntry) => void;
  /** Finds the route that a call means which came by another than ours; throws an {@link HttpError} where we don't have it. */
  readonly redirect: (
    request: JsonRequest,
    isServed: (routeKey: string) => boolean,
  ) => { routeKey: string; params: JsonRequest['params'] };
}

/** A call that gets another status than 200; `message` tells its caller what to do. */
export class HttpError extends GatewayError {
  override readonly name = 'HttpError';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** The header that a skill is registered with in the 챗봇 관리자센터. */
export const SECRET_HEADER = 'x-gateway-secret';

/** No request of Kakao's comes near: a skill's is 2 KB. */
const MAX_BODY_BYTES = 64 * 1024;

/** API Gateway waits no longer for us, so an older event is a replayed one and its clock says nothing. */
const OLDEST_LIVE_EVENT_MS = 30_000;

/**
 * Serves routes behind API Gateway: finds the route, checks the secret, reads the body, answers JSON.
 * A call that goes wrong before the bot is asked is a 4xx with one sentence that names the field and what to do;
 * the operator is told of a secret or a body that was refused, in our own words alone.
 */
export function httpHandler(services: Readonly<Record<string, Service>>, options: HttpOptions): HttpHandler {
  const chain = middy<Call, HttpResult>({ timeoutEarlyInMillis: 0 })
    .onError(({ error, event: call }) => errorResult(error, call, services[call.routeKey], options.log))
    .before(({ event: call }) => {
      const isServed = (routeKey: string): boolean => Object.hasOwn(services, routeKey);
      if (!isServed(call.routeKey)) Object.assign(call, options.redirect(call, isServed));
    })
    .before(({ event: call }) => checkSecret(serviceOf(services, call), call, options))
    .before(({ event: call }) => {
      const { takesForm } = serviceOf(services, call);
      // Whatever else comes along with a GET or a DELETE says nothing.
      if (call.method === 'POST') call.body = readBody(call, takesForm);
      else if (takesForm) call.body = queryOf(call.event);
    })
    .handler(async (call: Call) => jsonResult(200, await serviceOf(services, call).serve(call)));
  return async (event, context) => {
    const call = callOf(event);
    return inRequest(idsOf(call), () => chain(call, context));
  };
}

/** Kakao's own id of a skill call; a delivery that is repeated keeps it. */
export const KAKAO_REQUEST_ID_HEADER = 'x-request-id';

/** The id that Kakao's support asks for, to find a call in its own logs. */
const FOOTPRINT_HEADER = 'x-chappie-footprint';

/** The ids of a call, as far as a log should hold what others made up. */
function idsOf({ requestId, headers }: Call): RequestIds {
  return {
    requestId,
    kakaoRequestId: plainId(headers[KAKAO_REQUEST_ID_HEADER]),
    footprint: plainId(headers[FOOTPRINT_HEADER]),
  };
}

function plainId(id: string | undefined): string | undefined {
  return id?.match(/^[\w-]{1,80}$/)?.[0];
}

interface Call extends Omit<JsonRequest, 'routeKey' | 'params' | 'body'> {
  routeKey: string;
  params: JsonRequest['params'];
  body: unknown;
  readonly event: HttpEvent;
}

function callOf(event: HttpEvent): Call {
  const shared = {
    event,
    headers: lowerCased(event.headers),
    params: event.pathParameters ?? {},
    body: undefined,
  };
  if ('routeKey' in event) {
    const { http, requestId, timeEpoch } = event.requestContext;
    const { routeKey, rawPath: path } = event;
    return { ...shared, routeKey, method: http.method, path, requestId, receivedAt: liveTime(timeEpoch) };
  }
  const { requestId, requestTimeEpoch } = event.requestContext;
  const { httpMethod: method, resource, path } = event;
  return {
    ...shared,
    routeKey: `${method} ${resource}`,
    method,
    path,
    requestId,
    receivedAt: liveTime(requestTimeEpoch),
  };
}

function lowerCased(headers: HttpEvent['headers']): JsonRequest['headers'] {
  const lower: Record<string, string | undefined> = {};
  for (const name in headers) lower[name.toLowerCase()] = headers[name];
  return lower;
}

function liveTime(epochMs: number): number {
  const now = Date.now();
  return now - epochMs < OLDEST_LIVE_EVENT_MS ? Math.min(epochMs, now) : now;
}

function serviceOf(services: Readonly<Record<string, Service>>, { routeKey }: Call): Service {
  const service = services[routeKey];
  if (service === undefined) throw new HttpError(404, `this function does not serve ${routeKey}`);
  return service;
}

async function checkSecret(
  { secret: where }: Service,
  call: Call,
  { secret, adminKey }: HttpOptions,
): Promise<void> {
  if (where === 'none') return;
  if (where === 'admin-key') return checkAdminKey(call.headers.authorization, adminKey);
  const candidate = where === 'header' ? call.headers[SECRET_HEADER] : call.params.secret;
  if (await secret.accepts(candidate)) return;
  throw new HttpError(
    401,
    where === 'header'
      ? `the header ${SECRET_HEADER} is ${candidate ? 'wrong' : 'missing'}: enter it in the skill's 헤더값 입력 with the gateway's secret as its value`
      : "the secret in the URL is wrong: register the URL with the gateway's secret in it",
  );
}

async function checkAdminKey(shown: string | undefined, adminKey: HttpOptions['adminKey']): Promise<void> {
  if (await adminKey?.accepts(shown?.match(/^KakaoAK (\S+)$/)?.[1])) return;
  throw new HttpError(
    401,
    `the header Authorization is ${shown ? 'wrong' : 'missing'}: Kakao Developers sends KakaoAK and the app's primary admin key, which the gateway's adminKeySecret must hold`,
  );
}

function readBody({ event: { body, isBase64Encoded }, headers }: Call, takesForm?: true): unknown {
  if (!body) return undefined;
  const coded = isBase64Encoded ? Buffer.from(body, 'base64') : body;
  if (isLonger(coded, MAX_BODY_BYTES)) {
    throw new HttpError(413, `body must be at most ${MAX_BODY_BYTES} bytes`);
  }
  // Whoever sends JSON to a form's route says so.
  const isForm = takesForm && !/^application\/json\b/i.test(headers['content-type'] ?? '');
  return isForm ? readForm(coded) : readJson(coded);
}

function queryOf(event: HttpEvent): unknown {
  // API Gateway takes no longer one than a body may be.
  return 'rawQueryString' in event ? readForm(event.rawQueryString) : event.queryStringParameters;
}

/** Words for the refusals that an operator should look at, by status. */
const REFUSED: Readonly<Record<number, string>> = { 401: 'secret refused', 413: 'body refused' };

/** Whether a call says that it brings JSON, as Kakao's turns do: strangers who try addresses seldom do, and are no outage. */
function bringsJson({ method, headers }: Call): boolean {
  return method === 'POST' && headers['content-type']?.startsWith('application/json') === true;
}

function errorResult(
  error: unknown,
  call: Call,
  service: Service | undefined,
  log: HttpOptions['log'],
): HttpResult {
  if (error instanceof InvalidRequestError) {
    log({ level: 'warn', what: 'body refused', error });
    return jsonResult(400, { message: error.message, field: error.field });
  }
  if (error instanceof HttpError) {
    const { status } = error;
    // 404 and 405 are addresses that nothing is served at: the access log is enough.
    const what = REFUSED[status];
    if (what !== undefined) {
      const isCounted = status === 401 && bringsJson(call);
      log({ level: 'warn', what, error, ...(isCounted && { metrics: { CallsRefused: 1 } }) });
    }
    return jsonResult(status, { message: error.message });
  }
  const { protocol, failureMetrics } = service ?? {};
  const ms = Date.now() - call.receivedAt;
  log({
    level: 'error',
    what: 'request failed',
    protocol,
    ms,
    error,
    ...(failureMetrics && { outcome: 'failed', metrics: failureMetrics(ms, error) }),
  });
  return service?.answerFailure
    ? jsonResult(200, service.answerFailure())
    : jsonResult(500, { message: 'Internal Server Error' });
}

function jsonResult(statusCode: number, body: unknown): HttpResult {
  // Without the charset Kakao's smart-chat garbled Korean.
  return {
    statusCode,
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: (body instanceof JsonText ? body : new JsonText(body)).text,
  };
}
