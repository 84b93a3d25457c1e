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
import { type IMetric, MathExpression } from 'aws-cdk-lib/aws-cloudwatch';
import { FilterPattern, LogGroup, MetricFilter } from 'aws-cdk-lib/aws-logs';
import { Duration, Stack, Validations } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { METRICS } from '../lambda/aws/metric-names.ts';
import { type HandlerName, type RouteKey, routeKeys, routes } from '../lambda/routes.ts';
import { INTEGRATION_TIMEOUT_MS } from '../lambda/turn/time-budget.ts';
import { type AlarmKinds, THRICE } from './alarms.ts';
import { CustomDomain, type DomainSettings } from './custom-domain.ts';
import { leaveOutOfEmulators } from './emulators.ts';
import { type FunctionSettings, type GatewayFunction, logGroupPropsOf } from './gateway-function.ts';
import { botMetric, fellToNothing, SUM, wrongIn, wrongTurns } from './metrics.ts';
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

  constructor(scope: Construct, bot: string, functions: OfFunctions<GatewayFunction>, settings: ApiSettings) {
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
    this.#addStage(bot, settings, customDomain);
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

  #addStage(bot: string, settings: ApiSettings, customDomain: CustomDomain | undefined): void {
    const { throttleRate = 100, throttleBurst = 200 } = settings;
    const filter = new MetricFilter(this.#scope, 'CallsThrottled', {
      logGroup: this.accessLogs,
      filterPattern: FilterPattern.stringValue('$.status', '=', '429'),
      metricNamespace: METRICS.namespace,
      metricName: METRICS.callsThrottled,
      dimensions: { Bot: '$.bot' },
    });
    leaveOutOfEmulators(filter.node.defaultChild);
    new HttpStage(this.#scope, 'Stage', {
      httpApi: this.api,
      autoDeploy: true,
      throttle: { rateLimit: throttleRate, burstLimit: throttleBurst },
      accessLogSettings: {
        destination: new LogGroupLogDestination(this.accessLogs),
        format: accessLogFormat(bot),
      },
      ...(customDomain && { domainMapping: { domainName: customDomain.domainName } }),
    });
  }
}

/** The calls of a bot, and what became of those that got no answer. */
export interface Calls {
  /** The dimension `Bot`. */
  readonly bot: string;
  readonly api: Pick<HttpApi, 'metricServerError'>;
}

/** How many calls the API itself refused for being too many, found in its access log: no function sees those. */
const throttled = (bot: string): IMetric => botMetric(bot, METRICS.callsThrottled);

/** The alarms on calls. */
export const API_ALARMS = {
  'api-errors': {
    says: 'Users get no answer: the API answered 5xx, so Kakao dropped the turn. A function crashed, hung, could not start or was throttled. See the access log for which route and why.',
    ...THRICE,
    watches: ({ bot, api }) => [
      wrongTurns({ bad: { broken: api.metricServerError(SUM) }, all: botMetric(bot, METRICS.turns) }),
    ],
  },
  'calls-refused': {
    says: 'Users get no answer: calls of Kakao were refused, for a secret that is not the one expected, or since there were too many at once. See the access log for which status.',
    ...THRICE,
    // Not of a release: strangers who try secrets must not take one back.
    watches: ({ bot }) => {
      const bad = { refused: botMetric(bot, METRICS.callsRefused), throttled: throttled(bot) };
      return [{ metric: wrongIn({ bad, all: botMetric(bot, METRICS.turns) }) }];
    },
  },
  'calls-stopped': {
    says: 'Users may get no answer: half an hour without a single call of Kakao, after one with 30 or more. The skill may be disconnected, or Kakao is ill. Say something to the bot yourself. See the runbook for what to look at.',
    from: 1,
    // The second tells of the fall from the first.
    periods: 1,
    outOf: 2,
    // Silence after silence is no fall: its end would be told while nobody calls yet.
    endsUnsaid: true,
    watches: ({ bot, api }) => {
      const period = Duration.minutes(30);
      const calls = new MathExpression({
        expression: 'FILL(turns, 0) + FILL(refused, 0) + FILL(throttled, 0) + FILL(broken, 0)',
        usingMetrics: {
          turns: botMetric(bot, METRICS.turns),
          refused: botMetric(bot, METRICS.callsRefused),
          throttled: throttled(bot),
          broken: api.metricServerError(SUM),
        },
        period,
      });
      return [{ metric: fellToNothing(calls, 30, period) }];
    },
  },
} as const satisfies AlarmKinds<Calls>;

/** No path, headers or query: smart-chat's path holds the secret and its users' keys. */
function accessLogFormat(bot: string): AccessLogFormat {
  return AccessLogFormat.custom(
    JSON.stringify({
      // By which the filter knows of whom its metric is.
      bot,
      requestId: '$context.requestId',
      routeKey: '$context.routeKey',
      status: '$context.status',
      responseLatency: '$context.responseLatency',
      integrationLatency: '$context.integrationLatency',
      integrationError: '$context.integrationErrorMessage',
    }),
  );
}

function httpRouteKeyOf(routeKey: RouteKey): HttpRouteKey {
  if (routeKey === '$default') return HttpRouteKey.DEFAULT;
  const method = Object.values(HttpMethod).find(known => routeKey.startsWith(`${known} `));
  if (method === undefined) throw new Error(`${routeKey} starts with no method that API Gateway routes by`);
  return HttpRouteKey.with(routeKey.slice(method.length + 1), method);
}
