import { ConfigurationError } from '../bot/errors.ts';

/** The functions' environment variables: set by the stack, or by `npm start`. */
export const ENVIRONMENT = {
  /** Name of the sessions table. */
  sessionsTable: 'SESSIONS_TABLE',
  /** Secrets Manager id of the secret that Kakao's calls must carry; never its value. */
  gatewaySecretId: 'GATEWAY_SECRET_ID',
  /** URL of the queue that takes late turns. */
  lateQueueUrl: 'LATE_QUEUE_URL',
} as const;

/** Where callbacks may be posted beside Kakao: origins, comma-separated. For local runs: no stack ever sets it. */
export const CALLBACK_ORIGINS = 'KAKAO_CALLBACK_ORIGINS';

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
 * The origins that callbacks may be posted to.
 * @param kakao the one that is meant where nothing is set
 * @throws ConfigurationError when one is no origin
 */
export function readCallbackOrigins(kakao: string): readonly string[] {
  const value = process.env[CALLBACK_ORIGINS];
  if (!value) return [kakao];
  return value.split(',').map(part => {
    const origin = part.trim();
    if (URL.canParse(origin) && new URL(origin).origin === origin) return origin;
    throw new ConfigurationError(
      `${CALLBACK_ORIGINS} must be origins like ${kakao}, comma-separated and without a path, not "${origin}"`,
    );
  });
}
