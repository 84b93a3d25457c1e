import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { regionOf, saidRegion } from '../../tools/region.ts';

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
