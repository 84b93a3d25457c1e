import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { countersIn } from '#counters';
import { draftsIn } from '#drafts';
import { bus } from '#event-bus';
import { roomsIn } from '#rooms';
import { bot } from '#scenario';
import { CLIENT_CONFIG, named } from '../aws/clients.ts';
import { DynamoSessionStore } from '../aws/dynamo-session-store.ts';
import { ENVIRONMENT, requireEnvironment } from '../aws/environment.ts';
import { log } from '../aws/log.ts';
import { operatorHears } from '../bot/operator.ts';

operatorHears(log);

/** The sessions table: its client, and its name. */
export const table = [
  named(new DynamoDBClient(CLIENT_CONFIG)),
  requireEnvironment(ENVIRONMENT.sessionsTable),
] as const;

/** The parts that every function which takes turns has: made once a cold start, from the environment. */
export const deployment = {
  bot,
  store: new DynamoSessionStore(...table, { keptToHere: bot.texts.keptToHere }),
  rooms: roomsIn(...table),
  counters: countersIn(...table),
  drafts: draftsIn(...table),
  log,
  bus,
};
