import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { runEvent } from '../../tools/event/command.ts';
import { regionOf, saidRegion } from '../../tools/region.ts';
import { runSecretOfAws } from '../../tools/secret/of-aws.ts';
import { codeBucket } from '../../tools/trace/bucket.ts';
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

  const list = Readable.from([Buffer.from('[{"botUserKey":"a"}]')]);
  test.each<[string, () => Promise<unknown>]>([
    ['secret', () => runSecretOfAws(['--secret-id', 'x', '--show'])],
    [
      'trace',
      () =>
        codeBucket('maps', process.env)
          .read('map')
          .catch(() => 0),
    ],
    [
      'event',
      () =>
        runEvent(
          ['--name', 'welcome', '--bot', 'b', '--users', '-', '--secret-name', 'x', '--yes', '--json'],
          {
            environment: process.env,
            stdin: list,
          },
        ),
    ],
  ])('%s asks in Seoul where no region was said', async (_, ask) => {
    const { port } = server.address() as AddressInfo;
    process.env = {
      PATH: before.PATH,
      HOME: join(HOME, 'not-there'),
      AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
      AWS_ACCESS_KEY_ID: 'a',
      AWS_SECRET_ACCESS_KEY: 'b',
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    };
    asked.length = 0;
    await runHere(async () => Number(await ask()));
    expect(asked[0]).toBe('ap-northeast-2');
  });
});
