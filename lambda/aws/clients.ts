import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { AWS_CONNECTION_TIMEOUT_MS, AWS_REQUEST_TIMEOUT_MS, AWS_TRIES } from '../turn/time-budget.ts';
import { SigningHash } from './signing-hash.ts';

/**
 * The configuration of every AWS client of a turn: a try that hangs is given up and repeated while Kakao still waits.
 * Without `throwOnRequestTimeout` the SDK only warns.
 */
export const CLIENT_CONFIG = {
  maxAttempts: AWS_TRIES,
  sha256: SigningHash,
  requestHandler: {
    connectionTimeout: AWS_CONNECTION_TIMEOUT_MS,
    requestTimeout: AWS_REQUEST_TIMEOUT_MS,
    throwOnRequestTimeout: true,
  },
} as const;

/** Who calls, as CloudTrail tells it. */
export const USER_AGENT = 'kakao-gateway';

/**
 * The client with one constant text as the name of who calls. The SDK describes itself, the machine and what it uses anew
 * for each call, and reads configuration files for it: a sixth of a call's processor time.
 */
export function named<C extends DynamoDBClient | SecretsManagerClient | SQSClient>(client: C): C {
  // Their stacks are alike, but for what is asked.
  const stack = client.middlewareStack as DynamoDBClient['middlewareStack'];
  stack.remove('getUserAgentMiddleware');
  stack.add(
    next => args => {
      (args.request as { headers: Record<string, string> }).headers['user-agent'] = USER_AGENT;
      return next(args);
    },
    { step: 'build', name: 'named' },
  );
  return client;
}
