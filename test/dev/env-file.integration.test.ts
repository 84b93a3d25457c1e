import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { npmStart, npmStartFails, type StartedGateway } from '../kit/npm-start.ts';

const BOT = `
import { Bot, secretText } from 'kakao-gateway/bot';

export const bot = new Bot({ session: () => ({}) })
  .hears('인사', () => process.env.GREETING ?? '없음')
  .hears('처음', () => process.env.FIRST ?? '없음')
  .hears('가게', () => process.env.SHOP ?? '없음')
  .hears('계정', () => JSON.stringify([process.env.AWS_ACCESS_KEY_ID, process.env.AWS_PROFILE, process.env.AWS_REGION]))
  .hears(/^열쇠 (.*)$/, async (_, [, name = '']) => (await secretText(name)).split('').reverse().join(''));
`;

let folder: string;
let gateway: StartedGateway;

async function says(utterance: string): Promise<string> {
  const { json } = await gateway.call(
    'POST',
    '/open-builder/skill',
    { bot: { id: 'b' }, userRequest: { utterance, user: { id: 'u' } } },
    { 'x-gateway-secret': 'local-secret' },
  );
  return json.template.outputs[0].simpleText.text;
}

const start = (environment: Readonly<Record<string, string>> = {}) =>
  npmStart(environment, { folder, args: ['bot.ts'] });

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'env-file-'));
  writeFileSync(join(folder, 'bot.ts'), BOT);
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('.env.local', () => {
  beforeAll(async () => {
    const lines = [
      // The byte order mark, as some editors write it.
      '\ufeffFIRST=맨 앞',
      '# of this machine alone',
      'GREETING="어서 오세요"',
      'SHOP=in the file',
      'SECRET_TEXT_OPENAI_API_KEY=sk-12345',
      'SECRET_TEXT_CAFE_WEATHER_KEY=weather-1',
      '',
    ];
    writeFileSync(join(folder, '.env.local'), lines.join('\n'));
    gateway = await start({ SHOP: 'in the shell' });
  });
  afterAll(async () => {
    await gateway?.interrupt();
  });

  test('sets environment variables for rules, but what the shell says goes before', async () => {
    expect(await says('인사')).toBe('어서 오세요');
    expect(await says('가게')).toBe('in the shell');
    expect(await says('처음')).toBe('맨 앞');
  });

  test.each([
    ['openai/api-key', 'sk-12345'],
    ['/cafe/weather-key', 'weather-1'],
    ['arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:openai/api-key-AbCdEf', 'sk-12345'],
    ['arn:aws:ssm:ap-northeast-2:123456789012:parameter/cafe/weather-key', 'weather-1'],
  ])('has the secret text of %s', async (name, text) => {
    const reversed = text.split('').reverse().join('');
    expect(await says(`열쇠 ${name}`)).toBe(reversed);
  });

  test('is told to be read, and no value of it', async () => {
    expect(gateway.printed()).toMatch(/^\.env\.local sets 5 variables of the environment\.$/m);
    for (const value of ['어서 오세요', 'in the file', 'sk-12345', 'weather-1'])
      expect(gateway.printed()).not.toContain(value);
  });

  test('that lacks a secret text costs its rule the answer and the next turn nothing, and is told with the line to write', async () => {
    expect(await says('열쇠 no/such')).toContain('죄송');
    expect(gateway.printed()).toContain('write SECRET_TEXT_NO_SUCH=');
    expect(await says('인사')).toBe('어서 오세요');
  });

  test('lends no account to rules where it says nothing of one, nor does the shell', async () => {
    expect(await says('계정')).toBe('["local",null,"ap-northeast-2"]');
  });

  test('that can not be read is named in one sentence', async () => {
    const other = mkdtempSync(join(tmpdir(), 'env-file-'));
    mkdirSync(join(other, '.env.local'));
    writeFileSync(join(other, 'bot.ts'), BOT);
    const { code, stderr } = await npmStartFails({}, { folder: other, args: ['bot.ts'] });
    rmSync(other, { recursive: true });
    const sentence =
      ".env.local can't be read (EISDIR): make it a file of KEY=value lines that is yours to read\n";
    expect({ code, stderr }).toEqual({ code: 1, stderr: sentence });
  });

  test('is no file of the repository', () => {
    const ignored = readFileSync(new URL('../../.gitignore', import.meta.url), 'utf8');
    expect(ignored.split('\n')).toContain('.env.local');
  });
});

describe('an account in .env.local', () => {
  afterAll(async () => {
    await gateway?.interrupt();
  });

  test('is lent to rules, in place of the one that the shell has, and the gateway itself stays on this machine', async () => {
    writeFileSync(join(folder, '.env.local'), 'AWS_PROFILE=my-dev\nAWS_REGION=us-west-2\n');
    writeFileSync(
      join(folder, 'credentials'),
      '[my-dev]\naws_access_key_id = mine\naws_secret_access_key = mine\n',
    );
    gateway = await start({
      AWS_SHARED_CREDENTIALS_FILE: join(folder, 'credentials'),
      AWS_ACCESS_KEY_ID: 'of-the-shell',
      AWS_SECRET_ACCESS_KEY: 'of-the-shell',
    });
    expect(await says('계정')).toBe('[null,"my-dev","us-west-2"]');
    expect(gateway.printed()).toContain('.env.local sets 2 variables of the environment.');
  });
});
