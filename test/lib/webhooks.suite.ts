import { describe, expect, test } from '@jest/globals';
import { Template } from 'aws-cdk-lib/assertions';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { ADMIN_KEY, ENVIRONMENT } from '../../lambda/aws/environment.ts';
import { routeKeys, routes } from '../../lambda/routes.ts';
import { KakaoGateway } from '../../lib/kakao-gateway.ts';
import { bareStack, functionIdOf, ownFunctionsOf, propertiesOf, synth } from './synth.ts';

const SETTINGS = { adminKeySecretName: 'kakao/admin-key', appId: '123456', channelPublicId: '_ZeUTxl' };
const { sessions, gateway } = synth(SETTINGS);
const { stack, template } = gateway;
const OWN = routeKeys.filter(routeKey => routes[routeKey] === 'webhooks');

const functionOf = (name: Parameters<typeof functionIdOf>[1]) =>
  template.findResources('AWS::Lambda::Function')[functionIdOf(stack, name)]?.Properties;

/** The rights of a function's role on AWS: resources by action. */
function allowedTo(name: Parameters<typeof functionIdOf>[1]): Record<string, readonly unknown[]> {
  const roleId = functionOf(name).Role['Fn::GetAtt'][0];
  const statements = Object.values(template.findResources('AWS::IAM::Policy'))
    .filter(({ Properties }) => Properties.Roles.some(({ Ref }: { Ref: string }) => Ref === roleId))
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement);
  const allowed: Record<string, unknown[]> = {};
  for (const { Action, Resource } of statements) {
    for (const action of [Action].flat()) allowed[action] = [...(allowed[action] ?? []), Resource];
  }
  return allowed;
}

describe('without the admin key', () => {
  const plain = synth().gateway.template;

  test('there are no webhooks: no route, no function, no right and no output of theirs', () => {
    const deployed = propertiesOf(plain, 'AWS::ApiGatewayV2::Route').map(({ RouteKey }) => RouteKey);
    expect(OWN).toHaveLength(3);
    expect(deployed.filter(routeKey => OWN.includes(routeKey))).toEqual([]);
    expect(ownFunctionsOf(plain)).toHaveLength(4);
    expect(Object.keys(plain.findOutputs('*')).filter(name => /webhook/i.test(name))).toEqual([]);
    const text = JSON.stringify(plain.toJSON());
    for (const name of [ENVIRONMENT.adminKeySecretId, ENVIRONMENT.keepsAliases, ENVIRONMENT.appId]) {
      expect(text).not.toContain(name);
    }
    expect(new KakaoGateway(bareStack(), 'Gateway', required()).webhookUrls).toBeUndefined();
  });
});

describe('with the admin key', () => {
  test('Kakao Developers has its routes, and the two URLs to register are outputs', () => {
    const deployed = propertiesOf(template, 'AWS::ApiGatewayV2::Route').map(({ RouteKey }) => RouteKey);
    expect(deployed.filter(routeKey => OWN.includes(routeKey)).sort()).toEqual([...OWN].sort());
    for (const [name, path] of [
      ['ChannelWebhookUrl', '/webhooks/channel'],
      ['UnlinkWebhookUrl', '/webhooks/unlink'],
    ] as const) {
      expect(JSON.stringify(template.findOutputs(name)[name]?.Value)).toContain(path);
      expect(OWN).toContain(`POST ${path}`);
    }
  });

  test('the function knows which secret, app and channel it is about, and never a key itself', () => {
    expect(functionOf('webhooks').Environment.Variables).toMatchObject({
      [ENVIRONMENT.adminKeySecretId]: expect.anything(),
      [ENVIRONMENT.appId]: '123456',
      [ENVIRONMENT.channelPublicId]: '_ZeUTxl',
    });
    expect(JSON.stringify(template.toJSON())).not.toContain(`"${ADMIN_KEY}"`);
    for (const name of ['open-builder', 'smart-chat', 'validation', 'late-turn'] as const) {
      expect(functionOf(name).Environment.Variables).not.toHaveProperty(ENVIRONMENT.adminKeySecretId);
    }
  });

  test('it may read and erase sessions, read its two secrets and write its log, and nothing else', () => {
    const allowed = allowedTo('webhooks');
    expect(Object.keys(allowed).sort()).toEqual([
      'dynamodb:DeleteItem',
      'dynamodb:GetItem',
      'logs:CreateLogStream',
      'logs:PutLogEvents',
      'secretsmanager:GetSecretValue',
    ]);
    expect(JSON.stringify(allowed['secretsmanager:GetSecretValue'])).toContain(
      ':secret:kakao/admin-key-??????',
    );
    expect(allowed['secretsmanager:GetSecretValue']?.flat()).toHaveLength(2);
  });

  test('those that take turns, and no others, write aliases', () => {
    for (const name of ['open-builder', 'smart-chat'] as const) {
      expect(allowedTo(name)).toHaveProperty('dynamodb:UpdateItem');
      expect(functionOf(name).Environment.Variables).toHaveProperty(ENVIRONMENT.keepsAliases);
    }
    for (const name of ['webhooks', 'validation', 'late-turn'] as const) {
      expect(functionOf(name).Environment.Variables).not.toHaveProperty(ENVIRONMENT.keepsAliases);
    }
  });

  test("it is released by and by, and back by an alarm, as the others are; the bot's own rights are its, too", () => {
    const id = functionIdOf(stack, 'webhooks');
    const slowly = synth({ ...SETTINGS, canary: 'true' }).gateway.template;
    const watched = propertiesOf(slowly, 'AWS::CloudWatch::Alarm')
      .filter(({ Dimensions = [] }) => JSON.stringify(Dimensions).includes(id))
      .map(({ MetricName }) => MetricName);
    expect(watched).toEqual(['Errors']);
    slowly.resourceCountIs('AWS::CodeDeploy::DeploymentGroup', 5);
  });

  test('it is started only when it is called, however many of the others are kept started', () => {
    const kept = synth({ ...SETTINGS, provisionedConcurrency: '2' }).gateway.template;
    const aliases = propertiesOf(kept, 'AWS::Lambda::Alias');
    expect(aliases.filter(({ ProvisionedConcurrencyConfig }) => ProvisionedConcurrencyConfig)).toHaveLength(
      3,
    );
  });

  test('its key may be decrypted by Secrets Manager alone', () => {
    const scope = bareStack();
    const encryptionKey = new Key(scope, 'Key');
    const adminKeySecret = new Secret(scope, 'AdminKey', { encryptionKey });
    const made = new KakaoGateway(scope, 'Gateway', { ...required(), adminKeySecret });
    expect(Object.keys(made.functions)).toContain('webhooks');
    const decrypts = propertiesOf(Template.fromStack(scope), 'AWS::IAM::Policy')
      .flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
      .filter(({ Action }) => Action === 'kms:Decrypt');
    expect(decrypts).toHaveLength(1);
    expect(JSON.stringify(decrypts)).toContain('secretsmanager.');
  });
});

function required() {
  return { sessionsTable: sessions.stack.table, scenario: 'lambda/scenario.ts' };
}
