import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/** Seoul: where the users are, and what is kept of them stays in their country. */
export const HOME_REGION = 'ap-northeast-2';

/** The region that AWS's tools fall back to where nobody named one. */
export const FALLBACK_OF_AWS = 'us-east-1';

/**
 * The region of AWS that everything here asks and deploys to, unless a setting or an option says another: that of
 * `AWS_REGION`, `AWS_DEFAULT_REGION` or the profile of `AWS_PROFILE`, else Seoul's. Files of AWS's that can't be read say none.
 */
export function regionOf(environment: Environment): string {
  return saidRegion(environment) ?? HOME_REGION;
}

/** The region that somebody chose; undefined where AWS's tools would take the one in Virginia, and tell nobody. */
export function saidRegion(environment: Environment): string | undefined {
  const { AWS_REGION, AWS_DEFAULT_REGION, CDK_DEFAULT_REGION } = environment;
  // The CDK's CLI tells what it found, an option's profile included, and its fallback in the same words.
  const found = CDK_DEFAULT_REGION === FALLBACK_OF_AWS ? undefined : CDK_DEFAULT_REGION;
  return AWS_REGION || AWS_DEFAULT_REGION || found || regionOfProfile(environment);
}

function regionOfProfile(environment: Environment): string | undefined {
  const { AWS_PROFILE, AWS_DEFAULT_PROFILE, AWS_SHARED_CREDENTIALS_FILE, AWS_CONFIG_FILE } = environment;
  const profile = AWS_PROFILE || AWS_DEFAULT_PROFILE || 'default';
  const folder = join(environment.HOME || homedir(), '.aws');
  const files = [
    AWS_SHARED_CREDENTIALS_FILE || join(folder, 'credentials'),
    AWS_CONFIG_FILE || join(folder, 'config'),
  ];
  return files.map(file => regionIn(file, profile)).find(region => region !== undefined);
}

function regionIn(file: string, profile: string): string | undefined {
  let section: string | undefined;
  for (const line of linesOf(file)) {
    const [, header] = /^\s*\[([^\]]+)\]/.exec(line) ?? [];
    if (header !== undefined) section = header.trim().replace(/^profile\s+/, '');
    const [, region] = /^\s*region\s*=\s*([\w-]+)/.exec(line) ?? [];
    if (section === profile && region !== undefined) return region;
  }
  return undefined;
}

function linesOf(file: string): readonly string[] {
  try {
    return readFileSync(file, 'utf8').split('\n');
  } catch {
    return [];
  }
}
