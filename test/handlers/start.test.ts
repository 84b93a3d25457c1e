import { afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { ENVIRONMENT } from '../../lambda/aws/environment.ts';
import type { FunctionName } from '../../lib/gateway-function.ts';

const { sessionsTable, gatewaySecretId, lateQueueUrl, adminKeySecretId, eventBotId, restApiKeySecretId } =
  ENVIRONMENT;
const { probeUrl } = ENVIRONMENT;

/** Settings that a function can't do its work without. */
const NEEDS: Readonly<Record<FunctionName, readonly string[]>> = {
  'open-builder': [sessionsTable, gatewaySecretId, lateQueueUrl],
  'smart-chat': [sessionsTable, gatewaySecretId, lateQueueUrl],
  validation: [gatewaySecretId],
  'late-turn': [sessionsTable, lateQueueUrl],
  webhooks: [sessionsTable, gatewaySecretId, adminKeySecretId],
  event: [eventBotId, restApiKeySecretId],
  probe: [probeUrl, gatewaySecretId],
};

/** Modules that cost a function the most of its start, and is the same for all of them. */
const PACKAGES = [
  '@aws-sdk/client-dynamodb',
  '@aws-sdk/client-secrets-manager',
  '@aws-sdk/client-sqs',
  '@middy/core',
];

/** Nothing comes here of the work that a start does ahead. */
const NOBODY_LISTENS = {
  AWS_REGION: 'ap-northeast-2',
  AWS_ACCESS_KEY_ID: 'local',
  AWS_SECRET_ACCESS_KEY: 'local',
  AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
};

/** A bot's id is a part of URLs, where no URL would go. */
const settingOf = (name: string): string =>
  name === eventBotId ? '5f1a2b3c4d5e6f7a8b9c0d1e' : 'https://sqs.example.com/1/name';

const before = { ...process.env };

beforeAll(async () => {
  for (const name of PACKAGES) {
    const loaded = await import(name);
    jest.unstable_mockModule(name, () => loaded);
  }
});

beforeEach(() => {
  Object.assign(process.env, NOBODY_LISTENS);
  for (const name of Object.values(ENVIRONMENT)) delete process.env[name];
});

afterEach(() => {
  process.env = { ...before };
});

/** Starts a function as Lambda does: by importing its handler, anew. */
async function start(name: FunctionName): Promise<unknown> {
  jest.resetModules();
  return (await import(`../../lambda/handlers/${name}.ts`)).handler;
}

const each = Object.entries(NEEDS) as [FunctionName, readonly string[]][];

describe.each(each)('the function %s', (name, needs) => {
  test('starts with what it needs, and nothing else', async () => {
    for (const needed of needs) process.env[needed] = settingOf(needed);
    expect(await start(name)).toBeInstanceOf(Function);
  });

  test.each(needs)('does not start without %s, and names it in one sentence', async missing => {
    for (const needed of needs) process.env[needed] = settingOf(needed);
    delete process.env[missing];
    await expect(start(name)).rejects.toMatchObject({
      name: 'ConfigurationError',
      message: `${missing} is not set: the stack sets it on deployed functions, npm start on this machine`,
    });
  });
});
