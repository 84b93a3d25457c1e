import { parseArgs } from 'node:util';
import { type Language, languageOf } from '../language.ts';
import { UsageError } from '../usage-error.ts';
import type { Protocol } from './checks.ts';
import { type Target, targetOf, webUrl } from './target.ts';

/** The command line, read. */
export interface Options {
  readonly target: Target;
  /** Absent where it is to be read from the standard input. */
  readonly secret?: string;
  readonly protocols: readonly Protocol[];
  readonly isJson: boolean;
  readonly language: Language;
  readonly callbackOrigin?: string;
  /** Absent where it depends on where the gateway is. */
  readonly playsStrangers?: true;
}

const OPTIONS = {
  url: { type: 'string' },
  secret: { type: 'string' },
  'secret-stdin': { type: 'boolean' },
  only: { type: 'string' },
  strangers: { type: 'boolean' },
  json: { type: 'boolean' },
  connect: { type: 'string' },
  'callback-from': { type: 'string' },
  lang: { type: 'string' },
  help: { type: 'boolean' },
} as const;

/** The text of `--help`. */
export const HELP = `Does what Kakao's consoles do with a gateway, before a person does.

  npm run -s doctor -- --url <url> --secret-stdin < file-with-the-secret
  GATEWAY_SECRET=… npm run -s doctor -- --url <url>

  --url <url>            the gateway: its base URL, skill URL or app URL; https, or http to this machine
  --secret <secret>      its secret; better GATEWAY_SECRET or --secret-stdin, which no list of processes
                         and no npm shows
  --secret-stdin         reads the secret from the standard input
  --only <protocol>      open-builder or smart-chat
  --strangers            tries everything that must be refused, not one call alone: no secret, broken JSON, a wrong
                         secret in the app URL; a deployed gateway counts and alarms on what it refuses; on this
                         machine it is always tried
  --json                 one JSON object instead of tables
  --connect <url>        connects there, and asks for the host of --url: for an emulator's API hosts
  --callback-from <url>  where the callback request's URL leads, if not to Kakao: an origin that the
                         gateway allows by KAKAO_CALLBACK_ORIGINS
  --lang <language>      en or ko; ko where LC_ALL, or else LANG, begins with ko
  --help                 this text

It speaks as three made-up users, always the same, and says hello: nothing of them is kept, nothing counted.
It stops after 30 s at the latest. Exit code: 0 when no check failed, 1 when one did, 2 when the command line is
wrong.
`;

/**
 * Reads the command line. No message names a value: one may be a secret in the wrong place.
 * @returns undefined where help is asked for
 * @throws UsageError when an option is unknown, missing or wrong
 */
export function readOptions(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Options | undefined {
  const { values, tokens } = parseArgs({ args: [...args], options: OPTIONS, strict: false, tokens: true });
  if (values.help === true) return undefined;
  for (const token of tokens) {
    if (token.kind === 'positional')
      throw new UsageError('Every value needs its option before it; see --help.');
    if (token.kind !== 'option') continue;
    if (!Object.hasOwn(OPTIONS, token.name))
      throw new UsageError(`${nameIn(token.rawName)} is no option; see --help.`);
  }
  const valueOfOption = (name: keyof typeof OPTIONS): string | undefined => {
    const value = values[name];
    if (value === true || value === '') throw new UsageError(`--${name} needs a value; see --help.`);
    return typeof value === 'string' ? value : undefined;
  };
  const isSet = (name: 'json' | 'secret-stdin' | 'strangers'): boolean => {
    if (typeof values[name] === 'string') throw new UsageError(`--${name} takes no value; see --help.`);
    return values[name] === true;
  };

  const url = valueOfOption('url');
  if (url === undefined) throw new UsageError('--url is missing: give the URL of the gateway; see --help.');
  const { target, secretInUrl } = targetOf(url, valueOfOption('connect'));
  const only = oneOf('--only', valueOfOption('only'), ['open-builder', 'smart-chat']);
  const callbackFrom = valueOfOption('callback-from');
  const language = oneOf('--lang', valueOfOption('lang'), ['en', 'ko']) ?? languageOf(environment);
  const given = valueOfOption('secret');
  const fromStdin = isSet('secret-stdin');
  if (fromStdin && given !== undefined) throw new UsageError('Give either --secret or --secret-stdin.');
  const secret =
    given ?? (fromStdin ? undefined : (secretInUrl ?? (environment.GATEWAY_SECRET || undefined)));
  if (secret === undefined && !fromStdin) {
    throw new UsageError(
      'The secret is missing: set GATEWAY_SECRET, or give --secret-stdin or --secret; see --help.',
    );
  }
  return {
    target,
    ...(secret !== undefined && { secret: checkedSecret(secret) }),
    protocols: only ? [only] : ['open-builder', 'smart-chat'],
    isJson: isSet('json'),
    ...(isSet('strangers') && { playsStrangers: true as const }),
    language,
    ...(callbackFrom !== undefined && { callbackOrigin: webUrl(callbackFrom, '--callback-from').origin }),
  };
}

/** A secret that a header can carry. @throws UsageError when it is none */
export function checkedSecret(secret: string): string {
  if (/^[\x21-\x7e]+$/.test(secret)) return secret;
  throw new UsageError('The secret must be letters, digits and signs of ASCII alone, without spaces.');
}

// `--secretabc` would name its value.
function nameIn(rawName: string): string {
  return /^--?secret./.test(rawName) ? 'One that begins with --secret' : rawName;
}

function oneOf<const T extends string>(
  option: string,
  value: string | undefined,
  known: readonly T[],
): T | undefined {
  if (value === undefined) return undefined;
  const found = known.find(one => one === value);
  if (found === undefined) throw new UsageError(`${option} must be ${known.join(' or ')}.`);
  return found;
}
