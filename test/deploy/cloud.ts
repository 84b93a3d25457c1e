import { randomBytes } from 'node:crypto';
import {
  DeleteTableCommand,
  DynamoDBClient,
  paginateListTables,
  paginateScan,
  UpdateContinuousBackupsCommand,
  UpdateTableCommand,
  waitUntilTableExists,
  waitUntilTableNotExists,
} from '@aws-sdk/client-dynamodb';
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  paginateListSecrets,
  SecretsManagerClient,
  type SecretsManagerClientConfig,
} from '@aws-sdk/client-secrets-manager';
import { GetQueueAttributesCommand, paginateListQueues, SQSClient } from '@aws-sdk/client-sqs';
import { UsageError } from '../../tools/usage-error.ts';
import type { Removable } from './throw-away.ts';

/** Everything of a stage that is still there: tables and queues by name, secrets by ARN. */
export interface Leftovers {
  readonly tables: readonly string[];
  readonly secrets: readonly string[];
  readonly queues: readonly string[];
}

const WAIT_SECONDS = 120;

/** The resources of Lambda's API. */
const FUNCTIONS = 'functions';
const MAPPINGS = 'event-source-mappings';

/** The AWS services that the test asks beside the CDK's CLI. */
export class Cloud {
  readonly #dynamo: DynamoDBClient;
  readonly #secrets: SecretsManagerClient;
  readonly #sqs: SQSClient;

  /** Asks where the environment says, or where a test does. */
  constructor(where: Pick<SecretsManagerClientConfig, 'endpoint' | 'region' | 'credentials'> = {}) {
    this.#dynamo = new DynamoDBClient(where);
    this.#secrets = new SecretsManagerClient(where);
    // An emulator may name its queues by another host than it is asked at.
    this.#sqs = new SQSClient({ ...where, useQueueUrlAsEndpoint: false });
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

  /** Makes a secret with a value of its own, and gives it out. */
  async makeSecret(Name: string): Promise<string> {
    const SecretString = randomBytes(16).toString('hex');
    await this.#secrets.send(new CreateSecretCommand({ Name, SecretString }));
    return SecretString;
  }

  /** Deletes secrets for good. */
  async deleteSecrets(names: readonly string[]): Promise<void> {
    for (const SecretId of names)
      await this.#secrets.send(new DeleteSecretCommand({ SecretId, ForceDeleteWithoutRecovery: true }));
  }

  /** Invokes a function, and waits for its result. @throws with its error, or Lambda's */
  async invoke(name: string, payload: unknown): Promise<unknown> {
    const answer = await this.#lambda('POST', `${name}/invocations`, payload);
    const json: unknown = await answer.json();
    if (answer.ok && !answer.headers.has('x-amz-function-error')) return json;
    throw new Error(`${name} failed: ${JSON.stringify(json)}`);
  }

  /** Adds to the environment of a function. */
  async addEnvironment(name: string, variables: Readonly<Record<string, string>>): Promise<void> {
    const path = `${name}/configuration`;
    const known = (await (await this.#lambda('GET', path)).json()) as {
      Environment?: { Variables?: Record<string, string> };
    };
    const Variables = { ...known.Environment?.Variables, ...variables };
    const changed = await this.#lambda('PUT', path, { Environment: { Variables } });
    if (!changed.ok) throw new Error(`Lambda answered ${changed.status} to new settings of ${name}`);
  }

  /** How long the worker behind the queue of a gateway's stack lives, and how long the queue waits for it (s). */
  async livesOf(stack: string): Promise<{ readonly worker: unknown; readonly queue: number }> {
    const urls: string[] = [];
    for await (const { QueueUrls = [] } of paginateListQueues(
      { client: this.#sqs },
      // Another bot's stack begins alike.
      { QueueNamePrefix: `${stack}-Gateway` },
    ))
      urls.push(...QueueUrls);
    const [QueueUrl, ...others] = urls;
    if (QueueUrl === undefined || others.length > 0) throw new Error(`${stack} has ${urls.length} queues`);
    const { Attributes } = await this.#sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn', 'VisibilityTimeout'] }),
    );
    const query = { EventSourceArn: Attributes?.QueueArn ?? '' };
    const mappings = await (await this.#lambda('GET', '', undefined, { base: MAPPINGS, query })).json();
    const [mapping] =
      (mappings as { EventSourceMappings?: { FunctionArn?: string }[] }).EventSourceMappings ?? [];
    const name = encodeURIComponent(mapping?.FunctionArn ?? '');
    const { Timeout } = (await (await this.#lambda('GET', `${name}/configuration`)).json()) as {
      Timeout?: number;
    };
    return { worker: Timeout, queue: Number(Attributes?.VisibilityTimeout) };
  }

  /** Whether an item of these tables holds a text. */
  async keeps(tables: readonly string[], text: string): Promise<boolean> {
    for (const TableName of tables)
      for await (const { Items = [] } of paginateScan({ client: this.#dynamo }, { TableName }))
        if (JSON.stringify(Items).includes(text)) return true;
    return false;
  }

  /** A call of Lambda, signed by the client of another service: it signs for any. */
  async #lambda(
    method: 'GET' | 'POST' | 'PUT',
    path: string,
    body?: unknown,
    {
      base = FUNCTIONS,
      query = {},
    }: { readonly base?: string; readonly query?: Record<string, string> } = {},
  ): Promise<Response> {
    const region = await this.#secrets.config.region();
    const { AWS_ENDPOINT_URL } = process.env;
    const url = new URL(
      `/2015-03-31/${base}/${path}?${new URLSearchParams(query)}`,
      AWS_ENDPOINT_URL || `https://lambda.${region}.amazonaws.com`,
    );
    const text = body === undefined ? {} : { body: JSON.stringify(body) };
    const { protocol, hostname, pathname, host } = url;
    const call = { method, protocol, hostname, path: pathname, query, headers: { host }, ...text };
    const signed = await (await this.#secrets.config.signer()).sign(call, { signingService: 'lambda' });
    const { host: _, ...headers } = signed.headers;
    return fetch(url, { method, headers, ...text });
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

  /** Has a table keep backups, which an emulator does not take from its stack. */
  async keepBackups(TableName: string): Promise<void> {
    const PointInTimeRecoverySpecification = { PointInTimeRecoveryEnabled: true };
    await this.#dynamo.send(
      new UpdateContinuousBackupsCommand({ TableName, PointInTimeRecoverySpecification }),
    );
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
