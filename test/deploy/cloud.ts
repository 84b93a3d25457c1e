import { randomBytes } from 'node:crypto';
import {
  DeleteTableCommand,
  DynamoDBClient,
  paginateListTables,
  UpdateTableCommand,
  waitUntilTableExists,
  waitUntilTableNotExists,
} from '@aws-sdk/client-dynamodb';
import {
  DeleteSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  paginateListSecrets,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { paginateListQueues, SQSClient } from '@aws-sdk/client-sqs';

/** What of a stage is still there, by name. */
export interface Leftovers {
  readonly tables: readonly string[];
  readonly secrets: readonly string[];
  readonly queues: readonly string[];
}

const WAIT_SECONDS = 120;

/** The AWS services that the test asks beside the CDK's CLI, as the environment says. */
export class Cloud {
  readonly #dynamo = new DynamoDBClient({});
  readonly #secrets = new SecretsManagerClient({});
  readonly #sqs = new SQSClient({});

  /** The value of a secret. */
  async secret(SecretId: string): Promise<string> {
    const { SecretString = '' } = await this.#secrets.send(new GetSecretValueCommand({ SecretId }));
    return SecretString;
  }

  /** Gives a secret a new value, of letters and digits. */
  async renewSecret(SecretId: string): Promise<void> {
    const SecretString = randomBytes(20).toString('hex');
    await this.#secrets.send(new PutSecretValueCommand({ SecretId, SecretString }));
  }

  /** What there is whose name begins with one of these stacks'. */
  async leftovers(stacks: readonly string[]): Promise<Leftovers> {
    const isOurs = (name: string): boolean => stacks.some(stack => name.startsWith(`${stack}-`));
    const tables: string[] = [];
    const secrets: string[] = [];
    const queues: string[] = [];
    for await (const { TableNames = [] } of paginateListTables({ client: this.#dynamo }, {}))
      tables.push(...TableNames);
    for await (const { SecretList = [] } of paginateListSecrets({ client: this.#secrets }, {}))
      secrets.push(...SecretList.map(({ Name = '' }) => Name));
    for await (const { QueueUrls = [] } of paginateListQueues({ client: this.#sqs }, {}))
      queues.push(...QueueUrls.map(url => url.slice(url.lastIndexOf('/') + 1)));
    return { tables: tables.filter(isOurs), secrets: secrets.filter(isOurs), queues: queues.filter(isOurs) };
  }

  /** Deletes what a stack retains, for good. */
  async deleteRetained({ tables, secrets }: Leftovers): Promise<void> {
    const client = this.#dynamo;
    const waiting = { client, maxWaitTime: WAIT_SECONDS };
    for (const TableName of tables) {
      await client.send(new UpdateTableCommand({ TableName, DeletionProtectionEnabled: false }));
      await waitUntilTableExists(waiting, { TableName });
      await client.send(new DeleteTableCommand({ TableName }));
      await waitUntilTableNotExists(waiting, { TableName });
    }
    for (const SecretId of secrets) {
      await this.#secrets.send(new DeleteSecretCommand({ SecretId, ForceDeleteWithoutRecovery: true }));
    }
  }
}

/**
 * Deletes a stack of an emulator by its name: the CDK's CLI gives the ARN, which MiniStack takes for a stack
 * that is gone.
 */
export async function deleteEmulatedStack(endpoint: string, StackName: string): Promise<void> {
  const scope = 'Credential=test/20260101/ap-northeast-2/cloudformation/aws4_request';
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: { authorization: `AWS4-HMAC-SHA256 ${scope}, SignedHeaders=host, Signature=none` },
    body: new URLSearchParams({ Action: 'DeleteStack', Version: '2010-05-15', StackName }),
  });
  if (!response.ok) throw new Error(`the emulator answers DeleteStack with ${response.status}`);
}
