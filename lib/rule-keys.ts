import { SECRET_TEXT_NAME_MUST_BE, storeOf } from '../lambda/bot/secret-text-name.ts';
import { inJson, type Key, text, texts } from './context-key.ts';
import { variableRefusal } from './rule-settings.ts';

/** A statement of a policy, as JSON has it; one without an Effect allows. */
export interface PolicyStatementJson {
  readonly Sid?: string;
  readonly Effect?: 'Allow' | 'Deny';
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: Readonly<Record<string, unknown>>;
}

const MOST_LAYERS = 5;
const MOST_SUBNETS = 16;
const MOST_SECURITY_GROUPS = 5;
const MOST_SECRET_TEXTS = 50;

const environment: Key<Readonly<Record<string, string>>> = {
  read: value => {
    const variables = inJson(value);
    return isTexts(variables) && firstRefusal(variables) === undefined ? variables : undefined;
  },
  must: value => {
    const variables = inJson(value);
    const refusal = isTexts(variables) ? firstRefusal(variables) : undefined;
    return `a text for each environment variable${refusal === undefined ? '' : `, and ${refusal}`}`;
  },
  example: { GREETING: 'hello' },
};

const initialPolicy: Key<readonly PolicyStatementJson[]> = {
  read: value => {
    const statements = inJson(value);
    if (!Array.isArray(statements) || statements.length === 0) return undefined;
    return statements.every(isStatement) ? statements : undefined;
  },
  must: `a list of a policy's statements: each with Action and Resource, and with Effect, Condition and Sid where they are wanted`,
  example: [{ Action: 's3:GetObject', Resource: 'arn:aws:s3:::cafe-menus/*' }],
};

/** The settings of what the bot's own code needs. */
export const OF_RULES = {
  environment,
  vpcId: text(/^vpc-[0-9a-f]{8,17}$/, 'the id of a VPC', 'vpc-0123456789abcdef0'),
  subnetIds: texts(one => /^subnet-[0-9a-f]{8,17}$/.test(one), MOST_SUBNETS, 'ids of subnets', [
    'subnet-0123456789abcdef0',
    'subnet-0fedcba9876543210',
  ]),
  securityGroupIds: texts(
    one => /^sg-[0-9a-f]{8,17}$/.test(one),
    MOST_SECURITY_GROUPS,
    'ids of security groups',
    ['sg-0123456789abcdef0'],
  ),
  layerArns: texts(
    one => /^arn:aws[a-z-]*:lambda:[a-z0-9-]+:\d{12}:layer:[\w-]{1,140}:\d{1,9}$/.test(one),
    MOST_LAYERS,
    'ARNs of layers, each with its version',
    ['arn:aws:lambda:ap-northeast-2:123456789012:layer:fonts:3'],
  ),
  initialPolicy,
  secretTexts: texts(
    one => storeOf(one) !== undefined,
    MOST_SECRET_TEXTS,
    `names of secret texts, each ${SECRET_TEXT_NAME_MUST_BE}`,
    ['openai/api-key', '/cafe/weather-key'],
  ),
} as const;

function firstRefusal(variables: Readonly<Record<string, string>>): string | undefined {
  return Object.keys(variables)
    .map(variableRefusal)
    .find(refusal => refusal !== undefined);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isTexts(value: unknown): value is Readonly<Record<string, string>> {
  return isObject(value) && Object.values(value).every(one => typeof one === 'string');
}

function isStatement(value: unknown): value is PolicyStatementJson {
  if (!isObject(value)) return false;
  const { Sid, Effect, Action, Resource, Condition, ...others } = value;
  return (
    Object.keys(others).length === 0 &&
    (Sid === undefined || (typeof Sid === 'string' && /^[A-Za-z0-9]+$/.test(Sid))) &&
    (Effect === undefined || Effect === 'Allow' || Effect === 'Deny') &&
    isOneOrMore(Action, /^(?:\*|[a-z0-9-]+:[A-Za-z0-9*?]+)$/) &&
    isOneOrMore(Resource, /^(?:\*|arn:.+)$/) &&
    (Condition === undefined || isObject(Condition))
  );
}

function isOneOrMore(value: unknown, shape: RegExp): boolean {
  const all: readonly unknown[] = Array.isArray(value) ? value : [value];
  return all.length > 0 && all.every(one => typeof one === 'string' && shape.test(one));
}
