import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';

/** What is wrong with the context, in one sentence that names the key and gives an example. */
export class ContextError extends Error {
  override readonly name = 'ContextError';
}

/** What an app deploys, as the context in cdk.json or `-c key=value` has it. */
export interface Configuration {
  readonly stage: string;
  /** Undefined where the credentials' own region is meant. */
  readonly region: string | undefined;
  readonly bots: readonly BotConfiguration[];
}

/** One bot of a {@link Configuration}: what is undefined has the default of `KakaoGatewayProps`. */
export type BotConfiguration = Settings<typeof OF_A_BOT> & {
  /** ASCII; undefined where there is one bot that nobody has named. */
  readonly name: string | undefined;
  /** Undefined for the bot in lambda/scenario.ts, whose stacks have no name of a bot. */
  readonly scenario: string | undefined;
};

/** How the value of a key is read. */
interface Key<T> {
  /** The value; undefined where it is wrong. Whatever comes by `-c` is a string. */
  readonly read: (value: unknown) => T | undefined;
  /** "a whole number", "true or false": the end of "the context … must be". */
  readonly must: string;
  readonly example: string | number | boolean;
}

type Settings<Keys> = {
  readonly [K in keyof Keys]: Keys[K] extends Key<infer T> ? T | undefined : never;
};

/** A text of some shape; `why` says of which. */
function text(shape: RegExp, must: string, example: string): Key<string> {
  return {
    read: value => (typeof value === 'string' && shape.test(value) ? value : undefined),
    must,
    example,
  };
}

function wholeNumber(from: number, to: number, example: number): Key<number> {
  return {
    read: value => {
      const number = typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value;
      if (typeof number !== 'number' || !Number.isInteger(number)) return undefined;
      return number >= from && number <= to ? number : undefined;
    },
    must: `a whole number from ${from} to ${to}`,
    example,
  };
}

const yesOrNo: Key<boolean> = {
  read: value => {
    if (value === true || value === 'true') return true;
    return value === false || value === 'false' ? false : undefined;
  },
  must: 'true or false',
  example: true,
};

/** The days that CloudWatch Logs can count to. */
const RETENTIONS: readonly number[] = Object.values(RetentionDays).filter(
  (days): days is RetentionDays => typeof days === 'number' && days !== RetentionDays.INFINITE,
);

const retention: Key<RetentionDays> = {
  read: value => RETENTIONS.find(days => days === value || String(days) === value),
  must: `one of ${RETENTIONS.join(', ')}, the numbers of days that CloudWatch Logs knows`,
  example: RetentionDays.TWO_WEEKS,
};

const BOT_NAME = text(
  /^(?=.{1,32}$)[a-z][a-z0-9]*(-[a-z0-9]+)*$/,
  'lower-case letters, digits and single hyphens, a letter first and 32 at most',
  'cafe',
);

/** What is one for all bots. */
const OF_THE_APP = {
  // Two hyphens begin another bot's name in a stack's, and "sessions" the stack that keeps them.
  stage: text(
    /^(?!sessions(-|$))(?=.{1,32}$)[a-z][a-z0-9]*(-[a-z0-9]+)*$/,
    'lower-case letters, digits and single hyphens, a letter first, 32 at most, and not begin with sessions',
    'dev',
  ),
  region: text(/^[a-z]{2}(-[a-z]+){1,3}-\d{1,2}$/, 'the name of an AWS region', 'ap-northeast-2'),
} as const;

/** What every bot may have its own of. */
const OF_A_BOT = {
  alarmEmail: text(/^[^\s@]{1,64}@[^\s@.]+(?:\.[^\s@.]+)+$/, 'an e-mail address', 'oncall@example.com'),
  alarmPhone: text(
    /^\+(82[1-9]\d{7,9}|(?!82)[1-9]\d{6,14})$/,
    'a phone number in E.164: + and the country, no 0 before the rest, no hyphens',
    '+821012345678',
  ),
  domainName: text(
    /^(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/,
    'a name in lower case without https:// or a path',
    'bot.example.com',
  ),
  certificateArn: text(
    /^arn:aws[\w-]*:acm:[a-z0-9-]+:\d{12}:certificate\/[\w-]+$/,
    'the ARN of a certificate in ACM',
    'arn:aws:acm:ap-northeast-2:123456789012:certificate/12345678-90ab-cdef-1234-567890abcdef',
  ),
  hostedZoneId: text(/^Z[A-Z0-9]{1,31}$/, 'the id of a hosted zone in Route 53', 'Z0123456789ABCDEFGHIJ'),
  keepApiUrl: yesOrNo,
  logRetentionDays: retention,
  memoryMb: wholeNumber(128, 10_240, 512),
  workerMemoryMb: wholeNumber(128, 10_240, 256),
  provisionedConcurrency: wholeNumber(1, 1_000, 2),
  reservedConcurrency: wholeNumber(1, 10_000, 50),
  throttleRate: wholeNumber(1, 10_000, 100),
  throttleBurst: wholeNumber(1, 5_000, 200),
  lateTurnsAtOnce: wholeNumber(2, 1_000, 200),
  customerManagedKey: yesOrNo,
  tracing: yesOrNo,
  canary: yesOrNo,
  quietDayAlarm: yesOrNo,
  restApiKeySecretName: text(
    /^[\w/+=.@-]{1,512}$/,
    'the name of a secret in Secrets Manager',
    'kakao/rest-api-key',
  ),
} as const;

/** The file of the bot that this repository begins with. */
const MAIN_SCENARIO = 'lambda/scenario.ts';

const EXPORT = /^[ \t]*export\s/m;
const NAMES_BOT = /^\s*(?:(?:const|let|var|function|class)\s+bot\b|\{[^}]*\bbot\b|\*)/;

const exportsBot = (source: string): boolean =>
  source
    .split(EXPORT)
    .slice(1)
    .some(exported => NAMES_BOT.test(exported));

const scenarioFile: Key<string> = {
  read: value => {
    if (typeof value !== 'string' || !/\.[cm]?[jt]s$/.test(value) || !existsSync(value)) return undefined;
    return exportsBot(readFileSync(value, 'utf8')) ? value : undefined;
  },
  must: 'the path of a file that is there and exports a bot',
  example: 'lambda/scenarios/flowers.ts',
};

type Values = Readonly<Record<string, unknown>>;

/**
 * Reads the whole context, before anything is made of it.
 * @param ownRegion the credentials', where it is known
 * @throws ContextError
 */
export function configurationOf(context: Values, ownRegion?: string): Configuration {
  const { bots, ...own } = context;
  const app = { ...OF_THE_APP, botName: BOT_NAME, ...OF_A_BOT };
  refuseMisspelt(own, [...Object.keys(app), 'bots']);
  const { stage = 'prod', region, botName } = settingsOf(app, own, '', inContext);
  const list = bots === undefined ? undefined : listOf(bots);
  if (list === undefined) {
    const bot = { name: botName, scenario: undefined, ...settingsOf(OF_A_BOT, own, '', inContext) };
    return { stage, region, bots: [checked(bot, region ?? ownRegion, '')] };
  }
  for (const key of ['botName', 'domainName', 'certificateArn', 'hostedZoneId']) {
    if (own[key] !== undefined) {
      throw new ContextError(
        `the context "${key}" is one bot's own: where there are "bots", write it there, as {"name": "cafe"${key === 'botName' ? '' : `, "${key}": …`}}`,
      );
    }
  }
  const all = list.map((entry, at) => botOf(entry, own, region ?? ownRegion, `bots[${at}]`));
  refuseTwice(
    all.map(({ name }) => name ?? ''),
    'name',
    'cafe',
  );
  refuseTwice(
    all.map(({ scenario = MAIN_SCENARIO }) => scenario).filter(file => file === MAIN_SCENARIO),
    'scenario',
    scenarioFile.example,
  );
  return { stage, region, bots: all };
}

function listOf(bots: unknown): readonly Values[] {
  const list = typeof bots === 'string' ? parsed(bots) : bots;
  if (Array.isArray(list) && list.length > 0 && list.every(isValues)) return list;
  throw new ContextError(
    'the context "bots" must be a list of one object for each bot: {"bots": [{"name": "cafe"}, {"name": "flowers", "scenario": "lambda/scenarios/flowers.ts"}]}',
  );
}

function isValues(value: unknown): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

function botOf(entry: Values, shared: Values, region: string | undefined, place: string): BotConfiguration {
  const keys = { name: BOT_NAME, scenario: scenarioFile, ...OF_A_BOT };
  const known = Object.keys(keys);
  for (const key of Object.keys(entry)) {
    if (known.includes(key)) continue;
    const meant = meantBy(key, known);
    throw new ContextError(
      `the context "${place}.${key}" is unknown: ${meant ? `did you mean "${meant}"?` : `a bot has ${known.join(', ')}`}`,
    );
  }
  if (entry.name === undefined) {
    throw new ContextError(`the context "${place}.name" is missing: {"name": "${BOT_NAME.example}"}`);
  }
  const { scenario, ...bot } = settingsOf(
    keys,
    { ...Object.fromEntries(Object.keys(OF_A_BOT).map(key => [key, shared[key]])), ...entry },
    `${place}.`,
    inBots,
  );
  const isMain =
    scenario === undefined || resolve(scenario) === join(import.meta.dirname, '..', MAIN_SCENARIO);
  return checked({ ...bot, scenario: isMain ? undefined : scenario }, region, `${place}.`);
}

const inContext = (key: string, example: Key<unknown>['example']): string =>
  `cdk deploy --all -c ${key}=${example}`;
const inBots = (key: string, example: Key<unknown>['example']): string =>
  `{"${key}": ${JSON.stringify(example)}}`;

function settingsOf<Keys extends Readonly<Record<string, Key<unknown>>>>(
  keys: Keys,
  values: Values,
  place: string,
  exampleOf: typeof inContext,
): Settings<Keys>;
function settingsOf(
  keys: Readonly<Record<string, Key<unknown>>>,
  values: Values,
  place: string,
  exampleOf: typeof inContext,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(keys).map(([key, { read, must, example }]) => {
      const value = values[key];
      const setting = value === undefined ? undefined : read(value);
      if (value !== undefined && setting === undefined) {
        throw new ContextError(`the context "${place}${key}" must be ${must}: ${exampleOf(key, example)}`);
      }
      return [key, setting];
    }),
  );
}

/** What no key tells alone. */
function checked(bot: BotConfiguration, region: string | undefined, place: string): BotConfiguration {
  const { domainName, certificateArn, hostedZoneId, provisionedConcurrency, reservedConcurrency } = bot;
  const example = (key: keyof typeof OF_A_BOT) => {
    const { [key]: of } = OF_A_BOT;
    return place === '' ? `-c ${key}=${of.example}` : inBots(key, of.example);
  };
  const missing = (key: 'domainName' | 'certificateArn', why: string) =>
    new ContextError(`the context "${place}${key}" is missing: ${why}: ${example(key)}`);
  if (domainName !== undefined && certificateArn === undefined)
    throw missing('certificateArn', 'a domainName needs a certificate');
  if (certificateArn !== undefined && domainName === undefined)
    throw missing('domainName', 'a certificateArn is for a domain');
  if (hostedZoneId !== undefined && domainName === undefined)
    throw missing('domainName', 'a hostedZoneId is for the record of a domain');
  if (region !== undefined && certificateArn !== undefined && certificateArn.split(':')[3] !== region) {
    throw new ContextError(
      `the context "${place}certificateArn" must be of a certificate in ${region}, where the API is: arn:aws:acm:${region}:123456789012:certificate/…`,
    );
  }
  if ((provisionedConcurrency ?? 0) > (reservedConcurrency ?? Number.POSITIVE_INFINITY)) {
    throw new ContextError(
      `the context "${place}provisionedConcurrency" must be no more than "reservedConcurrency", of which it is a part: ${example('provisionedConcurrency')}`,
    );
  }
  return bot;
}

function refuseTwice(values: readonly string[], key: string, example: string | number | boolean): void {
  const twice = values.find((value, at) => values.indexOf(value) !== at);
  if (twice === undefined) return;
  throw new ContextError(
    `the context "bots" has the ${key} "${twice}" twice: give each bot its own, as {"${key}": "${example}"}`,
  );
}

/** Other tools keep their keys in the context, too; only what looks like one of ours is a mistake. */
function refuseMisspelt(context: Values, known: readonly string[]): void {
  for (const key of Object.keys(context)) {
    if (known.includes(key)) continue;
    const meant = meantBy(key, known);
    if (meant === undefined) continue;
    throw new ContextError(`the context "${key}" is unknown: did you mean "${meant}"?`);
  }
}

/** Our keys under the names that others have for them. */
const SYNONYMS: Readonly<Record<string, string>> = {
  memory: 'memoryMb',
  memorySize: 'memoryMb',
  retention: 'logRetentionDays',
  concurrency: 'reservedConcurrency',
  email: 'alarmEmail',
  phone: 'alarmPhone',
  domain: 'domainName',
  certificate: 'certificateArn',
  kms: 'customerManagedKey',
  xray: 'tracing',
};

function meantBy(key: string, known: readonly string[]): string | undefined {
  const synonym = Object.hasOwn(SYNONYMS, key) ? SYNONYMS[key] : undefined;
  if (synonym !== undefined && known.includes(synonym)) return synonym;
  const plain = (name: string) => name.toLowerCase().replace(/[^a-z]/g, '');
  const sorted = (name: string) => [...name].sort().join('');
  const written = plain(key);
  if (/[:/]/.test(key) || written.length < 3) return undefined;
  return known.find(name => {
    const [shorter = '', longer = ''] = [plain(name), written].sort((a, b) => a.length - b.length);
    const isBeginning = shorter.length > 4 && longer.startsWith(shorter);
    const isSwapped = sorted(shorter) === sorted(longer);
    return isBeginning || isSwapped || distance(shorter, longer) <= (shorter.length > 5 ? 2 : 1);
  });
}

/** How many letters must be put in, left out or replaced to make one of the other (Levenshtein). */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (const [at, letter] of [...one].entries()) {
    const next = [at + 1];
    for (const [column, wanted] of [...other].entries()) {
      const replaced = (row[column] ?? 0) + (letter === wanted ? 0 : 1);
      next.push(Math.min(replaced, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
