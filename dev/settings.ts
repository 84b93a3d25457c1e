import { ConfigurationError } from '../lambda/errors.ts';
import { said } from './said.ts';

/** The settings of `npm start`, from the environment. */
export interface Settings {
  readonly port: number;
  readonly secret: string;
  /** The names by which a tunnel's calls come, their Host, in lower case. */
  readonly allowedHosts: readonly string[];
  /** How many late turns are worked on at once, as `lateTurnsAtOnce` says of a deployment; its default where it is absent. */
  readonly lateTurnsAtOnce?: number;
}

/** The secret where none is set: known to everybody, so it is for who reaches this machine alone. */
export const DEFAULT_SECRET = 'local-secret';

/** @throws ConfigurationError naming the setting that is wrong, and what it must be */
export function readSettings({
  PORT = '3000',
  GATEWAY_SECRET = DEFAULT_SECRET,
  ALLOWED_HOSTS,
  LATE_TURNS_AT_ONCE,
}: NodeJS.ProcessEnv): Settings {
  if (!/^\d{1,5}$/.test(PORT) || Number(PORT) > 65_535) {
    throw new ConfigurationError(`PORT must be a number from 0 to 65535, not "${PORT}"`);
  }
  if (!/^[\w-]+$/.test(GATEWAY_SECRET)) {
    throw new ConfigurationError(
      'GATEWAY_SECRET must be letters, digits, - and _ alone: it is a part of the app URL',
    );
  }
  const allowedHosts = ALLOWED_HOSTS ? ALLOWED_HOSTS.split(',').map(readHost) : [];
  if (allowedHosts.length > 0 && GATEWAY_SECRET === DEFAULT_SECRET) {
    throw new ConfigurationError(
      'ALLOWED_HOSTS lets others call this machine: set GATEWAY_SECRET to a secret of your own, since everybody knows the default',
    );
  }
  const lateTurnsAtOnce = Number(LATE_TURNS_AT_ONCE);
  const settings = { port: Number(PORT), secret: GATEWAY_SECRET, allowedHosts };
  if (LATE_TURNS_AT_ONCE === undefined) return settings;
  if (!/^\d+$/.test(LATE_TURNS_AT_ONCE) || lateTurnsAtOnce < 2 || lateTurnsAtOnce > 1_000) {
    throw new ConfigurationError(
      `LATE_TURNS_AT_ONCE must be a number from 2 to 1000, as lateTurnsAtOnce of cdk.json, not "${LATE_TURNS_AT_ONCE}"`,
    );
  }
  return { ...settings, lateTurnsAtOnce };
}

/** The options of `npm start`, `npm run dev` and `kakao-gateway dev`. */
export interface Options {
  /** Forgets all sessions first. */
  readonly isFresh: boolean;
  /** The path of the file that exports the bot; absent where the usual one is meant. */
  readonly scenario?: string;
}

/**
 * Reads the command line.
 * @param command the words by which it was called, for what is told
 * @throws ConfigurationError that says which options there are
 */
export function readOptions(
  args: readonly string[],
  { npm_config_fresh }: NodeJS.ProcessEnv,
  command = 'npm start',
): Options {
  if (npm_config_fresh !== undefined) {
    throw new ConfigurationError(
      `npm takes an option for its own without a -- before it: ${commandLine(command, '--fresh')}`,
    );
  }
  const options = args.filter(arg => arg === '--fresh');
  const [scenario, ...others] = args.filter(arg => arg !== '--fresh');
  if (scenario === undefined) return { isFresh: options.length > 0 };
  // It is not repeated: it may be a secret in the wrong place.
  if (others.length > 0 || !/\.[cm]?[jt]s$/.test(scenario)) {
    throw new ConfigurationError(
      `the one option is --fresh, which forgets all sessions first; another bot's server is named with --skill <url> or --smart-chat <url>; a bot of your own is the path of its file: ${commandLine(command, 'bots/flowers.ts')}; settings such as PORT are environment variables: PORT=3001 ${command}`,
    );
  }
  return { isFresh: options.length > 0, scenario };
}

/** The sentence on a port that something else listens at, or that is not for everybody; undefined of any other error. */
export function portTaken(
  error: unknown,
  environment: NodeJS.ProcessEnv,
  command: string,
): string | undefined {
  const { PORT = '3000' } = environment;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EACCES')
    return said(
      {
        en: `port ${PORT} is not for everybody to listen at: choose one from 1024 on with PORT=3000 ${command}`,
        ko: `포트 ${PORT}은 아무나 열 수 없습니다. 1024 이상을 고르세요: PORT=3000 ${command}`,
      },
      environment,
    );
  if (code !== 'EADDRINUSE') return undefined;
  const other = Number(PORT) < 65_535 ? Number(PORT) + 1 : 3000;
  return said(
    {
      en: `port ${PORT} is taken: stop what listens there, or choose another with PORT=${other} ${command}`,
      ko: `포트 ${PORT}을 다른 프로그램이 쓰고 있습니다. 그것을 끝내거나 다른 포트를 고르세요: PORT=${other} ${command}`,
    },
    environment,
  );
}

/** A command with its arguments, as it is typed: npm would take options for its own. */
export function commandLine(command: string, ...args: readonly string[]): string {
  const isNpms = /^npm /.test(command) && !command.includes(' -- ');
  return [command, ...(isNpms && args.length > 0 ? ['--'] : []), ...args].join(' ');
}

function readHost(part: string): string {
  const host = part.trim().toLowerCase();
  if (/^[a-z\d-]+(\.[a-z\d-]+)+(:\d{1,5})?$/.test(host)) return host;
  throw new ConfigurationError(
    `ALLOWED_HOSTS must be host names like abc.ngrok.app, comma-separated and without https:// or a path, not "${part}"`,
  );
}
