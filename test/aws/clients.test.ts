import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, expect, test } from '@jest/globals';
import { CLIENT_CONFIG, named } from '../../lambda/aws/clients.ts';
import { AWS_REQUEST_TIMEOUT_MS, RULE_WITHIN_MS } from '../../lambda/turn/time-budget.ts';

let server: Server | undefined;
let client: DynamoDBClient | undefined;

afterEach(() => {
  client?.destroy();
  server?.closeAllConnections();
  server?.close();
});

test('a call that hangs once is answered by its second try, with time left for the rule', async () => {
  let calls = 0;
  const listening = createServer((_, response) => {
    if (calls++ > 0) response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' }).end('{}');
  });
  server = listening;
  await new Promise<void>(resolve => listening.listen(0, '127.0.0.1', resolve));
  client = new DynamoDBClient({
    ...CLIENT_CONFIG,
    endpoint: `http://127.0.0.1:${(listening.address() as AddressInfo).port}`,
    region: 'local',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  const startedAt = performance.now();
  await client.send(new GetItemCommand({ TableName: 'sessions', Key: { userKey: { S: 'a-user' } } }));
  const ms = performance.now() - startedAt;
  expect(calls).toBe(2);
  // A timer may fire a little early.
  expect(ms).toBeGreaterThan(AWS_REQUEST_TIMEOUT_MS - 5);
  expect(ms).toBeLessThan(RULE_WITHIN_MS - 500);
});

test('every call tells AWS by one text who makes it, and nothing of the machine or the SDK', async () => {
  const told: IncomingHttpHeaders[] = [];
  const listening = createServer(({ headers }, response) => {
    told.push(headers);
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' }).end('{}');
  });
  server = listening;
  await new Promise<void>(resolve => listening.listen(0, '127.0.0.1', resolve));
  const config = {
    ...CLIENT_CONFIG,
    endpoint: `http://127.0.0.1:${(listening.address() as AddressInfo).port}`,
    region: 'local',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    md5: false as const,
  };
  const dynamo = named(new DynamoDBClient(config));
  const secrets = named(new SecretsManagerClient(config));
  const sqs = named(new SQSClient(config));
  client = dynamo;
  await dynamo.send(new GetItemCommand({ TableName: 'sessions', Key: { userKey: { S: 'a-user' } } }));
  await secrets.send(new GetSecretValueCommand({ SecretId: 'gateway-secret' }));
  await sqs.send(new SendMessageCommand({ QueueUrl: `${config.endpoint}/queue`, MessageBody: '{}' }));
  expect(told.map(headers => [headers['user-agent'], headers['x-amz-user-agent']])).toEqual(
    told.map(() => ['kakao-gateway', undefined]),
  );
  expect(told).toHaveLength(3);
});
