import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { secretRestApiKey } from '../../lambda/aws/rest-api-key.ts';

let server: Server | undefined;

afterEach(() => {
  jest.restoreAllMocks();
  server?.closeAllConnections();
  server?.close();
});

/** A Secrets Manager of the test's own: what it holds may be changed while it runs; undefined is an outage, null no text. */
async function keyBehind(held: { value: string | null | undefined }) {
  const reads: unknown[] = [];
  server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    reads.push(JSON.parse(body));
    const { value } = held;
    response.writeHead(value === undefined ? 500 : 200, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(
      JSON.stringify(
        value === undefined
          ? { __type: 'InternalServiceError' }
          : value === null
            ? { SecretBinary: 'YWJj' }
            : { SecretString: value },
      ),
    );
  });
  await new Promise<void>(resolve => server?.listen(0, '127.0.0.1', resolve));
  const client = new SecretsManagerClient({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'local',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
  return { key: secretRestApiKey(client, 'kakao/rest-api-key'), reads };
}

/** Lets the clock that the cache looks at jump. */
function later(ms: number): void {
  const now = Date.now() + ms;
  jest.spyOn(Date, 'now').mockImplementation(() => now);
}

describe('the REST API key', () => {
  test('is read when it is first asked for, once for many who ask', async () => {
    const { key, reads } = await keyBehind({ value: 'abc123\n' });
    expect(reads).toEqual([]);
    expect(await Promise.all([key(), key(), key()])).toEqual(['abc123', 'abc123', 'abc123']);
    expect(await key()).toBe('abc123');
    expect(reads).toEqual([{ SecretId: 'kakao/rest-api-key' }]);
  });

  test('is read again after five minutes, and stays good while it cannot be', async () => {
    const held: { value: string | undefined } = { value: 'first' };
    const { key, reads } = await keyBehind(held);
    for (const ms of [0, 300, 4 * 60_000, 59_699]) {
      later(ms);
      expect(await key()).toBe('first');
      expect(reads).toHaveLength(1);
    }
    held.value = undefined;
    later(1);
    expect(await key()).toBe('first');
    expect(await key()).toBe('first');
    expect(reads).toHaveLength(2);
    held.value = 'second';
    // Not by each call while it is ill.
    later(9_000);
    expect(await key()).toBe('first');
    expect(reads).toHaveLength(2);
    later(2_000);
    expect(await key()).toBe('second');
  });

  test('that was never read is told to be unavailable, and asked for again', async () => {
    const held: { value: string | undefined } = { value: undefined };
    const { key } = await keyBehind(held);
    await expect(key()).rejects.toMatchObject({
      message: 'the secret of the REST API key did not do its work',
      cause: { name: 'InternalServiceError' },
    });
    held.value = 'abc123';
    expect(await key()).toBe('abc123');
  });

  test.each([null, '', '{"REST_API_KEY":"abc123"}', 'abc 123'])(
    'that is no plain key is refused by a sentence that does not tell it: %j',
    async value => {
      const { key } = await keyBehind({ value });
      await expect(key()).rejects.toThrow(
        /^the secret of the REST API key must be the key as plain text, and nothing else$/,
      );
    },
  );
});
