import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { parameterOf } from '../../lambda/aws/parameter-store.ts';
import { AWS_TRIES } from '../../lambda/turn/time-budget.ts';
import { type Held, type SecretStores, startSecretStores } from '../kit/secret-stores.ts';

describe('the answer of the Parameter Store', () => {
  const NAME = '/cafe/weather-key';
  const { config } = new SecretsManagerClient({
    region: 'ap-northeast-2',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local', sessionToken: 'of a role' },
  });
  const before = { ...process.env };
  let stores: SecretStores;

  beforeAll(async () => {
    stores = await startSecretStores();
  });
  afterAll(() => stores?.stop());
  beforeEach(() => {
    stores.reads.length = 0;
    Object.assign(process.env, stores.environment);
  });
  afterEach(() => {
    process.env = { ...before };
    jest.restoreAllMocks();
  });

  const ask = (held: Held, signal = AbortSignal.timeout(10_000)) => {
    stores.held.set(NAME, held);
    return parameterOf(config, NAME, signal);
  };

  test('is the text of the parameter, as it is', async () => {
    expect(await ask({ text: ' 열쇠\n' })).toBe(' 열쇠\n');
    expect(stores.reads).toEqual([NAME]);
  });

  test('comes to a call that is signed for it by the credentials of the client', async () => {
    await ask({ text: 'x' });
    const [call] = stores.calls.splice(0);
    expect(call?.authorization).toMatch(
      /^AWS4-HMAC-SHA256 Credential=local\/\d{8}\/ap-northeast-2\/ssm\/aws4_request, SignedHeaders=content-type;host;x-amz-content-sha256;x-amz-date;x-amz-security-token;x-amz-target, /,
    );
    expect(call?.['x-amz-security-token']).toBe('of a role');
    expect(call?.['content-type']).toBe('application/x-amz-json-1.1');
  });

  test.each([
    ['ap-northeast-2', 'ssm.ap-northeast-2.amazonaws.com'],
    ['cn-north-1', 'ssm.cn-north-1.amazonaws.com.cn'],
  ])('comes from the endpoint of the region %s', async (region, host) => {
    delete process.env.AWS_ENDPOINT_URL_SSM;
    const signed: unknown[] = [];
    const sign = async (call: unknown): Promise<never> => {
      signed.push(call);
      throw new Error('not signed');
    };
    const asked = parameterOf(
      { region: async () => region, signer: async () => ({ sign }) },
      NAME,
      AbortSignal.timeout(10_000),
    );
    await expect(asked).rejects.toThrow(/^not signed$/);
    expect(signed).toEqual([
      {
        method: 'POST',
        protocol: 'https:',
        hostname: host,
        path: '/',
        headers: expect.objectContaining({ host }),
        body: JSON.stringify({ Name: NAME, WithDecryption: true }),
      },
    ]);
  });

  test('may come from one endpoint for all services', async () => {
    process.env.AWS_ENDPOINT_URL = process.env.AWS_ENDPOINT_URL_SSM;
    delete process.env.AWS_ENDPOINT_URL_SSM;
    expect(await ask({ text: 'x' })).toBe('x');
  });

  test('that is a refusal has its name and its words, and is not asked for again', async () => {
    await expect(ask({ error: 'AccessDeniedException' })).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: 'AWS says AccessDeniedException',
    });
    expect(stores.reads).toHaveLength(1);
  });

  test.each([
    [{ __type: 'ThrottlingException', Message: 'Rate exceeded' }, 'ThrottlingException', 'Rate exceeded'],
    [{ __type: 'com.amazonaws#AccessDeniedException' }, 'AccessDeniedException', ''],
  ])('that is a refusal of the form %j has its name too', async (body, name, message) => {
    const refused = ask({ status: 400, body: JSON.stringify(body) });
    await expect(refused).rejects.toMatchObject({ name, message });
  });

  test('that has no parameter, or one without a text, has no text', async () => {
    expect(await ask({ status: 200, body: '{}' })).toBeUndefined();
    expect(await ask({ bytes: 'c2VjcmV0' })).toBeUndefined();
    expect(await ask({ status: 200, body: '{"Parameter":{"Value":7}}' })).toBeUndefined();
  });

  test.each([500, 503])(
    "that is the server's error %i is asked for again, but not for ever",
    async status => {
      await expect(ask({ status })).rejects.toMatchObject({
        name: 'UnknownError',
        message: `the Parameter Store answered ${status}`,
      });
      expect(stores.reads).toHaveLength(AWS_TRIES);
    },
  );

  test('that breaks off is asked for again', async () => {
    expect(await ask({ once: 'breaks off', afterwards: { text: 'whole' } })).toBe('whole');
    expect(stores.reads).toHaveLength(2);
  });

  test('that always breaks off is the error of the network', async () => {
    await expect(ask('breaks off')).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(stores.reads).toHaveLength(AWS_TRIES);
  });

  test('that never comes is given up when its time is over', async () => {
    const startedAt = performance.now();
    await expect(ask('hangs', AbortSignal.timeout(300))).rejects.toThrow();
    expect(performance.now() - startedAt).toBeLessThan(2_500);
    expect(stores.reads).toHaveLength(1);
  });

  test('that is longer than any parameter is not read to its end', async () => {
    const others = JSON.stringify({ Parameter: { Name: NAME, Value: '' } }).length;
    const longest = 'x'.repeat(64 * 1024 - others);
    expect(await ask({ text: longest })).toBe(longest);
    await expect(ask({ text: `${longest}x` })).rejects.toThrow('answers with too much');
  });

  test.each(['http', 'https'])(
    'that nobody gives by %s, since nobody listens, is the error of the system',
    async protocol => {
      process.env.AWS_ENDPOINT_URL_SSM = `${protocol}://127.0.0.1:1`;
      await expect(ask({ text: 'x' })).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    },
  );
});
