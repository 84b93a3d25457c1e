import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';

import { UnavailableError } from '../bot/errors.ts';

/** Tells whether a caller knows the gateway's secret. */
export interface GatewaySecret {
  /** Constant in time for whatever candidate. @throws when the secret was never read and can't be now */
  accepts(candidate: string | undefined): Promise<boolean>;
  /**
   * Who it is, for the log: 16 hex digits, which nobody without the secret can link to a key. Others after a rotation,
   * so that lines from before and after can't be joined. Undefined while the secret was never read.
   */
  pseudonymOf(userKey: string): string | undefined;
}

/** How long a read of the secret is good for. */
const FRESH_MS = 5 * 60_000;

/** How soon it is read again after a wrong candidate or a failed read: a rotation counts at once, a guess costs little. */
const RECHECK_MS = 10_000;

/** How long a call waits for a newer secret while there is an older one. */
const REFRESH_PATIENCE_MS = 500;

/**
 * The secret in Secrets Manager, whose current and previous values are both accepted,
 * so that a rotation needs no outage. Read once in five minutes; while it can't be read, what was valid stays so.
 */
export function gatewaySecret(client: SecretsManagerClient, secretId: string): GatewaySecret {
  let known: readonly Buffer[] | undefined;
  let triedAt = 0;
  let isFresh = false;
  let reading: Promise<void> | undefined;

  const readVersion = async (stage: string): Promise<string | undefined> => {
    try {
      const version = await client.send(
        new GetSecretValueCommand({ SecretId: secretId, VersionStage: stage }),
      );
      return version.SecretString;
    } catch (error) {
      if (stage === 'AWSPREVIOUS' && error instanceof ResourceNotFoundException) return undefined;
      throw new UnavailableError('gateway secret', { cause: error });
    }
  };
  const readNow = async (): Promise<void> => {
    triedAt = Date.now();
    isFresh = false;
    const values = await Promise.all([readVersion('AWSCURRENT'), readVersion('AWSPREVIOUS')]);
    known = values.flatMap(value => (value ? [digestOf(value)] : []));
    isFresh = true;
  };
  const digests = async (maxAgeMs: number): Promise<readonly Buffer[]> => {
    const maxAge = isFresh ? maxAgeMs : RECHECK_MS;
    if (known === undefined || Date.now() - triedAt >= maxAge) {
      reading ??= readNow().finally(() => {
        reading = undefined;
      });
    }
    if (reading) await (known === undefined ? reading : atMost(REFRESH_PATIENCE_MS, reading));
    return known ?? [];
  };

  return {
    async accepts(candidate) {
      if (candidate === undefined) return false;
      const digest = digestOf(candidate);
      const isOneOf = (valid: readonly Buffer[]): boolean =>
        valid.map(one => timingSafeEqual(one, digest)).includes(true);
      return isOneOf(await digests(FRESH_MS)) || isOneOf(await digests(RECHECK_MS));
    },
    pseudonymOf(userKey) {
      const [current] = known ?? [];
      return current && createHmac('sha256', current).update(userKey).digest('hex').slice(0, 16);
    },
  };
}

/** Waits for a work that may go on, or fail, without us. */
async function atMost(ms: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<void>(resolve => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work.catch(() => {}), patience]);
  clearTimeout(timer);
}

function digestOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
