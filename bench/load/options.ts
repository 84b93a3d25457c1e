import { parseArgs } from 'node:util';
import { checkedSecret } from '../../tools/doctor/options.ts';
import { type Target, targetOf } from '../../tools/doctor/target.ts';
import { type Language, languageOf } from '../../tools/language.ts';
import { UsageError } from '../../tools/usage-error.ts';
import { turnsOf, usdOf } from './rungs.ts';

/** The command line of `npm run load`, read. */
export interface LoadOptions {
  readonly target: Target;
  /** Absent where it is to be read from the standard input. */
  readonly secret?: string;
  /** The turns a second, one rung after the other. */
  readonly rates: readonly number[];
  /** How long each rung is held. */
  readonly seconds: number;
  /** How many users take turns. */
  readonly users: number;
  /** Their words, one after the other. */
  readonly says: readonly string[];
  readonly isJson: boolean;
  readonly language: Language;
}

const OPTIONS = {
  url: { type: 'string' },
  secret: { type: 'string' },
  'secret-stdin': { type: 'boolean' },
  from: { type: 'string' },
  to: { type: 'string' },
  seconds: { type: 'string' },
  users: { type: 'string' },
  say: { type: 'string', multiple: true },
  'yes-it-costs': { type: 'boolean' },
  json: { type: 'boolean' },
  lang: { type: 'string' },
  help: { type: 'boolean' },
} as const;

/** The gateway of `npm start`, and its secret. */
const LOCAL = { url: 'http://127.0.0.1:3000', secret: 'local-secret' } as const;

/** The text of `--help`. */
export const HELP = `Finds how many turns a second a gateway bears, and what gives way first.

  npm run -s load                                          the gateway of npm start
  npm run -s load -- --url <url> --secret-stdin --yes-it-costs < file-with-the-secret

  --url <url>        the gateway, its base URL or skill URL; default ${LOCAL.url}
  --secret <secret>  its secret; better GATEWAY_SECRET or --secret-stdin, which no list of processes and no npm
                     shows; on this machine the default is ${LOCAL.secret}
  --secret-stdin     reads the secret from the standard input
  --from <rate>      turns a second to begin with; default 10
  --to <rate>        turns a second to end with, doubled until then; default 640, at most 5000
  --seconds <n>      how long each rate is held; default 10, at most 300
  --users <n>        how many users speak; default 1000
  --say <words>      what they say; may be given several times, one after the other; default 안녕하세요
  --yes-it-costs     needed for a gateway that is not on this machine: it costs, and its alarms may go off
  --json             one JSON object
  --lang <language>  en or ko; ko where LC_ALL, or else LANG, begins with ko
  --help             this text

Its users' ids begin with kakao-gateway-load-; their sessions expire as all do.
Exit code: 0 when every rate was borne, 1 when one was not, 2 when the command line is wrong.
`;

/**
 * Reads the command line. No message names a value: one may be a secret in the wrong place.
 * @returns undefined where help is asked for
 * @throws UsageError when an option is unknown, missing or wrong, or the load would cost and nobody agreed
 */
export function readLoadOptions(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): LoadOptions | undefined {
  const values = valuesOf(args);
  if (values.help === true) return undefined;
  const { target, secretInUrl } = targetOf(values.url ?? LOCAL.url);
  const rates = ratesOf(
    wholeNumber('from', values.from, 10, 5_000),
    wholeNumber('to', values.to, 640, 5_000),
  );
  const seconds = wholeNumber('seconds', values.seconds, 10, 300);
  const local = target.isLoopback ? LOCAL.secret : undefined;
  const isPiped = values['secret-stdin'] === true;
  if (isPiped && values.secret !== undefined) throw new UsageError('Give either --secret or --secret-stdin.');
  const known = values.secret ?? secretInUrl ?? (environment.GATEWAY_SECRET || local);
  if (!isPiped && known === undefined)
    throw new UsageError('The secret is missing: set GATEWAY_SECRET, or give --secret-stdin; see --help.');
  const secret = isPiped ? undefined : known;
  if (!target.isLoopback && values['yes-it-costs'] !== true)
    throw new UsageError(
      `That gateway is not on this machine: up to ${turnsOf(rates, seconds)} turns would cost about $${usdOf(rates, seconds)} there, more where its rules are slow or ask a model, and its alarms may go off; add --yes-it-costs.`,
    );
  return {
    target,
    ...(secret !== undefined && { secret: checkedSecret(secret) }),
    rates,
    seconds,
    users: wholeNumber('users', values.users, 1_000, 100_000),
    says: values.say ?? ['안녕하세요'],
    isJson: values.json === true,
    language: languageFor(values.lang, environment),
  };
}

type Values = ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>['values'];

function valuesOf(args: readonly string[]): Values {
  try {
    return parseArgs({ args: [...args], options: OPTIONS }).values;
  } catch {
    throw new UsageError('An option is unknown, or lacks its value; see --help.');
  }
}

/** From the first to the last, doubled each time. @throws UsageError where there is no way */
function ratesOf(from: number, to: number): number[] {
  if (from > to) throw new UsageError('--from must not be more than --to.');
  const rates: number[] = [];
  for (let rate = from; rate < to; rate *= 2) rates.push(rate);
  return [...rates, to];
}

function wholeNumber(option: string, value: string | undefined, fallback: number, most: number): number {
  if (value === undefined) return fallback;
  if (/^\d{1,6}$/.test(value) && Number(value) >= 1 && Number(value) <= most) return Number(value);
  throw new UsageError(`--${option} must be a whole number from 1 to ${most}.`);
}

function languageFor(
  lang: string | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): Language {
  if (lang === undefined) return languageOf(environment);
  if (lang === 'en' || lang === 'ko') return lang;
  throw new UsageError('--lang must be en or ko.');
}
