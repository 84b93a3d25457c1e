/** How long a client waits for AWS, call by call (ms): a network that swallows everything does not say so itself. */
export const PATIENCE = { connectionTimeout: 5_000, requestTimeout: 30_000, throwOnRequestTimeout: true };
