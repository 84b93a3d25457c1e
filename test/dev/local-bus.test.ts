import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { localBus } from '../../dev/local-bus.ts';
import { type BusEntry, eventBridge } from '../../lambda/aws/event-bus.ts';
import { type LocalServer, serveLocally } from '../../tools/local-server.ts';
import { takeStdout } from '../kit/stdout.ts';

describe('the event bus of this machine', () => {
  const { config } = new SecretsManagerClient({
    region: 'ap-northeast-2',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  const before = { ...process.env };
  let server: LocalServer;
  beforeAll(async () => {
    server = await serveLocally(localBus());
    process.env.AWS_ENDPOINT_URL_EVENTBRIDGE = server.url;
  });
  afterAll(async () => {
    process.env = before;
    await server?.stop();
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });

  const put = (...entries: BusEntry[]) =>
    eventBridge(() => config, 'any')(entries, AbortSignal.timeout(5_000));

  test('prints each event that it is told, a line each that nothing in it can break', async () => {
    const lines = takeStdout();
    const left = { detailType: 'user.left', detail: { how: 'room\nleft\u001b[31m\u009b' } };
    expect(await put({ detailType: 'turn.answered', detail: { ms: 3 } }, left)).toEqual({ count: 0 });
    expect(lines).toEqual([
      '    → turn.answered {"ms":3}\n',
      '    → user.left {"how":"room\\nleft\\u001b[31m\\u009b"}\n',
    ]);
  });

  test('refuses what EventBridge would: a detail that is no object, too much, too many', async () => {
    const lines = takeStdout();
    const good = { detailType: 'a', detail: {} };
    expect(await put({ ...good, detailType: '' })).toMatchObject({
      count: 1,
      error: { name: 'MalformedDetail' },
    });
    expect(await put({ ...good, detail: 7 as never })).toMatchObject({ count: 1 });
    const refused = { name: 'ValidationException' };
    await expect(put({ ...good, detail: { a: 'x'.repeat(256 * 1024) } })).rejects.toMatchObject(refused);
    await expect(put(...Array.from({ length: 11 }, () => good))).rejects.toMatchObject(refused);
    await expect(put()).rejects.toMatchObject(refused);
    expect(lines).toEqual([]);
  });
});
