import { type GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';

/** A client that answers without a network, as far as the gateway secret is asked for: its values by stage. */
export function secretClient(versions: Readonly<Record<string, string>>): SecretsManagerClient {
  const client = new SecretsManagerClient({ region: 'local' });
  client.middlewareStack.add(
    () => async args => {
      const { VersionStage = '' } = args.input as GetSecretValueCommand['input'];
      return { response: {}, output: { $metadata: {}, SecretString: versions[VersionStage] } };
    },
    { step: 'initialize', priority: 'high' },
  );
  return client;
}
