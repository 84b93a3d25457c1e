import { bot } from '#scenario';
import { ENVIRONMENT, requireEnvironment } from '../aws/environment.ts';
import { gatewaySecret } from '../aws/gateway-secret.ts';
import { log } from '../aws/log.ts';
import { outliveUnawaitedErrors } from '../aws/unawaited-errors.ts';
import { validationHandler } from '../gateway/validation.ts';
import { plugins } from './plugins.ts';
import { secretsManager } from './secrets-manager.ts';
import { sessionReader } from './session-reader.ts';
import { warmUp } from './warm-up.ts';

const secret = gatewaySecret(secretsManager(), requireEnvironment(ENVIRONMENT.gatewaySecretId));

/** The function that Open Builder's parameter validations call: small, since nothing may be slower. */
export const handler = validationHandler({
  bot,
  log,
  plugins,
  secret,
  store: sessionReader,
});

outliveUnawaitedErrors();
await warmUp(signal => secret.read(signal));
