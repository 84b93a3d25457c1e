import {
  type CloudFormationClient,
  DescribeStackResourceCommand,
  DescribeStacksCommand,
  GetTemplateCommand,
  paginateListExports,
} from '@aws-sdk/client-cloudformation';
import { ENVIRONMENT } from '../../lambda/aws/environment.ts';
import { SESSION_TABLE } from '../../lambda/aws/session-table.ts';
import { isObject, type JsonObject } from '../../lambda/json-reader.ts';
import { visible } from '../terminal.ts';
import { Obstacle } from './told-error.ts';

/** The facts of where users' data is that the stack of a gateway tells, or the one of its sessions. */
export interface StackParts {
  /** The names of the sessions tables; several where a stack has several gateways. */
  readonly tables: readonly string[];
  /** The ids of the gateway's secrets; none of a stack of sessions. */
  readonly secretIds: readonly string[];
  /** The longest that a log group of the stack keeps its lines (days); undefined where it has none. */
  readonly logDays: number | undefined;
  /** Whether a function tells an event bus what users do. */
  readonly hasBus: boolean;
  /** The value of the stack's tag `stage`, where it has one. */
  readonly stage: string | undefined;
}

/** Asks CloudFormation for the parts of a stack. @throws Obstacle where there is none of that name, or it can't be read */
export async function partsOf(client: CloudFormationClient, stack: string): Promise<StackParts> {
  const stage = await stageOf(client, stack);
  const resources = await resourcesOf(client, stack);
  const environments = resources.flatMap(({ properties }) => {
    const { Environment } = properties;
    return isObject(Environment) && isObject(Environment.Variables) ? [Environment.Variables] : [];
  });
  const valuesOf = async (name: string): Promise<readonly string[]> => {
    const values = new Map(
      environments.flatMap(({ [name]: value }) =>
        value === undefined ? [] : [[JSON.stringify(value), value] as const],
      ),
    );
    const found = await Promise.all([...values.values()].map(value => resolved(client, stack, value)));
    return [...new Set(found.filter(value => value !== undefined))];
  };
  const used = await valuesOf(ENVIRONMENT.sessionsTable);
  const own = resources.filter(isSessionsTable).map(({ id }) => ({ Ref: id }));
  const made = used.length > 0 ? [] : await Promise.all(own.map(ref => resolved(client, stack, ref)));
  const days = resources.flatMap(({ type, properties: { RetentionInDays } }) =>
    type === 'AWS::Logs::LogGroup' && typeof RetentionInDays === 'number' ? [RetentionInDays] : [],
  );
  return {
    tables: [...used, ...made.filter(value => value !== undefined)],
    secretIds: await valuesOf(ENVIRONMENT.gatewaySecretId),
    logDays: days.length > 0 ? Math.max(...days) : undefined,
    hasBus: environments.some(({ [ENVIRONMENT.eventBus]: bus }) => bus !== undefined),
    stage,
  };
}

interface Resource {
  readonly id: string;
  readonly type: unknown;
  readonly properties: JsonObject;
}

function isSessionsTable({ type, properties: { KeySchema } }: Resource): boolean {
  if (type !== 'AWS::DynamoDB::GlobalTable' && type !== 'AWS::DynamoDB::Table') return false;
  return (
    Array.isArray(KeySchema) && isObject(KeySchema[0]) && KeySchema[0].AttributeName === SESSION_TABLE.key
  );
}

async function stageOf(client: CloudFormationClient, stack: string): Promise<string | undefined> {
  const found = await describedStack(client, stack);
  return found.Tags?.find(({ Key }) => Key === 'stage')?.Value;
}

async function describedStack(client: CloudFormationClient, StackName: string) {
  try {
    const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName }));
    if (Stacks[0] !== undefined) return Stacks[0];
  } catch (error) {
    if (!(error instanceof Error && error.name === 'ValidationError')) throw error;
  }
  throw new Obstacle(noStack(StackName, await client.config.region()));
}

async function resourcesOf(client: CloudFormationClient, StackName: string): Promise<readonly Resource[]> {
  const { TemplateBody = '' } = await client.send(new GetTemplateCommand({ StackName }));
  const template = parsed(TemplateBody);
  if (!isObject(template) || !isObject(template.Resources)) throw new Obstacle(unreadable(StackName));
  return Object.entries(template.Resources).flatMap(([id, resource]) => {
    if (!isObject(resource)) return [];
    const { Type, Properties } = resource;
    return [{ id, type: Type, properties: isObject(Properties) ? Properties : {} }];
  });
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

/** The text that a value of a template has become: a text, or a reference to a resource, an output or an export. */
async function resolved(
  client: CloudFormationClient,
  stack: string,
  value: unknown,
): Promise<string | undefined> {
  if (typeof value === 'string') return value;
  if (!isObject(value)) return undefined;
  const { Ref: ref, 'Fn::GetStackOutput': output, 'Fn::ImportValue': imported } = value;
  if (typeof ref === 'string') {
    const resource = { StackName: stack, LogicalResourceId: ref };
    const { StackResourceDetail } = await client.send(new DescribeStackResourceCommand(resource));
    return StackResourceDetail?.PhysicalResourceId;
  }
  if (isObject(output) && typeof output.StackName === 'string') {
    const { Outputs = [] } = await describedStack(client, output.StackName);
    return Outputs.find(({ OutputKey }) => OutputKey === output.OutputName)?.OutputValue;
  }
  if (typeof imported !== 'string') return undefined;
  for await (const { Exports = [] } of paginateListExports({ client }, {})) {
    const found = Exports.find(({ Name }) => Name === imported);
    if (found) return found.Value;
  }
  return undefined;
}

const noStack = (stack: string, region: string) => ({
  en: `there is no stack ${visible(stack)} in ${region} of this account: see npx cdk list, --region and AWS_PROFILE`,
  ko: `이 계정의 ${region}에 ${visible(stack)} 스택이 없습니다. npx cdk list와 --region, AWS_PROFILE을 확인해 주세요.`,
});

const unreadable = (stack: string) => ({
  en: `the template of ${visible(stack)} is not one that cdk deploy made: name the table itself by --table`,
  ko: `${visible(stack)}의 템플릿은 cdk deploy가 만든 것이 아닙니다. --table로 테이블을 직접 지정해 주세요.`,
});
