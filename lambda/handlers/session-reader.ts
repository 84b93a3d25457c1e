import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CLIENT_CONFIG, named } from '../aws/clients.ts';
import { loadSession } from '../aws/dynamo-session-store.ts';
import { ENVIRONMENT, requireEnvironment } from '../aws/environment.ts';
import type { SessionStore } from '../turn/session.ts';

let client: DynamoDBClient | undefined;

/** The sessions table for a function that seldom looks: its client is made when it does. */
export const sessionReader: Pick<SessionStore, 'load'> = {
  load: user => {
    client ??= named(new DynamoDBClient(CLIENT_CONFIG));
    return loadSession(client, requireEnvironment(ENVIRONMENT.sessionsTable), user);
  },
};
