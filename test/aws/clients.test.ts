import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, expect, test } from '@jest/globals';
import { CLIENT_CONFIG } from '../../lambda/aws/clients.ts';
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
