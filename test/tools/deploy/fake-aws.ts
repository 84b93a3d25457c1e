import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A stack of the fake account. */
export interface FakeStack {
  readonly template: object;
  readonly status?: string;
  readonly isProtected?: boolean;
  /** The names in the account, by logical id. */
  readonly physical?: Readonly<Record<string, string>>;
}

/** The account that AWS's clients are led to, and what they did there. */
export interface FakeAws {
  readonly url: string;
  stacks: Readonly<Record<string, FakeStack>>;
  /** Those of another region than Seoul. */
  elsewhere: Readonly<Record<string, FakeStack>>;
  tables: Readonly<Record<string, object>>;
  secrets: Readonly<Record<string, object>>;
  /** Who manages each key: AWS or CUSTOMER. */
  keys: Readonly<Record<string, string>>;
  /** The access key id that may look; undefined where every one may. */
  mayLook: string | undefined;
  /** The error that others get. */
  refusal: string;
  readonly calls: string[];
  stop(): void;
}

/** Starts it on a port of its own. */
export async function startFakeAws(): Promise<FakeAws> {
  const server = createServer(async (request, response) => {
    const { status, body, isJson } = answerTo(aws, request, await textOf(request));
    response.writeHead(status, { 'content-type': isJson ? 'application/x-amz-json-1.0' : 'text/xml' });
    response.end(body);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const aws: FakeAws = {
    url: `http://127.0.0.1:${port}`,
    stacks: {},
    elsewhere: {},
    tables: {},
    secrets: {},
    keys: {},
    mayLook: undefined,
    refusal: 'AccessDenied',
    calls: [],
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
  return aws;
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text;
}

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly isJson?: boolean;
}

function answerTo(aws: FakeAws, { headers }: IncomingMessage, text: string): Answer {
  const target = headers['x-amz-target'];
  if (typeof target === 'string') {
    const { TableName, SecretId, KeyId } = JSON.parse(text);
    const action = target.split('.').at(-1) ?? '';
    aws.calls.push(action);
    const KeyManager = aws.keys[KeyId];
    const found =
      aws.tables[TableName] ?? aws.secrets[SecretId] ?? (KeyManager && { KeyMetadata: { KeyManager } });
    if (found) return { status: 200, body: JSON.stringify(found), isJson: true };
    return { status: 400, body: JSON.stringify({ __type: 'ResourceNotFoundException' }), isJson: true };
  }
  const form = new URLSearchParams(text);
  const action = form.get('Action') ?? '';
  aws.calls.push(action);
  const [, key] = /Credential=([^/]+)/.exec(headers.authorization ?? '') ?? [];
  if (action === 'GetCallerIdentity' || action === 'AssumeRole') return signIn(action, form);
  if (aws.mayLook !== undefined && key !== aws.mayLook)
    return failure(aws.refusal, 'is not authorized to perform: cloudformation');
  const isHome = /\/ap-northeast-2\//.test(headers.authorization ?? '');
  return formation(isHome ? aws.stacks : aws.elsewhere, action, form);
}

function signIn(action: string, form: URLSearchParams): Answer {
  if (action === 'GetCallerIdentity')
    return well(action, '<Arn>arn:aws:iam::123456789012:user/me</Arn><Account>123456789012</Account>');
  const isLook = form.get('RoleArn') === 'arn:aws:iam::123456789012:role/cdk-lookup';
  if (!isLook) return failure('AccessDenied', 'not this role');
  return well(
    action,
    '<Credentials><AccessKeyId>LOOK</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken></Credentials>',
  );
}

function formation(stacks: FakeAws['stacks'], action: string, form: URLSearchParams): Answer {
  if (action === 'ListStacks') {
    const members = Object.entries(stacks).map(
      ([name, { status = 'UPDATE_COMPLETE' }]) =>
        `<member><StackName>${name}</StackName><StackStatus>${status}</StackStatus></member>`,
    );
    return well(action, `<StackSummaries>${members.join('')}</StackSummaries>`);
  }
  const name = form.get('StackName') ?? '';
  const stack = stacks[name];
  if (!stack) return failure('ValidationError', `Stack with id ${name} does not exist`);
  const { status = 'UPDATE_COMPLETE', isProtected = false, template, physical = {} } = stack;
  if (action === 'DescribeStacks')
    return well(
      action,
      `<Stacks><member><StackName>${name}</StackName><StackStatus>${status}</StackStatus><EnableTerminationProtection>${isProtected}</EnableTerminationProtection></member></Stacks>`,
    );
  if (action === 'GetTemplate')
    return well(action, `<TemplateBody>${escaped(JSON.stringify(template))}</TemplateBody>`);
  if (action === 'DescribeStackResource') {
    const id = physical[form.get('LogicalResourceId') ?? ''] ?? 'another';
    return well(
      action,
      `<StackResourceDetail><PhysicalResourceId>${id}</PhysicalResourceId></StackResourceDetail>`,
    );
  }
  return well(action, `<StackId>${name}</StackId>`);
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const well = (action: string, result: string): Answer => ({
  status: 200,
  body: `<${action}Response><${action}Result>${result}</${action}Result></${action}Response>`,
});

const failure = (code: string, message: string): Answer => ({
  status: code === 'AccessDenied' ? 403 : 400,
  body: `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`,
});
