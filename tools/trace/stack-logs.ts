import {
  type CloudFormationClient,
  DescribeStacksCommand,
  ListStackResourcesCommand,
  type StackResourceSummary,
} from '@aws-sdk/client-cloudformation';

/** The parts of a gateway's stack that a search needs. */
export interface StackLogs {
  /** The log groups of its functions and of its API's access log. */
  readonly groups: readonly string[];
  /** The gateway's secret; undefined where the stack does not tell which it is. */
  readonly secretId: string | undefined;
}

/** Asks CloudFormation what a stack has. @throws what the client throws */
export async function logsOfStack(client: CloudFormationClient, StackName: string): Promise<StackLogs> {
  const { Stacks: [stack] = [] } = await client.send(new DescribeStacksCommand({ StackName }));
  const resources: StackResourceSummary[] = [];
  let NextToken: string | undefined;
  do {
    const page = await client.send(
      new ListStackResourcesCommand({ StackName, ...(NextToken && { NextToken }) }),
    );
    resources.push(...(page.StackResourceSummaries ?? []));
    NextToken = page.NextToken;
  } while (NextToken);
  const idsOf = (type: string): string[] =>
    resources.flatMap(({ ResourceType, PhysicalResourceId }) =>
      ResourceType === type && PhysicalResourceId ? [PhysicalResourceId] : [],
    );
  const command = stack?.Outputs?.find(({ OutputKey }) => OutputKey === 'SecretCommand')?.OutputValue ?? '';
  const [, told] = /--secret-id (\S{1,2048})/.exec(command) ?? [];
  const [made, another] = idsOf('AWS::SecretsManager::Secret');
  return { groups: idsOf('AWS::Logs::LogGroup'), secretId: told ?? (another ? undefined : made) };
}
