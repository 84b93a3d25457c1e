/**
 * What every AWS client of a turn is made with: a call that hangs is given up in a second and tried again,
 * since Kakao waits five. Without `throwOnRequestTimeout` the SDK only warns.
 */
export const PATIENCE = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 500, requestTimeout: 1_000, throwOnRequestTimeout: true },
} as const;
