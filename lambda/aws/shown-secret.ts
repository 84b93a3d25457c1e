import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { ConfigurationError, UnavailableError } from '../errors.ts';

/** The gateway's secret as a caller shows it. */
export interface ShownSecret {
  /** Its current value, as it was an hour ago at the longest. @throws UnavailableError when it can't be read */
  value(): Promise<string>;
  /** Has it read anew when it is next asked for: the value was refused. */
  forget(): void;
}

/** How long a read is good for: a value that was rotated away stays valid until the next rotation, and is read anew when refused. */
const FRESH_MS = 60 * 60_000;

/** The current value of a gateway's secret in Secrets Manager, read when it is first asked for and then once an hour. */
export function shownSecret(client: SecretsManagerClient, secretId: string): ShownSecret {
  let known: { readonly value: string; readonly goodUntil: number } | undefined;
  return {
    async value() {
      if (known === undefined || known.goodUntil <= Date.now())
        known = { value: await read(client, secretId), goodUntil: Date.now() + FRESH_MS };
      return known.value;
    },
    forget() {
      known = undefined;
    },
  };
}

async function read(client: SecretsManagerClient, SecretId: string): Promise<string> {
  try {
    const { SecretString } = await client.send(
      new GetSecretValueCommand({ SecretId, VersionStage: 'AWSCURRENT' }),
    );
    if (SecretString) return SecretString;
  } catch (error) {
    throw new UnavailableError('gateway secret', { cause: error });
  }
  throw new ConfigurationError('the gateway secret has no text as its current value');
}
