import {
  CloudFormationClient,
  DescribeStackResourceCommand,
  DescribeStacksCommand,
  GetTemplateCommand,
  paginateListStacks,
  type StackStatus,
  UpdateTerminationProtectionCommand,
} from '@aws-sdk/client-cloudformation';
import { DescribeTableCommand, DescribeTimeToLiveCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DescribeSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { isObject, objectOrEmpty } from '../../lambda/json-reader.ts';
import type { Template } from './assembly.ts';

type ClientOptions = ConstructorParameters<typeof CloudFormationClient>[0];

/** Nobody waits longer for AWS than for a person who hesitates. */
const CONNECT_MS = 5_000;
const REQUEST_MS = 20_000;

/** A stack as it is deployed. */
export interface Deployed {
  readonly template: Template;
  /** Whether it was never made: its first deployment failed, and it keeps nothing. */
  readonly hasFailed: boolean;
  readonly isProtected: boolean;
}

/** A table as it is. */
export interface TableFacts {
  /** The names of its key's attributes, each with its type: `userKey S`. */
  readonly key: string;
  /** The attribute whose time deletes an item; undefined where none does. */
  readonly timeToLive: string | undefined;
  /** The ARN of its KMS key; undefined where AWS owns that. */
  readonly kmsKeyArn: string | undefined;
}

/** A secret as it is. */
export interface SecretFacts {
  /** Its whole ARN. */
  readonly arn: string;
  /** The KMS key that it names; undefined where AWS owns that. */
  readonly kmsKey: string | undefined;
  /** Whether somebody has deleted it, and it waits for its last day: nobody reads it then. */
  readonly isDeleted: boolean;
}

/** AWS, as `deploy` asks it in one region with one set of credentials. */
export class Cloud {
  readonly #formation: CloudFormationClient;
  readonly #dynamo: DynamoDBClient;
  readonly #secrets: SecretsManagerClient;

  constructor(options: Pick<NonNullable<ClientOptions>, 'region' | 'profile' | 'credentials'>) {
    const requestHandler = {
      connectionTimeout: CONNECT_MS,
      requestTimeout: REQUEST_MS,
      throwOnRequestTimeout: true,
    };
    this.#formation = new CloudFormationClient({ ...options, requestHandler });
    this.#dynamo = new DynamoDBClient({ ...options, requestHandler });
    this.#secrets = new SecretsManagerClient({ ...options, requestHandler });
  }

  /** A cloud in the same region with the credentials of a role. @throws where the role can't be taken */
  async as(roleArn: string, environment: Readonly<Record<string, string | undefined>>): Promise<Cloud> {
    const region = await this.#formation.config.region();
    const { AWS_ENDPOINT_URL_STS: own, AWS_ENDPOINT_URL: all } = environment;
    const url = new URL(own ?? all ?? `https://sts.${region}.amazonaws.com`);
    const ask = async (action: Readonly<Record<string, string>>): Promise<string> => {
      const body = String(new URLSearchParams({ ...action, Version: '2011-06-15' }));
      return this.#askBeside('sts', url, { 'content-type': 'application/x-www-form-urlencoded' }, body);
    };
    const member = (xml: string, name: string): string => {
      const [, value] = xml.split(`<${name}>`);
      const [text] = value?.split('<') ?? [];
      if (!text) throw new Error(`STS told no ${name}`);
      return text;
    };
    const identity = await ask({ Action: 'GetCallerIdentity' });
    const [, partition = 'aws'] = member(identity, 'Arn').split(':');
    const RoleArn = roleArn
      .replace(/\$\{AWS::AccountId\}/g, member(identity, 'Account'))
      .replace(/\$\{AWS::Partition\}/g, partition)
      .replace(/\$\{AWS::Region\}/g, region);
    const taken = await ask({ Action: 'AssumeRole', RoleArn, RoleSessionName: 'kakao-gateway-deploy' });
    const credentials = {
      accessKeyId: member(taken, 'AccessKeyId'),
      secretAccessKey: member(taken, 'SecretAccessKey'),
      sessionToken: member(taken, 'SessionToken'),
    };
    return new Cloud({ region, credentials });
  }

  /** Has a service that has no client here answer a call. @throws where it does not */
  async #askBeside(
    service: 'sts' | 'kms',
    url: URL,
    described: Readonly<Record<string, string>>,
    body: string,
  ): Promise<string> {
    const signer = await this.#formation.config.signer();
    const { headers } = await signer.sign(
      {
        method: 'POST',
        protocol: url.protocol,
        hostname: url.hostname,
        path: '/',
        headers: { host: url.host, ...described },
        body,
      },
      { signingService: service },
    );
    const { host: _, ...others } = headers;
    const signal = AbortSignal.timeout(REQUEST_MS);
    const answer = await fetch(new URL('/', url), { method: 'POST', headers: others, body, signal });
    if (!answer.ok) throw new Error(`${service.toUpperCase()} answered ${answer.status}`);
    return answer.text();
  }

  /** Whether a key in KMS is AWS's own, such as alias/aws/dynamodb; undefined where that can't be told. */
  async isOfAws(
    KeyId: string,
    environment: Readonly<Record<string, string | undefined>>,
  ): Promise<boolean | undefined> {
    try {
      const region = await this.#formation.config.region();
      const { AWS_ENDPOINT_URL_KMS: own, AWS_ENDPOINT_URL: all } = environment;
      const url = new URL(own ?? all ?? `https://kms.${region}.amazonaws.com`);
      const described = {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': 'TrentService.DescribeKey',
      };
      const told: unknown = JSON.parse(
        await this.#askBeside('kms', url, described, JSON.stringify({ KeyId })),
      );
      const { KeyManager: manager } = objectOrEmpty(objectOrEmpty(told).KeyMetadata);
      return manager === undefined ? undefined : manager === 'AWS';
    } catch {
      return undefined;
    }
  }

  /** A stack as it is deployed; undefined where there is none. */
  async deployed(StackName: string): Promise<Deployed | undefined> {
    try {
      const { Stacks: [stack] = [] } = await this.#formation.send(new DescribeStacksCommand({ StackName }));
      // A change set that nobody has executed is no stack yet.
      if (stack === undefined || isOver(stack.StackStatus)) return undefined;
      const hasFailed = stack.StackStatus === 'ROLLBACK_COMPLETE' || stack.StackStatus === 'ROLLBACK_FAILED';
      const isProtected = stack.EnableTerminationProtection === true;
      if (hasFailed) return { template: {}, hasFailed, isProtected };
      const { TemplateBody } = await this.#formation.send(new GetTemplateCommand({ StackName }));
      const template: unknown = typeof TemplateBody === 'string' ? JSON.parse(TemplateBody) : TemplateBody;
      return { template: isObject(template) ? template : {}, hasFailed, isProtected };
    } catch (error) {
      if (error instanceof Error && /does not exist/.test(error.message)) return undefined;
      throw error;
    }
  }

  /** The names of the stacks that are there, of those that begin so. */
  async namesBeginning(beginnings: readonly string[]): Promise<readonly string[]> {
    const names: string[] = [];
    for await (const { StackSummaries = [] } of paginateListStacks({ client: this.#formation }, {}))
      for (const { StackName = '', StackStatus, ParentId } of StackSummaries)
        if (!ParentId && !isOver(StackStatus) && beginnings.some(one => StackName.startsWith(one)))
          names.push(StackName);
    return [...new Set(names)].sort();
  }

  /** The name or ARN that a resource has in the account. */
  async physicalId(StackName: string, LogicalResourceId: string): Promise<string | undefined> {
    const command = new DescribeStackResourceCommand({ StackName, LogicalResourceId });
    const { StackResourceDetail } = await this.#formation.send(command);
    return StackResourceDetail?.PhysicalResourceId;
  }

  /** Lets a stack be deleted. */
  async unprotect(StackName: string): Promise<void> {
    const EnableTerminationProtection = false;
    await this.#formation.send(
      new UpdateTerminationProtectionCommand({ StackName, EnableTerminationProtection }),
    );
  }

  /** A table's key, time to live and encryption. @throws where there is none */
  async table(TableName: string): Promise<TableFacts> {
    const { Table } = await this.#dynamo.send(new DescribeTableCommand({ TableName }));
    const { TimeToLiveDescription } = await this.#dynamo.send(new DescribeTimeToLiveCommand({ TableName }));
    const typeOf = (name: string | undefined): string =>
      Table?.AttributeDefinitions?.find(({ AttributeName }) => AttributeName === name)?.AttributeType ?? '';
    const { AttributeName: timeToLive, TimeToLiveStatus = '' } = TimeToLiveDescription ?? {};
    const isOn = /^ENABL/.test(TimeToLiveStatus);
    return {
      key: (Table?.KeySchema ?? [])
        .map(({ AttributeName }) => `${AttributeName} ${typeOf(AttributeName)}`)
        .join(', '),
      timeToLive: isOn ? timeToLive : undefined,
      kmsKeyArn: Table?.SSEDescription?.KMSMasterKeyArn,
    };
  }

  /** A secret as it is. @throws where there is none */
  async secret(SecretId: string): Promise<SecretFacts> {
    const found = await this.#secrets.send(new DescribeSecretCommand({ SecretId }));
    const { ARN = '', KmsKeyId, DeletedDate } = found;
    return { arn: ARN, kmsKey: KmsKeyId, isDeleted: DeletedDate !== undefined };
  }
}

const isOver = (status: StackStatus | undefined): boolean =>
  status === 'DELETE_COMPLETE' || status === 'REVIEW_IN_PROGRESS';
