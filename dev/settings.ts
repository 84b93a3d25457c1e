import { ConfigurationError } from '../lambda/errors.ts';

/** The settings of `npm start`, from the environment. */
export interface Settings {
  readonly port: number;
  readonly secret: string;
  /** The names by which a tunnel's calls come, their Host, in lower case. */
  readonly allowedHosts: readonly string[];
}

/** Known to everybody, so it is for who reaches this machine alone. */
const DEFAULT_SECRET = 'local-secret';

/** @throws ConfigurationError naming the setting that is wrong, and what it must be */
export function readSettings({
  PORT = '3000',
  GATEWAY_SECRET = DEFAULT_SECRET,
  ALLOWED_HOSTS,
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
  return { port: Number(PORT), secret: GATEWAY_SECRET, allowedHosts };
}

/** The options of `npm start` and `npm run dev`. */
export interface Options {
  /** Forgets all sessions first. */
  readonly isFresh: boolean;
}

/** @throws ConfigurationError that says which options there are */
export function readOptions(args: readonly string[], { npm_config_fresh }: NodeJS.ProcessEnv): Options {
  if (npm_config_fresh !== undefined) {
    throw new ConfigurationError(
      'npm takes an option for its own without a -- before it: npm start -- --fresh',
    );
  }
  // It is not repeated: it may be a secret in the wrong place.
  if (args.some(arg => arg !== '--fresh')) {
    throw new ConfigurationError(
      'the one option is --fresh, which forgets all sessions first; settings such as PORT are environment variables: PORT=3001 npm start',
    );
  }
  return { isFresh: args.length > 0 };
}

function readHost(part: string): string {
  const host = part.trim().toLowerCase();
  if (/^[a-z\d-]+(\.[a-z\d-]+)+(:\d{1,5})?$/.test(host)) return host;
  throw new ConfigurationError(
    `ALLOWED_HOSTS must be host names like abc.ngrok.app, comma-separated and without https:// or a path, not "${part}"`,
  );
}
