import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { ADMIN_KEY, ENVIRONMENT } from '../lambda/aws/environment.ts';
import { type LocalServer, serveLocally } from '../tools/local-server.ts';
import { localBus } from './local-bus.ts';
import type { DatabaseState, LocalDynamo } from './local-dynamo.ts';
import { type LocalQueue, localQueue, type QueueTimes } from './local-queue.ts';
import { readJson } from './read-json.ts';
import type { Keeping, SessionsFile } from './sessions-file.ts';

/** The AWS services of the gateway on this machine, as far as it uses them. */
export interface LocalAws {
  /** The variables that lead the SDK and the handlers here: to be the process's environment before a handler is imported. */
  readonly environment: Readonly<Record<string, string>>;
  /** The late queue, which holds what comes until it has a worker. */
  readonly queue: LocalQueue;
  /** Has the database answer, or not, from now on. */
  setDatabase(state: DatabaseState): void;
  stop(): Promise<void>;
}

const TABLE = 'sessions';
const SECRET_ID = 'gateway-secret';

/**
 * Starts a DynamoDB with the sessions table, a Secrets Manager that knows the one secret, an event bus that prints what it
 * is told, and the late queue: empty, or as the file has them, which they are kept in from then on.
 */
export async function startLocalAws({
  secret,
  queueTimes,
  file,
}: {
  readonly secret: string;
  readonly queueTimes?: QueueTimes;
  readonly file?: SessionsFile;
}): Promise<LocalAws> {
  const { dynamo, queue } = await startKept(queueTimes, file);
  const servers: Pick<LocalServer, 'stop'>[] = [dynamo];
  const stop = async (): Promise<void> => {
    queue.stop();
    await Promise.all(servers.map(server => server.stop()));
  };
  const listen = async (listener: RequestListener): Promise<string> => {
    const server = await serveLocally(listener);
    servers.push(server);
    return server.url;
  };
  try {
    const queueEndpoint = await listen(queue.listener);
    const environment = {
      AWS_REGION: 'ap-northeast-2',
      // Never the developer's own: whatever happens here must not reach an account.
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_ENDPOINT_URL_DYNAMODB: dynamo.url,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: await listen(secretsManager(secret)),
      AWS_ENDPOINT_URL_SQS: queueEndpoint,
      AWS_ENDPOINT_URL_EVENTBRIDGE: await listen(localBus()),
      [ENVIRONMENT.sessionsTable]: TABLE,
      [ENVIRONMENT.gatewaySecretId]: SECRET_ID,
      // Webhooks are there where their key is, and aliases with them.
      ...(process.env[ADMIN_KEY] && { [ENVIRONMENT.keepsAliases]: 'true' }),
      [ENVIRONMENT.lateQueueUrl]: `${queueEndpoint}/000000000000/late-turns`,
    };
    return { environment, queue, setDatabase: dynamo.set, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The two services that remember something. */
async function startKept(
  queueTimes: QueueTimes | undefined,
  file: SessionsFile | undefined,
): Promise<{ readonly dynamo: LocalDynamo; readonly queue: LocalQueue }> {
  // The processes that play no AWS load none of it.
  const { startLocalDynamo } = await import('./local-dynamo.ts');
  if (file === undefined) return { dynamo: await startLocalDynamo(TABLE), queue: localQueue(queueTimes) };
  return file.restore(async ({ sessions, lateTurns }) => {
    const now = (): Keeping => ({ sessions: dynamo.items.values(), lateTurns: queue.messages() });
    const onChange = (): Promise<void> => file.save(now);
    const dynamo = await startLocalDynamo(TABLE, { kept: sessions, onChange });
    const queue = localQueue(queueTimes, { kept: lateTurns, onChange });
    return { dynamo, queue };
  });
}

/**
 * Makes the local services the ones that this process's SDK clients find.
 * @param lent the account that rules may use for what is not played here; unless given, none
 */
export function useLocalAws(
  { environment }: Pick<LocalAws, 'environment'>,
  lent: Readonly<Record<string, string>> = {},
): void {
  for (const name of CREDENTIALS) delete process.env[name];
  const isLent = CREDENTIALS.some(name => name in lent);
  const own = Object.entries(environment).filter(([name]) => !(isLent && CREDENTIALS.includes(name)));
  Object.assign(process.env, Object.fromEntries(own), lent);
}

/** Whoever has one of them set by somebody else mixes accounts. */
const CREDENTIALS = ['AWS_ACCESS_KEY_ID', 'AWS_PROFILE', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'];

function secretsManager(secret: string): RequestListener {
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const target = request.headers['x-amz-target'];
    const { SecretId, VersionStage = 'AWSCURRENT' } = await readJson<{
      SecretId: string;
      VersionStage?: string;
    }>(request);
    const known =
      target === 'secretsmanager.GetSecretValue' && SecretId === SECRET_ID && VersionStage === 'AWSCURRENT';
    response.writeHead(known ? 200 : 400, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(
      JSON.stringify(
        known
          ? { Name: SECRET_ID, VersionStages: ['AWSCURRENT'], SecretString: secret }
          : { __type: 'ResourceNotFoundException', message: `no ${VersionStage} of ${SecretId} here` },
      ),
    );
  };
  return (request, response) => {
    serve(request, response).catch(() => response.destroy());
  };
}
