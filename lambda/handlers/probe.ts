import { ENVIRONMENT, requireEnvironment } from '../aws/environment.ts';
import { log } from '../aws/log.ts';
import { shownSecret } from '../aws/shown-secret.ts';
import { probeHandler } from '../gateway/probe.ts';
import { secretsManager } from './secrets-manager.ts';

const { [ENVIRONMENT.probeSays]: says } = process.env;

/** The function that asks the gateway from outside, once a minute. */
export const handler = probeHandler({
  url: requireEnvironment(ENVIRONMENT.probeUrl),
  secret: shownSecret(secretsManager(), requireEnvironment(ENVIRONMENT.gatewaySecretId)),
  says: says || undefined,
  log,
});
