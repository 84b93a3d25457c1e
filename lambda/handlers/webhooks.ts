import { knownAdminKey, storedAdminKey } from '../aws/admin-key.ts';
import { DynamoAliases } from '../aws/dynamo-aliases.ts';
import { ADMIN_KEY, ENVIRONMENT, requireEnvironment } from '../aws/environment.ts';
import { gatewaySecret } from '../aws/gateway-secret.ts';
import { outliveUnawaitedErrors } from '../aws/unawaited-errors.ts';
import { webhooksHandler } from '../gateway/webhooks.ts';
import { deployment, table } from './deployment.ts';
import { secretsManager } from './secrets-manager.ts';
import { warmUp } from './warm-up.ts';

const { [ADMIN_KEY]: ownKey, [ENVIRONMENT.appId]: appId } = process.env;
const { [ENVIRONMENT.channelPublicId]: channelPublicId } = process.env;

const secret = gatewaySecret(secretsManager(), requireEnvironment(ENVIRONMENT.gatewaySecretId));
const stored = ownKey
  ? undefined
  : storedAdminKey(secretsManager(), requireEnvironment(ENVIRONMENT.adminKeySecretId));

/** The function that Kakao Developers calls: it tells of who added or blocked the channel, and of who left the app. */
export const handler = webhooksHandler({
  ...deployment,
  secret,
  adminKey: stored ?? knownAdminKey(ownKey ?? ''),
  aliases: new DynamoAliases(...table),
  appId: appId || undefined,
  channelPublicId: channelPublicId || undefined,
});

outliveUnawaitedErrors();
await warmUp(
  signal => secret.read(signal),
  async signal => stored?.read(signal),
  signal => deployment.store.connect(signal),
  async signal => deployment.bus?.connect(signal),
);
