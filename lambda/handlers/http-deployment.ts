import { aliased } from '#aliases';
import { ENVIRONMENT, requireEnvironment } from '../aws/environment.ts';
import { gatewaySecret } from '../aws/gateway-secret.ts';
import { defer } from './defer.ts';
import { deployment } from './deployment.ts';
import { secretsManager } from './secrets-manager.ts';

/** The functions that Kakao calls have more: the secret it must show, the queue for turns that take longer, and aliases. */
export const httpDeployment = {
  ...deployment,
  secret: gatewaySecret(secretsManager(), requireEnvironment(ENVIRONMENT.gatewaySecretId)),
  defer,
  aliased,
};
