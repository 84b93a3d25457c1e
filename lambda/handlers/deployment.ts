import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { PATIENCE } from '../aws/clients.ts';
import { DynamoSessionStore } from '../aws/dynamo-session-store.ts';
import { ENVIRONMENT, requireEnvironment } from '../aws/environment.ts';
import { gatewaySecret } from '../aws/gateway-secret.ts';
import { log } from '../aws/log.ts';
import { bot } from '../scenario.ts';

/** This deployment's bot, table and secret: made once a cold start, from the environment. */
export const deployment = {
  bot,
  store: new DynamoSessionStore(new DynamoDBClient(PATIENCE), requireEnvironment(ENVIRONMENT.sessionsTable)),
  secret: gatewaySecret(new SecretsManagerClient(PATIENCE), requireEnvironment(ENVIRONMENT.gatewaySecretId)),
  log,
};
