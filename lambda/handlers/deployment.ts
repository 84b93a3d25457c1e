import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { bot } from '#scenario';
import { CLIENT_CONFIG } from '../aws/clients.ts';
import { DynamoSessionStore } from '../aws/dynamo-session-store.ts';
import { CALLBACK_ORIGINS, ENVIRONMENT, readOrigins, requireEnvironment } from '../aws/environment.ts';
import { log } from '../aws/log.ts';
import { KAKAO_CALLBACK_ORIGIN } from '../open-builder/callback-url.ts';

/** The parts that every function which takes turns has: made once a cold start, from the environment. */
export const deployment = {
  bot,
  store: new DynamoSessionStore(
    new DynamoDBClient(CLIENT_CONFIG),
    requireEnvironment(ENVIRONMENT.sessionsTable),
  ),
  log,
  callbackOrigins: readOrigins(CALLBACK_ORIGINS, [KAKAO_CALLBACK_ORIGIN]),
};
