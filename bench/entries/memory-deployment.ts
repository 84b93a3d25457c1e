import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { bot } from '#scenario';
import { gatewaySecret } from '../../lambda/aws/gateway-secret.ts';
import { log } from '../../lambda/aws/log.ts';
import { callbackOrigins } from '../../lambda/handlers/callback-origins.ts';
import { plugins } from '../../lambda/handlers/plugins.ts';
import { MemorySessionStore } from '../../lambda/turn/session.ts';

// The secret's own code, over a client that answers without a network.
const client = { send: async () => ({ SecretString: process.env.BENCH_SECRET }) };

/** The parts of a deployed function, with sessions in its own memory. */
export const memoryDeployment = {
  bot,
  store: new MemorySessionStore(),
  secret: gatewaySecret(client as unknown as SecretsManagerClient, 'gateway-secret'),
  log,
  defer: async () => {},
  plugins,
  callbackOrigins,
};
