import { createHash, timingSafeEqual } from 'node:crypto';
import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';

/** Tells whether a caller knows the gateway's secret. */
export interface GatewaySecret {
  /** Constant in time for whatever candidate. @throws when the secret was never read and can't be now */
  accepts(candidate: string | undefined): Promise<boolean>;
}

/** How long a read of the secret is good for. */
const FRESH_MS = 5 * 60_000;

/** How soon a wrong candidate makes us look for a newer secret again: a rotation counts at once, a guess costs little. */
const RECHECK_MS = 10_000;

/**
 * The secret in Secrets Manager, whose current and previous values are both accepted,
 * so that a rotation needs no outage. Read once in five minutes.
 */
export function gatewaySecret(client: SecretsManagerClient, secretId: string): GatewaySecret {
  let known: { readonly digests: readonly Buffer[]; readonly readAt: number } | undefined;
  let reading: Promise<readonly Buffer[]> | undefined;

  const readNow = async (): Promise<readonly Buffer[]> => {
    const values = await Promise.all([readVersion('AWSCURRENT'), readVersion('AWSPREVIOUS')]);
    const digests = values
      .filter(value => value !== undefined && value !== '')
      .map(value => digestOf(value ?? ''));
    known = { digests, readAt: Date.now() };
    return digests;
  };
  const readVersion = async (stage: string): Promise<string | undefined> => {
    try {
      const version = await client.send(
        new GetSecretValueCommand({ SecretId: secretId, VersionStage: stage }),
      );
      return version.SecretString;
    } catch (error) {
      if (stage === 'AWSPREVIOUS' && error instanceof ResourceNotFoundException) return undefined;
      throw error;
    }
  };
  const digests = async (maxAgeMs: number): Promise<readonly Buffer[]> => {
    const last = known;
    if (last !== undefined && Date.now() - last.readAt < maxAgeMs) return last.digests;
    reading ??= readNow().finally(() => {
      reading = undefined;
    });
    try {
      return await reading;
    } catch (error) {
      // What was valid five minutes ago is a better guess than refusing every user.
      if (last !== undefined) return last.digests;
      throw error;
    }
  };

  return {
    async accepts(candidate) {
      if (candidate === undefined) return false;
      const digest = digestOf(candidate);
      const isOneOf = (valid: readonly Buffer[]): boolean =>
        valid.map(one => timingSafeEqual(one, digest)).includes(true);
      return isOneOf(await digests(FRESH_MS)) || isOneOf(await digests(RECHECK_MS));
    },
  };
}

function digestOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
