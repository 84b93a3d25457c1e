import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { type GatewaySecret, gatewaySecret } from '../../lambda/aws/gateway-secret.ts';

let server: Server | undefined;

afterEach(() => {
  jest.restoreAllMocks();
  server?.closeAllConnections();
  server?.close();
});

/** A Secrets Manager of the test's own: `versions` may be changed while it runs. */
async function secretBehind(
  versions: Record<string, string>,
): Promise<{ secret: GatewaySecret; reads: () => number; answering: { hangs: boolean } }> {
  let reads = 0;
  const answering = { hangs: false };
  server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const { VersionStage } = JSON.parse(body);
    if (answering.hangs) return;
    if (VersionStage === 'AWSCURRENT') reads++;
    const SecretString = versions[VersionStage];
    const isDown = versions.AWSCURRENT === undefined;
    response.writeHead(isDown ? 500 : SecretString === undefined ? 400 : 200, {
      'content-type': 'application/x-amz-json-1.1',
    });
    response.end(
      JSON.stringify(
        SecretString === undefined
          ? { __type: isDown ? 'InternalServiceError' : 'ResourceNotFoundException' }
          : { SecretString },
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
  return { secret: gatewaySecret(client, 'gateway-secret'), reads: () => reads, answering };
}

/** Lets the clock that the cache looks at jump. */
function later(ms: number): void {
  const now = Date.now() + ms;
  jest.spyOn(Date, 'now').mockImplementation(() => now);
}

describe('the gateway secret', () => {
  test('is accepted, and nothing else is', async () => {
    const { secret } = await secretBehind({ AWSCURRENT: 'right' });
    expect(await secret.accepts('right')).toBe(true);
    for (const wrong of ['wrong', 'righ', 'right ', '', undefined])
      expect(await secret.accepts(wrong)).toBe(false);
  });

  test('is accepted in its previous version too, and in no other', async () => {
    const versions = { AWSPENDING: 'next', AWSCURRENT: 'new', AWSPREVIOUS: 'old', older: 'older' };
    const { secret } = await secretBehind(versions);
    // The previous one first: nobody has to come with the current one before.
    for (const right of ['old', 'new']) expect([right, await secret.accepts(right)]).toEqual([right, true]);
    for (const wrong of ['next', 'older', 'oldnew', 'newold', 'ne'])
      expect([wrong, await secret.accepts(wrong)]).toEqual([wrong, false]);
  });

  test('is read once for many calls, however many at once', async () => {
    const { secret, reads } = await secretBehind({ AWSCURRENT: 'right' });
    await Promise.all(Array.from({ length: 20 }, () => secret.accepts('right')));
    for (let guess = 0; guess < 20; guess++) await secret.accepts(`guess ${guess}`);
    expect(reads()).toBe(1);
  });

  test('counts soon after it was rotated, and the one before the previous no longer', async () => {
    const versions: Record<string, string> = { AWSCURRENT: 'first' };
    const { secret } = await secretBehind(versions);
    expect(await secret.accepts('first')).toBe(true);
    Object.assign(versions, { AWSCURRENT: 'third', AWSPREVIOUS: 'second' });
    later(11_000);
    expect(await secret.accepts('third')).toBe(true);
    expect(await secret.accepts('second')).toBe(true);
    expect(await secret.accepts('first')).toBe(false);
  });

  test('that was read before stays good while Secrets Manager is away', async () => {
    const versions: Record<string, string> = { AWSCURRENT: 'right' };
    const { secret } = await secretBehind(versions);
    expect(await secret.accepts('right')).toBe(true);
    delete versions.AWSCURRENT;
    later(6 * 60_000);
    expect(await secret.accepts('right')).toBe(true);
    expect(await secret.accepts('wrong')).toBe(false);
  });

  test('costs a call half a second at most while Secrets Manager hangs, and most calls nothing', async () => {
    const { secret, answering } = await secretBehind({ AWSCURRENT: 'right' });
    expect(await secret.accepts('right')).toBe(true);
    answering.hangs = true;
    later(6 * 60_000);
    for (const most of [800, 800]) {
      const startedAt = performance.now();
      expect(await secret.accepts('right')).toBe(true);
      expect(performance.now() - startedAt).toBeLessThan(most);
    }
  });

  test('that was never read fails closed', async () => {
    const { secret } = await secretBehind({});
    await expect(secret.accepts('anything')).rejects.toThrow();
  });
});
