import { Duration } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { ENVIRONMENT } from '../lambda/aws/environment.ts';
import { LATE_QUEUE } from '../lambda/aws/late-queue-settings.ts';
import type { HandlerName } from '../lambda/routes.ts';
import { FUNCTION_TIMEOUT_SECONDS, WORKER_TIMEOUT_SECONDS } from '../lambda/turn/time-budget.ts';
import type { AlarmKinds } from './alarms.ts';
import { type EventBusSettings, grantEventBus, tellsEventBus } from './event-bus.ts';
import type { EventSettings } from './event-function.ts';
import {
  type FunctionName,
  type FunctionSettings,
  GatewayFunction,
  type GatewayFunctionProps,
} from './gateway-function.ts';
import type { LateQueue } from './late-queue.ts';
import { SUM } from './metrics.ts';
import type { OfFunctions } from './of-functions.ts';
import type { FunctionNetwork } from './rule-settings.ts';
import { type AppKeySecret, type GatewaySecret, grantGatewaySecret, grantRestApiKey } from './secrets.ts';
import {
  grantAliases,
  grantCounters,
  grantDrafts,
  grantSessions,
  type SessionsTable,
} from './sessions-table.ts';
import { addWebhooks, keepsAliases, type WebhookSettings } from './webhooks.ts';

/** The size of the functions, and what they may do. */
export interface FunctionsSettings extends FunctionSettings, WebhookSettings, EventSettings {
  /** Where sessions are kept: a table of this bot alone, with the key and the time to live of `SESSION_TABLE`. */
  readonly sessionsTable: SessionsTable;
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
   * How many late turns are worked on at once, 2 to 1000: one more waits its turn while its callback runs out.
   * @default 100
   */
  readonly lateTurnsAtOnce?: number | undefined;
  /**
   * The REST API key of the Kakao Developers app behind the bot, as plain text: for bots that ask the 프로필 and
   * 위치 plugins, and for events. Read only by the functions that run rules or send events.
   * @default none: then every such question is answered "no-key"
   */
  readonly restApiKeySecret?: AppKeySecret | undefined;
  /**
   * Whether a release is shifted by aliases `live`: a tenth of the calls for five minutes, and back when an alarm
   * goes off.
   * @default false: all calls at once
   */
  readonly canary?: boolean | undefined;
  /**
   * Whether the log tells the messages of errors that rules throw, without what the user said in that turn: see
   * docs/logs.md for all that is taken out.
   * @default false: the kind and the places alone
   */
  readonly ruleErrorMessages?: boolean | undefined;
  /**
   * The event bus that is told what users do: turns, and who came and left.
   * @default none: the functions know nothing of any
   */
  readonly eventBus?: EventBusSettings | undefined;
}

/** The parts of a gateway that its functions share. */
export interface SharedParts {
  readonly botName: string;
  readonly secret: GatewaySecret;
  readonly lateQueue: LateQueue;
  /** The way of the functions into a VPC; undefined where they are in none. */
  readonly network: FunctionNetwork | undefined;
}

/** Adds the functions that Kakao calls and the worker, each with the rights and the environment that it needs. */
export function addFunctions(
  scope: Construct,
  settings: FunctionsSettings,
  { botName, secret, lateQueue, network }: SharedParts,
): OfFunctions<GatewayFunction> {
  const { memoryMb = 512, workerMemoryMb = 256, lateTurnsAtOnce = LATE_QUEUE.atOnce } = settings;
  const { reservedConcurrency, provisionedConcurrency } = settings;
  const calledByKakao = (handler: HandlerName): GatewayFunction => {
    const timeout = Duration.seconds(FUNCTION_TIMEOUT_SECONDS);
    // A webhook waits for a start as long as it may.
    const kept = handler === 'webhooks' ? undefined : provisionedConcurrency;
    const size = { timeout, memoryMb, reservedConcurrency, provisionedConcurrency: kept, network };
    const made = addFunction(scope, handler, botName, settings, size);
    grantGatewaySecret(made, secret);
    return made;
  };
  const openBuilder = calledByKakao('open-builder');
  const smartChat = calledByKakao('smart-chat');
  const validation = calledByKakao('validation');
  for (const takesTurns of [openBuilder, smartChat]) lateQueue.grantSend(takesTurns);
  const worker = addFunction(scope, 'late-turn', botName, settings, {
    timeout: Duration.seconds(WORKER_TIMEOUT_SECONDS),
    memoryMb: workerMemoryMb,
    network,
  });
  if (worker.code?.grows) {
    lateQueue.letGrow(worker);
    grantDrafts(worker, settings.sessionsTable);
  }
  lateQueue.deliverTo(worker, lateTurnsAtOnce);
  // Whoever answers a turn hands on the one that waited for it.
  lateQueue.grantSend(worker);
  const made = { 'open-builder': openBuilder, 'smart-chat': smartChat, validation, 'late-turn': worker };
  const webhooks = addWebhooks(settings, () => calledByKakao('webhooks'));
  return webhooks ? { ...made, webhooks } : made;
}

function addFunction(
  scope: Construct,
  handler: FunctionName,
  botName: string,
  settings: FunctionsSettings,
  size: Omit<GatewayFunctionProps, 'handler' | 'hasAlias' | 'parts' | keyof FunctionSettings>,
): GatewayFunction {
  const {
    sessionsTable,
    restApiKeySecret,
    canary,
    scenario,
    bundling,
    logRetention,
    tracing,
    encryptionKey,
    environment,
    layers,
    ruleErrorMessages,
    eventBus,
  } = settings;
  const made = new GatewayFunction(scope, handler, {
    ...size,
    ...{ handler, scenario, bundling, logRetention, tracing, encryptionKey, environment, layers },
    ...(canary && { hasAlias: true }),
    parts: [
      ...(tellsEventBus(handler, eventBus) ? (['event-bus'] as const) : []),
      ...(keepsAliases(handler, settings) ? (['aliases'] as const) : []),
    ],
  });
  made.addEnvironment(ENVIRONMENT.botName, botName);
  if (ruleErrorMessages) made.addEnvironment(ENVIRONMENT.logErrors, 'masked');
  grantSessions(made, sessionsTable, encryptionKey);
  grantEventBus(made, eventBus);
  if (keepsAliases(handler, settings)) grantAliases(made, sessionsTable);
  if (made.code?.counts) grantCounters(made, sessionsTable);
  // smart-chat and webhooks have no parameters, and so no plugins.
  if (restApiKeySecret && handler !== 'smart-chat' && handler !== 'webhooks')
    grantRestApiKey(made, restApiKeySecret);
  return made;
}

/**
 * The alarms on each function, which tell of releases alone: of a function that crashes, people hear by the calls that get
 * no answer, and of the worker by the turns that wait for it.
 */
export const FUNCTION_ALARMS = {
  'function-errors': {
    says: 'Users get no answer: a function crashed, ran out of memory or time, or could not start. See its log group.',
    from: 1,
    ofReleasesAlone: true,
    watches: ({ lambda, handler }) => [
      { metric: lambda.metricErrors(SUM), of: handler, ofRelease: [handler] },
    ],
  },
} as const satisfies AlarmKinds<GatewayFunction>;
