import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { hashesBy } from '../../lambda/aws/gateway-secret.ts';

/** Who a user key is in the log. */
export interface Pseudonyms {
  readonly userKey: string;
  /** Since the secret's last rotation. */
  readonly now?: string;
  /** Before that; absent where the secret has no value before. */
  readonly before?: string;
}

/** The pseudonyms of user keys by a gateway's secret, which stays here. @throws what Secrets Manager does */
export async function pseudonymsOf(
  client: SecretsManagerClient,
  SecretId: string,
  userKeys: readonly string[],
): Promise<readonly Pseudonyms[]> {
  const [now, before] = await Promise.all([
    pseudonymsOfStage(client, SecretId, 'AWSCURRENT'),
    pseudonymsOfStage(client, SecretId, 'AWSPREVIOUS'),
  ]);
  return userKeys.map(userKey => ({
    userKey,
    ...(now && { now: now(userKey) }),
    ...(before && { before: before(userKey) }),
  }));
}

async function pseudonymsOfStage(client: SecretsManagerClient, SecretId: string, VersionStage: string) {
  try {
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId, VersionStage }));
    return SecretString ? hashesBy(SecretString).pseudonymOf : undefined;
  } catch (error) {
    if (VersionStage === 'AWSPREVIOUS' && error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}
