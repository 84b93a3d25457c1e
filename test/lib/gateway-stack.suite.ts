import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { Template } from 'aws-cdk-lib/assertions';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import {
  ADMIN_KEY,
  CALLBACK_ORIGINS,
  ENVIRONMENT,
  EVENT_ORIGINS,
  PLUGIN_ORIGINS,
  REST_API_KEY,
} from '../../lambda/aws/environment.ts';
import { SECRET_HEADER } from '../../lambda/aws/http.ts';
import { LATE_QUEUE } from '../../lambda/aws/late-queue-settings.ts';
import { type HandlerName, isRouteKey, routeKeys, routes } from '../../lambda/routes.ts';
import {
  ANSWER_WITHIN_MS,
  FUNCTION_TIMEOUT_SECONDS,
  INTEGRATION_TIMEOUT_MS,
  KAKAO_WAITS_MS,
  POST_UNTIL_MS,
} from '../../lambda/turn/time-budget.ts';
import type { FunctionName } from '../../lib/gateway-function.ts';
import { KakaoGateway } from '../../lib/kakao-gateway.ts';
import { bareStack, functionIdOf, propertiesOf as propertiesIn, synth } from './synth.ts';

const { version: VERSION } = JSON.parse(readFileSync('package.json', 'utf8'));

const { sessions, gateway } = synth();
const { stack, template } = gateway;
/** All but webhooks, which are where the admin key is: test/lib/webhooks.suite.ts. */
const handlers: readonly HandlerName[] = [...new Set(Object.values(routes))].filter(
  handler => handler !== 'webhooks',
);
const functions: readonly FunctionName[] = [...handlers, 'late-turn'];
/** The props that no gateway can do without. */
const REQUIRED = { sessionsTable: sessions.stack.table, scenario: 'lambda/scenario.ts' };
const sessionsTableArn = stack.resolve(sessions.stack.table.tableArn);
const sessionsTableName = stack.resolve(sessions.stack.table.tableName);
const [secretId = ''] = Object.keys(template.findResources('AWS::SecretsManager::Secret'));
const [queueId = ''] = Object.keys(template.findResources('AWS::SQS::Queue'));
const queueArn = { 'Fn::GetAtt': [queueId, 'Arn'] };

/** The template's function that runs a handler. */
function functionOf(handler: FunctionName) {
  const id = functionIdOf(stack, handler);
  const properties = template.findResources('AWS::Lambda::Function')[id]?.Properties;
  return { id, properties };
}

/** The rights of a function's role: resources by action. */
function allowedTo(handler: FunctionName): Record<string, unknown> {
  const roleId = functionOf(handler).properties.Role['Fn::GetAtt'][0];
  const policies = Object.values(template.findResources('AWS::IAM::Policy')).filter(({ Properties }) =>
    Properties.Roles.some(({ Ref }: { Ref: string }) => Ref === roleId),
  );
  const statements = policies.flatMap(({ Properties }) => Properties.PolicyDocument.Statement);
  return Object.fromEntries(
    statements.flatMap(({ Effect, Action, Resource, ...others }) => {
      expect({ Effect, others }).toEqual({ Effect: 'Allow', others: {} });
      return [Action].flat().map(action => [action, Resource]);
    }),
  );
}

const propertiesOf = (type: string) => propertiesIn(template, type);

describe('the API', () => {
  test('serves the routes of the table, each by the function of its handler', () => {
    const integrations = template.findResources('AWS::ApiGatewayV2::Integration');
    const deployed = propertiesOf('AWS::ApiGatewayV2::Route').map(({ RouteKey, Target }) => {
      const integrationId = Target['Fn::Join'][1].at(-1).Ref;
      return [RouteKey, integrations[integrationId]?.Properties.IntegrationUri];
    });
    const meant = routeKeys
      .filter(routeKey => handlers.includes(routes[routeKey]))
      .map(routeKey => [routeKey, { 'Fn::GetAtt': [functionOf(routes[routeKey]).id, 'Arn'] }]);
    expect(deployed.sort()).toEqual(meant.sort());
  });

  test.each(propertiesOf('AWS::ApiGatewayV2::Integration'))(
    'waits for the answer, but neither longer than Kakao nor as long as the function may run (%#)',
    ({ TimeoutInMillis, PayloadFormatVersion }) => {
      expect(TimeoutInMillis).toBeGreaterThan(ANSWER_WITHIN_MS);
      expect(TimeoutInMillis).toBe(INTEGRATION_TIMEOUT_MS);
      expect(TimeoutInMillis).toBeLessThan(KAKAO_WAITS_MS);
      for (const handler of handlers) {
        expect(functionOf(handler).properties.Timeout * 1_000).toBeGreaterThan(TimeoutInMillis);
      }
      expect(PayloadFormatVersion).toBe('2.0');
    },
  );

  test.each(handlers)(
    'is not outlived by the function %s for long: what hangs is paid, and keeps its place',
    handler => {
      expect(functionOf(handler).properties.Timeout).toBe(FUNCTION_TIMEOUT_SECONDS);
    },
  );

  test('is throttled, and deployed at the root', () => {
    template.hasResourceProperties('AWS::ApiGatewayV2::Stage', {
      StageName: '$default',
      AutoDeploy: true,
      DefaultRouteSettings: { ThrottlingRateLimit: 100, ThrottlingBurstLimit: 200 },
    });
  });

  test('logs neither paths, which hold the secret and user keys, nor headers, queries or callers', () => {
    const [stage] = propertiesOf('AWS::ApiGatewayV2::Stage');
    expect(JSON.parse(stage?.AccessLogSettings.Format)).toEqual({
      bot: 'kakao-gateway-prod',
      requestId: '$context.requestId',
      routeKey: '$context.routeKey',
      status: '$context.status',
      responseLatency: '$context.responseLatency',
      integrationLatency: '$context.integrationLatency',
      integrationError: '$context.integrationErrorMessage',
    });
  });

  test('is the only one that may call the functions but the probe, and may not call the worker', () => {
    const [apiId] = Object.keys(template.findResources('AWS::ApiGatewayV2::Api'));
    const worker = { 'Fn::GetAtt': [functionOf('late-turn').id, 'Arn'] };
    const probe = { 'Fn::GetAtt': [functionIdOf(gateway.stack, 'probe'), 'Arn'] };
    for (const { Principal, SourceArn, FunctionName } of propertiesOf('AWS::Lambda::Permission')) {
      if (Principal === 'events.amazonaws.com') {
        expect(FunctionName).toEqual(probe);
        continue;
      }
      expect(Principal).toBe('apigateway.amazonaws.com');
      expect(SourceArn['Fn::Join'][1]).toContainEqual({ Ref: apiId });
      expect(FunctionName).not.toEqual(worker);
    }
    template.resourceCountIs('AWS::Lambda::Url', 0);
  });
});

describe('the functions', () => {
  test('are the handlers that there are, one each', () => {
    const directory = new URL('../../lambda/handlers/', import.meta.url);
    const runnable = readdirSync(directory)
      .filter(file => /^export const handler\b/m.test(readFileSync(new URL(file, directory), 'utf8')))
      .map(file => file.replace(/\.ts$/, ''));
    expect(runnable.sort()).toEqual([...functions, 'webhooks', 'event', 'probe'].sort());
    // And the probe.
    template.resourceCountIs('AWS::Lambda::Function', functions.length + 1);
  });

  test.each(functions)('%s logs JSON to a group of its own', handler => {
    const { LoggingConfig } = functionOf(handler).properties;
    const others = functions.filter(other => other !== handler).map(other => functionOf(other).properties);
    expect(LoggingConfig.LogFormat).toBe('JSON');
    expect(others.map(({ LoggingConfig }) => LoggingConfig.LogGroup)).not.toContainEqual(
      LoggingConfig.LogGroup,
    );
  });

  test('post callbacks to Kakao alone, and ask Kakao alone: no stack sets another origin, or a key itself', () => {
    for (const made of [sessions, gateway]) {
      for (const local of [
        CALLBACK_ORIGINS,
        PLUGIN_ORIGINS,
        EVENT_ORIGINS,
        `"${REST_API_KEY}"`,
        `"${ADMIN_KEY}"`,
      ]) {
        expect(JSON.stringify(made.template.toJSON())).not.toContain(local);
      }
    }
  });
});

describe.each(handlers)('the function %s', handler => {
  const { properties } = functionOf(handler);

  const defers = handler !== 'validation';

  test('is told its version, the names of the bot, the table, the secret and, if it defers turns, the queue, and nothing else', () => {
    expect(properties.Environment.Variables).toEqual({
      [ENVIRONMENT.botName]: 'kakao-gateway-prod',
      [ENVIRONMENT.version]: VERSION,
      [ENVIRONMENT.sessionsTable]: sessionsTableName,
      [ENVIRONMENT.gatewaySecretId]: { Ref: secretId },
      ...(defers && { [ENVIRONMENT.lateQueueUrl]: { Ref: queueId } }),
    });
  });

  test('may do to the table, the secret, the queue and its log what it does, and nothing else to anything', () => {
    const logGroupArn = { 'Fn::GetAtt': [properties.LoggingConfig.LogGroup.Ref, 'Arn'] };
    expect(allowedTo(handler)).toEqual({
      'dynamodb:GetItem': sessionsTableArn,
      ...(defers && { 'dynamodb:PutItem': sessionsTableArn, 'sqs:SendMessage': queueArn }),
      ...(defers && { 'dynamodb:DeleteItem': sessionsTableArn }),
      'secretsmanager:GetSecretValue': { Ref: secretId },
      'logs:CreateLogStream': logGroupArn,
      'logs:PutLogEvents': logGroupArn,
    });
  });
});

describe('the worker', () => {
  const { id, properties } = functionOf('late-turn');

  test('is told its version, the names of the bot, the table and the queue, and nothing else', () => {
    expect(properties.Environment.Variables).toEqual({
      [ENVIRONMENT.botName]: 'kakao-gateway-prod',
      [ENVIRONMENT.version]: VERSION,
      [ENVIRONMENT.sessionsTable]: sessionsTableName,
      [ENVIRONMENT.lateQueueUrl]: { Ref: queueId },
    });
  });

  test('may claim and save turns, take them off the queue, hand on the next, write its log, and knows no secret', () => {
    const logGroupArn = { 'Fn::GetAtt': [properties.LoggingConfig.LogGroup.Ref, 'Arn'] };
    expect(allowedTo('late-turn')).toEqual({
      'dynamodb:GetItem': sessionsTableArn,
      'dynamodb:PutItem': sessionsTableArn,
      'dynamodb:UpdateItem': sessionsTableArn,
      'sqs:ReceiveMessage': queueArn,
      'sqs:DeleteMessage': queueArn,
      'sqs:GetQueueAttributes': queueArn,
      'sqs:SendMessage': queueArn,
      'logs:CreateLogStream': logGroupArn,
      'logs:PutLogEvents': logGroupArn,
    });
  });

  test('costs little while it waits', () => {
    expect(properties.MemorySize).toBe(256);
  });

  test('takes one turn at a time, gives back what it could not take, and leaves room for other functions', () => {
    expect(propertiesOf('AWS::Lambda::EventSourceMapping')).toEqual([
      expect.objectContaining({
        FunctionName: { Ref: id },
        EventSourceArn: queueArn,
        BatchSize: 1,
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        ScalingConfig: { MaximumConcurrency: 100 },
      }),
    ]);
  });

  test('can be let to take more or fewer turns at once, as far as Lambda goes', () => {
    const gatewayWith = (lateTurnsAtOnce: number) => {
      const scope = bareStack();
      new KakaoGateway(scope, 'Gateway', { ...REQUIRED, lateTurnsAtOnce });
      return Template.fromStack(scope);
    };
    gatewayWith(7).hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      ScalingConfig: { MaximumConcurrency: 7 },
    });
    for (const outside of [1, 1001]) expect(() => gatewayWith(outside)).toThrow('between 2 and 1000');
  });
});

describe('the REST API key', () => {
  const rulesRun: readonly FunctionName[] = ['open-builder', 'validation', 'late-turn'];
  const namesOf = (made: Template) =>
    propertiesIn(made, 'AWS::Lambda::Function').filter(
      ({ Environment }) => ENVIRONMENT.restApiKeySecretId in Environment.Variables,
    );
  const readsOf = (made: Template, ends: string) =>
    propertiesIn(made, 'AWS::IAM::Policy')
      .flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
      .filter(({ Resource }) => JSON.stringify(Resource).includes(ends));

  test('is read by nobody where none is given', () => {
    expect(namesOf(template)).toEqual([]);
    expect(JSON.stringify(template.toJSON())).not.toContain(ENVIRONMENT.restApiKeySecretId);
  });

  test('is read, and no more, by the functions that run rules, where its name is given', () => {
    const made = synth({ restApiKeySecretName: 'kakao/rest-api-key' }).gateway.template;
    expect(namesOf(made)).toHaveLength(rulesRun.length);
    const reads = readsOf(made, ':secret:kakao/rest-api-key-??????');
    expect(reads.map(({ Action }) => Action)).toEqual(rulesRun.map(() => 'secretsmanager:GetSecretValue'));
  });

  test('may be a secret of the app with a key of its own, which is decrypted by Secrets Manager alone', () => {
    const scope = bareStack();
    const encryptionKey = new Key(scope, 'Key');
    const restApiKeySecret = new Secret(scope, 'RestApiKey', { encryptionKey });
    new KakaoGateway(scope, 'Gateway', { ...REQUIRED, restApiKeySecret });
    const made = Template.fromStack(scope);
    expect(namesOf(made)).toHaveLength(rulesRun.length);
    expect(readsOf(made, 'RestApiKey')).toHaveLength(rulesRun.length);
    const decrypts = propertiesIn(made, 'AWS::IAM::Policy')
      .flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
      .filter(({ Action }) => Action === 'kms:Decrypt');
    expect(decrypts).toHaveLength(rulesRun.length);
    for (const { Condition } of decrypts) {
      expect(JSON.stringify(Condition.StringEquals['kms:ViaService'])).toContain('secretsmanager.');
    }
  });
});

describe('the late queue', () => {
  const [queue] = propertiesOf('AWS::SQS::Queue');

  test('is one, and forgets a turn when the callback that lives longest is over: a dead letter could not be answered', () => {
    template.resourceCountIs('AWS::SQS::Queue', 1);
    expect(queue?.MessageRetentionPeriod).toBe(LATE_QUEUE.retentionSeconds);
    expect(queue?.MessageRetentionPeriod).toBe(300);
    expect(queue).not.toHaveProperty('RedrivePolicy');
    template.hasResource('AWS::SQS::Queue', { DeletionPolicy: 'Delete', UpdateReplacePolicy: 'Delete' });
  });

  test('is a standard queue: a turn waits for nobody', () => {
    expect(queue).not.toHaveProperty('FifoQueue');
    expect(queue).not.toHaveProperty('DelaySeconds');
  });

  test('gives a turn to another worker when the first is surely dead, and while an apology can still be posted', () => {
    const { Timeout } = functionOf('late-turn').properties;
    expect(Timeout).toBe(LATE_QUEUE.workerTimeoutSeconds);
    expect(queue?.VisibilityTimeout).toBe(LATE_QUEUE.visibilitySeconds);
    expect(queue?.VisibilityTimeout).toBeGreaterThan(Timeout);
    expect(queue?.VisibilityTimeout * 1_000).toBeLessThan(POST_UNTIL_MS);
  });

  test('holds what users say encrypted, and takes and gives it over TLS alone', () => {
    expect(queue?.SqsManagedSseEnabled).toBe(true);
    expect(propertiesOf('AWS::SQS::QueuePolicy')).toEqual([
      {
        Queues: [{ Ref: queueId }],
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Deny',
              Principal: { AWS: '*' },
              Action: 'sqs:*',
              Resource: queueArn,
              Condition: { Bool: { 'aws:SecureTransport': 'false' } },
            },
          ],
        },
      },
    ]);
  });
});

test('no role has more than its own policy: neither a managed nor an inline one', () => {
  for (const role of propertiesOf('AWS::IAM::Role')) {
    expect(role).not.toHaveProperty('ManagedPolicyArns');
    expect(role).not.toHaveProperty('Policies');
  }
  template.resourceCountIs('AWS::IAM::Role', functions.length + 1);
  template.resourceCountIs('AWS::IAM::ManagedPolicy', 0);
});

test('every log is deleted some day', () => {
  const retentions = propertiesOf('AWS::Logs::LogGroup').map(({ RetentionInDays }) => RetentionInDays);
  expect(retentions).toEqual([30, 30, 30, 30, 30, 30]);
});

describe('the secret', () => {
  test('is made by Secrets Manager, fit for a path and a header', () => {
    template.hasResourceProperties('AWS::SecretsManager::Secret', {
      GenerateSecretString: { PasswordLength: 40, ExcludePunctuation: true },
    });
  });

  test('stays what is registered with Kakao', () => {
    template.hasResource('AWS::SecretsManager::Secret', {
      DeletionPolicy: 'RetainExceptOnCreate',
      UpdateReplacePolicy: 'Retain',
    });
    // Another logical id is another secret.
    expect(secretId).toBe('GatewaySecret4E73E0F1');
  });

  test('is in no template', () => {
    const [secret] = propertiesOf('AWS::SecretsManager::Secret');
    expect(secret).not.toHaveProperty('SecretString');
    expect(JSON.stringify(template.toJSON())).not.toContain('{{resolve:');
  });
});

describe('the outputs', () => {
  const api = Object.keys(template.findResources('AWS::ApiGatewayV2::Api'))[0];
  const apiUrl = { 'Fn::GetAtt': [api, 'ApiEndpoint'] };

  test('say which skill URL to register, and the header for the secret', () => {
    const { SkillUrl } = template.findOutputs('SkillUrl');
    expect(SkillUrl?.Value).toEqual({ 'Fn::Join': ['', [apiUrl, '/open-builder/skill']] });
    expect(isRouteKey('POST /open-builder/skill')).toBe(true);
    expect(SkillUrl?.Description).toContain(SECRET_HEADER);
  });

  test("say which URL to register as a parameter's validation API", () => {
    const { ValidationUrl } = template.findOutputs('ValidationUrl');
    expect(ValidationUrl?.Value).toEqual({
      'Fn::Join': ['', [apiUrl, '/open-builder/validation/<parameter>']],
    });
    expect(isRouteKey('POST /open-builder/validation/{parameter}')).toBe(true);
    expect(isRouteKey('POST /open-builder/validation/{secret}/{parameter}')).toBe(true);
  });

  test('say which app URL to register, with a place for the secret', () => {
    const { SmartChatAppUrl } = template.findOutputs('SmartChatAppUrl');
    expect(SmartChatAppUrl?.Value).toEqual({ 'Fn::Join': ['', [apiUrl, '/smart-chat/<secret>']] });
    expect(isRouteKey('POST /smart-chat/{secret}/message')).toBe(true);
  });

  test('give the one command that prints the secret', () => {
    const { SecretCommand } = template.findOutputs('SecretCommand');
    expect(SecretCommand?.Value).toEqual({
      'Fn::Join': [
        '',
        [
          'aws secretsmanager get-secret-value --secret-id ',
          { Ref: secretId },
          ' --query SecretString --output text --region ap-northeast-2',
        ],
      ],
    });
  });

  test('describe themselves in ASCII, all that CloudFormation keeps', () => {
    for (const { Description } of Object.values(template.findOutputs('*'))) {
      expect(Description).toMatch(/^[ -~]+$/);
    }
  });
});
