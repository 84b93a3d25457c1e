import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A line as CloudWatch has it. */
export interface StoredLine {
  /** Epoch ms. */
  readonly at: number;
  readonly message: string;
}

/** CloudWatch Logs, CloudFormation and Secrets Manager of this machine, as far as a search asks them. */
export interface FakeAws {
  /** Lines by their log groups, those of the stack. */
  readonly groups: Record<string, StoredLine[]>;
  /** The secret's values by their stages. */
  readonly secret: Record<string, string>;
  /** The searches that came. */
  readonly asked: readonly { readonly logGroupName: string; readonly filterPattern: string }[];
  /** Answers the next calls of an action with this error, until it is undefined. */
  failing: { readonly action: string; readonly name: string; readonly message: string } | undefined;
  /** How many lines a page has. */
  pageSize: number;
  readonly url: string;
  stop(): Promise<void>;
}

/** The stack that it has. */
export const STACK = 'kakao-gateway-prod';

interface Search {
  readonly logGroupName: string;
  readonly filterPattern: string;
  readonly startTime: number;
  readonly endTime: number;
  readonly nextToken?: string;
}

/** Starts it, without lines. */
export async function startFakeAws(): Promise<FakeAws> {
  const asked: Search[] = [];
  const server = createServer(async (request, response) => {
    const body = await bodyOf(request);
    const action = actionOf(request, body);
    const { failing } = aws;
    if (failing?.action === action) {
      const { name: __type, message } = failing;
      const json = JSON.stringify({ __type, message });
      const xml = `<ErrorResponse><Error><Code>${__type}</Code><Message>${message}</Message></Error></ErrorResponse>`;
      response.writeHead(400).end(body.startsWith('{') ? json : xml);
    } else if (action === 'FilterLogEvents') {
      const search: Search = JSON.parse(body);
      asked.push(search);
      response.end(JSON.stringify(pageOf(aws, search)));
    } else if (action === 'GetSecretValue') {
      const { VersionStage } = JSON.parse(body);
      const { [VersionStage as string]: SecretString } = aws.secret;
      const none = { __type: 'ResourceNotFoundException', message: "can't find it" };
      response
        .writeHead(SecretString ? 200 : 400)
        .end(JSON.stringify(SecretString ? { SecretString } : none));
    } else response.end(action === 'DescribeStacks' ? DESCRIBED : resourcesOf(Object.keys(aws.groups)));
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const aws: FakeAws = {
    groups: {},
    secret: {},
    asked,
    failing: undefined,
    pageSize: 2,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      server.closeAllConnections();
      await new Promise<void>(resolve => server.close(() => resolve()));
    },
  };
  return aws;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += chunk;
  return text;
}

function actionOf({ headers }: IncomingMessage, body: string): string {
  const target = `${headers['x-amz-target'] ?? ''}`.split('.')[1];
  return target ?? new URLSearchParams(body).get('Action') ?? '';
}

function pageOf({ groups, pageSize }: FakeAws, search: Search) {
  const { logGroupName, filterPattern, startTime, endTime, nextToken = '0' } = search;
  const all = (groups[logGroupName] ?? []).map((line, index) => ({ ...line, eventId: `${index}` }));
  const found = all.filter(
    ({ at, message }) => at >= startTime && at <= endTime && fits(message, filterPattern),
  );
  const from = Number(nextToken);
  const events = found.slice(from, from + pageSize);
  const isLast = from + pageSize >= found.length;
  return {
    events: events.map(({ at, message, eventId }) => ({ timestamp: at, message, eventId })),
    ...(!isLast && { nextToken: `${from + pageSize}` }),
  };
}

/** CloudWatch's patterns: terms, of which a line has one, or members that begin so. */
function fits(message: string, pattern: string): boolean {
  if (pattern.startsWith('{')) {
    const line = JSON.parse(message);
    return [...pattern.matchAll(/\$\.(\w+) = "(\w*)\*"/g)].some(
      ([, member = '', begin = '']) => typeof line[member] === 'string' && line[member].startsWith(begin),
    );
  }
  const terms = [...pattern.matchAll(/"([^"]+)"/g)].map(([, term = '']) => term);
  // A term is whole: what stands beside it is no letter, and no digit.
  return terms.some(term => ` ${message} `.split(term).length > 1 && hasTerm(message, term));
}

const hasTerm = (message: string, term: string): boolean =>
  message
    .split(term)
    .slice(0, -1)
    .some((before, index) => {
      const after = message.split(term)[index + 1] ?? '';
      return !/\w$/.test(before) && !/^\w/.test(after);
    });

const DESCRIBED = `<DescribeStacksResponse><DescribeStacksResult><Stacks><member><StackName>${STACK}</StackName>
  <CreationTime>2026-11-20T00:00:00Z</CreationTime><StackStatus>UPDATE_COMPLETE</StackStatus><Outputs><member>
  <OutputKey>SecretCommand</OutputKey><OutputValue>aws secretsmanager get-secret-value --secret-id arn:of:secret --query SecretString</OutputValue>
  </member></Outputs></member></Stacks></DescribeStacksResult></DescribeStacksResponse>`;

function resourcesOf(groups: readonly string[]): string {
  const members = groups.map(
    group => `<member><ResourceType>AWS::Logs::LogGroup</ResourceType><LogicalResourceId>L</LogicalResourceId>
      <PhysicalResourceId>${group}</PhysicalResourceId><ResourceStatus>CREATE_COMPLETE</ResourceStatus>
      <LastUpdatedTimestamp>2026-11-20T00:00:00Z</LastUpdatedTimestamp></member>`,
  );
  return `<ListStackResourcesResponse><ListStackResourcesResult><StackResourceSummaries>${members.join('')}</StackResourceSummaries></ListStackResourcesResult></ListStackResourcesResponse>`;
}
