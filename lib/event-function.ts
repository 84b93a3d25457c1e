import { Duration, Validations } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { ENVIRONMENT } from '../lambda/aws/environment.ts';
import { type FunctionSettings, GatewayFunction } from './gateway-function.ts';
import { type AppKeySecret, grantRestApiKey } from './secrets.ts';

/** The settings of the function that sends events of Kakao's Event API. */
export interface EventSettings {
  /**
   * The bot whose events other code of the account sends, by its id in the 챗봇 관리자센터: then there is an
   * `eventFunction`. Needs `restApiKeySecret`.
   * @default none: nobody but the bot's own rules writes to users first
   */
  readonly eventApi?: { readonly botId: string } | undefined;
}

/** The longest that Lambda lets a function run. */
const TIMEOUT = Duration.minutes(15);

/** From when on an event that was to be sent asynchronously, and that Lambda could not start, is not sent any more. */
const STALE_AFTER = Duration.minutes(15);

const MEMORY_MB = 256;

/**
 * Adds the function that sends events, where it is asked for: its role may read the REST API key, and nothing else.
 * @throws an Error where there is no key to send by
 */
export function addEventFunction(
  scope: Construct,
  settings: EventSettings & FunctionSettings & { readonly restApiKeySecret?: AppKeySecret | undefined },
): GatewayFunction | undefined {
  const { eventApi, restApiKeySecret, scenario, logRetention, tracing, encryptionKey } = settings;
  if (eventApi === undefined) return undefined;
  if (restApiKeySecret === undefined) {
    throw new Error(
      `${scope.node.path} has an eventApi and no restApiKeySecret: Kakao takes events by the REST API key alone`,
    );
  }
  const made = new GatewayFunction(scope, 'event', {
    ...{ handler: 'event', scenario, logRetention, tracing, encryptionKey },
    timeout: TIMEOUT,
    memoryMb: MEMORY_MB,
  });
  made.addEnvironment(ENVIRONMENT.eventBotId, eventApi.botId);
  grantRestApiKey(made, restApiKeySecret);
  // A second try would reach the same people again, and cost again.
  made.lambda.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: STALE_AFTER });
  Validations.of(made.lambda).acknowledge({
    id: 'Serverless::Serverless-LambdaAsyncFailureDestination',
    reason: 'Whoever wants the report waits for it; the log tells how many users have each fate.',
  });
  return made;
}
