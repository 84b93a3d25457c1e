import 'aws-cdk-lib/testhelpers/jest-autoclean';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import { App, type AppProps, Stack } from 'aws-cdk-lib/core';
import {
  ADMIN_KEY,
  CALLBACK_ORIGINS,
  ENVIRONMENT,
  EVENT_ORIGINS,
  PLUGIN_ORIGINS,
  REST_API_KEY,
} from '../../lambda/aws/environment.ts';
import { configurationOf } from '../../lib/configuration.ts';
import { addGateways } from '../../lib/gateway-app.ts';
import { FUNCTION_NAMES, type FunctionName, GatewayFunction } from '../../lib/gateway-function.ts';
import { GatewayStack } from '../../lib/gateway-stack.ts';
import { SessionStack } from '../../lib/session-stack.ts';
import { cdkFlags } from '../kit/cdk-flags.ts';

type Context = Readonly<Record<string, unknown>>;

/** Every setting there is but for those of {@link ADOPTED}, as the command line gives them. */
export const EVERYTHING = {
  stage: 'dev',
  region: 'ap-northeast-2',
  botName: 'cafe',
  alarmEmail: 'oncall@example.com',
  alarmPhone: '+821012345678',
  domainName: 'bot.example.com',
  certificateArn: 'arn:aws:acm:ap-northeast-2:123456789012:certificate/12345678-90ab-cdef-1234-567890abcdef',
  hostedZoneId: 'Z0123456789ABCDEFGHIJ',
  keepApiUrl: 'true',
  logRetentionDays: '14',
  memoryMb: '1024',
  workerMemoryMb: '192',
  provisionedConcurrency: '2',
  reservedConcurrency: '50',
  throttleRate: '20',
  throttleBurst: '40',
  lateTurnsAtOnce: '200',
  customerManagedKey: 'true',
  tracing: 'true',
  canary: 'true',
  savedQueries: 'true',
  quietDayAlarm: 'true',
  probe: '{"says":"메뉴"}',
  llmWonPerDay: '10000',
  ruleErrorMessages: 'true',
  restApiKeySecretName: 'kakao/rest-api-key',
  adminKeySecretName: 'kakao/admin-key',
  appId: '123456',
  channelPublicId: '_ZeUTxl',
  eventBusName: 'cafe',
  eventBusIds: 'plain',
  eventBusUtterances: 'true',
  eventBotId: '5f1a2b3c4d5e6f7a8b9c0d1e',
  bundling: '{"keepNames":true}',
  environment: '{"GREETING":"hello"}',
  vpcId: 'vpc-0123456789abcdef0',
  subnetIds: 'subnet-0123456789abcdef0,subnet-0fedcba9876543210',
  securityGroupIds: 'sg-0123456789abcdef0',
  layerArns: 'arn:aws:lambda:ap-northeast-2:123456789012:layer:fonts:3',
  initialPolicy: '[{"Action":"s3:GetObject","Resource":"arn:aws:s3:::cafe-menus/today.json"}]',
  secretTexts: 'openai/api-key,/cafe/weather-key',
} as const satisfies Context;

/** The settings that name what is there already, in the place of what {@link EVERYTHING} makes. */
export const ADOPTED = {
  sessionsTableName: 'cafe-sessions',
  gatewaySecretArn: 'arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:cafe-secret-AbCdEf',
  encryptionKeyArn: 'arn:aws:kms:ap-northeast-2:123456789012:key/12345678-90ab-cdef-1234-567890abcdef',
} as const satisfies Context;

/** The functions of a gateway with {@link EVERYTHING}, in the order in which the stack makes them. */
export const EVERY_FUNCTION = [...FUNCTION_NAMES, 'webhooks'] as const satisfies readonly FunctionName[];

/**
 * An app without the files that CDK makes beside the templates for its own tools, and without the places in the sources
 * where each part was made: they take longer than the templates do, and no test reads them.
 */
export const unread = (context: Context = {}): AppProps => ({
  treeMetadata: false,
  stackTraces: false,
  builtinCloudFormationValidation: false,
  context: { 'aws:cdk:disable-creation-stack-traces': true, ...context },
});

/** The app of bin/gateway.ts with the flags of cdk.json, but for the functions' code and, unless wanted, CDK's checks. */
export function appOf(context: Context = {}, builtinCloudFormationValidation = false): App {
  const app = new App({
    ...unread({ ...cdkFlags(), 'aws:cdk:bundling-stacks': [], ...context }),
    builtinCloudFormationValidation,
  });
  addGateways(app, configurationOf(app.node.getAllContext()), {
    account: '123456789012',
    region: 'ap-northeast-2',
  });
  return app;
}

/** The apps that are synthesised already, by their context: each would take the same tenths of a second again. */
const synthesised = new Map<string, App>();

/** The stacks of one bot, as CloudFormation would get them: whoever asks for the same settings gets the same stacks. */
export function synth(context: Context = {}, bot = '') {
  const settings = JSON.stringify(context);
  const app = synthesised.get(settings) ?? synthAtHome(context);
  synthesised.set(settings, app);
  const { stage = 'prod' } = context;
  const sessions = app.node.findChild(`kakao-gateway-sessions-${stage}${bot}`);
  const gateway = app.node.findChild(`kakao-gateway-${stage}${bot}`);
  if (!(sessions instanceof SessionStack && gateway instanceof GatewayStack))
    throw new Error('no stacks of a gateway');
  return {
    app,
    sessions: { stack: sessions, template: Template.fromStack(sessions) },
    gateway: { stack: gateway, template: Template.fromStack(gateway) },
  };
}

/** As on the machine of somebody who has just run the gateway there: no stack may take over what is set for that. */
function synthAtHome(context: Context): App {
  const before = process.env;
  process.env = {
    ...before,
    [CALLBACK_ORIGINS]: 'http://localhost:3000',
    [PLUGIN_ORIGINS]: 'http://localhost:3000',
    [EVENT_ORIGINS]: 'http://localhost:3000',
    [REST_API_KEY]: 'a-key-of-this-machine',
    [ADMIN_KEY]: 'a-key-of-this-machine',
  };
  try {
    const app = appOf(context);
    app.synth();
    return app;
  } finally {
    process.env = before;
  }
}

/** The code of an app's functions. */
export function codesOf(app: App): readonly string[] {
  const { directory } = app.synth();
  return readdirSync(directory)
    .filter(name => name.startsWith('asset.'))
    .map(name => readFileSync(join(directory, name, 'index.mjs'), 'utf8'));
}

/** The properties of a template's resources of a type. @throws when there is none */
export function propertiesOf(template: Template, type: string) {
  const found = Object.values(template.findResources(type)).map(({ Properties }) => Properties);
  if (found.length === 0) throw new Error(`there is no ${type}: what is said of each would be said of none`);
  return found;
}

/** The properties of a template's functions without the probe's, which runs nothing of the bot's and looks from outside. */
export function ownFunctionsOf(template: Template) {
  return propertiesOf(template, 'AWS::Lambda::Function').filter(
    ({ Environment }) => Environment.Variables[ENVIRONMENT.probeUrl] === undefined,
  );
}

/** The logical id of the function that runs a handler. */
export function functionIdOf(stack: Stack, handler: FunctionName): string {
  const made = stack.node
    .findAll()
    .find(construct => construct instanceof GatewayFunction && construct.node.id === handler);
  if (!(made instanceof GatewayFunction)) throw new Error(`no function runs ${handler}`);
  return stack.resolve(made.lambda.functionArn)['Fn::GetAtt'][0];
}

/** A stack for a construct of its own, without the functions' code. */
export const bareStack = (): Stack => new Stack(new App(unread({ 'aws:cdk:bundling-stacks': [] })));
