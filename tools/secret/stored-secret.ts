import { randomInt } from 'node:crypto';
import {
  CreateSecretCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  ListSecretVersionIdsCommand,
  PutSecretValueCommand,
  ResourceNotFoundException,
  type SecretListEntry,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import type { Sentence } from '../language.ts';
import { Obstacle } from '../sessions-table/told-error.ts';
import { visible } from '../terminal.ts';

/** As Secrets Manager made the first one: a part of smart-chat's app URL, so letters and digits alone. */
const SECRET_LENGTH = 40;
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** The secret that a gateway's stack made: by CloudFormation's own tag, or by those of this app where it has none. @throws unless it is one */
export async function findSecret(client: SecretsManagerClient, stack: string): Promise<string> {
  const entries: SecretListEntry[] = [];
  const Filters = [{ Key: 'tag-value' as const, Values: [stack, stack.replace(/^kakao-gateway-/, '')] }];
  let NextToken: string | undefined;
  do {
    const page = await client.send(new ListSecretsCommand({ Filters, ...(NextToken && { NextToken }) }));
    entries.push(...(page.SecretList ?? []).filter(secret => isOf(secret, stack)));
    NextToken = page.NextToken;
  } while (NextToken);
  const [only, ...others] = entries.map(({ ARN = '' }) => ARN);
  if (only === undefined) throw new Obstacle(noSecretOf(stack, await client.config.region()));
  if (others.length > 0) throw new Obstacle(severalOf(stack, [only, ...others]));
  return only;
}

function isOf({ Tags = [] }: SecretListEntry, stack: string): boolean {
  const tag = (key: string): string | undefined => Tags.find(({ Key }) => Key === key)?.Value;
  // Every bot of a stage has this app's tags: they tell where CloudFormation does not.
  return (tag('aws:cloudformation:stack-name') ?? `${tag('project')}-${tag('stage')}`) === stack;
}

const noSecretOf = (stack: string, region: string): Sentence => ({
  en: `the stack ${visible(stack)} has no secret in ${region} of this account: see its output SecretCommand, --region and AWS_PROFILE`,
  ko: `이 계정의 ${region}에 ${visible(stack)} 스택의 시크릿이 없습니다. 스택의 출력 SecretCommand와 --region, AWS_PROFILE을 확인해 주세요.`,
});

const severalOf = (stack: string, ids: readonly string[]): Sentence => ({
  en: `${visible(stack)} has several secrets, of several bots or of a stack before it; take the one in the output SecretCommand: --secret-id ${ids.join(' or ')}`,
  ko: `${visible(stack)}에 시크릿이 여럿입니다(여러 봇의 것이거나 예전 스택의 것). 출력 SecretCommand에 있는 것을 쓰세요: --secret-id ${ids.join(' 또는 ')}`,
});

/** Its id is not repeated: somebody may have given the value in its place. */
const noSecretIn = (region: string): Sentence => ({
  en: `there is no such secret in ${region} of this account: see its name, --region and AWS_PROFILE`,
  ko: `이 계정의 ${region}에 그런 시크릿이 없습니다. 이름과 --region, AWS_PROFILE을 확인해 주세요.`,
});

async function found<T>(client: SecretsManagerClient, asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw error;
    throw new Obstacle(noSecretIn(await client.config.region()));
  }
}

/** When the current value was put, and whether there is one before it. @throws Obstacle where there is no such secret */
export async function versionsOf(
  client: SecretsManagerClient,
  SecretId: string,
): Promise<{ readonly madeAt: Date | undefined; readonly hasPrevious: boolean }> {
  const asked = client.send(new ListSecretVersionIdsCommand({ SecretId }));
  const { Versions = [] } = await found(client, asked);
  const at = (stage: string) => Versions.find(({ VersionStages = [] }) => VersionStages.includes(stage));
  return { madeAt: at('AWSCURRENT')?.CreatedDate, hasPrevious: at('AWSPREVIOUS') !== undefined };
}

/** The current value. @throws Obstacle where there is no such secret */
export async function currentValue(client: SecretsManagerClient, SecretId: string): Promise<string> {
  const { SecretString } = await found(client, client.send(new GetSecretValueCommand({ SecretId })));
  return SecretString ?? '';
}

/** Puts a new random value; the one before stays valid until the next. */
export async function putRandomValue(client: SecretsManagerClient, SecretId: string): Promise<void> {
  const letters = Array.from({ length: SECRET_LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]);
  await client.send(new PutSecretValueCommand({ SecretId, SecretString: letters.join('') }));
}

/** Puts a value; makes the secret where there is none of that name. */
export async function putValue(
  client: SecretsManagerClient,
  SecretId: string,
  SecretString: string,
): Promise<void> {
  try {
    await client.send(new PutSecretValueCommand({ SecretId, SecretString }));
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw error;
    if (SecretId.startsWith('arn:')) throw new Obstacle(noSecretIn(await client.config.region()));
    await client.send(new CreateSecretCommand({ Name: SecretId, SecretString }));
  }
}
