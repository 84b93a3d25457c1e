import { afterEach, describe, expect, test } from '@jest/globals';
import { secretText } from '../../lambda/bot/index.ts';

const NAME = 'SECRET_TEXT_OPENAI_API_KEY';

afterEach(() => {
  delete process.env[NAME];
});

describe('secretText, where nothing is deployed', () => {
  test('is the environment variable of its name', async () => {
    process.env[NAME] = 'sk-1';
    expect(await secretText('openai/api-key')).toBe('sk-1');
    expect(await secretText('/openai/api-key')).toBe('sk-1');
    expect(
      await secretText('arn:aws:secretsmanager:us-east-1:123456789012:secret:openai/api-key-AbCdEf'),
    ).toBe('sk-1');
    expect(await secretText('arn:aws:ssm:us-east-1:123456789012:parameter/openai/api-key')).toBe('sk-1');
  });

  test.each([
    ['openai/api-key', NAME],
    ['/openai/api-key', NAME],
    ['my.Key@home', 'SECRET_TEXT_MY_KEY_HOME'],
    ['arn:aws:secretsmanager:us-east-1:123456789012:secret:db-AbCdEf', 'SECRET_TEXT_DB'],
  ])('says which line of .env.local is missing for %s', async (name, variable) => {
    await expect(secretText(name)).rejects.toThrow(
      `secretText was asked for "${name}", which this machine does not have: write ${variable}=… into .env.local`,
    );
  });

  test.each(['', ' ', '/', 'two words', 'sk-열쇠', 'arn:aws:s3:::bucket', 'x'.repeat(600)])(
    'refuses what is no name, and does not repeat it (%#)',
    async name => {
      await expect(secretText(name)).rejects.toThrow(
        /^secretText must be given the name of a secret in Secrets Manager, the name of a parameter of the Parameter Store, which begins with \/, or an ARN of one$/,
      );
    },
  );
});
