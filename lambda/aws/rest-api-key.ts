import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { ConfigurationError, UnavailableError } from '../errors.ts';

/** How long a read of the key is good for. */
const FRESH_MS = 5 * 60_000;

/** How soon it is read again after a failed read. */
const RECHECK_MS = 10_000;

/**
 * The app's REST API key in Secrets Manager, read when it is first asked for and once in five minutes;
 * while it can't be read, the one that was read before stays good.
 */
export function secretRestApiKey(client: SecretsManagerClient, secretId: string): () => Promise<string> {
  let known: { readonly key: string; readonly goodUntil: number } | undefined;
  let reading: Promise<string> | undefined;

  const readNow = async (): Promise<string> => {
    try {
      known = { key: requireKey(await read(client, secretId)), goodUntil: Date.now() + FRESH_MS };
    } catch (error) {
      if (known === undefined) throw error;
      known = { ...known, goodUntil: Date.now() + RECHECK_MS };
    }
    return known.key;
  };
  return async () => {
    if (known !== undefined && Date.now() < known.goodUntil) return known.key;
    reading ??= readNow().finally(() => {
      reading = undefined;
    });
    return reading;
  };
}

async function read(client: SecretsManagerClient, secretId: string): Promise<string | undefined> {
  try {
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: secretId }));
    return SecretString?.trim();
  } catch (error) {
    throw new UnavailableError('secret of the REST API key', { cause: error });
  }
}

function requireKey(key: string | undefined): string {
  // The console of Secrets Manager would make a JSON object of it.
  if (key !== undefined && /^\w+$/.test(key)) return key;
  throw new ConfigurationError(
    'the secret of the REST API key must be the key as plain text, and nothing else',
  );
}
