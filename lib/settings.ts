import { existsSync, readFileSync } from 'node:fs';
import { bundling } from './bundling-key.ts';
import {
  ContextError,
  type Example,
  type Key,
  oneOf,
  retention,
  text,
  wholeNumber,
  yesOrNo,
} from './context-key.ts';
import { probe } from './probe-key.ts';
import { OF_RULES } from './rule-keys.ts';

/** The values of keys: undefined where none is given. */
export type Settings<Keys> = {
  readonly [K in keyof Keys]: Keys[K] extends Key<infer T> ? T | undefined : never;
};

/** A bot's name. */
export const BOT_NAME = text(
  /^(?=.{1,32}$)[a-z][a-z0-9]*(-[a-z0-9]+)*$/,
  'lower-case letters, digits and single hyphens, a letter first and 32 at most',
  'cafe',
);

/** An app's id: digits, which JSON may have as a number. */
const APP_ID: Key<string> = {
  read: value => (typeof value === 'number' || typeof value === 'string' ? digitsIn(`${value}`) : undefined),
  must: "the app's id in Kakao Developers, digits alone",
  example: '123456',
};

function digitsIn(value: string): string | undefined {
  return /^\d{1,20}$/.test(value) ? value : undefined;
}

/** The settings that are one for all bots. */
export const OF_THE_APP = {
  // Two hyphens begin another bot's name in a stack's, and "sessions" the stack that keeps them.
  stage: text(
    /^(?!sessions(-|$))(?=.{1,32}$)[a-z][a-z0-9]*(-[a-z0-9]+)*$/,
    'lower-case letters, digits and single hyphens, a letter first, 32 at most, and not begin with sessions',
    'dev',
  ),
  region: text(/^[a-z]{2}(-[a-z]+){1,3}-\d{1,2}$/, 'the name of an AWS region', 'ap-northeast-2'),
} as const;

/** The settings of which every bot may have its own. */
export const OF_A_BOT = {
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
  sessionsTableName: text(/^[\w.-]{3,255}$/, 'the name of a table in DynamoDB', 'cafe-sessions'),
  gatewaySecretArn: text(
    /^arn:aws[\w-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[\w/+=.@-]{1,512}-[A-Za-z0-9]{6}$/,
    'the whole ARN of a secret in Secrets Manager, the six signs at its end included',
    'arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:cafe-secret-AbCdEf',
  ),
  encryptionKeyArn: text(
    /^arn:aws[\w-]*:kms:[a-z0-9-]+:\d{12}:key\/[\w-]{1,64}$/,
    "the ARN of a key of one's own in KMS, by its id and not by an alias (what alias/aws/… encrypts needs none)",
    'arn:aws:kms:ap-northeast-2:123456789012:key/12345678-90ab-cdef-1234-567890abcdef',
  ),
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
  savedQueries: yesOrNo,
  quietDayAlarm: yesOrNo,
  probe,
  llmWonPerDay: wholeNumber(1, 999_999_999, 10_000),
  ruleErrorMessages: yesOrNo,
  restApiKeySecretName: text(
    /^[\w/+=.@-]{1,512}$/,
    'the name of a secret in Secrets Manager',
    'kakao/rest-api-key',
  ),
  adminKeySecretName: text(
    /^[\w/+=.@-]{1,512}$/,
    'the name of a secret in Secrets Manager',
    'kakao/admin-key',
  ),
  appId: APP_ID,
  channelPublicId: text(
    /^_[A-Za-z\d]{1,31}$/,
    "the channel's profile id, as in pf.kakao.com/_ZeUTxl",
    '_ZeUTxl',
  ),
  eventBusName: text(
    /^(?:arn:aws[\w-]*:events:[a-z0-9-]+:\d{12}:event-bus\/)?[\w./-]{1,256}$/,
    'the name or the ARN of an event bus in EventBridge',
    'cafe',
  ),
  eventBusIds: oneOf(['hashed', 'plain']),
  eventBusUtterances: yesOrNo,
  eventBotId: text(
    /^\w{1,100}$/,
    'the id of the bot in the 챗봇 관리자센터, without a ! at its end',
    '5f1a2b3c4d5e6f7a8b9c0d1e',
  ),
  bundling,
  ...OF_RULES,
} as const;

/** The file of the bot that this repository begins with. */
export const MAIN_SCENARIO = 'lambda/scenario.ts';

const EXPORT = /^[ \t]*export\s/m;
const NAMES_BOT = /^\s*(?:(?:const|let|var|function|class)\s+bot\b|\{[^}]*\bbot\b(?!\s+as\b)|\*)/;

const exportsBot = (source: string): boolean =>
  source
    .split(EXPORT)
    .slice(1)
    .some(exported => NAMES_BOT.test(exported));

/** The file of a bot beside the first. */
export const scenarioFile: Key<string> = {
  read: value => {
    if (typeof value !== 'string' || !/\.[cm]?[jt]s$/.test(value) || !existsSync(value)) return undefined;
    return exportsBot(readFileSync(value, 'utf8')) ? value : undefined;
  },
  must: 'the path of a file that is there and exports a bot',
  example: 'lambda/scenarios/flowers.ts',
};

/** The values that the context holds, by their keys. */
export type Values = Readonly<Record<string, unknown>>;

/** How a setting is written on the command line: an option, and no command, which would be for another stage than the one meant. */
export const inContext = (key: string, example: Example): string => `-c ${onCommandLine(key, example)}`;

/** A setting's key and value, as a shell takes them. */
export function onCommandLine(key: string, example: Example): string {
  const isList = Array.isArray(example) && example.every(one => typeof one === 'string');
  if (isList) return `${key}=${example.join(',')}`;
  return `${key}=${typeof example === 'object' ? `'${JSON.stringify(example)}'` : example}`;
}

/** How a setting is written beside a bot's name. */
export const inBots = (key: string, example: Example): string => `{"${key}": ${JSON.stringify(example)}}`;

/**
 * Reads settings.
 * @param place of the keys in the context: '' or 'bots[0].'
 * @throws ContextError when one is wrong
 */
export function settingsOf<Keys extends Readonly<Record<string, Key<unknown>>>>(
  keys: Keys,
  values: Values,
  place: string,
  exampleOf: typeof inContext,
): Settings<Keys>;
export function settingsOf(
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
        const is = typeof must === 'string' ? must : must(value);
        throw new ContextError(`the context "${place}${key}" must be ${is}: ${exampleOf(key, example)}`);
      }
      return [key, setting];
    }),
  );
}
