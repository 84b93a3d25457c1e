import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TEST_ROOT } from '../test/kit/test-certificates.ts';
import type { StubCounts, StubDelays } from './aws-stub.ts';
import { BENCH_SECRET } from './calls.ts';
import { bundleScript } from './checkout.ts';
import { startChild } from './child.ts';

/** AWS as a function sees it: over TLS, in a process of its own, whose work is not counted. */
export interface Stub {
  /** The environment of a function that is to use it. */
  readonly environment: Readonly<Record<string, string>>;
  /** All that reached it since this was last asked; from now on it answers after these delays. */
  counts(delays?: StubDelays): Promise<StubCounts>;
  stop(): Promise<void>;
}

/** Starts a stub of DynamoDB, Secrets Manager and SQS. */
export async function startStub(folder: string): Promise<Stub> {
  const authority = join(folder, 'authority.pem');
  writeFileSync(authority, TEST_ROOT);
  const child = startChild(bundleScript('aws-stub', folder), [], { BENCH_SECRET });
  const { ports } = await child.hear<{ ports: readonly [number, number, number] }>();
  const [dynamoDb, secretsManager, sqs] = ports.map(port => `https://127.0.0.1:${port}`);
  return {
    environment: {
      ...FUNCTION_ENVIRONMENT,
      NODE_EXTRA_CA_CERTS: authority,
      AWS_ENDPOINT_URL: `${dynamoDb}`,
      AWS_ENDPOINT_URL_DYNAMODB: `${dynamoDb}`,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: `${secretsManager}`,
      AWS_ENDPOINT_URL_SQS: `${sqs}`,
      LATE_QUEUE_URL: `${sqs}/000000000000/late-turns`,
    },
    counts: delays => child.ask({ delays }),
    stop: () => child.stop(),
  };
}

/** The environment of a deployed function, as far as it decides what the function does. */
export const FUNCTION_ENVIRONMENT: Readonly<Record<string, string>> = {
  AWS_REGION: 'ap-northeast-2',
  AWS_ACCESS_KEY_ID: 'bench',
  AWS_SECRET_ACCESS_KEY: 'bench',
  AWS_SESSION_TOKEN: 'bench',
  BENCH_SECRET,
  BOT_NAME: 'bench',
  SESSIONS_TABLE: 'sessions',
  GATEWAY_SECRET_ID: 'gateway-secret',
  LATE_QUEUE_URL: 'https://sqs.ap-northeast-2.amazonaws.com/000000000000/late-turns',
};
