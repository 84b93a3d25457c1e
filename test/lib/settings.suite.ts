import { describe, expect, jest, test } from '@jest/globals';
import { Template } from 'aws-cdk-lib/assertions';
import { Grant } from 'aws-cdk-lib/aws-iam';
import { NestedStack } from 'aws-cdk-lib/core';
import { ENVIRONMENT } from '../../lambda/aws/environment.ts';
import { FUNCTION_NAMES } from '../../lib/gateway-function.ts';
import { GatewayStack, KakaoGateway } from '../../lib/index.ts';
import {
  appOf,
  bareStack,
  EVERY_FUNCTION,
  EVERYTHING,
  functionIdOf,
  ownFunctionsOf,
  propertiesOf,
  synth,
} from './synth.ts';

const plain = synth();
const full = synth(EVERYTHING);
const { domainName, certificateArn } = EVERYTHING;
const domain = synth({ domainName, certificateArn });
const provisioned = synth({ provisionedConcurrency: 2 });

const FUNCTION = 'AWS::Lambda::Function';
/** Those that run the bot's own code. */
const functionsOf = ({ gateway }: typeof plain) =>
  ownFunctionsOf(gateway.template).filter(
    ({ Environment }) => Environment.Variables[ENVIRONMENT.eventBotId] === undefined,
  );
const idsOf = ({ gateway }: typeof plain, type: string) => Object.keys(gateway.template.findResources(type));
/** Functions in the order in which the stack makes them. */
const FRONT = FUNCTION_NAMES.filter(name => name !== 'late-turn');

describe('memory and concurrency', () => {
  test('are what each function is given', () => {
    expect(functionsOf(full).map(({ MemorySize }) => MemorySize)).toEqual([1024, 1024, 1024, 192, 1024]);
    const reserved = functionsOf(full).map(one => one.ReservedConcurrentExecutions);
    expect(reserved).toEqual([50, 50, 50, undefined, 50]);
    expect(functionsOf(plain).map(({ MemorySize }) => MemorySize)).toEqual([512, 512, 512, 256]);
    for (const one of functionsOf(plain)) expect(one).not.toHaveProperty('ReservedConcurrentExecutions');
    full.gateway.template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      ScalingConfig: { MaximumConcurrency: 200 },
    });
  });

  test('provisioned, are had by an alias of each function that Kakao calls', () => {
    expect(propertiesOf(provisioned.gateway.template, 'AWS::Lambda::Alias')).toEqual(
      FRONT.map(() =>
        expect.objectContaining({
          Name: 'live',
          ProvisionedConcurrencyConfig: { ProvisionedConcurrentExecutions: 2 },
        }),
      ),
    );
    provisioned.gateway.template.resourceCountIs('AWS::CodeDeploy::DeploymentGroup', 0);
  });
});

describe("the words of rules' errors", () => {
  test('are told by every function where that is wanted, and by none unless it is', () => {
    const words = (of: typeof plain) =>
      functionsOf(of).map(({ Environment }) => Environment.Variables[ENVIRONMENT.logErrors]);
    expect(words(full)).toEqual(EVERY_FUNCTION.map(() => 'masked'));
    expect(words(plain)).toEqual(FUNCTION_NAMES.map(() => undefined));
    expect(words(synth({ ruleErrorMessages: 'false' }))).toEqual(words(plain));
  });
});

describe('releases', () => {
  /** The functions that the API calls, in no order, and those that the queue calls. */
  const calledBy = ({ gateway: { template } }: typeof plain) => ({
    api: new Set(
      propertiesOf(template, 'AWS::ApiGatewayV2::Integration').map(one => JSON.stringify(one.IntegrationUri)),
    ),
    queue: propertiesOf(template, 'AWS::Lambda::EventSourceMapping').map(one => one.FunctionName),
  });
  const setOf = (targets: readonly object[]) => new Set(targets.map(target => JSON.stringify(target)));

  test('are of all calls at once, without aliases, unless a canary is wanted', () => {
    for (const off of [plain, synth({ canary: 'false' })]) {
      for (const type of ['Alias', 'Version'])
        off.gateway.template.resourceCountIs(`AWS::Lambda::${type}`, 0);
      off.gateway.template.resourceCountIs('AWS::CodeDeploy::DeploymentGroup', 0);
      const functions = idsOf(off, FUNCTION);
      expect(calledBy(off)).toEqual({
        api: setOf(functions.slice(0, FRONT.length).map(id => ({ 'Fn::GetAtt': [id, 'Arn'] }))),
        queue: [{ Ref: functions[FRONT.length] }],
      });
    }
  });

  test('with a canary, are called by the alias of each function, the worker among them', () => {
    const aliases = idsOf(full, 'AWS::Lambda::Alias');
    expect(aliases).toHaveLength(EVERY_FUNCTION.length);
    const { api, queue } = calledBy(full);
    const worker = EVERY_FUNCTION.indexOf('late-turn');
    expect(api).toEqual(setOf(aliases.toSpliced(worker, 1).map(Ref => ({ Ref }))));
    expect(JSON.stringify(queue)).toMatch(new RegExp(`"Ref":"${aliases[worker]}".*":live"`));
  });

  test('with provisioned functions alone, are called by the alias where there is one', () => {
    expect(calledBy(provisioned)).toEqual({
      api: setOf(idsOf(provisioned, 'AWS::Lambda::Alias').map(Ref => ({ Ref }))),
      queue: [{ Ref: functionIdOf(provisioned.gateway.stack, 'late-turn') }],
    });
  });

  test('with aliases, are called by nobody but the API, and the probe by its schedule', () => {
    for (const { FunctionName, Principal } of propertiesOf(full.gateway.template, 'AWS::Lambda::Permission'))
      if (Principal !== 'events.amazonaws.com')
        expect(idsOf(full, 'AWS::Lambda::Alias')).toContain(FunctionName.Ref);
  });

  test('go a tenth first, and back on the alarms that tell of a bad one', () => {
    const { template } = full.gateway;
    const alarms = template.findResources('AWS::CloudWatch::Alarm');
    const groups = propertiesOf(template, 'AWS::CodeDeploy::DeploymentGroup');
    const kinds = groups.map(({ AlarmConfiguration }) =>
      AlarmConfiguration.Alarms.map(({ Name }: { Name: { Ref: string } }) =>
        alarms[Name.Ref]?.Properties.AlarmDescription.split('#').at(-1),
      ),
    );
    const answering = ['slow-answers', 'turns-failed', 'late-turns-lost', 'answers-repaired'];
    expect(kinds).toEqual([
      ['function-errors', ...answering],
      ['function-errors', ...answering],
      ['function-errors', 'validations-failed'],
      ['function-errors', 'turns-failed', 'late-turns-lost', 'late-turns-waiting', 'answers-repaired'],
      ['function-errors'],
    ]);
    for (const { AutoRollbackConfiguration, DeploymentConfigName, AlarmConfiguration } of groups) {
      expect(DeploymentConfigName).toBe('CodeDeployDefault.LambdaCanary10Percent5Minutes');
      expect(AutoRollbackConfiguration.Events).toContain('DEPLOYMENT_STOP_ON_ALARM');
      expect(AlarmConfiguration.Enabled).toBe(true);
    }
    for (const { UpdatePolicy } of Object.values(template.findResources('AWS::Lambda::Alias')))
      expect(UpdatePolicy).toHaveProperty('CodeDeployLambdaAliasUpdate');
  });
});

describe('the API', () => {
  test('is throttled as it is told', () => {
    full.gateway.template.hasResourceProperties('AWS::ApiGatewayV2::Stage', {
      DefaultRouteSettings: { ThrottlingRateLimit: 20, ThrottlingBurstLimit: 40 },
    });
  });

  test('has a domain of its own, by which the outputs name it', () => {
    const { template } = domain.gateway;
    const [id] = idsOf(domain, 'AWS::ApiGatewayV2::DomainName');
    template.hasResourceProperties('AWS::ApiGatewayV2::DomainName', {
      DomainName: domainName,
      DomainNameConfigurations: [{ CertificateArn: certificateArn, EndpointType: 'REGIONAL' }],
    });
    template.hasResourceProperties('AWS::ApiGatewayV2::ApiMapping', { DomainName: { Ref: id } });
    for (const [output, path] of [
      ['SkillUrl', '/open-builder/skill'],
      ['ValidationUrl', '/open-builder/validation/<parameter>'],
      ['SmartChatAppUrl', '/smart-chat/<secret>'],
    ] as const) {
      expect(template.findOutputs(output)[output]?.Value).toEqual({
        'Fn::Join': ['', ['https://', { Ref: id }, path]],
      });
    }
  });

  const endpointOf = ({ gateway }: typeof plain) =>
    propertiesOf(gateway.template, 'AWS::ApiGatewayV2::Api').map(one => one.DisableExecuteApiEndpoint);

  test('with a domain, can be called by no other name, and no output tells of another', () => {
    expect(endpointOf(domain)).toEqual([true]);
    expect(JSON.stringify(domain.gateway.template.toJSON().Outputs)).not.toMatch(/ApiEndpoint|execute-api/);
  });

  test('can be called by its own name where it has no other, or is to keep it while Kakao still calls it so', () => {
    expect(endpointOf(plain)).toEqual([undefined]);
    const { gateway } = synth({ domainName, certificateArn, keepApiUrl: 'true' });
    expect(propertiesOf(gateway.template, 'AWS::ApiGatewayV2::Api')[0]).not.toHaveProperty(
      'DisableExecuteApiEndpoint',
    );
    expect(JSON.stringify(gateway.template.toJSON().Outputs)).not.toMatch(/ApiEndpoint|execute-api/);
  });

  test('tells the DNS record that is missing, or makes it', () => {
    const { DomainCname } = domain.gateway.template.findOutputs('DomainCname');
    expect(JSON.stringify(DomainCname?.Value)).toContain(`${domainName} CNAME `);
    expect(DomainCname?.Description).toMatch(/^[ -~]+$/);
    domain.gateway.template.resourceCountIs('AWS::Route53::RecordSet', 0);
    expect(full.gateway.template.findOutputs('DomainCname')).toEqual({});
    full.gateway.template.hasResourceProperties('AWS::Route53::RecordSet', {
      Name: `${domainName}.`,
      Type: 'A',
      HostedZoneId: EVERYTHING.hostedZoneId,
    });
  });
});

describe('logs and traces', () => {
  test('are kept as long as it is told', () => {
    const groups = propertiesOf(full.gateway.template, 'AWS::Logs::LogGroup');
    expect(groups.map(({ RetentionInDays }) => RetentionInDays)).toEqual(Array(8).fill(14));
  });

  test('are traced only where it is wanted', () => {
    for (const one of functionsOf(full)) expect(one.TracingConfig).toEqual({ Mode: 'Active' });
    for (const one of functionsOf(plain)) expect(one).not.toHaveProperty('TracingConfig');
    expect(JSON.stringify(plain.gateway.template.toJSON())).not.toContain('xray:');
  });
});

describe('a key of the account', () => {
  const keyArn = full.gateway.stack.resolve(full.sessions.stack.key?.keyArn);

  test('is rotated, and kept like what it encrypts', () => {
    full.sessions.template.hasResource('AWS::KMS::Key', {
      DeletionPolicy: 'RetainExceptOnCreate',
      UpdateReplacePolicy: 'Retain',
      Properties: { EnableKeyRotation: true },
    });
    plain.sessions.template.resourceCountIs('AWS::KMS::Key', 0);
  });

  test('encrypts the table, the secret, the queue, the logs and the alarms', () => {
    const [table] = propertiesOf(full.sessions.template, 'AWS::DynamoDB::GlobalTable');
    expect(table?.SSESpecification).toEqual({ SSEEnabled: true, SSEType: 'KMS' });
    const keysOf = (type: string, property: string) =>
      propertiesOf(full.gateway.template, type).map(properties => properties[property]);
    expect(keysOf('AWS::SecretsManager::Secret', 'KmsKeyId')).toEqual([keyArn]);
    expect(keysOf('AWS::SQS::Queue', 'KmsMasterKeyId')).toEqual([keyArn]);
    expect(keysOf('AWS::SNS::Topic', 'KmsMasterKeyId')).toEqual([keyArn]);
    expect(new Set(keysOf('AWS::Logs::LogGroup', 'KmsKeyId').map(key => JSON.stringify(key)))).toEqual(
      new Set([JSON.stringify(keyArn)]),
    );
  });

  test('is used by functions only through the services that they call', () => {
    const uses = propertiesOf(full.gateway.template, 'AWS::IAM::Policy').map(({ PolicyDocument }) =>
      PolicyDocument.Statement.filter(({ Action }: { Action: string | string[] }) =>
        [Action].flat().some(action => action.startsWith('kms:')),
      ).map(({ Resource, Condition }: { Resource: unknown; Condition: object }) => {
        expect(Resource).toEqual(keyArn);
        return Object.values(Condition).map(({ 'kms:ViaService': via }) => via.split('.')[0]);
      }),
    );
    const front = [['dynamodb'], ['secretsmanager'], ['sqs']];
    expect(uses.map(services => services.sort())).toEqual([
      front,
      front,
      [['dynamodb'], ['secretsmanager']],
      [['dynamodb'], ['sqs']],
      [['dynamodb'], ['secretsmanager']],
      // Who sends events reads a secret that others made, with their key.
      [],
      // The probe shows the secret.
      [['secretsmanager']],
    ]);
  });

  test('lets CloudWatch write logs and send alarms, of this account alone', () => {
    const [key] = propertiesOf(full.sessions.template, 'AWS::KMS::Key');
    const services = key?.KeyPolicy.Statement.filter(
      ({ Principal }: { Principal: { Service?: string } }) => Principal.Service,
    );
    expect(services.map(({ Principal }: { Principal: { Service: string } }) => Principal.Service)).toEqual([
      'logs.ap-northeast-2.amazonaws.com',
      'cloudwatch.amazonaws.com',
    ]);
    for (const { Condition } of services) expect(JSON.stringify(Condition)).toContain('123456789012');
  });
});

describe.each([
  ['as it comes', plain],
  ['with every setting', full],
  ['with a domain', domain],
])('the app %s', (_, { sessions, gateway }) => {
  const templates = [sessions, gateway].map(({ template }) => JSON.stringify(template.toJSON()));

  test('has no value of a secret in its templates, nor a place where CloudFormation would put one', () => {
    for (const text of templates) {
      expect(text).not.toContain('{{resolve:');
      expect(text).not.toMatch(/"SecretString":|"NoEcho"/);
    }
  });

  test('tells the functions names, and no secrets', () => {
    for (const { Environment } of propertiesOf(gateway.template, FUNCTION)) {
      const known = [...Object.values(ENVIRONMENT), ...Object.keys(JSON.parse(EVERYTHING.environment))];
      expect(known).toEqual(expect.arrayContaining(Object.keys(Environment.Variables)));
    }
  });

  test('keeps the table, the secret and the queue where they were', () => {
    // Another logical id is another, empty one.
    expect(Object.keys(sessions.template.findResources('AWS::DynamoDB::GlobalTable'))).toEqual([
      'Sessions8896A56D',
    ]);
    const [secret] = Object.keys(gateway.template.findResources('AWS::SecretsManager::Secret'));
    expect(secret).toBe('GatewaySecret4E73E0F1');
    const [api] = Object.keys(gateway.template.findResources('AWS::ApiGatewayV2::Api'));
    expect(api).toBe('GatewayApi4EDF2151');
    const [mapping] = Object.keys(gateway.template.findResources('AWS::Lambda::EventSourceMapping'));
    expect(mapping).toBe('GatewaylateturnFunctionLateTurnsAEA7B6E0');
  });
});

describe("what the bot's own code needs", () => {
  test('is given to every function, by its names and ids', () => {
    for (const { Environment, VpcConfig, Layers } of functionsOf(full)) {
      expect(Environment.Variables).toMatchObject({ GREETING: 'hello' });
      expect(VpcConfig).toEqual({
        SubnetIds: EVERYTHING.subnetIds.split(','),
        SecurityGroupIds: [EVERYTHING.securityGroupIds],
      });
      expect(Layers).toEqual([EVERYTHING.layerArns]);
    }
    for (const allowed of ['s3:GetObject', 'ssm:GetParameter']) {
      const policies = propertiesOf(full.gateway.template, 'AWS::IAM::Policy').filter(({ PolicyDocument }) =>
        PolicyDocument.Statement.some(({ Action }: { Action: unknown }) => Action === allowed),
      );
      expect(policies).toHaveLength(EVERY_FUNCTION.length);
    }
  });

  test('is nothing, unless it is said', () => {
    for (const one of functionsOf(plain)) {
      expect(one).not.toHaveProperty('VpcConfig');
      expect(one).not.toHaveProperty('Layers');
      for (const name of Object.keys(one.Environment.Variables))
        expect(Object.values(ENVIRONMENT)).toContain(name);
    }
    plain.gateway.template.resourceCountIs('AWS::EC2::SecurityGroup', 0);
  });

  test('may be a VPC alone: then its security group is made', () => {
    const { vpcId, subnetIds } = EVERYTHING;
    // CDK would warn of subnets of which it does not know every detail.
    const complained = jest.spyOn(console, 'error').mockImplementation(() => {});
    const { gateway } = synth({ vpcId, subnetIds });
    gateway.template.hasResourceProperties('AWS::EC2::SecurityGroup', { VpcId: vpcId });
    expect(complained).not.toHaveBeenCalled();
    complained.mockRestore();
  });

  test('can be granted to the gateway of a stack', () => {
    const stack = appOf().node.findChild('kakao-gateway-prod');
    if (!(stack instanceof GatewayStack)) throw new Error('no stack of a gateway');
    Grant.addToPrincipal({ grantee: stack.gateway, actions: ['s3:ListAllMyBuckets'], resourceArns: ['*'] });
    const policies = JSON.stringify(propertiesOf(Template.fromStack(stack), 'AWS::IAM::Policy'));
    expect(policies.match(/s3:ListAllMyBuckets/g)).toHaveLength(FUNCTION_NAMES.length);
  });
});

test('two gateways in a stack are two bots', () => {
  const stack = bareStack();
  const props = { sessionsTable: plain.sessions.stack.table, scenario: 'lambda/scenario.ts' };
  new KakaoGateway(stack, 'Cafe', props);
  expect(() => new KakaoGateway(stack, 'Flowers', props)).toThrow(
    'Default/Cafe and Default/Flowers are both the bot "Default": give each a botName of its own',
  );
});

test.each(['카페', '', ' cafe', ':cafe', 'a"b', "it's", 'a\\b', 'a\nb', 'a'.repeat(129)])(
  'no bot is called %j, which CloudWatch takes for no dimension',
  botName => {
    const props = { sessionsTable: plain.sessions.stack.table, scenario: 'lambda/scenario.ts', botName };
    expect(() => new KakaoGateway(bareStack(), 'Cafe', props)).toThrow(
      `Default/Cafe has the botName ${JSON.stringify(botName)}: it must be ASCII without quotes`,
    );
  },
);

test('a bot in a nested stack is called by what is known when it is deployed', () => {
  const nested = new NestedStack(bareStack(), 'Nested');
  const props = { sessionsTable: plain.sessions.stack.table, scenario: 'lambda/scenario.ts' };
  expect(nested.resolve(new KakaoGateway(nested, 'Cafe', props).botName)).toEqual({ Ref: 'AWS::StackName' });
});

test('a gateway says which bot it is', () => {
  const stack = bareStack();
  const { table } = plain.sessions.stack;
  const scenario = 'lambda/scenario.ts';
  new KakaoGateway(stack, 'Cafe', { sessionsTable: table, scenario, botName: 'cafe' });
  for (const { Environment } of ownFunctionsOf(Template.fromStack(stack)))
    expect(Environment.Variables[ENVIRONMENT.botName]).toBe('cafe');
});
