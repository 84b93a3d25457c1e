import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fullDiff, ResourceImpact } from '@aws-cdk/cloudformation-diff';
import { App } from 'aws-cdk-lib/core';
import { configurationOf } from '../../lib/configuration.ts';
import { addGateways } from '../../lib/gateway-app.ts';
import { cdkFlags } from '../kit/cdk-flags.ts';
import { ACCEPTED, type Accepted } from './accepted.ts';
import { RELEASES } from './corpus.ts';

/** A template of CloudFormation's, as far as it is looked at. */
export interface Template {
  readonly Resources: Readonly<Record<string, { readonly Type: string; readonly [member: string]: unknown }>>;
  readonly [section: string]: unknown;
}

/** A release's templates by the settings and the stack that they are of. */
export type Templates = Readonly<Record<string, Template>>;

/** Operators' settings, each set of it the same for every release, so that two of them can be compared. */
const SETTINGS = {
  plain: {},
  full: {
    stage: 'dev',
    alarmEmail: 'oncall@example.com',
    alarmPhone: '+821012345678',
    domainName: 'bot.example.com',
    certificateArn:
      'arn:aws:acm:ap-northeast-2:123456789012:certificate/12345678-90ab-cdef-1234-567890abcdef',
    hostedZoneId: 'Z0123456789ABCDEFGHIJ',
    customerManagedKey: 'true',
    canary: 'true',
    restApiKeySecretName: 'kakao/rest-api-key',
    adminKeySecretName: 'kakao/admin-key',
    appId: '123456',
    channelPublicId: '_ZeUTxl',
    eventBusName: 'cafe',
    eventBotId: '5f1a2b3c4d5e6f7a8b9c0d1e',
  },
} as const;

/** The templates that this release deploys, but for the functions' code and what is named after it. */
export function templatesOfToday(): Templates {
  const flags = cdkFlags();
  const templates: Record<string, Template> = {};
  for (const [name, settings] of Object.entries(SETTINGS)) {
    const app = new App({
      builtinCloudFormationValidation: false,
      context: { ...flags, 'aws:cdk:bundling-stacks': [], ...settings },
    });
    const surroundings = { account: '123456789012', region: 'ap-northeast-2' };
    addGateways(app, configurationOf(app.node.getAllContext()), surroundings);
    for (const { stackName, template } of app.synth().stacks)
      templates[`${name}.${stackName}`] = JSON.parse(masked(JSON.stringify(template)));
  }
  return templates;
}

// A version is named after its code, and an asset is its code.
function masked(template: string): string {
  return template
    .replace(/(CurrentVersion[0-9A-F]{8})[0-9a-f]{32}/g, '$1')
    .replace(/"S3Key":"[0-9a-f]{64}\.zip"/g, '"S3Key":"code.zip"');
}

/** The templates that a release has deployed; none of the first, which kept only what it stored. */
export function readTemplates(release: number): Templates {
  const folder = join(RELEASES, String(release), 'templates');
  if (!existsSync(folder)) return {};
  return Object.fromEntries(
    readdirSync(folder).map(file => [
      file.replace(/\.json$/, ''),
      JSON.parse(readFileSync(join(folder, file), 'utf8')),
    ]),
  );
}

/** Keeps what a release deploys. */
export function writeTemplates(release: number, templates: Templates): void {
  const folder = join(RELEASES, String(release), 'templates');
  mkdirSync(folder, { recursive: true });
  for (const [name, template] of Object.entries(templates))
    writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(template, null, 1)}\n`);
}

/** The loss with a resource of a type: told by whoever would put up with it. */
const LOST: Readonly<Record<string, string>> = {
  'AWS::DynamoDB::GlobalTable': "every user's session: the bot would look into an empty table",
  'AWS::KMS::Key': 'what is encrypted with it is read by nobody without it: sessions, the secret, logs',
  'AWS::SecretsManager::Secret':
    "the secret that is registered with Kakao: every call would be refused until another is entered, by hand, in the 챗봇 관리자센터 and in smart-chat's app URL",
  'AWS::SQS::Queue': 'the late turns that wait in it: their users were told to wait, and get no answer',
  'AWS::Logs::LogGroup': 'the logs that are in it',
  'AWS::ApiGatewayV2::Api':
    "the API's address: the URLs that are registered with Kakao would lead nowhere, unless there is a domain of one's own",
  'AWS::ApiGatewayV2::DomainName': "the domain's own address, to which the operator's DNS record points",
  'AWS::SNS::Topic': 'who subscribed to the alarms beside the template',
  'AWS::SNS::Subscription':
    'the confirmation of an alarm address: alarms reach nobody until it is given again',
};

/** Types that are made anew without a loss. */
const HARMLESS: ReadonlySet<string> = new Set([
  'AWS::ApiGatewayV2::ApiMapping',
  'AWS::ApiGatewayV2::Integration',
  'AWS::ApiGatewayV2::Route',
  'AWS::ApiGatewayV2::Stage',
  'AWS::CloudWatch::Alarm',
  'AWS::CloudWatch::CompositeAlarm',
  'AWS::CloudWatch::Dashboard',
  'AWS::CodeDeploy::Application',
  'AWS::CodeDeploy::DeploymentGroup',
  'AWS::Logs::MetricFilter',
  'AWS::IAM::Policy',
  'AWS::IAM::Role',
  'AWS::Lambda::Alias',
  'AWS::Events::Rule',
  'AWS::Lambda::EventInvokeConfig',
  'AWS::Lambda::EventSourceMapping',
  'AWS::Lambda::Function',
  'AWS::Lambda::Permission',
  'AWS::Lambda::Version',
  'AWS::Logs::QueryDefinition',
  'AWS::Route53::RecordSet',
  'AWS::SNS::TopicPolicy',
  'AWS::SQS::QueuePolicy',
]);

/** By type, properties of which CloudFormation says no replacement, but makes a new value when they change. */
const REMADE: Readonly<Record<string, readonly string[]>> = {
  'AWS::SecretsManager::Secret': ['GenerateSecretString', 'SecretString'],
};

/** The losses of an update from one release's templates to another's: a sentence each. */
export function losses(
  before: Templates,
  after: Templates,
  accepted: readonly Omit<Accepted, 'release' | 'reason'>[] = [],
): readonly string[] {
  return Object.entries(before).flatMap(([name, old]) => lossesOf(name, old, after[name], accepted));
}

function lossesOf(
  name: string,
  before: Template,
  after: Template = { Resources: {} },
  accepted: readonly Omit<Accepted, 'release' | 'reason'>[],
): string[] {
  const sentences: string[] = [];
  const isAccepted = (id: string, property: string | undefined): boolean =>
    accepted.some(one => one.template === name && one.id === id && one.property === property);
  fullDiff(before, after).resources.forEachDifference((id, { oldValue, newValue, propertyUpdates }) => {
    if (oldValue === undefined) return;
    const { Type: type } = oldValue;
    const lost = LOST[type];
    if (lost === undefined) return;
    const tell = (property: string | undefined, what: string): void => {
      if (!isAccepted(id, property)) sentences.push(`${name}: ${id} (${type}) ${what}. Lost: ${lost}.`);
    };
    if (newValue === undefined) {
      tell(undefined, 'is gone, or has another logical id');
      return;
    }
    if (newValue.Type !== type) {
      tell('Type', `would be replaced by ${newValue.Type}`);
      return;
    }
    for (const [property, { changeImpact, isDifferent }] of Object.entries(propertyUpdates)) {
      if (!isDifferent) continue;
      if (changeImpact === ResourceImpact.WILL_REPLACE)
        tell(property, `would be replaced, since its ${property} is another`);
      else if (changeImpact === ResourceImpact.MAY_REPLACE)
        tell(property, `may be replaced, since its ${property} is another`);
      else if (REMADE[type]?.includes(property))
        tell(property, `would get another value, since its ${property} is another`);
    }
  });
  return sentences;
}

/** The losses of this release against one that is kept, but for what was accepted with a reason. */
export function lossesSince(release: number, today: Templates): readonly string[] {
  return losses(
    readTemplates(release),
    today,
    ACCEPTED.filter(accepted => accepted.release === release),
  );
}

/** The types of which nobody has said yet whether something is lost with them. */
export function unjudgedTypes(templates: Templates): readonly string[] {
  const types = Object.values(templates).flatMap(({ Resources }) =>
    Object.values(Resources).map(({ Type }) => Type),
  );
  return [...new Set(types)].filter(type => !(type in LOST || HARMLESS.has(type))).sort();
}
