import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { ConfigurationError } from '../lambda/errors.ts';

/** The variables of a file, by their names. */
export type EnvFile = Readonly<Record<string, string>>;

/** The file of the variables that are of this machine alone, from the working directory. Git ignores it. */
const FILE = '.env.local';

/**
 * The variables that `.env.local` sets: KEY=value, a line each; none where there is no such file.
 * @throws ConfigurationError when it can't be read
 */
export function readEnvFile(): EnvFile {
  const path = resolve(FILE);
  if (!existsSync(path)) return {};
  const variables = Object.entries(parseEnv(textOf(path)));
  return Object.fromEntries(variables.filter((one): one is [string, string] => one[1] !== undefined));
}

function textOf(path: string): string {
  try {
    // With the byte order mark of some editors, which would be a part of the first name.
    return new TextDecoder().decode(readFileSync(path));
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? error.code : 'error';
    throw new ConfigurationError(
      `${FILE} can't be read (${reason}): make it a file of KEY=value lines that is yours to read`,
    );
  }
}

/** Sets what a file says, where the environment does not say it already. @returns a line that tells it without a value */
export function useEnvFile(variables: EnvFile): string {
  const names = Object.keys(variables);
  for (const name of names) process.env[name] ??= variables[name];
  if (names.length === 0) return '';
  return `${FILE} sets ${names.length === 1 ? 'one variable' : `${names.length} variables`} of the environment.\n`;
}

/** The names by which the SDK finds an account. */
const CREDENTIALS = [
  'AWS_ACCESS_KEY_ID',
  'AWS_PROFILE',
  'AWS_REGION',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
];

/** The account that a file lends to the bot's rules; no names where it says nothing of one. */
export function credentialsIn(variables: EnvFile): EnvFile {
  const own = Object.entries(variables).filter(([name]) => CREDENTIALS.includes(name));
  return Object.fromEntries(own);
}
