import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { PATIENCE } from '../aws/clients.ts';

let client: SecretsManagerClient | undefined;

/** Secrets Manager, as every function talks to it; made when it is first needed. */
export function secretsManager(): SecretsManagerClient {
  client ??= new SecretsManagerClient(PATIENCE);
  return client;
}
