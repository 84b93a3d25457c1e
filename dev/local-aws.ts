import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CreateTableCommand, DynamoDBClient, waitUntilTableExists } from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import { ENVIRONMENT } from '../lambda/aws/environment.ts';
import { SESSION_TABLE } from '../lambda/aws/session-table.ts';

/** The AWS services of the gateway on this machine, as far as it uses them. */
export interface LocalAws {
  /** What makes the SDK and the handlers use them: to be the process's environment before a handler is imported. */
  readonly environment: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

const TABLE = 'sessions';
const SECRET_ID = 'gateway-secret';
const HOST = '127.0.0.1';

/** Starts an empty DynamoDB with the sessions table, and a Secrets Manager that knows the one secret. */
export async function startLocalAws({ secret }: { readonly secret: string }): Promise<LocalAws> {
  const dynamo = dynalite({ createTableMs: 0 });
  const secrets = secretsManager(secret);
  const stop = async (): Promise<void> => {
    await Promise.all([close(dynamo), close(secrets)]);
  };
  try {
    const environment = {
      AWS_REGION: 'ap-northeast-2',
      // Never the developer's own: whatever happens here must not reach an account.
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_ENDPOINT_URL_DYNAMODB: await listen(dynamo),
      AWS_ENDPOINT_URL_SECRETS_MANAGER: await listen(secrets),
      [ENVIRONMENT.sessionsTable]: TABLE,
      [ENVIRONMENT.gatewaySecretId]: SECRET_ID,
    };
    await createTable(environment.AWS_ENDPOINT_URL_DYNAMODB);
    return { environment, stop };
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

function secretsManager(secret: string): Server {
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const target = request.headers['x-amz-target'];
    const { SecretId, VersionStage = 'AWSCURRENT' } = JSON.parse(await textOf(request));
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
  return createServer((request, response) => {
    serve(request, response).catch(() => response.destroy());
  });
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += chunk;
  return text;
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, HOST, resolve);
  });
  const { port } = server.address() as AddressInfo;
  return `http://${HOST}:${port}`;
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise<void>(resolve => server.close(() => resolve()));
}
