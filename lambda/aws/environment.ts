import { ConfigurationError } from '../errors.ts';

/** The functions' environment variables: set by the stack, or by `npm start`. */
export const ENVIRONMENT = {
  /** Name of the sessions table. */
  sessionsTable: 'SESSIONS_TABLE',
  /** Secrets Manager id of the secret that Kakao's calls must carry; never its value. */
  gatewaySecretId: 'GATEWAY_SECRET_ID',
  /** URL of the queue that takes late turns. */
  lateQueueUrl: 'LATE_QUEUE_URL',
  /** Secrets Manager id of the secret that is the app's REST API key; absent where no plugin is asked. */
  restApiKeySecretId: 'KAKAO_REST_API_KEY_SECRET_ID',
  /** Secrets Manager id of the secret that is the app's admin key; absent where Kakao Developers calls no webhooks. */
  adminKeySecretId: 'KAKAO_ADMIN_KEY_SECRET_ID',
  /** The app's id, by which an unlink webhook of another app is refused; absent where none is given. */
  appId: 'KAKAO_APP_ID',
  /** The profile id of the bot's channel, by which webhooks of other channels are told; absent where none is given. */
  channelPublicId: 'KAKAO_CHANNEL_PUBLIC_ID',
  /** Present where aliases are kept, by which a webhook knows whom it is about. */
  keepsAliases: 'KEEPS_ALIASES',
  /** The id of the bot whose events are sent, in the 챗봇 관리자센터. */
  eventBotId: 'KAKAO_BOT_ID',
  /** The bot's name: the dimension `Bot` of its metrics. */
  botName: 'BOT_NAME',
  /** The version of the code, which each line of the log tells; absent on a developer's machine. */
  version: 'GATEWAY_VERSION',
  /** How much the log tells of an error that is not the gateway's own: see {@link readErrorWords}. */
  logErrors: 'LOG_ERRORS',
  /** Name or ARN of the event bus that is told what users do; absent where none is. */
  eventBus: 'BOT_EVENT_BUS',
  /** Whether the bus is told users' ids: see {@link readEventIds}. */
  eventBusIds: 'BOT_EVENT_IDS',
  /** Whether the bus is told what users say, by `true`. */
  eventBusUtterances: 'BOT_EVENT_UTTERANCES',
  /** The URL that the probe calls: the one that is registered as a skill's. */
  probeUrl: 'PROBE_URL',
  /** The words that the probe says to the bot; absent where the gateway answers it without the bot. */
  probeSays: 'PROBE_SAYS',
} as const;

/** The app's REST API key itself. For local runs: no stack ever sets it. */
export const REST_API_KEY = 'KAKAO_REST_API_KEY';

/** The app's admin key itself. For local runs: no stack ever sets it. */
export const ADMIN_KEY = 'KAKAO_ADMIN_KEY';

/** Where callbacks may be posted beside Kakao: origins, comma-separated. For local runs: no stack ever sets it. */
export const CALLBACK_ORIGINS = 'KAKAO_CALLBACK_ORIGINS';

/** Where plugins may be asked beside Kakao: origins, comma-separated. For local runs: no stack ever sets it. */
export const PLUGIN_ORIGINS = 'KAKAO_PLUGIN_ORIGINS';

/** Where events may be sent beside Kakao: origins, comma-separated. For local runs: no stack ever sets it. */
export const EVENT_ORIGINS = 'KAKAO_EVENT_ORIGINS';

/** @throws ConfigurationError naming the variable when it is missing */
export function requireEnvironment(name: (typeof ENVIRONMENT)[keyof typeof ENVIRONMENT]): string {
  const value = process.env[name];
  if (!value) {
    throw new ConfigurationError(
      `${name} is not set: the stack sets it on deployed functions, npm start on this machine`,
    );
  }
  return value;
}

/**
 * The origins that a setting allows.
 * @param kakao the ones that are meant where nothing is set
 * @throws ConfigurationError when one is no origin
 */
export function readOrigins(
  name: typeof CALLBACK_ORIGINS | typeof PLUGIN_ORIGINS | typeof EVENT_ORIGINS,
  kakao: readonly [string, ...string[]],
): readonly string[] {
  const value = process.env[name];
  if (!value) return kakao;
  return value.split(',').map(part => {
    const origin = part.trim();
    if (URL.canParse(origin) && new URL(origin).origin === origin) return origin;
    throw new ConfigurationError(
      `${name} must be origins like ${kakao[0]}, comma-separated and without a path, not "${origin}"`,
    );
  });
}

/**
 * How much of an error's words the log tells where a rule threw it: none, those of a rule without what a user said
 * (`masked`), or all of whatever error (`whole`), which is for one's own machine.
 */
export function readErrorWords(): 'masked' | 'whole' | 'none' {
  const { [ENVIRONMENT.logErrors]: words } = process.env;
  return words === 'masked' || words === 'whole' ? words : 'none';
}

/** How the event bus is told who somebody is: by the log's pseudonym alone (`hashed`), or by Kakao's ids, too (`plain`). */
export function readEventIds(): 'hashed' | 'plain' {
  return process.env[ENVIRONMENT.eventBusIds] === 'plain' ? 'plain' : 'hashed';
}
