import { describe, expect, test } from '@jest/globals';
import { Template } from 'aws-cdk-lib/assertions';
import { AttributeType, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Connections, Port, SecurityGroup, Vpc } from 'aws-cdk-lib/aws-ec2';
import { type IGrantable, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { LayerVersion } from 'aws-cdk-lib/aws-lambda';
import { Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { App, Stack } from 'aws-cdk-lib/core';
import { FUNCTION_NAMES } from '../../lib/gateway-function.ts';
import { KakaoGateway, type KakaoGatewayProps } from '../../lib/index.ts';
import { bareStack, ownFunctionsOf, propertiesOf, synth, unread } from './synth.ts';

const sessionsTable = synth().sessions.stack.table;

const gatewayIn = (stack: Stack, props: Partial<KakaoGatewayProps> = {}, id = 'Gateway') =>
  new KakaoGateway(stack, id, {
    sessionsTable,
    scenario: 'test/lib/flower-shop.ts',
    botName: id.toLowerCase(),
    ...props,
  });

/** A role of the app's own, which no gateway has to do with. */
const bystanderIn = (stack: Stack): Role =>
  new Role(stack, 'Bystander', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: unknown;
}

/** The statements of each role, by the logical id of the role. */
function statementsOf(template: Template): ReadonlyMap<string, readonly Statement[]> {
  const found = new Map<string, Statement[]>();
  for (const { Roles, PolicyDocument } of propertiesOf(template, 'AWS::IAM::Policy')) {
    for (const { Ref } of Roles) found.set(Ref, [...(found.get(Ref) ?? []), ...PolicyDocument.Statement]);
  }
  return found;
}

/** The roles that functions of a gateway run with, by their logical ids. */
function rolesOf(stack: Stack, { functions }: KakaoGateway): string[] {
  return FUNCTION_NAMES.map(name => stack.resolve(functions[name].role?.roleArn)['Fn::GetAtt'][0]).sort();
}

describe('what is granted to a gateway', () => {
  test.each<[string, (stack: Stack) => (grantee: IGrantable) => unknown]>([
    [
      'table.grantReadWriteData',
      stack => {
        const partitionKey = { name: 'id', type: AttributeType.STRING };
        const table = new TableV2(stack, 'Own', { partitionKey });
        return grantee => table.grantReadWriteData(grantee);
      },
    ],
    [
      'bucket.grantRead',
      stack => {
        const bucket = new Bucket(stack, 'Own', { encryption: BucketEncryption.KMS });
        return grantee => bucket.grantRead(grantee);
      },
    ],
    [
      'key.grantDecrypt',
      stack => {
        const key = new Key(stack, 'Own');
        return grantee => key.grantDecrypt(grantee);
      },
    ],
    [
      'secret.grantRead',
      stack => {
        const secret = new Secret(stack, 'Own');
        return grantee => secret.grantRead(grantee);
      },
    ],
  ])('by %s is what each function that runs rules may do, and no other', (_, make) => {
    const stack = bareStack();
    // With roles that run no rules: CodeDeploy's.
    const gateway = gatewayIn(stack, { canary: true });
    const other = gatewayIn(stack, {}, 'Other');
    const bystander = bystanderIn(stack);
    const before = statementsOf(
      Template.fromStack(gatewayIn(bareStack(), { canary: true }).node.scope as Stack),
    );
    const grant = make(stack);
    grant(gateway);
    const reference = new Role(stack, 'Reference', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    });
    grant(reference);

    const statements = statementsOf(Template.fromStack(stack));
    const granted = statements.get(stack.resolve(reference.roleArn)['Fn::GetAtt'][0]) ?? [];
    expect(granted.length).toBeGreaterThan(0);
    const roles = rolesOf(stack, gateway);
    expect(roles).toHaveLength(4);
    for (const statement of granted) {
      const having = [...statements].filter(([, own]) => own.some(one => isEqual(one, statement)));
      expect(having.map(([role]) => role).sort()).toEqual([...roles, referenceIdIn(stack, reference)].sort());
    }
    for (const role of roles)
      expect(statements.get(role)).toHaveLength((before.get(role)?.length ?? 0) + granted.length);
    expect(rolesOf(stack, other).some(role => roles.includes(role))).toBe(false);
    expect(statements.has(referenceIdIn(stack, bystander))).toBe(false);
  });

  test('by what another account keeps is told there of each function that runs rules', () => {
    const app = new App(unread({ 'aws:cdk:bundling-stacks': [] }));
    const region = 'ap-northeast-2';
    const stack = new Stack(app, 'Bot', { env: { account: '111111111111', region } });
    const elsewhere = new Stack(app, 'Elsewhere', { env: { account: '222222222222', region } });
    const gateway = gatewayIn(stack);
    new Key(elsewhere, 'Key', { alias: 'menus' }).grantDecrypt(gateway);
    new Bucket(elsewhere, 'Bucket', { bucketName: 'menus-of-another-account' }).grantRead(gateway);
    const template = Template.fromStack(elsewhere);
    const [key] = propertiesOf(template, 'AWS::KMS::Key');
    const [bucket] = propertiesOf(template, 'AWS::S3::BucketPolicy');
    for (const { Statement: statements } of [key?.KeyPolicy, bucket?.PolicyDocument]) {
      const named = statements.find(({ Principal }: { Principal: { AWS: unknown } }) =>
        Array.isArray(Principal.AWS),
      );
      expect(named?.Principal.AWS).toHaveLength(4);
      for (const arn of named.Principal.AWS)
        expect(JSON.stringify(arn)).toContain(':iam::111111111111:role/');
      expect(new Set(named.Principal.AWS.map((arn: unknown) => JSON.stringify(arn))).size).toBe(4);
    }
  });

  test('as its initialPolicy is what each function that runs rules may do, and no other', () => {
    const stack = bareStack();
    const bedrock = {
      actions: ['bedrock:InvokeModel'],
      resources: ['arn:aws:bedrock:*::foundation-model/*'],
    };
    const gateway = gatewayIn(stack, { initialPolicy: [new PolicyStatement(bedrock)] });
    gatewayIn(stack, {}, 'Other');
    const having = [...statementsOf(Template.fromStack(stack))].filter(([, own]) =>
      own.some(({ Action }) => Action === 'bedrock:InvokeModel'),
    );
    expect(having.map(([role]) => role).sort()).toEqual(rolesOf(stack, gateway));
  });
});

describe('secret texts', () => {
  const arn = 'arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:db-AbCdEf';

  test('are read, and no more, by each function that runs rules, and each by its name alone', () => {
    const stack = bareStack();
    const gateway = gatewayIn(stack, { secretTexts: ['openai/api-key', '/cafe/openai-key', arn] });
    const statements = statementsOf(Template.fromStack(stack));
    const granted = [
      ['secretsmanager:GetSecretValue', /secretsmanager.*:secret:openai\/api-key-\?{6}"/],
      ['ssm:GetParameter', /ssm.*:parameter\/cafe\/openai-key"/],
      ['secretsmanager:GetSecretValue', new RegExp(`^"${arn}"$`)],
    ] as const;
    for (const role of rolesOf(stack, gateway)) {
      const own = statements.get(role) ?? [];
      for (const [action, resource] of granted) {
        const resources = own
          .filter(({ Action }) => Action === action)
          .flatMap(({ Resource }) => [Resource].flat());
        expect(resources.filter(one => resource.test(JSON.stringify(one)))).toHaveLength(1);
      }
      expect(own.filter(({ Action }) => Action === 'ssm:GetParameter')).toHaveLength(1);
    }
  });

  test.each([
    ['nothing', ''],
    ['two words', 'my secret'],
    ['Korean', '카페'],
    ['a slash', '/'],
    ['an ARN of something else', 'arn:aws:s3:::bucket'],
    ['what is too long', 'a'.repeat(513)],
  ])('are not named by %s', (_, name) => {
    expect(() => gatewayIn(bareStack(), { secretTexts: [name] })).toThrow(
      `of the secretTexts, "${name}" must be the name of a secret in Secrets Manager, the name of a parameter`,
    );
  });

  test('that this app makes are granted by their own method, which is said', () => {
    const stack = bareStack();
    const { secretName } = new Secret(stack, 'Own');
    expect(() => gatewayIn(stack, { secretTexts: [secretName] })).toThrow('secret.grantRead(gateway)');
  });
});

describe('environment variables', () => {
  test('are had by each function that runs rules', () => {
    const stack = bareStack();
    gatewayIn(stack, { environment: { GREETING: '안녕', AWS_XRAY_CONTEXT_MISSING: 'LOG_ERROR' } });
    const made = ownFunctionsOf(Template.fromStack(stack));
    expect(made).toHaveLength(4);
    for (const { Environment } of made) {
      expect(Environment.Variables).toMatchObject({
        GREETING: '안녕',
        AWS_XRAY_CONTEXT_MISSING: 'LOG_ERROR',
        BOT_NAME: 'gateway',
      });
    }
  });

  test('may be set when there is something to name', () => {
    const stack = bareStack();
    const gateway = gatewayIn(stack, { environment: { GREETING: '안녕' } });
    const { bucketName } = new Bucket(stack, 'Own');
    gateway.addEnvironment('OWN_BUCKET', bucketName);
    for (const { Environment } of ownFunctionsOf(Template.fromStack(stack))) {
      expect(Environment.Variables).toMatchObject({
        GREETING: '안녕',
        OWN_BUCKET: stack.resolve(bucketName),
      });
    }
    expect(() => gateway.addEnvironment('BOT_NAME', 'x')).toThrow('"BOT_NAME" is the gateway\'s own');
  });

  test.each([
    ['SESSIONS_TABLE', /"SESSIONS_TABLE" is the gateway's own: choose another name$/],
    ['GATEWAY_SECRET_ID', /the gateway's own/],
    ['KAKAO_REST_API_KEY', /the gateway's own/],
    ['KAKAO_CALLBACK_ORIGINS', /the gateway's own/],
    ['KAKAO_PLUGIN_ORIGINS', /the gateway's own/],
    ['KAKAO_EVENT_ORIGINS', /the gateway's own/],
    ['AWS_REGION', /"AWS_REGION" is reserved for Lambda and the SDK/],
    ['AWS_ENDPOINT_URL_DYNAMODB', /reserved/],
    ['LAMBDA_TASK_ROOT', /reserved/],
    ['_HANDLER', /"_HANDLER" is none: Lambda wants letters, digits and _/],
    ['A', /two at least/],
    ['my-name', /letters, digits and _/],
  ])('%s is refused by its name', (name, sentence) => {
    expect(() => gatewayIn(bareStack(), { environment: { GREETING: '안녕', [name]: 'x' } })).toThrow(
      sentence,
    );
  });
});

test('layers are laid under each function that runs rules', () => {
  const stack = bareStack();
  const arn = 'arn:aws:lambda:ap-northeast-2:123456789012:layer:fonts:3';
  gatewayIn(stack, { layers: [LayerVersion.fromLayerVersionArn(stack, 'Fonts', arn)] });
  const made = propertiesOf(Template.fromStack(stack), 'AWS::Lambda::Function');
  expect(made.map(({ Layers }) => Layers)).toEqual(FUNCTION_NAMES.map(() => [arn]));
});

describe('in a VPC', () => {
  const inVpc = (props: (stack: Stack, vpc: Vpc) => Partial<KakaoGatewayProps> = () => ({})) => {
    const stack = bareStack();
    const vpc = new Vpc(stack, 'Vpc', { maxAzs: 2 });
    const gateway = gatewayIn(stack, { vpc, ...props(stack, vpc) });
    const configs = () =>
      propertiesOf(Template.fromStack(stack), 'AWS::Lambda::Function').map(({ VpcConfig }) => VpcConfig);
    return { stack, vpc, gateway, configs };
  };

  test('are all functions, in its private subnets and one security group that nobody may call', () => {
    const { stack, vpc, configs } = inVpc();
    const subnets = vpc.privateSubnets.map(({ subnetId }) => stack.resolve(subnetId));
    const template = Template.fromStack(stack);
    const groups = Object.entries(template.findResources('AWS::EC2::SecurityGroup'));
    expect(groups).toHaveLength(1);
    const [[id, { Properties }] = ['', { Properties: {} }]] = groups;
    expect(Properties).not.toHaveProperty('SecurityGroupIngress');
    expect(Properties.SecurityGroupEgress).toMatchObject([{ CidrIp: '0.0.0.0/0', IpProtocol: '-1' }]);
    expect(configs()).toEqual(
      FUNCTION_NAMES.map(() => ({
        SubnetIds: subnets,
        SecurityGroupIds: [{ 'Fn::GetAtt': [id, 'GroupId'] }],
      })),
    );
  });

  test('may be in subnets and security groups that are chosen', () => {
    const { stack, vpc, configs } = inVpc((scope, own) => ({
      vpcSubnets: { subnets: own.privateSubnets.slice(0, 1) },
      securityGroups: [SecurityGroup.fromSecurityGroupId(scope, 'Mine', 'sg-0123456789abcdef0')],
    }));
    const [subnet] = vpc.privateSubnets.map(({ subnetId }) => stack.resolve(subnetId));
    expect(configs()).toEqual(
      FUNCTION_NAMES.map(() => ({ SubnetIds: [subnet], SecurityGroupIds: ['sg-0123456789abcdef0'] })),
    );
  });

  test('have the rights that Lambda asks for, and no managed policy', () => {
    const { stack, gateway } = inVpc();
    const statements = statementsOf(Template.fromStack(stack));
    for (const role of rolesOf(stack, gateway)) {
      const [ec2, ...others] = (statements.get(role) ?? []).filter(({ Action }) =>
        [Action].flat().some(action => action.startsWith('ec2:')),
      );
      expect(others).toEqual([]);
      expect(ec2).toEqual({
        Effect: 'Allow',
        Resource: '*',
        Action: [
          'ec2:AssignPrivateIpAddresses',
          'ec2:CreateNetworkInterface',
          'ec2:DeleteNetworkInterface',
          'ec2:DescribeNetworkInterfaces',
          'ec2:DescribeSubnets',
          'ec2:UnassignPrivateIpAddresses',
        ],
      });
    }
    for (const role of propertiesOf(Template.fromStack(stack), 'AWS::IAM::Role'))
      expect(role).not.toHaveProperty('ManagedPolicyArns');
  });

  test('a database lets them in by its own method', () => {
    const { stack, gateway } = inVpc();
    const securityGroups = [SecurityGroup.fromSecurityGroupId(stack, 'Database', 'sg-0fedcba9876543210')];
    const database = new Connections({ securityGroups, defaultPort: Port.tcp(5432) });
    database.allowDefaultPortFrom(gateway);
    const [rule, ...others] = propertiesOf(Template.fromStack(stack), 'AWS::EC2::SecurityGroupIngress');
    expect(others).toEqual([]);
    expect(rule).toMatchObject({ FromPort: 5432, ToPort: 5432 });
    expect(rule?.SourceSecurityGroupId).toEqual(
      stack.resolve(gateway.connections.securityGroups[0]?.securityGroupId),
    );
  });

  test.each<[string, (stack: Stack) => Partial<KakaoGatewayProps>]>([
    ['vpcSubnets', () => ({ vpcSubnets: {} })],
    [
      'securityGroups',
      stack => ({ securityGroups: [SecurityGroup.fromSecurityGroupId(stack, 'Mine', 'sg-1')] }),
    ],
  ])('is what %s need', (name, props) => {
    const stack = bareStack();
    expect(() => gatewayIn(stack, props(stack))).toThrow(
      `${name} of no VPC mean nothing: give KakaoGateway the vpc`,
    );
  });

  test('is what connections need', () => {
    const gateway = gatewayIn(bareStack());
    expect(() => gateway.connections).toThrow(
      'functions in no VPC have no connections: give KakaoGateway a vpc',
    );
  });
});

test('the functions are had by their names', () => {
  const stack = bareStack();
  const { functions } = gatewayIn(stack);
  expect(Object.keys(functions).sort()).toEqual([...FUNCTION_NAMES].sort());
  const ids = Object.keys(Template.fromStack(stack).findResources('AWS::Lambda::Function'));
  for (const name of FUNCTION_NAMES) {
    const id = stack.resolve(functions[name].functionArn)['Fn::GetAtt'][0];
    expect(ids).toContain(id);
    expect(id).toContain(name.replace('-', ''));
  }
});

function referenceIdIn(stack: Stack, role: Role): string {
  return stack.resolve(role.roleArn)['Fn::GetAtt'][0];
}

function isEqual(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
