import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { serveLocally } from '../../tools/local-server.ts';

/** A stack as CloudFormation knows it. */
export interface FakeStack {
  /** As it was deployed. */
  readonly template: string;
  /** The physical ids of its resources, by their logical ones. */
  readonly resources?: Readonly<Record<string, string>>;
  readonly outputs?: Readonly<Record<string, string>>;
  readonly tags?: Readonly<Record<string, string>>;
}

/** CloudFormation, as far as commands ask it about stacks. */
export interface FakeStacks {
  readonly client: CloudFormationClient;
  stop(): Promise<void>;
}

/** Starts it. @param exports what all stacks together give out */
export async function startStacks(
  stacks: Readonly<Record<string, FakeStack>>,
  exports: Readonly<Record<string, string>> = {},
): Promise<FakeStacks> {
  const server = await serveLocally(async (request, response) => {
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) body += chunk;
    const query = new URLSearchParams(body);
    const action = query.get('Action') ?? '';
    const name = query.get('StackName') ?? '';
    const stack = stacks[name];
    const isKnown = stack !== undefined || action === 'ListExports';
    const xml = isKnown
      ? `<${action}Response><${action}Result>${RESULTS[action]?.({ name, stack, exports, query }) ?? ''}</${action}Result></${action}Response>`
      : `<ErrorResponse><Error><Type>Sender</Type><Code>ValidationError</Code><Message>Stack with id ${name} does not exist</Message></Error></ErrorResponse>`;
    response.writeHead(isKnown ? 200 : 400, { 'content-type': 'text/xml' });
    response.end(xml);
  });
  const client = new CloudFormationClient({
    endpoint: server.url,
    region: 'local',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
  return {
    client,
    stop: async () => {
      client.destroy();
      await server.stop();
    },
  };
}

interface Asked {
  readonly name: string;
  readonly stack: FakeStack | undefined;
  readonly exports: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
}

const RESULTS: Readonly<Record<string, (asked: Asked) => string>> = {
  GetTemplate: ({ stack }) => element('TemplateBody', escaped(stack?.template ?? '')),
  DescribeStackResource: ({ stack, query }) => {
    const id = query.get('LogicalResourceId') ?? '';
    const physical = element('PhysicalResourceId', escaped(stack?.resources?.[id] ?? ''));
    return element('StackResourceDetail', `${element('LogicalResourceId', id)}${physical}`);
  },
  DescribeStacks: ({ name, stack }) => {
    const outputs = members(stack?.outputs, 'OutputKey', 'OutputValue');
    const parts = `${element('StackName', name)}${element('Outputs', outputs)}`;
    const tags = element('Tags', members(stack?.tags, 'Key', 'Value'));
    return element('Stacks', element('member', `${parts}${tags}`));
  },
  ListExports: ({ exports }) => element('Exports', members(exports, 'Name', 'Value')),
};

const element = (name: string, inside: string): string => `<${name}>${inside}</${name}>`;

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const members = (entries: Readonly<Record<string, string>> = {}, key: string, value: string): string =>
  Object.entries(entries)
    .map(([name, one]) => element('member', `${element(key, escaped(name))}${element(value, escaped(one))}`))
    .join('');

const templateOf = (name: string): string =>
  readFileSync(join(import.meta.dirname, `../releases/2/templates/${name}.json`), 'utf8');

/** The two stacks of a gateway, by the templates that a release has deployed, around a table and a secret. */
export function gatewayStacks(table: string, secretArn: string): Readonly<Record<string, FakeStack>> {
  const tags = { project: 'kakao-gateway', stage: 'prod' };
  return {
    'kakao-gateway-prod': {
      template: templateOf('plain.kakao-gateway-prod'),
      resources: { GatewaySecret4E73E0F1: secretArn },
      tags,
    },
    'kakao-gateway-sessions-prod': {
      template: templateOf('plain.kakao-gateway-sessions-prod'),
      resources: { Sessions8896A56D: table },
      outputs: { PublishOutputRefSessions8896A56DCBCC9C87: table },
      tags,
    },
  };
}
