import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { askedRegion } from '../../tools/asked-region.ts';
import { runEvent } from '../../tools/event/command.ts';
import { regionOf, saidRegion } from '../../tools/region.ts';
import { runRestore } from '../../tools/restore/command.ts';
import { runSecretOfAws } from '../../tools/secret/of-aws.ts';
import { clientsIn } from '../../tools/sessions-table/clients.ts';
import { codeBucket } from '../../tools/trace/bucket.ts';
import { runTrace } from '../../tools/trace/command.ts';
import { runUser } from '../../tools/user/command.ts';
import { runHere } from '../kit/ran-command.ts';

let HOME: string;
beforeAll(() => {
  HOME = mkdtempSync(join(tmpdir(), 'home-'));
  mkdirSync(join(HOME, '.aws'));
  writeFileSync(
    join(HOME, '.aws/config'),
    '[default]\noutput = json\n\n[profile tokyo]\nregion = ap-northeast-1\n[profile virginia]\n  region=us-east-1 # said\n',
  );
  writeFileSync(join(HOME, '.aws/credentials'), '[osaka]\nregion = ap-northeast-3\n');
});
afterAll(() => rmSync(HOME, { recursive: true }));

describe('the region', () => {
  test("is Seoul's where nobody named one, and not the one in Virginia that AWS's tools fall back to", () => {
    expect(regionOf({ HOME })).toBe('ap-northeast-2');
    expect(regionOf({ HOME, AWS_REGION: '', AWS_PROFILE: 'nobody' })).toBe('ap-northeast-2');
    expect(regionOf({ HOME, CDK_DEFAULT_REGION: 'us-east-1' })).toBe('ap-northeast-2');
    expect(regionOf({ HOME: join(HOME, 'not-there') })).toBe('ap-northeast-2');
    expect(saidRegion({ HOME })).toBeUndefined();
  });

  test.each<[string, Readonly<Record<string, string>>, string]>([
    ['AWS_REGION, before all', { AWS_REGION: 'us-west-2', AWS_DEFAULT_REGION: 'eu-west-1' }, 'us-west-2'],
    ['AWS_DEFAULT_REGION', { AWS_DEFAULT_REGION: 'eu-west-1', AWS_PROFILE: 'tokyo' }, 'eu-west-1'],
    ['the profile of AWS_PROFILE', { AWS_PROFILE: 'tokyo' }, 'ap-northeast-1'],
    ['the profile of AWS_DEFAULT_PROFILE', { AWS_DEFAULT_PROFILE: 'tokyo' }, 'ap-northeast-1'],
    ['a profile among the credentials', { AWS_PROFILE: 'osaka' }, 'ap-northeast-3'],
    ["an option's profile, which the CDK's CLI tells", { CDK_DEFAULT_REGION: 'ap-south-1' }, 'ap-south-1'],
    [
      'Virginia, where a profile says so',
      { AWS_PROFILE: 'virginia', CDK_DEFAULT_REGION: 'us-east-1' },
      'us-east-1',
    ],
    ['Virginia, where the environment says so', { AWS_REGION: 'us-east-1' }, 'us-east-1'],
  ])('is that of %s', (_, environment, region) => {
    expect(regionOf({ HOME, ...environment })).toBe(region);
    expect(saidRegion({ HOME, ...environment })).toBe(region);
  });

  test('is read from files that stand elsewhere', () => {
    const AWS_CONFIG_FILE = join(HOME, 'elsewhere');
    writeFileSync(AWS_CONFIG_FILE, '[default]\nregion = eu-central-1\n');
    expect(regionOf({ HOME, AWS_CONFIG_FILE })).toBe('eu-central-1');
    expect(regionOf({ HOME, AWS_SHARED_CREDENTIALS_FILE: AWS_CONFIG_FILE })).toBe('eu-central-1');
  });
});

describe('the region that is asked', () => {
  const from = process.cwd();
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'app-'));
    process.chdir(folder);
  });
  afterEach(() => {
    process.chdir(from);
    rmSync(folder, { recursive: true });
  });
  const settings = (context: unknown): void => writeFileSync('cdk.json', JSON.stringify({ context }));

  const STAGES = { dev: { region: 'us-west-2' }, 'my-dev': { region: 'eu-west-1' }, test: {} };

  test.each<[string | undefined, string]>([
    ['kakao-gateway-prod', 'ap-northeast-1'],
    ['kakao-gateway-dev', 'us-west-2'],
    ['kakao-gateway-sessions-dev', 'us-west-2'],
    ['kakao-gateway-dev--flowers', 'us-west-2'],
    ['kakao-gateway-dev--shop-test', 'us-west-2'],
    ['kakao-gateway-her-dev', 'ap-northeast-1'],
    ['my-bot-dev', 'us-west-2'],
    ['my-bot-sessions-my-dev', 'eu-west-1'],
    ['kakao-gateway-my-dev', 'eu-west-1'],
    ['kakao-gateway-test', 'ap-northeast-1'],
    ['Shop', 'ap-northeast-1'],
    [undefined, 'ap-northeast-1'],
  ])(
    "of the stack %s is its stage's by cdk.json, as deploy's is, whatever the shell says",
    (stack, region) => {
      settings({ region: 'ap-northeast-1', stages: STAGES });
      expect(askedRegion({ HOME, AWS_REGION: 'us-east-1' }, { stack })).toBe(region);
      settings({ region: 'ap-northeast-1', stages: JSON.stringify(STAGES) });
      expect(askedRegion({ HOME, AWS_PROFILE: 'tokyo' }, { stack })).toBe(region);
    },
  );

  test('without a stack is that of the stage that deploy takes', () => {
    settings({ stage: 'dev', stages: STAGES });
    expect(askedRegion({ HOME }, {})).toBe('us-west-2');
    expect(askedRegion({ HOME }, { stack: 'kakao-gateway-prod' })).toBe('ap-northeast-2');
  });

  test('is that of an option or an ARN before that', () => {
    settings({ region: 'ap-northeast-1' });
    const id = 'arn:aws:secretsmanager:eu-west-1:000000000000:secret:GatewaySecret-AbCdEf';
    expect(askedRegion({ HOME }, { id })).toBe('eu-west-1');
    expect(askedRegion({ HOME }, { id, region: 'us-west-2' })).toBe('us-west-2');
    expect(askedRegion({ HOME }, { id: 'kakao/rest-api-key' })).toBe('ap-northeast-1');
    expect(() => askedRegion({ HOME }, { region: 'Seoul' })).toThrow(
      '--region is the name of a region, such as ap-northeast-2, not Seoul',
    );
  });

  test("of an app of somebody's own is the environment's", () => {
    for (const context of [
      undefined,
      {},
      { region: { of: 'mine' } },
      { region: 'here', stages: 'no JSON' },
    ]) {
      settings(context);
      expect(askedRegion({ HOME, AWS_PROFILE: 'tokyo' }, { stack: 'kakao-gateway-dev' })).toBe(
        'ap-northeast-1',
      );
    }
    rmSync('cdk.json');
    expect(askedRegion({ HOME }, { stack: 'kakao-gateway-dev' })).toBe('ap-northeast-2');
  });

  test('is not guessed where cdk.json can not be read', () => {
    writeFileSync('cdk.json', '{ "context": {\n<<<<<<< HEAD');
    expect(() => askedRegion({ HOME }, {})).toThrow('cdk.json is no JSON: mend it');
    expect(askedRegion({ HOME }, { region: 'us-west-2' })).toBe('us-west-2');
    writeFileSync('cdk.json', '\uFEFF{ "context": { "region": "us-west-2" } }');
    expect(askedRegion({ HOME }, {})).toBe('us-west-2');
  });
});

describe('a command that asks AWS', () => {
  const asked: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    // The region stands in the signature: AWS4-HMAC-SHA256 Credential=<key>/<day>/<region>/<service>/…
    asked.push(request.headers.authorization?.split('/')[2]);
    response
      .writeHead(400, { 'content-type': 'application/json' })
      .end('{"__type":"ResourceNotFoundException"}');
  });
  const before = process.env;
  beforeAll(async () => {
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => {
    process.env = before;
    server.closeAllConnections();
    server.close();
  });

  const list = () => Readable.from([Buffer.from('[{"botUserKey":"a"}]')]);
  const EVENT = ['--name', 'welcome', '--bot', 'b', '--users', '-', '--secret-name', 'x', '--yes', '--json'];
  const commands: readonly [string, () => Promise<unknown>][] = [
    ['secret', () => runSecretOfAws(['--stack', 'kakao-gateway-dev', '--show'])],
    ['event', () => runEvent(EVENT, { environment: process.env, stdin: list() })],
    [
      'trace',
      () =>
        runTrace(['--stack', 'kakao-gateway-dev', '--at', '18:45'], {
          environment: process.env,
          stdin: list(),
        }),
    ],
    [
      'trace of a line',
      () =>
        codeBucket('maps', process.env, askedRegion(process.env, {}))
          .read('map')
          .catch(() => 0),
    ],
    [
      'user',
      () =>
        runUser(['show', 'a', '--stack', 'kakao-gateway-dev'], {
          environment: process.env,
          stdin: list(),
          clients: clientsIn,
        }),
    ],
    [
      'restore',
      () =>
        runRestore(['--stack', 'kakao-gateway-dev', '--at', 'latest', '--gone', 'keep', '--yes'], {
          environment: process.env,
          stdin: list(),
          clients: clientsIn,
        }),
    ],
  ];
  const from = process.cwd();
  afterEach(() => process.chdir(from));

  describe.each<[string, object | undefined, string]>([
    ['in Seoul where no region was said', undefined, 'ap-northeast-2'],
    ['where cdk.json has its stage', { stage: 'dev', stages: { dev: { region: 'us-west-2' } } }, 'us-west-2'],
  ])('asks %s', (_, context, region) => {
    test.each(commands)('%s', async (name, ask) => {
      const { port } = server.address() as AddressInfo;
      const folder = mkdtempSync(join(tmpdir(), 'app-'));
      process.chdir(folder);
      if (context) writeFileSync('cdk.json', JSON.stringify({ context }));
      process.env = {
        PATH: before.PATH,
        HOME: join(HOME, 'not-there'),
        AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
        AWS_ACCESS_KEY_ID: 'a',
        AWS_SECRET_ACCESS_KEY: 'b',
        AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
      };
      asked.length = 0;
      const { stderr } = await runHere(async () => Number(await ask()));
      rmSync(folder, { recursive: true });
      expect(asked[0]).toBe(region);
      if (name === 'event') expect(stderr).toContain(`no such secret in ${region} of this account`);
    });
  });
});
