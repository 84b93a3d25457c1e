import { describe, expect, test } from '@jest/globals';
import { Template } from 'aws-cdk-lib/assertions';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Stack } from 'aws-cdk-lib/core';
import { ENVIRONMENT } from '../../lambda/aws/environment.ts';
import { GatewayStack, KakaoGateway } from '../../lib/index.ts';
import { ADOPTED, appOf, bareStack, EVERYTHING, propertiesOf } from './synth.ts';

const { sessionsTableName, gatewaySecretArn, encryptionKeyArn } = ADOPTED;

const stacksOf = (context: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(
    appOf(context)
      .node.children.filter(child => child instanceof Stack)
      .map(stack => [stack.stackName, Template.fromStack(stack)]),
  );

/** Every statement of the functions' roles. */
const statementsOf = (
  template: Template,
): readonly { readonly Action: string; readonly Resource: unknown }[] =>
  propertiesOf(template, 'AWS::IAM::Policy').flatMap(({ PolicyDocument }) => PolicyDocument.Statement);

const variables = (template: Template) =>
  propertiesOf(template, 'AWS::Lambda::Function').map(({ Environment }) => Environment.Variables);

describe('a table and a secret that are there already', () => {
  const stacks = stacksOf({ stage: 'dev', sessionsTableName, gatewaySecretArn });
  const gateway = stacks['kakao-gateway-dev'] ?? Template.fromString('{}');

  test('are made by nobody', () => {
    expect(Object.keys(stacks)).toEqual(['kakao-gateway-dev']);
    gateway.resourceCountIs('AWS::SecretsManager::Secret', 0);
    gateway.resourceCountIs('AWS::DynamoDB::GlobalTable', 0);
  });

  test('are those of each function, which may do to them what it does', () => {
    for (const own of variables(gateway)) {
      // The probe knows no table.
      const isOfProbe = ENVIRONMENT.probeUrl in own;
      expect(own[ENVIRONMENT.sessionsTable]).toBe(isOfProbe ? undefined : sessionsTableName);
    }
    const readers = variables(gateway).filter(own => ENVIRONMENT.gatewaySecretId in own);
    expect(readers.map(own => own[ENVIRONMENT.gatewaySecretId])).toEqual(readers.map(() => gatewaySecretArn));
    expect(readers).toHaveLength(4);
    const statements = statementsOf(gateway);
    const ofSecret = statements.filter(({ Action }) => Action === 'secretsmanager:GetSecretValue');
    expect(ofSecret.map(({ Resource }) => Resource)).toEqual(ofSecret.map(() => gatewaySecretArn));
    const ofTable = statements.filter(({ Action }) => JSON.stringify(Action).includes('dynamodb:'));
    expect(ofTable).toHaveLength(4);
    for (const { Resource } of ofTable)
      expect(JSON.stringify(Resource)).toContain(`:table/${sessionsTableName}`);
  });

  test('are told by the command that prints the secret', () => {
    const { Value } = gateway.findOutputs('SecretCommand').SecretCommand ?? {};
    expect(JSON.stringify(Value)).toContain(gatewaySecretArn);
  });

  test('may be one of the two', () => {
    const own = stacksOf({ gatewaySecretArn });
    expect(Object.keys(own)).toEqual(['kakao-gateway-sessions-prod', 'kakao-gateway-prod']);
    expect(Object.keys(stacksOf({ sessionsTableName }))).toEqual(['kakao-gateway-prod']);
  });

  test("are a bot's own, where there are several", () => {
    const bots = [
      { name: 'cafe', sessionsTableName },
      { name: 'flowers', scenario: 'test/lib/flower-shop.ts' },
    ];
    expect(Object.keys(stacksOf({ bots }))).toEqual([
      'kakao-gateway-prod',
      'kakao-gateway-sessions-prod--flowers',
      'kakao-gateway-prod--flowers',
    ]);
  });
});

describe('a key that is there already', () => {
  const { customerManagedKey: _, ...others } = EVERYTHING;
  const { 'kakao-gateway-dev': gateway = Template.fromString('{}') } = stacksOf({ ...others, ...ADOPTED });
  const plain = stacksOf({ encryptionKeyArn });

  test('encrypts what a key of ours would', () => {
    gateway.resourceCountIs('AWS::KMS::Key', 0);
    for (const type of ['AWS::SQS::Queue', 'AWS::SNS::Topic'])
      for (const { KmsMasterKeyId } of propertiesOf(gateway, type))
        expect(KmsMasterKeyId).toBe(encryptionKeyArn);
    for (const { KmsKeyId } of propertiesOf(gateway, 'AWS::Logs::LogGroup'))
      expect(KmsKeyId).toBe(encryptionKeyArn);
    plain['kakao-gateway-sessions-prod']?.hasResourceProperties('AWS::DynamoDB::GlobalTable', {
      Replicas: [{ SSESpecification: { KMSMasterKeyId: encryptionKeyArn } }],
    });
  });

  test('may be used by each function through the table, the secret and the queue alone', () => {
    const ofKey = statementsOf(gateway).filter(({ Resource }) => Resource === encryptionKeyArn);
    const services = ofKey.map(
      statement => JSON.stringify(statement).match(/"kms:ViaService":"(\w+)\./)?.[1],
    );
    expect(new Set(services)).toEqual(new Set(['dynamodb', 'secretsmanager', 'sqs']));
  });
});

describe('in an app of your own', () => {
  test('a gateway takes a secret, made there or imported', () => {
    const stack = bareStack();
    const secret = Secret.fromSecretCompleteArn(stack, 'Old', gatewaySecretArn);
    const gateway = new KakaoGateway(stack, 'Cafe', {
      sessionsTable: { tableName: 'sessions', grant: () => expect.anything() as never },
      scenario: 'lambda/scenario.ts',
      secret,
    });
    expect(gateway.secret).toBe(secret);
    Template.fromStack(stack).resourceCountIs('AWS::SecretsManager::Secret', 0);
  });

  test('a stack without any table says what it needs', () => {
    const app = bareStack().node.root;
    expect(() => new GatewayStack(app, 'Cafe', { scenario: 'lambda/scenario.ts' })).toThrow(
      'Cafe needs a table for its sessions: sessionsTable, as SessionStack makes it, or sessionsTableName',
    );
  });
});
