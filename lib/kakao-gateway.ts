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
import { type IKey, ViaServicePrincipal } from 'aws-cdk-lib/aws-kms';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { ENVIRONMENT } from '../lambda/aws/environment.ts';
import { LATE_QUEUE } from '../lambda/aws/late-queue-settings.ts';
import { type HandlerName, type RouteKey, routeKeys, routes } from '../lambda/routes.ts';
import { type FunctionName, GatewayFunction } from './gateway-function.ts';

/** A table, made here or imported; CDK's own classes are no `ITable` where `exactOptionalPropertyTypes` is on. */
export type SessionsTable = Pick<ITable, 'tableName' | 'grant'>;

/** An `ISecret`, made here or imported, as far as it is needed. */
export interface RestApiKeySecret extends Pick<ISecret, 'secretArn'> {
  readonly secretFullArn?: string | undefined;
  readonly encryptionKey?: Pick<IKey, 'grantDecrypt'> | undefined;
}

/** What {@link KakaoGateway} is made from. */
export interface KakaoGatewayProps {
  /** Where sessions are kept: a table with the key and the time to live of `SESSION_TABLE`. */
  readonly sessionsTable: SessionsTable;
  /**
   * How many late turns are worked on at once, 2 to 1000: one more waits its turn while its callback runs out.
   * @default 100
   */
  readonly lateTurnsAtOnce?: number;
  /**
   * The REST API key of the Kakao Developers app behind the bot, as plain text: for bots that ask the 프로필 and
   * 위치 plugins. Read only by the functions that run rules.
   * @default none: then every such question is answered "no-key"
   */
  readonly restApiKeySecret?: RestApiKeySecret | undefined;
}

/**
 * The bot behind both of Kakao's protocols: an HTTP API, one function per protocol, the secret Kakao calls with,
 * and a queue with a worker for the turns that take longer than Kakao waits.
 */
export class KakaoGateway extends Construct {
  /** `https://…` without a slash at its end. */
  readonly apiUrl: string;
  /** What to register as a skill's URL in the 챗봇 관리자센터. */
  readonly skillUrl: string;
  /** What to register as a parameter's validation API, with the parameter's name where `<parameter>` stands. */
  readonly validationUrl: string;
  /** What to register as smart-chat's app URL, with `<secret>` where the secret's value goes. */
  readonly smartChatAppUrl: string;
  /** What Kakao's calls must carry; made by Secrets Manager, and known to no template. */
  readonly secret: Secret;

  readonly #sessionsTable: SessionsTable;
  readonly #restApiKeySecret: RestApiKeySecret | undefined;
  readonly #lateQueue: Queue;

  constructor(
    scope: Construct,
    id: string,
    { sessionsTable, lateTurnsAtOnce = 100, restApiKeySecret }: KakaoGatewayProps,
  ) {
    super(scope, id);
    this.#sessionsTable = sessionsTable;
    this.#restApiKeySecret = restApiKeySecret;
    this.secret = new Secret(this, 'Secret', {
      description: "What Kakao's calls to the gateway must carry",
      // Letters and digits only: it is a segment of the app URL.
      generateSecretString: { passwordLength: 40, excludePunctuation: true },
      // A new secret would have to be registered with Kakao again, by hand.
      removalPolicy: RemovalPolicy.RETAIN,
    });
    // No dead-letter queue: what a minute has not answered can't be answered any more, and holds what users said.
    this.#lateQueue = new Queue(this, 'LateQueue', {
      retentionPeriod: Duration.seconds(LATE_QUEUE.retentionSeconds),
      visibilityTimeout: Duration.seconds(LATE_QUEUE.visibilitySeconds),
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.#addWorker(lateTurnsAtOnce);

    const api = new HttpApi(this, 'Api', { apiName: Stack.of(this).stackName, createDefaultStage: false });
    const integrations = {
      'open-builder': this.#integrationWith('open-builder'),
      'smart-chat': this.#integrationWith('smart-chat'),
      validation: this.#integrationWith('validation'),
    } satisfies Record<HandlerName, HttpLambdaIntegration>;
    for (const routeKey of routeKeys) {
      const integration = integrations[routes[routeKey]];
      new HttpRoute(this, routeKey, { httpApi: api, routeKey: httpRouteKeyOf(routeKey), integration });
    }
    new HttpStage(this, 'Stage', {
      httpApi: api,
      autoDeploy: true,
      throttle: { rateLimit: 100, burstLimit: 200 },
      accessLogSettings: {
        destination: new LogGroupLogDestination(
          new LogGroup(this, 'AccessLogs', {
            retention: RetentionDays.ONE_MONTH,
            removalPolicy: RemovalPolicy.DESTROY,
          }),
        ),
        format: ACCESS_LOG_FORMAT,
      },
    });

    this.apiUrl = api.apiEndpoint;
    this.skillUrl = `${this.apiUrl}/open-builder/skill`;
    this.validationUrl = `${this.apiUrl}/open-builder/validation/<parameter>`;
    this.smartChatAppUrl = `${this.apiUrl}/smart-chat/<secret>`;
  }

  #integrationWith(handler: HandlerName): HttpLambdaIntegration {
    const defers = handler !== 'validation';
    const { lambda } = new GatewayFunction(this, handler, {
      handler,
      environment: {
        [ENVIRONMENT.sessionsTable]: this.#sessionsTable.tableName,
        [ENVIRONMENT.gatewaySecretId]: this.secret.secretArn,
        ...(defers && { [ENVIRONMENT.lateQueueUrl]: this.#lateQueue.queueUrl }),
        ...this.#pluginEnvironment(handler),
      },
      // The outer net: API Gateway gives up first.
      timeout: Duration.seconds(10),
      memorySize: 512,
    });
    this.#sessionsTable.grant(lambda, ...TABLE_ACTIONS[handler]);
    grantReadValue(lambda, this.secret.secretArn);
    // `queue.grantSendMessages` would allow to ask for its attributes, too.
    if (defers) this.#lateQueue.grant(lambda, 'sqs:SendMessage');
    this.#grantPlugins(handler, lambda);
    return new HttpLambdaIntegration(handler, lambda, { timeout: INTEGRATION_TIMEOUT });
  }

  #pluginEnvironment(handler: FunctionName): { [ENVIRONMENT.restApiKeySecretId]?: string } {
    const secret = this.#restApiKeySecret;
    if (secret === undefined || handler === 'smart-chat') return {};
    return { [ENVIRONMENT.restApiKeySecretId]: secret.secretArn };
  }

  #grantPlugins(handler: FunctionName, lambda: IGrantable): void {
    const secret = this.#restApiKeySecret;
    // smart-chat has no parameters, and so no plugins.
    if (secret === undefined || handler === 'smart-chat') return;
    // Of a secret imported by its name nobody knows the end of its ARN.
    grantReadValue(lambda, secret.secretFullArn ?? `${secret.secretArn}-??????`);
    const secretsManager = `secretsmanager.${Stack.of(this).region}.amazonaws.com`;
    secret.encryptionKey?.grantDecrypt(new ViaServicePrincipal(secretsManager, lambda.grantPrincipal));
  }

  #addWorker(lateTurnsAtOnce: number): void {
    const { lambda } = new GatewayFunction(this, 'late-turn', {
      handler: 'late-turn',
      environment: {
        [ENVIRONMENT.sessionsTable]: this.#sessionsTable.tableName,
        ...this.#pluginEnvironment('late-turn'),
      },
      timeout: Duration.seconds(LATE_QUEUE.workerTimeoutSeconds),
      // It mostly waits, and waiting is paid by the memory.
      memorySize: 256,
    });
    this.#sessionsTable.grant(lambda, ...TABLE_ACTIONS['late-turn']);
    this.#grantPlugins('late-turn', lambda);
    // What Lambda asks for. `SqsEventSource` would allow more: to look the queue up, and to hold messages back.
    this.#lateQueue.grant(lambda, 'sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes');
    lambda.addEventSourceMapping('LateTurns', {
      eventSourceArn: this.#lateQueue.queueArn,
      // In a batch the second turn would wait for the first, and every callback has but its own minute.
      batchSize: 1,
      reportBatchItemFailures: true,
      maxConcurrency: lateTurnsAtOnce,
    });
  }
}

/** Kakao waits five seconds: an answer after that is for nobody. */
const INTEGRATION_TIMEOUT = Duration.millis(4_900);

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
