import { existsSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { ENVIRONMENT } from '../../lambda/aws/environment.ts';
import { SECRET_HEADER } from '../../lambda/aws/http.ts';
import { ANSWER_WITHIN_MS } from '../../lambda/bot/deadline.ts';
import { type HandlerName, isRouteKey, routeKeys, routes } from '../../lambda/routes.ts';
import { GatewayFunction } from '../../lib/gateway-function.ts';
import { synth } from './synth.ts';

const { sessions, gateway } = synth();
const { stack, template } = gateway;
const handlers: readonly HandlerName[] = [...new Set(Object.values(routes))];
const sessionsTableArn = stack.resolve(sessions.stack.table.tableArn);
const sessionsTableName = stack.resolve(sessions.stack.table.tableName);
const [secretId = ''] = Object.keys(template.findResources('AWS::SecretsManager::Secret'));

/** The template's function that runs a handler. */
function functionOf(handler: HandlerName) {
  const made = stack.node
    .findAll()
    .find(construct => construct instanceof GatewayFunction && construct.node.id === handler);
  if (!(made instanceof GatewayFunction)) throw new Error(`no function runs ${handler}`);
  const id = stack.resolve(made.lambda.functionArn)['Fn::GetAtt'][0];
  const properties = template.findResources('AWS::Lambda::Function')[id]?.Properties;
  return { id, properties };
}

/** What a function's role allows: resources by action. */
function allowedTo(handler: HandlerName): Record<string, unknown> {
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

function propertiesOf(type: string) {
  return Object.values(template.findResources(type)).map(({ Properties }) => Properties);
}

describe('the API', () => {
  test('serves the routes of the table, each by the function of its handler', () => {
    const integrations = template.findResources('AWS::ApiGatewayV2::Integration');
    const deployed = propertiesOf('AWS::ApiGatewayV2::Route').map(({ RouteKey, Target }) => {
      const integrationId = Target['Fn::Join'][1].at(-1).Ref;
      return [RouteKey, integrations[integrationId]?.Properties.IntegrationUri];
    });
    const meant = routeKeys.map(routeKey => [
      routeKey,
      { 'Fn::GetAtt': [functionOf(routes[routeKey]).id, 'Arn'] },
    ]);
    expect(deployed.sort()).toEqual(meant.sort());
  });

  test.each(handlers)('finds the code of %s', handler => {
    expect(existsSync(new URL(`../../lambda/handlers/${handler}.ts`, import.meta.url))).toBe(true);
  });

  test.each(propertiesOf('AWS::ApiGatewayV2::Integration'))(
    'waits for the answer, but neither longer than Kakao nor as long as the function may run (%#)',
    ({ TimeoutInMillis, PayloadFormatVersion }) => {
      expect(TimeoutInMillis).toBeGreaterThan(ANSWER_WITHIN_MS);
      expect(TimeoutInMillis).toBeLessThan(5_000);
      for (const handler of handlers) {
        expect(functionOf(handler).properties.Timeout * 1_000).toBeGreaterThan(TimeoutInMillis);
      }
      expect(PayloadFormatVersion).toBe('2.0');
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
      requestId: '$context.requestId',
      routeKey: '$context.routeKey',
      status: '$context.status',
      responseLatency: '$context.responseLatency',
      integrationLatency: '$context.integrationLatency',
      integrationError: '$context.integrationErrorMessage',
    });
  });

  test('is the only one that may call the functions', () => {
    const [apiId] = Object.keys(template.findResources('AWS::ApiGatewayV2::Api'));
    for (const { Principal, SourceArn } of propertiesOf('AWS::Lambda::Permission')) {
      expect(Principal).toBe('apigateway.amazonaws.com');
      expect(SourceArn['Fn::Join'][1]).toContainEqual({ Ref: apiId });
    }
    template.resourceCountIs('AWS::Lambda::Url', 0);
  });
});

describe.each(handlers)('the function %s', handler => {
  const { properties } = functionOf(handler);

  test('is told the names of the table and the secret, and nothing else', () => {
    expect(properties.Environment.Variables).toEqual({
      [ENVIRONMENT.sessionsTable]: sessionsTableName,
      [ENVIRONMENT.gatewaySecretId]: { Ref: secretId },
    });
  });

  test('logs JSON to a group of its own', () => {
    const others = handlers.filter(other => other !== handler).map(other => functionOf(other).properties);
    expect(properties.LoggingConfig.LogFormat).toBe('JSON');
    expect(others.map(({ LoggingConfig }) => LoggingConfig.LogGroup)).not.toContainEqual(
      properties.LoggingConfig.LogGroup,
    );
  });

  test('may do to the table, the secret and its log what it does, and nothing else to anything', () => {
    const logGroupArn = { 'Fn::GetAtt': [properties.LoggingConfig.LogGroup.Ref, 'Arn'] };
    expect(allowedTo(handler)).toEqual({
      'dynamodb:GetItem': sessionsTableArn,
      'dynamodb:PutItem': sessionsTableArn,
      ...(handler === 'smart-chat' && { 'dynamodb:DeleteItem': sessionsTableArn }),
      'secretsmanager:GetSecretValue': { Ref: secretId },
      'logs:CreateLogStream': logGroupArn,
      'logs:PutLogEvents': logGroupArn,
    });
  });
});

test('no role has more than its own policy: neither a managed nor an inline one', () => {
  for (const role of propertiesOf('AWS::IAM::Role')) {
    expect(role).not.toHaveProperty('ManagedPolicyArns');
    expect(role).not.toHaveProperty('Policies');
  }
  template.resourceCountIs('AWS::IAM::Role', handlers.length);
  template.resourceCountIs('AWS::IAM::ManagedPolicy', 0);
});

test('every log is deleted some day', () => {
  const retentions = propertiesOf('AWS::Logs::LogGroup').map(({ RetentionInDays }) => RetentionInDays);
  expect(retentions).toEqual([30, 30, 30]);
});

describe('the secret', () => {
  test('is made by Secrets Manager, fit for a path and a header', () => {
    template.hasResourceProperties('AWS::SecretsManager::Secret', {
      GenerateSecretString: { PasswordLength: 40, ExcludePunctuation: true },
    });
  });

  test('stays what is registered with Kakao', () => {
    template.hasResource('AWS::SecretsManager::Secret', {
      DeletionPolicy: 'Retain',
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
