import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  HttpApi,
  HttpMethod,
  HttpRoute,
  HttpRouteKey,
  HttpStage,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Duration, Stack, Validations } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { type HandlerName, type RouteKey, routeKeys, routes } from '../lambda/routes.ts';
import { INTEGRATION_TIMEOUT_MS } from '../lambda/turn/time-budget.ts';
import type { AlarmKinds } from './alarms.ts';
import { CustomDomain, type DomainSettings } from './custom-domain.ts';
import { type FunctionSettings, type GatewayFunction, logGroupPropsOf } from './gateway-function.ts';
import { SUM } from './metrics.ts';
import type { OfFunctions } from './of-functions.ts';

/** The settings of the API; its log is kept as the functions' logs are. */
export interface ApiSettings extends Pick<FunctionSettings, 'logRetention' | 'encryptionKey'> {
  /**
   * Requests a second that the API takes before it answers 429.
   * @default 100
   */
  readonly throttleRate?: number | undefined;
  /**
   * Requests that the API takes at once, beyond its rate.
   * @default 200
   */
  readonly throttleBurst?: number | undefined;
  /**
   * A name of your own for the API.
   * @default API Gateway's
   */
  readonly domain?: DomainSettings | undefined;
}

/** The API that Kakao calls: the routes of `lambda/routes.ts`, with an access log, throttled, under a domain where it has one. */
export class GatewayApi {
  readonly api: HttpApi;
  /** The log group of its access log. */
  readonly accessLogs: LogGroup;
  /** `https://…` without a slash at its end: the domain, where there is one. */
  readonly url: string;
  /** The DNS record that its domain still needs; undefined where there is no domain, or its zone has it. */
  readonly cname: CustomDomain['cname'];

  readonly #scope: Construct;

  constructor(scope: Construct, functions: OfFunctions<GatewayFunction>, settings: ApiSettings) {
    this.#scope = scope;
    const { domain } = settings;
    const customDomain = domain && new CustomDomain(scope, 'Domain', domain);
    this.api = new HttpApi(scope, 'Api', {
      apiName: Stack.of(scope).stackName,
      createDefaultStage: false,
      // A second door that nobody watches: what guards the domain would not guard it.
      ...(domain && !domain.keepsApiUrl && { disableExecuteApiEndpoint: true }),
    });
    this.#addRoutes(functions);
    this.accessLogs = new LogGroup(scope, 'AccessLogs', logGroupPropsOf(settings));
    this.#addStage(settings, customDomain);
    this.url = customDomain ? `https://${customDomain.domainName.name}` : this.api.apiEndpoint;
    this.cname = customDomain?.cname;
  }

  #addRoutes(functions: OfFunctions<GatewayFunction>): void {
    const timeout = Duration.millis(INTEGRATION_TIMEOUT_MS);
    const integrations = new Map<HandlerName, HttpLambdaIntegration>();
    for (const handler of new Set(Object.values(routes))) {
      const made = functions[handler];
      if (made) integrations.set(handler, new HttpLambdaIntegration(handler, made.target, { timeout }));
    }
    for (const routeKey of routeKeys) {
      const integration = integrations.get(routes[routeKey]);
      if (integration === undefined) continue;
      const route = new HttpRoute(this.#scope, routeKey, {
        httpApi: this.api,
        routeKey: httpRouteKeyOf(routeKey),
        integration,
      });
      Validations.of(route).acknowledge({
        id: 'AwsSolutions-APIG4',
        reason: 'Kakao signs nothing: the functions compare the secret of each call, and fail closed.',
      });
    }
  }

  #addStage(settings: ApiSettings, customDomain: CustomDomain | undefined): void {
    const { throttleRate = 100, throttleBurst = 200 } = settings;
    new HttpStage(this.#scope, 'Stage', {
      httpApi: this.api,
      autoDeploy: true,
      throttle: { rateLimit: throttleRate, burstLimit: throttleBurst },
      accessLogSettings: {
        destination: new LogGroupLogDestination(this.accessLogs),
        format: ACCESS_LOG_FORMAT,
      },
      ...(customDomain && { domainMapping: { domainName: customDomain.domainName } }),
    });
  }
}

/** The alarms on the API. */
export const API_ALARMS = {
  'api-errors': {
    says: 'Users get no answer: the API answered 5xx, so Kakao dropped the turn. See the access log for which route and why.',
    from: 3,
    watches: ({ api }) => [{ metric: api.metricServerError(SUM) }],
  },
  'calls-refused': {
    says: 'Users may get no answer: the API answered 4xx to many calls, for a secret or a body that is not what it expects, or for too many calls at once. See the access log for which status.',
    // Now and then a stranger looks in.
    from: 20,
    // Not of a release: strangers who try secrets must not take one back.
    watches: ({ api }) => [{ metric: api.metricClientError(SUM) }],
  },
} as const satisfies AlarmKinds<Pick<GatewayApi, 'api'>>;

/** No path, headers or query: smart-chat's path holds the secret and its users' keys. */
const ACCESS_LOG_FORMAT = AccessLogFormat.custom(
  JSON.stringify({
    requestId: '$context.requestId',
    routeKey: '$context.routeKey',
    status: '$context.status',
    responseLatency: '$context.responseLatency',
    integrationLatency: '$context.integrationLatency',
    integrationError: '$context.integrationErrorMessage',
  }),
);

function httpRouteKeyOf(routeKey: RouteKey): HttpRouteKey {
  if (routeKey === '$default') return HttpRouteKey.DEFAULT;
  const method = Object.values(HttpMethod).find(known => routeKey.startsWith(`${known} `));
  if (method === undefined) throw new Error(`${routeKey} starts with no method that API Gateway routes by`);
  return HttpRouteKey.with(routeKey.slice(method.length + 1), method);
}
