import { describe, expect, test } from '@jest/globals';
import { Template } from 'aws-cdk-lib/assertions';
import { Table } from 'aws-cdk-lib/aws-dynamodb';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { ENVIRONMENT, EVENT_ORIGINS, REST_API_KEY } from '../../lambda/aws/environment.ts';
import { KakaoGateway, type KakaoGatewayProps } from '../../lib/kakao-gateway.ts';
import { bareStack, EVERYTHING, functionIdOf, synth } from './synth.ts';

const BOT = '5f1a2b3c4d5e6f7a8b9c0d1e';
const SETTINGS = { eventBotId: BOT, restApiKeySecretName: 'kakao/rest-api-key' };

describe('the function that sends events', () => {
  const { stack, template } = synth(SETTINGS).gateway;
  const id = functionIdOf(stack, 'event');
  const { Resources, Outputs } = template.toJSON();
  const { [id]: made } = Resources;

  test('is there where it is asked for alone, and its name is told', () => {
    expect(Outputs.EventFunctionName.Value).toEqual({ Ref: id });
    const { gateway } = synth();
    expect(gateway.stack.gateway.eventFunction).toBeUndefined();
    expect(JSON.stringify(gateway.template.toJSON())).not.toMatch(
      /Gatewayevent|EventFunctionName|KAKAO_BOT_ID/,
    );
  });

  test('has the time that a thousand requests and their tasks take', () => {
    expect(made.Properties).toMatchObject({ Timeout: 900, MemorySize: 256, Architectures: ['arm64'] });
  });

  test('is told the bot, its version and the name of the secret of its key, and nothing else', () => {
    const { Variables } = made.Properties.Environment;
    expect(Object.keys(Variables).sort()).toEqual(
      [ENVIRONMENT.eventBotId, ENVIRONMENT.restApiKeySecretId, ENVIRONMENT.version].sort(),
    );
    expect(Variables[ENVIRONMENT.eventBotId]).toBe(BOT);
    // Whoever deploys may send elsewhere on their own machine.
    for (const local of [EVENT_ORIGINS, `"${REST_API_KEY}"`]) {
      expect(JSON.stringify(template.toJSON())).not.toContain(local);
    }
  });

  test('may read that one secret and write its own log, and nothing else: no session, no queue', () => {
    const [role] = made.Properties.Role['Fn::GetAtt'];
    // biome-ignore lint/suspicious/noExplicitAny: what a template has is looked at, not typed
    const policies = Object.values<any>(Resources).filter(
      ({ Type, Properties }) =>
        Type === 'AWS::IAM::Policy' && JSON.stringify(Properties.Roles).includes(role),
    );
    const statements = policies.flatMap(({ Properties }) => Properties.PolicyDocument.Statement);
    expect(statements.map(({ Action }) => Action)).toEqual([
      ['logs:CreateLogStream', 'logs:PutLogEvents'],
      'secretsmanager:GetSecretValue',
    ]);
    expect(JSON.stringify(statements[1].Resource)).toContain('secret:kakao/rest-api-key-??????');
    expect(Resources[role].Properties.ManagedPolicyArns).toBeUndefined();
  });

  test('is not tried again by Lambda, which would reach the same people twice', () => {
    template.hasResourceProperties('AWS::Lambda::EventInvokeConfig', {
      FunctionName: { Ref: id },
      MaximumRetryAttempts: 0,
      MaximumEventAgeInSeconds: 900,
    });
  });

  test('runs none of the bot’s code: nothing that the bot is given is given to it', () => {
    const { Resources: all } = synth(EVERYTHING).gateway.template.toJSON();
    const { Properties } = all[functionIdOf(synth(EVERYTHING).gateway.stack, 'event')];
    expect(Properties.Environment.Variables).not.toHaveProperty('GREETING');
    expect(Properties).not.toHaveProperty('Layers');
    expect(Properties).not.toHaveProperty('VpcConfig');
  });
});

describe('in another app', () => {
  const gatewayWith = (props: Partial<KakaoGatewayProps>): KakaoGateway => {
    const stack = bareStack();
    const sessionsTable = Table.fromTableName(stack, 'Sessions', 'sessions');
    return new KakaoGateway(stack, 'Bot', { scenario: 'lambda/scenario.ts', sessionsTable, ...props });
  };

  test('other code is let invoke it', () => {
    const stack = bareStack();
    const gateway = new KakaoGateway(stack, 'Bot', {
      scenario: 'lambda/scenario.ts',
      sessionsTable: Table.fromTableName(stack, 'Sessions', 'sessions'),
      restApiKeySecret: Secret.fromSecretNameV2(stack, 'Key', 'kakao/rest-api-key'),
      eventApi: { botId: BOT },
    });
    expect(gateway.eventFunction).toBeInstanceOf(LambdaFunction);
    const shop = new Role(stack, 'Shop', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    gateway.eventFunction?.grantInvoke(shop);
    Template.fromStack(stack).hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: { Statement: [{ Action: 'lambda:InvokeFunction', Effect: 'Allow' }] },
    });
  });

  test('it is refused without the key that it sends by', () => {
    expect(() => gatewayWith({ eventApi: { botId: BOT } })).toThrow(
      'Default/Bot has an eventApi and no restApiKeySecret: Kakao takes events by the REST API key alone',
    );
  });
});
