import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { storedAdminKey } from '../../lambda/aws/admin-key.ts';
import { gatewaySecret } from '../../lambda/aws/gateway-secret.ts';
import { secretRestApiKey } from '../../lambda/aws/rest-api-key.ts';
import { Bot } from '../../lambda/bot/bot.ts';
import { openBuilderHandler } from '../../lambda/gateway/open-builder.ts';
import { MemorySessionStore } from '../../lambda/turn/session.ts';
import { SECRET_RECHECK_MS, SECRET_TRUSTED_MS } from '../../lambda/turn/time-budget.ts';
import { runSecretCommand } from '../../tools/secret/command.ts';
import { readKey } from '../../tools/secret/read-key.ts';
import { builtCommand } from '../kit/built-command.ts';
import { invoke, skillCall } from '../kit/http.ts';
import { type FakeSecretsManager, startSecretsManager } from '../kit/secrets-manager.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const STACK = 'kakao-gateway-prod';
const FIRST = 'FirstValueOf40LettersAndDigits0123456789';

let aws: FakeSecretsManager;
let client: SecretsManagerClient;
let arn: string;

beforeEach(async () => {
  aws = await startSecretsManager();
  client = new SecretsManagerClient({
    endpoint: aws.url,
    region: 'local',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
  aws.create('another', 'Another', { 'aws:cloudformation:stack-name': `${STACK}-2` });
  aws.create('app', 'App', { project: 'kakao-gateway', stage: 'dev' });
  arn = aws.create('GatewaySecret', FIRST, { 'aws:cloudformation:stack-name': STACK });
});

afterEach(async () => {
  jest.restoreAllMocks();
  client.destroy();
  await aws.stop();
});

async function secret(line: string, input = '', language: 'en' | 'ko' = 'en') {
  const printed: string[] = [];
  const complaints: string[] = [];
  const code = await runSecretCommand(line.split(' '), {
    client: () => client,
    language,
    readInput: async () => input,
    print: lines => printed.push(...lines),
    complain: text => complaints.push(text),
  });
  return { code, printed: printed.join('\n'), complaints: complaints.join('\n') };
}

/** Lets the clock that the cache looks at jump. */
function later(ms: number): void {
  const now = Date.now() + ms;
  jest.spyOn(Date, 'now').mockImplementation(() => now);
}

const valueNow = async (): Promise<string> => (await secret(`--stack ${STACK} --show`)).printed;

describe('npm run secret', () => {
  test('tells where the secret is, and not what it is', async () => {
    const { code, printed } = await secret(`--stack ${STACK}`);
    expect({ code, isThere: printed.includes(arn) }).toEqual({ code: 0, isThere: true });
    expect(printed).not.toContain(FIRST);
  });

  test('finds it by the tags of this app, too, where no other says so', async () => {
    expect(await secret('--stack kakao-gateway-dev --show')).toMatchObject({ code: 0, printed: 'App' });
  });

  test("takes no bot's for another's, which has the same tags of this app", async () => {
    const tags = { project: 'kakao-gateway', stage: 'prod' };
    aws.create('Flowers', 'Flowers', { ...tags, 'aws:cloudformation:stack-name': `${STACK}--flowers` });
    expect(await secret(`--stack ${STACK} --show`)).toMatchObject({ code: 0, printed: FIRST });
    expect(await secret(`--stack ${STACK}--flowers --show`)).toMatchObject({ code: 0, printed: 'Flowers' });
    aws.create('Roses', 'Roses', {
      project: 'kakao-gateway',
      stage: 'test',
      'aws:cloudformation:stack-name': 'kakao-gateway-test--roses',
    });
    const { code, complaints } = await secret('--stack kakao-gateway-test --rotate');
    expect({ code, complaints }).toEqual({ code: 2, complaints: expect.stringContaining('has no secret') });
    expect((await secret('--stack kakao-gateway-test--roses --show')).printed).toBe('Roses');
  });

  test('shows the value alone when it is asked to', async () => {
    expect(await secret(`--stack ${STACK} --show`)).toEqual({ code: 0, printed: FIRST, complaints: '' });
    expect(await secret(`--secret-id ${arn} --show`)).toMatchObject({ printed: FIRST });
  });

  test.each([
    [
      '--stack kakao-gateway-nowhere',
      /has no secret in local of this account: see its output SecretCommand, --region/,
    ],
    ['--show', /--stack kakao-gateway-prod, or --secret-id/],
    [`--stack ${STACK} --secret-id x`, /tell which/],
    [`--stack ${STACK} --show --rotate`, /one call each/],
    [`--stack ${STACK} --set`, /--set is for --rest-api-key/],
    [`--stack ${STACK} --rest-api-key --set`, /needs the --secret-id/],
    [
      '--admin-key --secret-id kakao/admin-key --rotate',
      /--admin-key needs the --secret-id that adminKeySecretName/,
    ],
    ['--admin-key --rest-api-key --secret-id k --set', /are for one call each/],
    [`--stack ${STACK} --lang fr`, /en or ko/],
    ['--secret-id nowhere --show', /there is no such secret in local of this account/],
    ['--what', /--what/],
  ])('says what is wrong with %s', async (line, sentence) => {
    const { code, printed, complaints } = await secret(line);
    expect({ code, printed }).toEqual({ code: 2, printed: '' });
    expect(complaints).toMatch(sentence);
  });

  test('does not guess between two secrets', async () => {
    const second = aws.create('Second', 'Second', { 'aws:cloudformation:stack-name': STACK });
    const { code, complaints } = await secret(`--stack ${STACK} --rotate`);
    expect(code).toBe(2);
    for (const one of [arn, second]) expect(complaints).toContain(one);
    expect((await secret(`--secret-id ${arn} --show`)).printed).toBe(FIRST);
  });

  test.each([
    ['en', 'Usage:'],
    ['ko', '사용법:'],
  ] as const)('explains itself in %s', async (language, usage) => {
    expect((await secret('--help', '', language)).printed).toContain(usage);
  });
});

describe('a rotation', () => {
  test('puts 40 random letters and digits, prints none of them, and says what is to be done', async () => {
    for (const [language, words] of [
      ['en', ['헤더값', '배포', 'until the next rotation']],
      ['ko', ['헤더값', '배포', '다음 교체까지']],
    ] as const) {
      const before = await valueNow();
      const { code, printed, complaints } = await secret(`--stack ${STACK} --rotate --force`, '', language);
      const value = await valueNow();
      expect(code).toBe(0);
      expect(value).toMatch(/^[A-Za-z0-9]{40}$/);
      expect(value).not.toBe(before);
      for (const one of [value, before]) expect(printed + complaints).not.toContain(one);
      for (const word of [...words, `npm run secret -- --stack ${STACK} --show`])
        expect(printed).toContain(word);
    }
  });

  test('keeps the value before it valid, for a gateway that runs, and is taken by it within ten seconds', async () => {
    const handler = openBuilderHandler({
      bot: new Bot({ session: () => ({}) }).fallback(() => '네'),
      store: new MemorySessionStore(),
      secret: gatewaySecret(client, arn),
      log: () => {},
    });
    const body = { userRequest: { utterance: '안녕', user: { id: 'u' } } };
    const statusWith = async (value: string) =>
      (await invoke(handler, skillCall(body, { 'x-gateway-secret': value }))).status;
    expect(await statusWith(FIRST)).toBe(200);

    await secret(`--stack ${STACK} --rotate`);
    const next = await valueNow();
    later(10_000);
    expect([await statusWith(next), await statusWith(FIRST), await statusWith('guessed')]).toEqual([
      200, 200, 401,
    ]);

    await secret(`--stack ${STACK} --rotate --force`);
    later(20_000);
    expect(await statusWith(await valueNow())).toBe(200);
    expect([await statusWith(next), await statusWith(FIRST)]).toEqual([200, 401]);
  });

  test('is refused while Kakao may still send what it would end, unless it is forced', async () => {
    expect((await secret(`--stack ${STACK} --rotate`)).code).toBe(0);
    const value = await valueNow();
    for (const language of ['en', 'ko'] as const) {
      const { code, printed } = await secret(`--stack ${STACK} --rotate`, '', language);
      expect(code).toBe(1);
      expect(printed).toContain('--rotate --force');
    }
    expect(await valueNow()).toBe(value);
    for (const [language, minutes, seconds] of [
      ['en', 'minutes', 'seconds'],
      ['ko', '분', '초'],
    ] as const) {
      const { code, complaints } = await secret(`--stack ${STACK} --rotate --force`, '', language);
      expect(code).toBe(0);
      const told = complaints.replaceAll(' ', '');
      // As long as the functions themselves take.
      expect(told).toContain(`${SECRET_RECHECK_MS / 1_000}${seconds}`);
      expect(told).toContain(`${SECRET_TRUSTED_MS / 60_000}${minutes}`);
    }
    expect(await valueNow()).not.toBe(value);
  });

  test('is done a day after the last', async () => {
    await secret(`--stack ${STACK} --rotate`);
    aws.age('GatewaySecret', 23);
    expect((await secret(`--stack ${STACK} --rotate`)).code).toBe(1);
    aws.age('GatewaySecret', 1);
    expect(await secret(`--stack ${STACK} --rotate`)).toMatchObject({ code: 0, complaints: '' });
  });

  test.each(['docs/kakao-console.md', 'docs/kakao-console.ko.md'])(
    'goes as %s has it, and ends what leaked the same day',
    async page => {
      const text = readFileSync(join(ROOT, page), 'utf8');
      const lines = [...text.matchAll(/^npm run secret -- (.+?)(?: +#.*)?$/gm)].map(([, line = '']) => line);
      expect(lines.length).toBeGreaterThan(2);
      for (const line of lines) expect(await secret(line)).toMatchObject({ code: 0 });
      const gateway = gatewaySecret(client, arn);
      expect([await gateway.accepts(await valueNow()), await gateway.accepts(FIRST)]).toEqual([true, false]);
    },
  );

  test('gives every user another pseudonym in the log, and nobody two at a time', async () => {
    const running = gatewaySecret(client, arn);
    expect(running.pseudonymOf('live/channel/u')).toBeUndefined();
    await running.accepts(FIRST);
    const before = running.pseudonymOf('live/channel/u');
    expect(before).toMatch(/^[0-9a-f]{16}$/);
    expect(running.pseudonymOf('live/channel/v')).not.toBe(before);
    await secret(`--stack ${STACK} --rotate`);
    later(11_000);
    await running.accepts(await valueNow());
    const after = running.pseudonymOf('live/channel/u');
    expect(after).not.toBe(before);
    await running.accepts(FIRST);
    expect(running.pseudonymOf('live/channel/u')).toBe(after);
  });
});

describe('the REST API key', () => {
  const KEY = '0123456789abcdef0123456789abcdef';

  test('is read from standard input, and put where the functions look', async () => {
    for (const key of [KEY, KEY.toUpperCase()]) {
      const { code, printed, complaints } = await secret(
        '--rest-api-key --secret-id kakao/rest-api-key --set',
        `${key}\n`,
      );
      expect(code).toBe(0);
      expect(printed).toContain('-c restApiKeySecretName=kakao/rest-api-key');
      expect(printed + complaints).not.toContain(key);
      expect(await secretRestApiKey(client, 'kakao/rest-api-key')()).toBe(key);
    }
    const told = await secret('--rest-api-key --secret-id kakao/rest-api-key');
    expect(told).toMatchObject({ code: 0, printed: expect.stringContaining('kakao/rest-api-key') });
    expect(told.printed).not.toContain(KEY.toUpperCase());
  });

  test('has no value before it that would still be valid, and is told of without one', async () => {
    for (const key of [KEY, KEY.toUpperCase()])
      await secret('--rest-api-key --secret-id kakao/rest-api-key --set', key);
    const { printed } = await secret('--rest-api-key --secret-id kakao/rest-api-key');
    expect(printed).toMatch(/^.*kakao\/rest-api-key.*\nin use since [\d:.TZ-]+$/);
  });

  test('makes no secret of the name of an ARN', async () => {
    const { code } = await secret('--rest-api-key --secret-id arn:aws:nowhere --set', KEY);
    expect(code).toBe(2);
    expect((await secret('--secret-id arn:aws:nowhere --show')).code).toBe(2);
  });

  test.each(['', '{"key":"secret-value"}', 'two words'])('is not %j', async input => {
    const { code, complaints } = await secret('--rest-api-key --secret-id kakao/rest-api-key --set', input);
    expect(code).toBe(2);
    expect(complaints).toContain('and nothing else');
    expect(complaints).not.toContain('secret-value');
  });

  test.each([
    [true, 'en', ['Paste the key, then Enter and Ctrl-D.\n']],
    [true, 'ko', ['키를 붙여 넣고 Enter와 Ctrl-D를 누르세요.\n']],
    [false, 'en', []],
  ] as const)(
    'is pasted by a person, who is told how to end it, and piped in silence: %s, %s',
    async (isTTY, language, told) => {
      const write = jest.spyOn(process.stderr, 'write').mockImplementation(() => true);
      const stdin = Object.assign(Readable.from([Buffer.from(`${KEY}\n`)]), { isTTY });
      expect(await readKey(stdin, language)).toBe(`${KEY}\n`);
      // The SDK warns there of an old Node.
      expect(write.mock.calls.map(([text]) => text).filter(text => /key|Ctrl/.test(String(text)))).toEqual(
        told,
      );
    },
  );

  test('is never taken from the command line, where others can read it', async () => {
    const { code, complaints } = await secret(`--rest-api-key --secret-id k --set ${KEY}`);
    expect(code).toBe(2);
    expect(complaints).not.toContain(KEY);
  });
});

test.each([
  ['en', 'CredentialsProviderError', 'Could not load', /^secret: AWS takes no credentials from here: log in/],
  [
    'ko',
    'CredentialsProviderError',
    'Could not load',
    /^secret: 여기에는 AWS가 받아 주는 자격 증명이 없습니다/,
  ],
  [
    'en',
    'AccessDeniedException',
    'not authorized',
    /^secret: AWS refuses these credentials: not authorized$/,
  ],
  ['en', 'Error', 'connect ECONNREFUSED', /^secret: AWS can't be reached \(ECONNREFUSED\)/],
] as const)('says in %s what to do about %s', async (language, name, message, sentence) => {
  client.middlewareStack.add(
    () => () => Promise.reject(Object.assign(new Error(message), { name, code: message.split(' ')[1] })),
    { step: 'initialize' },
  );
  const { code, complaints } = await secret(`--secret-id GatewaySecret --show --lang ${language}`);
  expect([code, complaints]).toEqual([2, expect.stringMatching(sentence)]);
});

test('as it is run, it finds its AWS by AWS_ENDPOINT_URL and speaks the language of LANG', async () => {
  const built = await builtCommand('bin/secret.ts');
  const child = spawn(process.execPath, [built.path, '--stack', STACK, '--rotate'], {
    cwd: ROOT,
    env: {
      PATH: process.env.PATH,
      LANG: 'ko_KR.UTF-8',
      AWS_ENDPOINT_URL: aws.url,
      AWS_REGION: 'ap-northeast-2',
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
    },
  });
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', chunk => {
    printed += chunk;
  });
  const code = await new Promise(resolve => child.once('close', resolve));
  await built.remove();
  expect(code).toBe(0);
  expect(printed).toContain('다음 교체까지');
  expect(printed).not.toContain(await valueNow());
});

describe('the admin key', () => {
  const KEY = 'fedcba9876543210fedcba9876543210';

  test('is read from standard input, and put where the webhooks look; the one before it stays valid', async () => {
    for (const key of [KEY, KEY.toUpperCase()]) {
      const { code, printed, complaints } = await secret(
        '--admin-key --secret-id kakao/admin-key --set',
        `${key}\n`,
      );
      expect(code).toBe(0);
      expect(printed).toMatch(
        /^The admin key is in kakao\/admin-key\..* -c adminKeySecretName=kakao\/admin-key$/m,
      );
      expect(printed + complaints).not.toContain(key);
    }
    const webhooks = storedAdminKey(client, 'kakao/admin-key');
    expect(await webhooks.accepts(KEY)).toBe(true);
    expect(await webhooks.accepts(KEY.toUpperCase())).toBe(true);
    const { printed } = await secret('--admin-key --secret-id kakao/admin-key');
    expect(printed).toContain('the value before it is still valid');
  });

  test.each(['', '{"key":"secret-value"}', 'two words'])('is not %j', async input => {
    const { code, complaints } = await secret('--admin-key --secret-id kakao/admin-key --set', input);
    expect(code).toBe(2);
    expect(complaints).toContain('the admin key, and nothing else');
  });

  test('is told of in Korean, too', async () => {
    const { printed } = await secret('--admin-key --secret-id kakao/admin-key --set --lang ko', KEY);
    expect(printed).toContain('어드민 키가 kakao/admin-key에 있습니다.');
  });
});
