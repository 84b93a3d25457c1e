import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join as joinPath } from 'node:path';
import { pathToFileURL } from 'node:url';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { SQSRecord } from 'aws-lambda';
import { lambdaContext } from '../../dev/lambda-context.ts';
import { type LocalAws, startLocalAws } from '../../dev/local-aws.ts';
import { DynamoSessionStore } from '../../lambda/aws/dynamo-session-store.ts';
import { ENVIRONMENT, PLUGIN_ORIGINS } from '../../lambda/aws/environment.ts';
import { userKeyOf } from '../../lambda/bot/user.ts';
import { EMPTY_SESSION } from '../../lambda/turn/session.ts';
import { bundleHandler } from '../../lib/bundling.ts';
import { FUNCTION_NAMES, type FunctionName } from '../../lib/gateway-function.ts';
import {
  ADMIN_KEY,
  type Call,
  channelWebhook,
  httpEvent,
  SECRET,
  skillCall,
  smartChatCall,
  unlinkWebhook,
} from '../kit/http.ts';
import { type Allowed, type AwsCall, allowedBy, isAllowed, join, resolver } from '../kit/iam.ts';
import { type PluginServer, startPluginServer } from '../kit/plugin-server.ts';
import { takeStdout } from '../kit/stdout.ts';
import { synth } from './synth.ts';

const { sessions, gateway } = synth({
  restApiKeySecretName: 'kakao/rest-api-key',
  adminKeySecretName: 'kakao/admin-key',
  secretTexts: 'cafe/weather-key,/cafe/pager-key',
  eventBusName: 'cafe',
});
const templates = {
  [sessions.stack.stackName]: sessions.template.toJSON(),
  [gateway.stack.stackName]: gateway.template.toJSON(),
};
const { Resources: resources } = gateway.template.toJSON();

const ARN = 'ap-northeast-2:123456789012';
const TABLE = { name: 'sessions', arn: `arn:aws:dynamodb:${ARN}:table/sessions` };
const BUS = `arn:aws:events:${ARN}:event-bus/cafe`;
const QUEUE = { path: '/123456789012/late-turns', arn: `arn:aws:sqs:${ARN}:late-turns` };
/** Secrets Manager ends each ARN with six letters of its own choice. */
const SECRETS: Readonly<Record<string, { arn: string; value: string }>> = {
  'gateway-secret': { arn: `arn:aws:secretsmanager:${ARN}:secret:gateway-secret-AbCdEf`, value: SECRET },
  'kakao/rest-api-key': {
    arn: `arn:aws:secretsmanager:${ARN}:secret:kakao/rest-api-key-GhIjKl`,
    value: 'key',
  },
  'kakao/admin-key': {
    arn: `arn:aws:secretsmanager:${ARN}:secret:kakao/admin-key-StUvWx`,
    value: ADMIN_KEY,
  },
  'cafe/weather-key': {
    arn: `arn:aws:secretsmanager:${ARN}:secret:cafe/weather-key-MnOpQr`,
    value: 'weather-1',
  },
};
const PARAMETERS: Readonly<Record<string, { arn: string; value: string }>> = {
  '/cafe/pager-key': { arn: `arn:aws:ssm:${ARN}:parameter/cafe/pager-key`, value: 'pager' },
};

/** The names by which CloudFormation knows a resource. */
function named(id: string): { readonly ref: string; readonly arn: string } {
  const [type] = Object.values(templates).flatMap(({ Resources }) => Resources[id]?.Type ?? []);
  const { arn: secret = '' } = SECRETS['gateway-secret'] ?? {};
  switch (type) {
    case 'AWS::DynamoDB::GlobalTable':
      return { ref: TABLE.name, arn: TABLE.arn };
    case 'AWS::SecretsManager::Secret':
      return { ref: secret, arn: secret };
    case 'AWS::SQS::Queue':
      // The SDK calls a queue by its own URL, wherever the endpoint is.
      return { ref: `${borderUrl}${QUEUE.path}`, arn: QUEUE.arn };
    case 'AWS::Logs::LogGroup':
      return { ref: id, arn: `arn:aws:logs:${ARN}:log-group:${id}:*` };
    default:
      throw new Error(`the test has no name for ${id}, of ${type}`);
  }
}

const resolve = resolver({
  Ref: id => named(String(id)).ref,
  'Fn::GetAtt': argument => {
    const [id, attribute] = [argument].flat().map(String);
    if (attribute !== 'Arn') throw new Error(`the test does not know ${attribute} of ${id}`);
    return named(id ?? '').arn;
  },
  'Fn::Join': join,
  'Fn::GetStackOutput': argument => {
    const { StackName, OutputName } = argument as { readonly StackName: string; readonly OutputName: string };
    return resolve(templates[StackName]?.Outputs[OutputName].Value);
  },
});

/** The environment of a function and the rights of its role, by the template. */
function deployed(name: FunctionName) {
  const made = Object.entries<Resource>(resources).find(
    ([id, { Type }]) =>
      Type === 'AWS::Lambda::Function' && id.startsWith(`Gateway${name.replace('-', '')}Function`),
  );
  if (made === undefined) throw new Error(`no function ${name}`);
  const { Environment, Role } = made[1].Properties;
  const documents = Object.values<Resource>(resources)
    .filter(({ Type, Properties }) => {
      const roles = JSON.stringify(Properties.Roles ?? []);
      return Type === 'AWS::IAM::Policy' && roles.includes(`{"Ref":"${Role['Fn::GetAtt'][0]}"}`);
    })
    .map(({ Properties }) => Properties.PolicyDocument);
  return { variables: Environment.Variables, documents };
}

interface Resource {
  readonly Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: what a template has is looked at, not typed
  readonly Properties: any;
}

/** The rights that no function uses itself, though its role must have them. */
const NOT_OURS: Readonly<Record<string, string>> = {
  'logs:CreateLogStream': 'Lambda itself writes what a function says to its log.',
  'logs:PutLogEvents': 'Lambda itself writes what a function says to its log.',
  'sqs:ReceiveMessage': "Lambda's poller takes late turns from the queue, with the worker's role.",
  'sqs:DeleteMessage': "Lambda's poller deletes what the worker has done.",
  'sqs:GetQueueAttributes': "Lambda's poller asks how much there is.",
};

/** Every call that a function made. */
const calls: (AwsCall & { readonly by: FunctionName })[] = [];
/** Who added to a counter. */
const counting: FunctionName[] = [];
let running: FunctionName = 'open-builder';
let aws: LocalAws;
let kakao: PluginServer;
let border: Server;
let borderUrl = 'not known yet';
let late: SQSRecord[];
let folder: string;
const outside = { ...process.env };

/** Stands between the functions and the local AWS: notes each call, and hands it on. */
async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  let body = '';
  for await (const chunk of request.setEncoding('utf8')) body += chunk;
  const [target = '', operation = ''] = String(request.headers['x-amz-target']).split('.');
  const input = JSON.parse(body);
  if (target === 'secretsmanager') {
    const [name = '', secret] =
      Object.entries(SECRETS).find(
        ([own, { arn }]) => [arn, own].includes(input.SecretId) || arn.startsWith(`${input.SecretId}-`),
      ) ?? [];
    if (secret === undefined) throw new Error(`a secret that nobody has named: ${input.SecretId}`);
    calls.push({ by: running, action: `secretsmanager:${operation}`, resource: secret.arn });
    const isThere = (input.VersionStage ?? 'AWSCURRENT') === 'AWSCURRENT';
    response.writeHead(isThere ? 200 : 400, { 'content-type': 'application/x-amz-json-1.1' });
    const answer = isThere
      ? { Name: name, SecretString: secret.value, VersionStages: ['AWSCURRENT'] }
      : { __type: 'ResourceNotFoundException', message: 'no such version' };
    response.end(JSON.stringify(answer));
    return;
  }
  if (target === 'AmazonSSM') {
    const parameter = PARAMETERS[input.Name];
    if (parameter === undefined) throw new Error(`a parameter that nobody has named: ${input.Name}`);
    calls.push({ by: running, action: `ssm:${operation}`, resource: parameter.arn });
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(JSON.stringify({ Parameter: { Name: input.Name, Value: parameter.value } }));
    return;
  }
  if (target === 'AWSEvents') {
    for (const { EventBusName } of input.Entries)
      calls.push({ by: running, action: `events:${operation}`, resource: EventBusName });
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(JSON.stringify({ FailedEntryCount: 0, Entries: [] }));
    return;
  }
  const isQueue = target === 'AmazonSQS';
  if (String(input.Key?.userKey?.S).includes('/count/')) counting.push(running);
  calls.push(
    isQueue
      ? { by: running, action: `sqs:${operation}`, resource: queueArn(input.QueueUrl) }
      : { by: running, action: `dynamodb:${operation}`, resource: tableArn(input.TableName) },
  );
  const { AWS_ENDPOINT_URL_SQS: sqs = '', AWS_ENDPOINT_URL_DYNAMODB: dynamo = '' } = aws.environment;
  const { host: _, connection: __, 'content-length': ___, ...headers } = request.headers;
  const answer = await fetch(isQueue ? sqs : dynamo, {
    method: 'POST',
    headers: Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)]),
    body,
  });
  response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' });
  response.end(await answer.text());
}

function queueArn(url: string): string {
  return new URL(url).pathname === QUEUE.path ? QUEUE.arn : `no queue of ours: ${url}`;
}

function tableArn(name: string): string {
  return `arn:aws:dynamodb:${ARN}:table/${name}`;
}

/** The function's own bundle, with its own environment as deployed and no other. */
// biome-ignore lint/suspicious/noExplicitAny: a bundle has no types
async function start(name: FunctionName): Promise<(event: any) => Promise<any>> {
  running = name;
  for (const variable of Object.values(ENVIRONMENT)) delete process.env[variable];
  Object.assign(process.env, resolve(deployed(name).variables), {
    AWS_REGION: 'ap-northeast-2',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL: borderUrl,
    [PLUGIN_ORIGINS]: kakao.origin,
  });
  const bundle = joinPath(folder, name);
  const { [ENVIRONMENT.eventBus]: bus } = deployed(name).variables;
  bundleHandler(name, joinPath(import.meta.dirname, 'grants-bot.ts'), bundle, {}, [
    ...(bus === undefined ? [] : (['event-bus'] as const)),
    ...(name === 'open-builder' || name === 'smart-chat' ? (['aliases'] as const) : []),
  ]);
  const { handler } = await import(pathToFileURL(joinPath(bundle, 'index.mjs')).href);
  return event => handler(event, lambdaContext(name, 28_000));
}

/**
 * Calls a function until its answer has these words: what counts here is what it calls, and a machine that is busy
 * with other things may make the first answer an apology.
 */
async function answers(
  handler: Awaited<ReturnType<typeof start>>,
  call: Omit<Call, 'receivedAt'>,
  ...words: readonly string[]
): Promise<void> {
  for (let tries = 1; ; tries++) {
    const { body } = await handler(httpEvent(call));
    if (words.every(word => body.includes(word))) return;
    if (tries === 10) throw new Error(`${body} has not all of ${words.join(', ')}`);
  }
}

/** Keeps a session whose alias was written so long ago that the next save, whoever's, must renew it. */
async function keepAliasOfLongAgo(plusfriendUserKey: string): Promise<void> {
  const client = new DynamoDBClient({
    endpoint: aws.environment.AWS_ENDPOINT_URL_DYNAMODB ?? '',
    region: 'local',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  const store = new DynamoSessionStore(client, TABLE.name);
  const key = userKeyOf('live', { plusfriendUserKey });
  const memory = { turns: [], alias: { appUserId: '2', at: 0 } };
  await store.save(key, EMPTY_SESSION, { ...EMPTY_SESSION, memory });
  client.destroy();
}

/** Has every function do all that it is there for, and sees that it did. */
async function driveAll(): Promise<void> {
  const me = JSON.stringify({ otp: `${kakao.origin}/otp/a/profile`, app_user_id: 1 });
  const skill = (utterance: string): Call =>
    skillCall({
      bot: { id: 'b' },
      userRequest: { utterance, user: { id: 'someone', properties: { appUserId: '1' } } },
      action: { params: { me } },
    });
  const openBuilder = await start('open-builder');
  await answers(openBuilder, skill('담기'), '잔', '열쇠 9, 5');
  await answers(openBuilder, skill('프로필'), '달빛');
  await answers(openBuilder, skill('느린 프로필'), '잠시만요');
  // It waits in the session, until the worker has answered the one before it.
  await answers(openBuilder, skill('느린 프로필'), '잠시만요');

  const asking = { bot: { id: 'b' }, userRequest: { utterance: '모델', user: { id: 'asking' } } };
  await answers(openBuilder, skillCall(asking), '결과 확인');
  // Where nobody could collect an answer it is made at once, and counted there.
  const chat = { type: 'botGroupKey' };
  const unreachable = { ...asking, userRequest: { ...asking.userRequest, chat } };
  await answers(openBuilder, skillCall(unreachable), '모델의 답');

  const left = { botId: 'b', type: 'leave', group: { botGroupKey: 'room' } };
  await answers(openBuilder, skillCall(left), '"outputs":[]');

  await keepAliasOfLongAgo('another');
  const smartChat = await start('smart-chat');
  const message = { user_key: 'another', type: 'text', content: '담기' };
  await answers(smartChat, smartChatCall('POST', '/message', message), '잔', '열쇠 9, 5');
  const slow = { ...message, content: '느린 프로필' };
  await answers(smartChat, smartChatCall('POST', '/message', slow), '잠시만요');
  const test = { user_key: 'test', type: 'text', content: '모델' };
  await answers(smartChat, smartChatCall('POST', '/message', test), '모델의 답');
  await answers(smartChat, smartChatCall('DELETE', '/friend/another'), '{}');

  const validation = await start('validation');
  const asked = {
    user: { id: 'someone' },
    bot: { id: 'b' },
    value: { origin: me, resolved: me },
    utterance: me,
  };
  const path = '/open-builder/validation/me';
  const headers = { 'x-gateway-secret': SECRET };
  await answers(validation, { method: 'POST', path, headers, body: asked }, 'cups', '달빛', '열쇠 9, 5');

  const worker = await start('late-turn');
  expect(late.length).toBeGreaterThanOrEqual(2);
  const handedOn = late.length + 1;
  // The second time each is answered already, or its user has left, but for the one that was handed on.
  for (let times = 0; times < 2; times++) {
    expect(await worker({ Records: [...late] })).toEqual({ batchItemFailures: [] });
  }
  expect(late).toHaveLength(handedOn);
  expect(kakao.asked.length).toBeGreaterThanOrEqual(3);
  running = 'open-builder';
  const collecting = { ...asking, userRequest: { ...asking.userRequest, utterance: '결과 확인' } };
  await answers(openBuilder, skillCall(collecting), '모델의 답');

  const webhooks = await start('webhooks');
  const friend = { id: '1', id_type: 'app_user_id', channel_public_id: '_a', channel_uuid: '@a' };
  await answers(webhooks, channelWebhook({ ...friend, event: 'added' }), '{}');
  await answers(webhooks, unlinkWebhook({ app_id: '1', user_id: '1' }), '{}');
}

describe('what a role grants', () => {
  beforeAll(async () => {
    folder = mkdtempSync(joinPath(tmpdir(), 'grants-'));
    takeStdout();
    aws = await startLocalAws({ secret: 'unused' });
    aws.queue.deliverTo(async ({ Records }) => {
      late.push(...Records);
      return { batchItemFailures: [] };
    });
    late = [];
    kakao = await startPluginServer();
    kakao.answers({ nickname: '달빛' });
    border = createServer((request, response) => {
      serve(request, response).catch(error => response.destroy(error));
    });
    await new Promise<void>(done => border.listen(0, '127.0.0.1', done));
    borderUrl = `http://127.0.0.1:${(border.address() as AddressInfo).port}`;
    await driveAll();
  }, 120_000);

  afterAll(async () => {
    jest.restoreAllMocks();
    process.env = outside;
    rmSync(folder, { recursive: true });
    border?.closeAllConnections();
    border?.close();
    await Promise.all([aws?.stop(), kakao?.stop()]);
  });

  describe.each([...FUNCTION_NAMES, 'webhooks'] as const)('the function %s', name => {
    const statements = deployed(name).documents.flatMap(document => allowedBy(resolve(document)));
    const made = () => calls.filter(({ by }) => by === name);

    test('is allowed every call of AWS that it makes', () => {
      expect(made().length).toBeGreaterThan(2);
      const refused = made().filter(call => !isAllowed(statements, call));
      expect(refused).toEqual([]);
    });

    test('is allowed nothing that it never does', () => {
      const unused = statements.flatMap(({ actions, resources }) =>
        actions.flatMap(action =>
          resources
            .filter(resource => {
              const alone: Allowed = { actions: [action], resources: [resource] };
              return !(action in NOT_OURS) && !made().some(call => isAllowed([alone], call));
            })
            .map(resource => `${action} of ${resource}`),
        ),
      );
      expect(unused).toEqual([]);
    });
  });

  test('what all users share is counted by whoever may run a conversation, and by nobody else', () => {
    expect(new Set(counting)).toEqual(new Set(['open-builder', 'smart-chat', 'late-turn']));
  });

  test('the event bus is told by whoever takes turns or notices, and by nobody else', () => {
    const tellers = calls.filter(({ action }) => action === 'events:PutEvents');
    expect(new Set(tellers.map(({ by }) => by))).toEqual(
      new Set(['open-builder', 'smart-chat', 'late-turn', 'webhooks']),
    );
    expect(new Set(tellers.map(({ resource }) => resource))).toEqual(new Set([BUS]));
  });

  test('what is not ours to call is called by nobody here', () => {
    expect(calls.filter(({ action }) => action in NOT_OURS)).toEqual([]);
  });
});
