import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { hashesBy, type SecretHashes } from '../../lambda/aws/gateway-secret.ts';

/** The hashes of a log by the current value of the gateway's secret, and by the one before. @throws what the client throws */
export async function logKeys(client: SecretsManagerClient, SecretId: string): Promise<SecretHashes[]> {
  const values: string[] = [];
  for (const VersionStage of ['AWSCURRENT', 'AWSPREVIOUS']) {
    try {
      const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId, VersionStage }));
      if (SecretString) values.push(SecretString);
    } catch (error) {
      // Of a secret that was never rotated there is none before.
      if (VersionStage === 'AWSCURRENT' || !(error instanceof ResourceNotFoundException)) throw error;
    }
  }
  return values.map(hashesBy);
}
