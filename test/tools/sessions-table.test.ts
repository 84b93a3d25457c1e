import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { UnavailableError } from '../../lambda/errors.ts';
import { PATIENCE } from '../../tools/aws-patience.ts';
import { serveLocally } from '../../tools/local-server.ts';
import { clientsIn } from '../../tools/sessions-table/clients.ts';
import { findName } from '../../tools/sessions-table/find-table.ts';
import { partsOf } from '../../tools/sessions-table/stack-parts.ts';
import { Obstacle, toldError } from '../../tools/sessions-table/told-error.ts';
import { type FakeStack, type FakeStacks, startStacks } from '../kit/stack-server.ts';

/** A stack of somebody's own app, with functions of these environments. */
const stackOf = (
  environments: readonly Readonly<Record<string, unknown>>[],
  more: Readonly<Record<string, object>> = {},
): Pick<FakeStack, 'template'> => ({
  template: JSON.stringify({
    Resources: {
      ...Object.fromEntries(
        environments.map((Variables, at) => [
          `Function${at}`,
          { Type: 'AWS::Lambda::Function', Properties: { Environment: { Variables } } },
        ]),
      ),
      ...more,
    },
  }),
});

const logs = (RetentionInDays: number) => ({ Type: 'AWS::Logs::LogGroup', Properties: { RetentionInDays } });

let stacks: FakeStacks;
beforeAll(async () => {
  stacks = await startStacks(
    {
      own: {
        ...stackOf(
          [
            { SESSIONS_TABLE: { Ref: 'Table' }, GATEWAY_SECRET_ID: { Ref: 'Secret' } },
            { SESSIONS_TABLE: { Ref: 'Table' }, BOT_EVENT_BUS: 'cafe' },
          ],
          { Short: logs(14), Long: logs(90) },
        ),
        resources: { Table: 'own-table', Secret: 'arn:own-secret' },
        tags: { stage: 'dev' },
      },
      adopted: stackOf([{ SESSIONS_TABLE: 'table-of-old', GATEWAY_SECRET_ID: 'arn:of-old' }]),
      imported: stackOf([{ SESSIONS_TABLE: { 'Fn::ImportValue': 'Shop:Table' } }]),
      several: stackOf([{ SESSIONS_TABLE: 'one' }, { SESSIONS_TABLE: 'another' }]),
      shop: stackOf([{ TABLE: 'orders' }], {
        Orders: { Type: 'AWS::DynamoDB::Table', Properties: { KeySchema: [{ AttributeName: 'id' }] } },
      }),
      yaml: { template: 'Resources:\n  Table: {}' },
    },
    { 'Shop:Name': 'no', 'Shop:Table': 'exported-table' },
  );
});
afterAll(() => stacks.stop());

const clients = () => ({
  stacks: stacks.client,
  dynamo: undefined as never,
  secrets: new SecretsManagerClient({ region: 'local' }),
});

describe('the parts of a stack', () => {
  test('are read where table and secret are made in the same one', async () => {
    expect(await partsOf(stacks.client, 'own')).toEqual({
      tables: ['own-table'],
      secretIds: ['arn:own-secret'],
      logDays: 90,
      hasBus: true,
      stage: 'dev',
    });
  });

  test('are read where both were there before', async () => {
    expect(await partsOf(stacks.client, 'adopted')).toEqual({
      tables: ['table-of-old'],
      secretIds: ['arn:of-old'],
      logDays: undefined,
      hasBus: false,
      stage: undefined,
    });
  });

  test('are read where another stack exports the table', async () => {
    expect(await findName(clients(), { stack: 'imported' })).toMatchObject({ name: 'exported-table' });
  });

  test.each([
    ['several', 'the stack several has several tables of sessions: name one by --table: one or another'],
    ['shop', 'the stack shop has no function of a gateway, and no table of sessions'],
    ['yaml', 'the template of yaml is not one that cdk deploy made: name the table itself by --table'],
    ['none', 'there is no stack none in local of this account'],
  ])('of %s are an obstacle, said in one sentence', async (stack, words) => {
    const error = await findName(clients(), { stack }).catch(thrown => thrown);
    expect(error).toBeInstanceOf(Obstacle);
    expect(error.message).toContain(words);
    expect(toldError(error, 'ko')).toContain(stack);
  });
});

test.each([
  [{ name: 'CredentialsProviderError', message: 'Could not load' }, 'AWS takes no credentials from here'],
  [{ name: 'ExpiredTokenException', message: 'The token' }, 'AWS takes no credentials from here'],
  [{ name: 'SignatureDoesNotMatch', message: 'The request signature' }, 'AWS takes no credentials from here'],
  [
    {
      name: 'InvalidSignatureException',
      message: 'Signature expired: 20261122T000000Z is now earlier than 20261122T005500Z',
    },
    "set this machine's clock right",
  ],
  [{ name: 'Error', message: 'Region is missing' }, 'no region is known: give the one'],
  [{ name: 'Error', code: 'ENOTFOUND', message: 'getaddrinfo' }, "AWS can't be reached (ENOTFOUND)"],
  [
    {
      name: 'Error',
      code: 'ENOTFOUND',
      message: 'getaddrinfo',
      hostname: 'dynamodb.us-east-9.amazonaws.com',
    },
    "AWS can't be reached (ENOTFOUND dynamodb.us-east-9.amazonaws.com)",
  ],
  [{ name: 'TimeoutError', message: 'late' }, "AWS can't be reached (TimeoutError)"],
  [
    { name: 'AccessDeniedException', message: 'not authorized to perform: dynamodb:Scan\nmore' },
    'AWS refuses these credentials: not authorized to perform: dynamodb:Scan',
  ],
  [{ name: 'ThrottlingException', message: 'Rate exceeded' }, 'ThrottlingException: Rate exceeded'],
])('%j is told in one line: %s', (facts, words) => {
  const error = Object.assign(new Error(facts.message), facts);
  const told = toldError(error, 'en');
  expect(told).toContain(words);
  expect(told).not.toContain('\n');
  expect(toldError(new UnavailableError('sessions table', { cause: error }), 'en')).toBe(told);
});

test('an AWS that says nothing is told of soon, and not waited for', async () => {
  const server = await serveLocally(() => {});
  const before = process.env;
  process.env = {
    ...before,
    AWS_ENDPOINT_URL: server.url,
    AWS_ACCESS_KEY_ID: 'a',
    AWS_SECRET_ACCESS_KEY: 'b',
    AWS_MAX_ATTEMPTS: '1',
  };
  const silent = clientsIn('ap-northeast-2', { ...PATIENCE, requestTimeout: 50 });
  const error = await findName(silent, { stack: 'any' }).catch(thrown => thrown);
  process.env = before;
  await server.stop();
  expect(toldError(error, 'en')).toContain("AWS can't be reached (ETIMEDOUT)");
});
