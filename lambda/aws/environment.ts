import { ConfigurationError } from '../bot/errors.ts';

/** The functions' environment variables: set by the stack, or by `npm start`. */
export const ENVIRONMENT = {
  /** Name of the sessions table. */
  sessionsTable: 'SESSIONS_TABLE',
  /** Secrets Manager id of the secret that Kakao's calls must carry; never its value. */
  gatewaySecretId: 'GATEWAY_SECRET_ID',
} as const;

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
