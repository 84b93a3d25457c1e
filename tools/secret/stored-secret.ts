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
import { visible } from '../terminal.ts';

/** As Secrets Manager made the first one: a part of smart-chat's app URL, so letters and digits alone. */
const SECRET_LENGTH = 40;
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** The secret that a gateway's stack made: by CloudFormation's own tag, or by those of this app where it has none. @throws unless it is one */
export async function findSecret(client: SecretsManagerClient, stack: string): Promise<string> {
  const found: SecretListEntry[] = [];
  const Filters = [{ Key: 'tag-value' as const, Values: [stack, stack.replace(/^kakao-gateway-/, '')] }];
  let NextToken: string | undefined;
  do {
    const page = await client.send(new ListSecretsCommand({ Filters, ...(NextToken && { NextToken }) }));
    found.push(...(page.SecretList ?? []).filter(secret => isOf(secret, stack)));
    NextToken = page.NextToken;
  } while (NextToken);
  const [only, ...others] = found.map(({ ARN = '' }) => ARN);
  if (only === undefined)
    throw new Error(
      `the stack ${visible(stack)} has no secret in this account and region: see its output SecretCommand, and AWS_PROFILE and AWS_REGION`,
    );
  if (others.length > 0)
    throw new Error(
      `${visible(stack)} has several secrets, of several bots or of a stack before it; take the one in the output SecretCommand: --secret-id ${[only, ...others].join(' or ')}`,
    );
  return only;
}

function isOf({ Tags = [] }: SecretListEntry, stack: string): boolean {
  const tag = (key: string): string | undefined => Tags.find(({ Key }) => Key === key)?.Value;
  // Every bot of a stage has this app's tags: they tell where CloudFormation does not.
  return (tag('aws:cloudformation:stack-name') ?? `${tag('project')}-${tag('stage')}`) === stack;
}

/** When the current value was put, and whether there is one before it. */
export async function versionsOf(
  client: SecretsManagerClient,
  SecretId: string,
): Promise<{ readonly madeAt: Date | undefined; readonly hasPrevious: boolean }> {
  const { Versions = [] } = await client.send(new ListSecretVersionIdsCommand({ SecretId }));
  const at = (stage: string) => Versions.find(({ VersionStages = [] }) => VersionStages.includes(stage));
  return { madeAt: at('AWSCURRENT')?.CreatedDate, hasPrevious: at('AWSPREVIOUS') !== undefined };
}

/** The current value. */
export async function currentValue(client: SecretsManagerClient, SecretId: string): Promise<string> {
  const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId }));
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
    if (!(error instanceof ResourceNotFoundException) || SecretId.startsWith('arn:')) throw error;
    await client.send(new CreateSecretCommand({ Name: SecretId, SecretString }));
  }
}
