import { readFileSync } from 'node:fs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { CLIENT_CONFIG } from '../../lambda/aws/clients.ts';
import { DynamoSessionStore } from '../../lambda/aws/dynamo-session-store.ts';
import { gatewaySecret } from '../../lambda/aws/gateway-secret.ts';
import { lateQueue } from '../../lambda/aws/late-queue.ts';
import { log } from '../../lambda/aws/log.ts';
import { Bot } from '../../lambda/bot/bot.ts';
import { openBuilderHandler } from '../../lambda/gateway/open-builder.ts';
import { MemorySessionStore } from '../../lambda/turn/session.ts';
import { type LocalServer, serveLocally } from '../../tools/local-server.ts';
import { invoke, skillCall, testSecret } from '../kit/http.ts';
import { takeStdout } from '../kit/stdout.ts';

/** An error as AWS answers with it; of SQS's some have another name in a header, which its older clients take. */
interface Refusal {
  readonly name: string;
  readonly olderName?: string;
}

let refusal: Refusal;
let server: LocalServer;

beforeAll(async () => {
  server = await serveLocally((request, response) => {
    request.resume();
    response.statusCode = 400;
    response.setHeader('content-type', 'application/x-amz-json-1.0');
    if (refusal.olderName) response.setHeader('x-amzn-query-error', `${refusal.olderName};Sender`);
    response.end(JSON.stringify({ __type: `com.amazonaws#${refusal.name}`, message: 'no' }));
  });
});

afterAll(() => server.stop());

/** A turn of a gateway of which one part is refused by AWS: its line of the log. */
async function lineOf(part: string) {
  const where = {
    ...CLIENT_CONFIG,
    endpoint: server.url,
    region: 'local',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  };
  const bot = new Bot({ session: () => ({}) }).hears('추천', () => '라떼요.', { slow: '고르고 있어요.' });
  const handler = openBuilderHandler({
    bot,
    log,
    store:
      part === 'sessions table'
        ? new DynamoSessionStore(new DynamoDBClient(where), 'sessions')
        : new MemorySessionStore(),
    secret: part === 'gateway secret' ? gatewaySecret(new SecretsManagerClient(where), 'secret') : testSecret,
    defer: lateQueue(() => new SQSClient(where), 'http://localhost/000000000000/late-turns'),
  });
  const lines = takeStdout();
  const { status, json } = await invoke(
    handler,
    skillCall({ userRequest: { utterance: '추천', user: { id: 'u' } } }),
  );
  jest.restoreAllMocks();
  expect([status, JSON.stringify(json).includes(bot.texts.apology)]).toEqual([200, true]);
  const errors = lines.map(line => JSON.parse(line)).filter(({ level }) => level === 'error');
  expect(errors).toHaveLength(1);
  return errors[0];
}

/** The rows of the runbook's table in which a part of the cloud stands, or any: what each is known by. */
const rows = readFileSync('docs/runbook.md', 'utf8')
  .split('\n')
  .map(line => line.split(' | '))
  .filter(cells => cells.length === 4)
  .map(([parts = '', names = '']) => ({ parts, names }));

const isInRunbook = (part: string, name: string): boolean =>
  rows.some(
    ({ parts, names }) =>
      (parts.includes(`\`${part}\``) || parts === '| any') && names.includes(`\`${name}\``),
  );

describe('an apology for a part of the cloud', () => {
  test.each<[string, Refusal]>([
    ['sessions table', { name: 'ResourceNotFoundException' }],
    ['sessions table', { name: 'AccessDeniedException' }],
    ['gateway secret', { name: 'InvalidRequestException' }],
    ['gateway secret', { name: 'ResourceNotFoundException' }],
    ['gateway secret', { name: 'AccessDeniedException' }],
    ['gateway secret', { name: 'DecryptionFailure' }],
    ['late queue', { name: 'AccessDeniedException' }],
    ['late queue', { name: 'QueueDoesNotExist', olderName: 'AWS.SimpleQueueService.NonExistentQueue' }],
    ['late queue', { name: 'KmsDisabled', olderName: 'KMS.DisabledException' }],
    ['late queue', { name: 'KmsAccessDenied', olderName: 'KMS.AccessDeniedException' }],
  ])(
    "tells by its line which it is and AWS's own reason, which the runbook knows: %s, %j",
    async (part, answer) => {
      refusal = answer;
      const { error, ...line } = await lineOf(part);
      expect(line.part).toBe(part);
      expect([error.name, error.cause.name]).toEqual(['UnavailableError', answer.name]);
      expect(isInRunbook(part, answer.name)).toBe(true);
    },
  );
});
