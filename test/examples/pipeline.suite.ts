import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { EVERYTHING, synth } from '../lib/synth.ts';
import { actionsOf, listOf, policyText, statementsOf } from './policies.ts';

const POLICIES = ['cfn-exec-run', 'cfn-exec-keep'] as const;
const statements = POLICIES.flatMap(statementsOf);
const allowed = actionsOf(statements);

const kept: Kept = JSON.parse(readFileSync(new URL('handler-permissions.json', import.meta.url), 'utf8'));

interface Kept {
  readonly permissions: Readonly<Record<string, readonly string[]>>;
}

interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
}

const resources = [EVERYTHING, { ...EVERYTHING, stage: 'prod' }, {}].flatMap(context => {
  const { sessions, gateway } = synth(context);
  return [sessions, gateway].flatMap(({ template }) => Object.values<Resource>(template.toJSON().Resources));
});
const types = [...new Set(resources.map(({ Type }) => Type))].sort();

/** Actions of our types that their handlers need for properties that no template of ours has. */
const OF_OTHER_PROPERTIES: Readonly<Record<string, readonly RegExp[]>> = {
  'replicas in other regions, whose items are copied by whoever makes them': [
    /^dynamodb:(Create|Delete|Disassociate)\w*TableReplica$/,
    /^dynamodb:(Query|Scan|GetItem|PutItem|UpdateItem|DeleteItem|BatchWriteItem)$/,
    /^secretsmanager:(ReplicateSecretToRegions|RemoveRegionsFromReplication)$/,
    /^cloudwatch:PutMetricData$/,
  ],
  'capacity that is paid by the hour': [
    /^application-autoscaling:(?!Describe)/,
    /^dynamodb:UpdateTableReplicaAutoScaling$/,
  ],
  'streams to Kinesis or Firehose': [
    /^kinesis:/,
    /^firehose:/,
    /^dynamodb:(Enable|Disable|Update)KinesisStreamingDestination$/,
  ],
  'resource policies and data protection': [
    /^dynamodb:(Put|Delete)ResourcePolicy$/,
    /^logs:(Put|Delete)(DataProtectionPolicy|IndexPolicy)$/,
    /^logs:(DeleteResourcePolicy|PutBearerTokenAuthentication|PutLogGroupDeletionProtection)$/,
    /^sns:PutDataProtectionPolicy$/,
    /^s3:REST\.PUT\.OBJECT$/,
  ],
  'users, groups and boundaries': [/^iam:\w*(User|Group)Policy$/, /^iam:\w*PermissionsBoundary$/],
  "an API's document in a bucket": [/^s3:getObject$/],
  'file systems, signed code, other places for functions': [
    /^(elasticfilesystem|s3files):/,
    /^lambda:(Put|Delete)FunctionCodeSigningConfig$/,
    /^lambda:(GetCodeSigningConfig|PassCapacityProvider|AssociateRuntimeAlias)$/,
  ],
  "machines of one's own": [/^codedeploy:RegisterOnPremisesInstance$/],
};

/** Actions that no handler names, and AWS asks for even so. */
const BESIDE: Readonly<Record<string, string>> = {
  'cloudformation:DescribeStacks':
    'Fn::GetStackOutput, by which a gateway finds the table of its sessions stack',
  'ssm:GetParameters': "the parameter BootstrapVersion of the CDK's templates",
  'iam:CreateServiceLinkedRole': 'the first custom domain of an account',
  'logs:DeleteLogDelivery': 'the access log of an HTTP API',
  'logs:GetLogDelivery': 'the access log of an HTTP API',
  'logs:ListLogDeliveries': 'the access log of an HTTP API',
  'logs:UpdateLogDelivery': 'the access log of an HTTP API',
};

/** Actions that know no resource, or whose resource has no name before it is there. */
const OF_ANY_RESOURCE = new Set([
  'application-autoscaling:Describe*',
  'cloudwatch:DescribeAlarms',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSecurityGroups',
  'ec2:DescribeSubnets',
  'ec2:DescribeVpcs',
  'kms:CreateKey',
  'kms:ListAliases',
  'kms:TagResource',
  'lambda:CreateEventSourceMapping',
  'lambda:DeleteEventSourceMapping',
  'lambda:UpdateEventSourceMapping',
  'logs:CreateLogDelivery',
  'logs:DeleteLogDelivery',
  'logs:DeleteQueryDefinition',
  'logs:DescribeLogGroups',
  'logs:DescribeQueryDefinitions',
  'logs:DescribeResourcePolicies',
  'logs:GetLogDelivery',
  'logs:ListLogDeliveries',
  'logs:PutQueryDefinition',
  'logs:PutResourcePolicy',
  'logs:UpdateLogDelivery',
  'route53:ListHostedZones',
  'secretsmanager:GetRandomPassword',
  'sns:GetSubscriptionAttributes',
  'sns:SetSubscriptionAttributes',
  'sns:Unsubscribe',
]);

/** Names that the templates leave to CloudFormation: it begins them with the stack's name, or of a secret with its logical id. */
const OWN =
  /[:/](kakao-gateway-|GatewaySecret|GatewayDashboard|cdk-hnb659fds-assets-|cdk-bootstrap\/hnb659fds\/)/;

/** Resources that AWS numbers, or that belong to nobody: an API, a mapping, a layer, a record of a zone, a pace of CodeDeploy's. */
const UNNAMED = /:(layer:\*|event-source-mapping:\*|deploymentconfig:\*)$|^arn:aws:(apigateway|route53):/;

const OWN_BY_NATURE = new Set(
  statements
    .filter(({ Resource }) => listOf(Resource).every(arn => arn === '*' || UNNAMED.test(arn)))
    .map(({ Sid }) => Sid),
);

const isOfOthers = (action: string): boolean =>
  Object.values(OF_OTHER_PROPERTIES)
    .flat()
    .some(pattern => pattern.test(action));

const neededBy = (type: string): readonly string[] =>
  (kept.permissions[type] ?? []).filter(action => !isOfOthers(action));

describe("CloudFormation's own rights in examples/github-actions", () => {
  test.each(types)('let it make, read, change and delete an %s', type => {
    // A type that is new: the file says where its permissions are from.
    expect(Object.keys(kept.permissions)).toContain(type);
    expect(neededBy(type).filter(action => !allowed.includes(action))).toEqual([]);
  });

  test('are no more than its handlers need', () => {
    const needed = new Set([...types.flatMap(neededBy), ...Object.keys(BESIDE)]);
    expect(allowed.filter(action => !needed.has(action))).toEqual([]);
    expect(Object.keys(BESIDE).filter(action => !allowed.includes(action))).toEqual([]);
    for (const action of allowed) expect(action).toMatch(/^[a-z0-9-]+:([A-Za-z]+|Describe\*)$/);
  });

  test('leave out nothing that is not there', () => {
    const named = Object.values(kept.permissions).flat();
    for (const pattern of Object.values(OF_OTHER_PROPERTIES).flat())
      expect([pattern, named.some(action => pattern.test(action))]).toEqual([pattern, true]);
  });

  test("reach this app's own resources alone, where AWS knows them by a name", () => {
    const ofAny = statements.filter(({ Resource }) => listOf(Resource).includes('*'));
    expect(actionsOf(ofAny).filter(action => !OF_ANY_RESOURCE.has(action))).toEqual([]);
    for (const { Sid, Resource, Condition } of statements) {
      if (Condition !== undefined || OWN_BY_NATURE.has(Sid)) continue;
      for (const arn of listOf(Resource)) expect([Sid, arn]).toEqual([Sid, expect.stringMatching(OWN)]);
    }
  });

  test('pass roles to the services alone that the roles of the templates are for', () => {
    const passes = statements.filter(({ Action }) => listOf(Action).includes('iam:PassRole'));
    expect(passes.map(({ Resource }) => Resource)).toEqual(['arn:aws:iam::ACCOUNT_ID:role/kakao-gateway-*']);
    const services = passes.flatMap(({ Condition }) =>
      listOf(Condition?.StringEquals?.['iam:PassedToService']),
    );
    expect([...services].sort()).toEqual(servicesOfRoles());
  });

  test('attach to roles the managed policies alone that the templates name', () => {
    const [attach, ...others] = statements.filter(({ Action }) =>
      listOf(Action).includes('iam:AttachRolePolicy'),
    );
    expect(others).toEqual([]);
    const named = resources
      .filter(({ Type }) => Type === 'AWS::IAM::Role')
      .flatMap(
        ({ Properties }) =>
          JSON.stringify(Properties.ManagedPolicyArns ?? []).match(/policy\/[\w/-]+/g) ?? [],
      );
    expect(listOf(attach?.Condition?.ArnEquals?.['iam:PolicyARN'])).toEqual(
      [...new Set(named)].map(name => `arn:aws:iam::aws:${name}`),
    );
  });

  test.each(POLICIES)('are no longer than IAM takes: %s', name => {
    const policy = JSON.stringify(JSON.parse(policyText(name))).replaceAll('ACCOUNT_ID', '123456789012');
    expect(policy.length).toBeLessThanOrEqual(6_144);
  });
});

function servicesOfRoles(): readonly string[] {
  const roles = resources.filter(({ Type }) => Type === 'AWS::IAM::Role');
  const services = roles.flatMap(({ Properties }) =>
    [...JSON.stringify(Properties.AssumeRolePolicyDocument).matchAll(/"Service":"([^"]+)"/g)].map(
      ([, service = '']) => service,
    ),
  );
  return [...new Set(services)].sort();
}
