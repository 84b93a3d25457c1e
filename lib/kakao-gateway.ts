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
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { EventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { ENVIRONMENT } from '../lambda/aws/environment.ts';
import { LATE_QUEUE } from '../lambda/aws/late-queue-settings.ts';
import { type HandlerName, type RouteKey, routeKeys, routes } from '../lambda/routes.ts';
import { FUNCTION_TIMEOUT_SECONDS, INTEGRATION_TIMEOUT_MS } from '../lambda/turn/time-budget.ts';
import { type AlarmSettings, GatewayAlarms } from './alarms.ts';
import { CustomDomain, type DomainSettings } from './custom-domain.ts';
import { GatewayDashboard } from './dashboard.ts';
import { allowLogs, grantKeyVia } from './encryption.ts';
import {
  type FunctionName,
  type FunctionSettings,
  GatewayFunction,
  type GatewayFunctionProps,
  logGroupPropsOf,
} from './gateway-function.ts';
import { CanaryReleases } from './releases.ts';

/** A table, made here or imported; CDK's own classes are no `ITable` where `exactOptionalPropertyTypes` is on. */
export type SessionsTable = Pick<ITable, 'tableName' | 'grant'>;

/** An `ISecret`, made here or imported, as far as it is needed. */
export interface RestApiKeySecret extends Pick<ISecret, 'secretArn'> {
  readonly secretFullArn?: string | undefined;
  readonly encryptionKey?: Pick<IKey, 'keyArn'> | undefined;
}

/** What {@link KakaoGateway} is made from. */
export interface KakaoGatewayProps extends FunctionSettings {
  /** Where sessions are kept: a table of this bot alone, with the key and the time to live of `SESSION_TABLE`. */
  readonly sessionsTable: SessionsTable;
  /**
   * The dimension `Bot` of its metrics: ASCII, another for each bot of an account and region.
   * @default the name of the stack
   */
  readonly botName?: string | undefined;
  /**
   * Memory of each function that Kakao calls, 128 to 10240; its share of a processor grows with it.
   * @default 512
   */
  readonly memoryMb?: number | undefined;
  /**
   * Memory of the worker, 128 to 10240; it mostly waits, and waiting is paid by the memory.
   * @default 256
   */
  readonly workerMemoryMb?: number | undefined;
  /**
   * How many of each function that Kakao calls are kept started, by an alias `live`; paid whether called or not.
   * @default none: the first call of a quiet hour waits for a start
   */
  readonly provisionedConcurrency?: number | undefined;
  /**
   * How many of each function that Kakao calls may run at once, taken from the account's own limit.
   * @default as many as the account has left
   */
  readonly reservedConcurrency?: number | undefined;
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
   * How many late turns are worked on at once, 2 to 1000: one more waits its turn while its callback runs out.
   * @default 100
   */
  readonly lateTurnsAtOnce?: number | undefined;
  /**
   * The REST API key of the Kakao Developers app behind the bot, as plain text: for bots that ask the 프로필 and
   * 위치 plugins. Read only by the functions that run rules.
   * @default none: then every such question is answered "no-key"
   */
  readonly restApiKeySecret?: RestApiKeySecret | undefined;
  /**
   * A name of your own for the API.
   * @default API Gateway's
   */
  readonly domain?: DomainSettings | undefined;
  /**
   * Who hears of alarms; the alarms themselves are always there.
   * @default nobody
   */
  readonly alarms?: AlarmSettings | undefined;
  /**
   * Whether a release is shifted by aliases `live`: a tenth of the calls for five minutes, and back when an alarm
   * goes off.
   * @default false: all calls at once
   */
  readonly canary?: boolean | undefined;
}

/**
 * The bot behind both of Kakao's protocols: an HTTP API, one function per protocol, the secret Kakao calls with,
 * a queue with a worker for the turns that take longer than Kakao waits, and alarms and a dashboard over them all.
 */
export class KakaoGateway extends Construct {
  /** `https://…` without a slash at its end: the domain, where there is one. */
  readonly apiUrl: string;
  /** What to register as a skill's URL in the 챗봇 관리자센터. */
  readonly skillUrl: string;
  /** What to register as a parameter's validation API, with the parameter's name where `<parameter>` stands. */
  readonly validationUrl: string;
  /** What to register as smart-chat's app URL, with `<secret>` where the secret's value goes. */
  readonly smartChatAppUrl: string;
  /** What Kakao's calls must carry; made by Secrets Manager, and known to no template. */
  readonly secret: Secret;
  /** The dimension `Bot` of its metrics. */
  readonly botName: string;
  /** The DNS record that its domain still needs; undefined where there is no domain, or its zone has it. */
  readonly cname: CustomDomain['cname'];

  readonly #props: KakaoGatewayProps;
  readonly #lateQueue: Queue;

  constructor(scope: Construct, id: string, props: KakaoGatewayProps) {
    super(scope, id);
    const {
      sessionsTable,
      botName = Stack.of(this).stackName,
      encryptionKey,
      domain,
      alarms,
      canary,
    } = props;
    this.#props = props;
    this.botName = botName;
    this.#refuseNamesake();
    if (encryptionKey) allowLogs(this, encryptionKey);
    this.secret = new Secret(this, 'Secret', {
      description: "What Kakao's calls to the gateway must carry",
      // Letters and digits only: it is a segment of the app URL.
      generateSecretString: { passwordLength: 40, excludePunctuation: true },
      // A new secret would have to be registered with Kakao again, by hand.
      removalPolicy: RemovalPolicy.RETAIN,
      ...(encryptionKey && { encryptionKey }),
    });
    Validations.of(this.secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason: 'A new value must be registered with Kakao by hand, so no timer may make one.',
    });
    this.#lateQueue = this.#makeLateQueue();

    const functions = {
      'open-builder': this.#frontFunction('open-builder'),
      'smart-chat': this.#frontFunction('smart-chat'),
      validation: this.#frontFunction('validation'),
      'late-turn': this.#worker(),
    } satisfies Record<FunctionName, GatewayFunction>;
    const customDomain = domain && new CustomDomain(this, 'Domain', domain);
    this.cname = customDomain?.cname;
    const api = this.#makeApi(functions, customDomain);
    this.apiUrl = customDomain ? `https://${customDomain.domainName.name}` : api.apiEndpoint;
    this.skillUrl = `${this.apiUrl}/open-builder/skill`;
    this.validationUrl = `${this.apiUrl}/open-builder/validation/<parameter>`;
    this.smartChatAppUrl = `${this.apiUrl}/smart-chat/<secret>`;

    const watched = { bot: botName, api, functions, tableName: sessionsTable.tableName };
    const { ofRelease } = new GatewayAlarms(this, 'Alarms', {
      ...watched,
      ...alarms,
      lateQueue: this.#lateQueue,
      encryptionKey,
    });
    new GatewayDashboard(this, 'Dashboard', watched);
    if (canary) new CanaryReleases(this, 'Releases', { functions, alarms: ofRelease });
  }

  #refuseNamesake(): void {
    const namesake = Stack.of(this)
      .node.findAll()
      .find(other => other !== this && other instanceof KakaoGateway && other.botName === this.botName);
    if (namesake) {
      throw new Error(
        `${namesake.node.path} and ${this.node.path} are both the bot "${this.botName}": give each a botName of its own, such as botName: 'cafe'`,
      );
    }
  }

  #makeLateQueue(): Queue {
    const { encryptionKey } = this.#props;
    const queue = new Queue(this, 'LateQueue', {
      retentionPeriod: Duration.seconds(LATE_QUEUE.retentionSeconds),
      visibilityTimeout: Duration.seconds(LATE_QUEUE.visibilitySeconds),
      enforceSSL: true,
      removalPolicy: RemovalPolicy.DESTROY,
      ...(encryptionKey
        ? { encryption: QueueEncryption.KMS, encryptionMasterKey: encryptionKey }
        : { encryption: QueueEncryption.SQS_MANAGED }),
    });
    for (const id of ['AwsSolutions-SQS3', 'Serverless-SQSRedrivePolicy']) {
      Validations.of(queue).acknowledge({ id, reason: NO_DEAD_LETTERS });
    }
    return queue;
  }

  #makeApi(functions: Readonly<Record<FunctionName, GatewayFunction>>, domain?: CustomDomain): HttpApi {
    const { throttleRate = 100, throttleBurst = 200, domain: settings } = this.#props;
    const api = new HttpApi(this, 'Api', {
      apiName: Stack.of(this).stackName,
      createDefaultStage: false,
      // A second door that nobody watches: what guards the domain would not guard it.
      ...(domain && !settings?.keepsApiUrl && { disableExecuteApiEndpoint: true }),
    });
    const integrationOf = (handler: HandlerName) =>
      new HttpLambdaIntegration(handler, functions[handler].target, {
        timeout: Duration.millis(INTEGRATION_TIMEOUT_MS),
      });
    const integrations = {
      'open-builder': integrationOf('open-builder'),
      'smart-chat': integrationOf('smart-chat'),
      validation: integrationOf('validation'),
    } satisfies Record<HandlerName, HttpLambdaIntegration>;
    for (const routeKey of routeKeys) {
      const integration = integrations[routes[routeKey]];
      const route = new HttpRoute(this, routeKey, {
        httpApi: api,
        routeKey: httpRouteKeyOf(routeKey),
        integration,
      });
      Validations.of(route).acknowledge({
        id: 'AwsSolutions-APIG4',
        reason: 'Kakao signs nothing: the functions compare the secret of each call, and fail closed.',
      });
    }
    new HttpStage(this, 'Stage', {
      httpApi: api,
      autoDeploy: true,
      throttle: { rateLimit: throttleRate, burstLimit: throttleBurst },
      accessLogSettings: {
        destination: new LogGroupLogDestination(
          new LogGroup(this, 'AccessLogs', logGroupPropsOf(this.#props)),
        ),
        format: ACCESS_LOG_FORMAT,
      },
      ...(domain && { domainMapping: { domainName: domain.domainName } }),
    });
    return api;
  }

  #frontFunction(handler: HandlerName): GatewayFunction {
    const { memoryMb = 512, reservedConcurrency, provisionedConcurrency } = this.#props;
    const defers = handler !== 'validation';
    const made = this.#makeFunction(handler, {
      environment: {
        [ENVIRONMENT.gatewaySecretId]: this.secret.secretArn,
        ...(defers && { [ENVIRONMENT.lateQueueUrl]: this.#lateQueue.queueUrl }),
      },
      timeout: Duration.seconds(FUNCTION_TIMEOUT_SECONDS),
      memoryMb,
      reservedConcurrency,
      provisionedConcurrency,
    });
    const { lambda } = made;
    grantReadValue(lambda, this.secret.secretArn);
    grantKeyVia('secretsmanager', lambda, this.secret.encryptionKey);
    // `queue.grantSendMessages` would allow to ask for its attributes, too.
    if (defers) {
      this.#lateQueue.grant(lambda, 'sqs:SendMessage');
      grantKeyVia('sqs', lambda, this.#lateQueue.encryptionMasterKey);
    }
    return made;
  }

  #worker(): GatewayFunction {
    const { workerMemoryMb = 256, lateTurnsAtOnce = 100 } = this.#props;
    const made = this.#makeFunction('late-turn', {
      environment: {},
      timeout: Duration.seconds(LATE_QUEUE.workerTimeoutSeconds),
      memoryMb: workerMemoryMb,
    });
    const { lambda, target } = made;
    // What Lambda asks for. `SqsEventSource` would allow more: to look the queue up, and to hold messages back.
    this.#lateQueue.grant(lambda, 'sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes');
    grantKeyVia('sqs', lambda, this.#lateQueue.encryptionMasterKey);
    // Below the function even where it calls the alias: another place would be another mapping beside this one.
    const mapping = new EventSourceMapping(lambda, 'LateTurns', {
      target,
      eventSourceArn: this.#lateQueue.queueArn,
      // In a batch the second turn would wait for the first, and every callback has but its own minute.
      batchSize: 1,
      reportBatchItemFailures: true,
      maxConcurrency: lateTurnsAtOnce,
    });
    Validations.of(mapping).acknowledge({
      id: 'Serverless-LambdaEventSourceMappingDestination',
      reason: NO_DEAD_LETTERS,
    });
    return made;
  }

  #makeFunction(
    handler: FunctionName,
    { environment, ...props }: Omit<GatewayFunctionProps, 'handler' | 'hasAlias' | keyof FunctionSettings>,
  ): GatewayFunction {
    const { sessionsTable, restApiKeySecret, canary, scenario, logRetention, tracing, encryptionKey } =
      this.#props;
    // smart-chat has no parameters, and so no plugins.
    const pluginKey = handler === 'smart-chat' ? undefined : restApiKeySecret;
    const made = new GatewayFunction(this, handler, {
      ...props,
      ...{ handler, scenario, logRetention, tracing, encryptionKey },
      environment: {
        [ENVIRONMENT.botName]: this.botName,
        [ENVIRONMENT.sessionsTable]: sessionsTable.tableName,
        ...environment,
        ...(pluginKey && { [ENVIRONMENT.restApiKeySecretId]: pluginKey.secretArn }),
      },
      ...(canary && { hasAlias: true }),
    });
    const { lambda } = made;
    sessionsTable.grant(lambda, ...TABLE_ACTIONS[handler]);
    grantKeyVia('dynamodb', lambda, encryptionKey);
    if (pluginKey) {
      // Of a secret imported by its name nobody knows the end of its ARN.
      grantReadValue(lambda, pluginKey.secretFullArn ?? `${pluginKey.secretArn}-??????`);
      grantKeyVia('secretsmanager', lambda, pluginKey.encryptionKey);
    }
    return made;
  }
}

/** Why the late queue keeps nothing of what it gives up. */
const NO_DEAD_LETTERS =
  "What a minute has not answered can't be answered any more, and holds what users said: it is not kept, and the queue's age alarms before it expires.";

/**
 * What each function does to the table: only smart-chat tells of users who left, only the worker claims turns,
 * and a validation looks at most.
 */
const TABLE_ACTIONS = {
  'open-builder': ['dynamodb:GetItem', 'dynamodb:PutItem'],
  'smart-chat': ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:DeleteItem'],
  validation: ['dynamodb:GetItem'],
  'late-turn': ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
} as const satisfies Record<FunctionName, readonly string[]>;

// `secret.grantRead` would allow to describe it, too.
function grantReadValue(grantee: IGrantable, secretArn: string): void {
  Grant.addToPrincipal({ grantee, actions: ['secretsmanager:GetSecretValue'], resourceArns: [secretArn] });
}

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
