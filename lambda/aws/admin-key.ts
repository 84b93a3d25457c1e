import { hash, timingSafeEqual } from 'node:crypto';
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { type GatewaySecret, type StoredSecret, storedSecret } from './gateway-secret.ts';

/** The app's admin key in Secrets Manager. The one before is accepted, too: Kakao sends it until another is made primary. */
export function storedAdminKey(client: SecretsManagerClient, secretId: string): StoredSecret {
  return storedSecret(client, secretId, {
    part: 'secret of the admin key',
    noValue: 'the secret of the admin key must be the key as plain text, and nothing else',
    // The console of Secrets Manager would make a JSON object of it.
    valueIn: text => text.match(/^\s*(\w+)\s*$/)?.[1],
  });
}

/** An admin key that is known already. */
export function knownAdminKey(key: string): Pick<GatewaySecret, 'accepts'> {
  const digest = (text: string): Buffer => Buffer.from(hash('sha256', text, 'hex'), 'hex');
  return {
    accepts: async candidate =>
      candidate !== undefined && timingSafeEqual(digest(candidate), digest(key.trim())),
  };
}
