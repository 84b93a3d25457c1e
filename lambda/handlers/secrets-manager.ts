import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { CLIENT_CONFIG, named } from '../aws/clients.ts';

let client: SecretsManagerClient | undefined;

/** Secrets Manager, as every function talks to it; made when it is first needed. */
export function secretsManager(): SecretsManagerClient {
  client ??= named(new SecretsManagerClient(CLIENT_CONFIG));
  return client;
}
