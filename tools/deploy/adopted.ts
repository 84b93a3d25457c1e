import { ENVIRONMENT } from '../../lambda/aws/environment.ts';
import { SESSION_TABLE } from '../../lambda/aws/session-table.ts';
import { objectOrEmpty } from '../../lambda/json-reader.ts';
import type { Sentence } from '../language.ts';
import type { Planned } from './assembly.ts';
import type { Cloud } from './cloud.ts';

type Environment = Readonly<Record<string, string | undefined>>;
type Knows = (key: string) => Promise<boolean>;

/** The judgement on what was there before: sentences on what can't be, and on what needs an operator's word. */
export interface Judgement {
  readonly wrong: readonly Sentence[];
  readonly doubtful: readonly Sentence[];
}

/**
 * Judges the tables and secrets that were there before and that a stack names: a wrong one would be deployed, and answer nobody.
 * @throws where AWS can't be asked
 */
export async function judgeAdopted(
  stack: Planned,
  cloud: Cloud,
  environment: Environment,
): Promise<Judgement> {
  const variables = Object.values(stack.template.Resources ?? {})
    .filter(({ Type }) => Type === 'AWS::Lambda::Function')
    .map(({ Properties }) => objectOrEmpty(objectOrEmpty(objectOrEmpty(Properties).Environment).Variables));
  const named = (name: string): readonly string[] => [
    ...new Set(variables.map(own => own[name]).filter(value => typeof value === 'string')),
  ];
  const template = JSON.stringify(stack.template);
  // With a key of AWS's own nobody has to be lent anything.
  const knows = async (key: string): Promise<boolean> =>
    template.includes(key) || (await cloud.isOfAws(key, environment)) === true;
  const all = [
    ...(await Promise.all(named(ENVIRONMENT.sessionsTable).map(table => judgeTable(table, cloud, knows)))),
    ...(await Promise.all(named(ENVIRONMENT.gatewaySecretId).map(arn => judgeSecret(arn, cloud, knows)))),
  ];
  return { wrong: all.flatMap(({ wrong }) => wrong), doubtful: all.flatMap(({ doubtful }) => doubtful) };
}

/** The keys of AWS's own that a deployment would encrypt with, a sentence on each: other services than the key's can't. */
export async function keysOfAws(
  planned: readonly Planned[],
  cloud: Cloud,
  environment: Environment,
): Promise<readonly Sentence[]> {
  const templates = JSON.stringify(planned.map(({ template }) => template));
  const named = templates.matchAll(/"Kms(?:Master)?Key(?:Id|Arn)":"(arn:[^"]{1,200})"/gi);
  const keys = new Set([...named].map(([, key = '']) => key));
  const isOfAws = await Promise.all([...keys].map(key => cloud.isOfAws(key, environment)));
  return [...keys].filter((_, at) => isOfAws[at]).map(ofAws);
}

const ofAws = (key: string): Sentence => ({
  en: `encryptionKeyArn: ${key} is a key of AWS's own, such as alias/aws/dynamodb, which the queue, logs and alarms can't use: leave encryptionKeyArn out, and what it encrypts stays readable`,
  ko: `encryptionKeyArn: ${key}는 alias/aws/dynamodb 같은 AWS가 관리하는 키라서 대기열과 로그와 알람이 쓸 수 없습니다. encryptionKeyArn을 빼세요. 그 키로 암호화된 것은 그대로 읽을 수 있습니다`,
});

const wrong = (sentence: Sentence): Judgement => ({ wrong: [sentence], doubtful: [] });
const WELL: Judgement = { wrong: [], doubtful: [] };

async function judgeTable(name: string, cloud: Cloud, knows: Knows): Promise<Judgement> {
  const table = await orMissing(cloud.table(name));
  if (table === undefined)
    return wrong({
      en: `sessionsTableName: there is no table ${name} in this account and region`,
      ko: `sessionsTableName: 이 계정과 리전에 테이블 ${name}이 없습니다`,
    });
  const { key, timeToLive, kmsKeyArn } = table;
  if (key !== `${SESSION_TABLE.key} S` || timeToLive !== SESSION_TABLE.timeToLive) {
    const ours = `${SESSION_TABLE.key} S, TTL ${SESSION_TABLE.timeToLive}`;
    const is = `${key}, TTL ${timeToLive ?? '-'}`;
    return wrong({
      en: `sessionsTableName: ${name} is no table of sessions: its key must be ${ours}, and is ${is}`,
      ko: `sessionsTableName: ${name}은 세션 테이블이 아닙니다. 키가 ${ours}여야 하는데 ${is}입니다`,
    });
  }
  return kmsKeyArn === undefined || (await knows(kmsKeyArn))
    ? WELL
    : unknownKey('sessionsTableName', name, kmsKeyArn);
}

async function judgeSecret(arn: string, cloud: Cloud, knows: Knows): Promise<Judgement> {
  const secret = await orMissing(cloud.secret(arn));
  if (secret?.arn !== arn)
    return wrong({
      en: `gatewaySecretArn: there is no secret ${arn} in this account and region`,
      ko: `gatewaySecretArn: 이 계정과 리전에 시크릿 ${arn}이 없습니다`,
    });
  if (secret.isDeleted)
    return wrong({
      en: `gatewaySecretArn: ${arn} was deleted, and nobody can read it: aws secretsmanager restore-secret --secret-id ${arn} brings it back`,
      ko: `gatewaySecretArn: ${arn}은 삭제되어 읽을 수 없습니다. aws secretsmanager restore-secret --secret-id ${arn}으로 되살립니다`,
    });
  const { kmsKey } = secret;
  return kmsKey === undefined || (await knows(kmsKey)) ? WELL : unknownKey('gatewaySecretArn', arn, kmsKey);
}

/** Only the key itself tells whether it is AWS's own, which everybody in the account may use. */
function unknownKey(setting: string, name: string, key: string): Judgement {
  const sentence = {
    en: `${setting}: ${name} is encrypted with ${key}: unless that is a key of AWS's own, the functions can't read it, and it must be given as encryptionKeyArn`,
    ko: `${setting}: ${name}은 ${key}로 암호화되어 있습니다. AWS가 관리하는 키가 아니라면 함수가 읽지 못하므로 encryptionKeyArn으로 주어야 합니다`,
  };
  return { wrong: [], doubtful: [sentence] };
}

/** Whatever is found; undefined where AWS says that it is not there. */
async function orMissing<T>(found: Promise<T>): Promise<T | undefined> {
  try {
    return await found;
  } catch (error) {
    if (error instanceof Error && error.name === 'ResourceNotFoundException') return undefined;
    throw error;
  }
}
