import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { CreateTableCommand, DynamoDBClient, waitUntilTableExists } from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import { ENVIRONMENT } from '../lambda/aws/environment.ts';
import { SESSION_TABLE } from '../lambda/aws/session-table.ts';
import { type LocalQueue, localQueue, type QueueTimes } from './local-queue.ts';
import { type LocalServer, serveLocally } from './local-server.ts';
import { readJson } from './read-json.ts';

/** The AWS services of the gateway on this machine, as far as it uses them. */
export interface LocalAws {
  /** The variables that lead the SDK and the handlers here: to be the process's environment before a handler is imported. */
  readonly environment: Readonly<Record<string, string>>;
  /** The late queue, which holds what comes until it has a worker. */
  readonly queue: LocalQueue;
  stop(): Promise<void>;
}

const TABLE = 'sessions';
const SECRET_ID = 'gateway-secret';

/** Starts an empty DynamoDB with the sessions table, a Secrets Manager that knows the one secret, and the late queue. */
export async function startLocalAws({
  secret,
  queueTimes,
}: {
  readonly secret: string;
  readonly queueTimes?: QueueTimes;
}): Promise<LocalAws> {
  const dynamo = dynalite({ createTableMs: 0 });
  const queue = localQueue(queueTimes);
  const servers: LocalServer[] = [];
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
      AWS_ENDPOINT_URL_DYNAMODB: await listen((request, response) =>
        dynamo.emit('request', request, response),
      ),
      AWS_ENDPOINT_URL_SECRETS_MANAGER: await listen(secretsManager(secret)),
      AWS_ENDPOINT_URL_SQS: queueEndpoint,
      [ENVIRONMENT.sessionsTable]: TABLE,
      [ENVIRONMENT.gatewaySecretId]: SECRET_ID,
      [ENVIRONMENT.lateQueueUrl]: `${queueEndpoint}/000000000000/late-turns`,
    };
    await createTable(environment.AWS_ENDPOINT_URL_DYNAMODB);
    return { environment, queue, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Makes the local services the ones that this process's SDK clients find. */
export function useLocalAws({ environment }: LocalAws): void {
  delete process.env.AWS_PROFILE;
  delete process.env.AWS_SESSION_TOKEN;
  Object.assign(process.env, environment);
}

async function createTable(endpoint: string): Promise<void> {
  const client = new DynamoDBClient({
    endpoint,
    region: 'local',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  await client.send(
    new CreateTableCommand({
      TableName: TABLE,
      AttributeDefinitions: [{ AttributeName: SESSION_TABLE.key, AttributeType: 'S' }],
      KeySchema: [{ AttributeName: SESSION_TABLE.key, KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );
  await waitUntilTableExists({ client, maxWaitTime: 5, minDelay: 0.02, maxDelay: 0.1 }, { TableName: TABLE });
  client.destroy();
}

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
