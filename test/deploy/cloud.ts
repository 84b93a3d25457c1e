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
  type SecretsManagerClientConfig,
} from '@aws-sdk/client-secrets-manager';
import { paginateListQueues, SQSClient } from '@aws-sdk/client-sqs';
import { UsageError } from '../../tools/usage-error.ts';
import type { Removable } from './throw-away.ts';

/** Everything of a stage that is still there: tables and queues by name, secrets by ARN. */
export interface Leftovers {
  readonly tables: readonly string[];
  readonly secrets: readonly string[];
  readonly queues: readonly string[];
}

const WAIT_SECONDS = 120;

/** The AWS services that the test asks beside the CDK's CLI. */
export class Cloud {
  readonly #dynamo: DynamoDBClient;
  readonly #secrets: SecretsManagerClient;
  readonly #sqs: SQSClient;

  /** Asks where the environment says, or where a test does. */
  constructor(where: Pick<SecretsManagerClientConfig, 'endpoint' | 'region' | 'credentials'> = {}) {
    this.#dynamo = new DynamoDBClient(where);
    this.#secrets = new SecretsManagerClient(where);
    this.#sqs = new SQSClient(where);
  }

  /** The region that is asked. @throws UsageError where the settings name none */
  async region(): Promise<string> {
    try {
      return await this.#secrets.config.region();
    } catch {
      throw new UsageError('Set AWS_REGION to the region to deploy to, like ap-northeast-2.');
    }
  }

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

  /** Everything that there is of a stage: by its stacks' names, with which names begin, or by its tags. */
  async leftovers({ stage, stacks }: Pick<Removable, 'stage' | 'stacks'>): Promise<Leftovers> {
    const isOurs = (name: string): boolean => stacks.some(stack => name.startsWith(`${stack}-`));
    const tables: string[] = [];
    const secrets: string[] = [];
    const queues: string[] = [];
    for await (const { TableNames = [] } of paginateListTables({ client: this.#dynamo }, {}))
      tables.push(...TableNames);
    for await (const { SecretList = [] } of paginateListSecrets({ client: this.#secrets }, {}))
      for (const { ARN, Name = '', Tags = [] } of SecretList) {
        const has = (key: string, value: string) => Tags.some(tag => tag.Key === key && tag.Value === value);
        const isTagged =
          stacks.some(stack => has('aws:cloudformation:stack-name', stack)) ||
          (has('project', 'kakao-gateway') && has('stage', stage));
        // CloudFormation names a secret without its stack; an emulator may not tag it.
        if (ARN !== undefined && (isTagged || isOurs(Name))) secrets.push(ARN);
      }
    for await (const { QueueUrls = [] } of paginateListQueues({ client: this.#sqs }, {}))
      queues.push(...QueueUrls.map(url => url.slice(url.lastIndexOf('/') + 1)));
    return { tables: tables.filter(isOurs), secrets, queues: queues.filter(isOurs) };
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
