import { AWS_CONNECTION_TIMEOUT_MS, AWS_REQUEST_TIMEOUT_MS, AWS_TRIES } from '../turn/time-budget.ts';

/**
 * The configuration of every AWS client of a turn: a call that hangs is given up in a second and tried again,
 * since Kakao waits five. Without `throwOnRequestTimeout` the SDK only warns.
 */
export const CLIENT_CONFIG = {
  maxAttempts: AWS_TRIES,
  requestHandler: {
    connectionTimeout: AWS_CONNECTION_TIMEOUT_MS,
    requestTimeout: AWS_REQUEST_TIMEOUT_MS,
    throwOnRequestTimeout: true,
  },
} as const;
