import { AWS_CONNECTION_TIMEOUT_MS, AWS_REQUEST_TIMEOUT_MS, AWS_TRIES } from '../turn/time-budget.ts';

/**
 * What every AWS client of a turn is made with: a call that hangs is given up in a second and tried again,
 * since Kakao waits five. Without `throwOnRequestTimeout` the SDK only warns.
 */
export const PATIENCE = {
  maxAttempts: AWS_TRIES,
  requestHandler: {
    connectionTimeout: AWS_CONNECTION_TIMEOUT_MS,
    requestTimeout: AWS_REQUEST_TIMEOUT_MS,
    throwOnRequestTimeout: true,
  },
} as const;
