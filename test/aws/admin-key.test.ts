import { describe, expect, test } from '@jest/globals';
import { knownAdminKey, storedAdminKey } from '../../lambda/aws/admin-key.ts';
import { secretClient } from '../kit/secret-client.ts';

const storedAs = (versions: Readonly<Record<string, string>>) =>
  storedAdminKey(secretClient(versions), 'kakao/admin-key');

describe('the admin key in Secrets Manager', () => {
  test('is accepted, and so is the one before it, since Kakao shows it until another is made primary', async () => {
    const key = storedAs({ AWSCURRENT: 'new0123', AWSPREVIOUS: 'old0123' });
    expect(await key.accepts('new0123')).toBe(true);
    expect(await key.accepts('old0123')).toBe(true);
    for (const wrong of ['', 'new012', 'new01234', 'KakaoAK new0123', undefined]) {
      expect(await key.accepts(wrong)).toBe(false);
    }
  });

  test('counts without what an editor puts behind it', async () => {
    expect(await storedAs({ AWSCURRENT: ' new0123\n' }).accepts('new0123')).toBe(true);
  });

  test.each(['{"key":"new0123"}', 'two words', ' '])(
    'that is no key as plain text is refused in one sentence: %s',
    async text => {
      const key = storedAs({ AWSCURRENT: text, AWSPREVIOUS: 'old0123' });
      await expect(key.accepts('old0123')).rejects.toMatchObject({
        message: 'the secret of the admin key did not do its work',
        cause: { message: 'the secret of the admin key must be the key as plain text, and nothing else' },
      });
    },
  );
});

test('the admin key of a local run is accepted alone', async () => {
  const key = knownAdminKey('local0123\n');
  expect(await key.accepts('local0123')).toBe(true);
  for (const wrong of ['', 'local012', undefined]) expect(await key.accepts(wrong)).toBe(false);
});
