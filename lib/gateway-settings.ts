import { existsSync, readFileSync } from 'node:fs';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { App, Environment } from 'aws-cdk-lib/core';
import { regionOf } from '../tools/region.ts';
import { type BotConfiguration, configurationOf } from './configuration.ts';
import { ContextError } from './context-key.ts';
import type { GatewayStackProps } from './gateway-stack.ts';
import type { SessionStackProps } from './session-stack.ts';
import type { Values } from './settings.ts';

/** The settings of an app's context, as the properties of its stacks. */
export interface GatewaySettings {
  /** A part of the stacks' names: `prod` unless the context says another. */
  readonly stage: string;
  /** The account of the credentials, and the region that was said, else Seoul's. */
  readonly env: Environment;
  /** Of the {@link SessionStack}. */
  readonly sessions: SessionStackProps;
  /** Of the {@link GatewayStack}: all that the context says of it. */
  readonly gateway: Omit<GatewayStackProps, 'scenario' | 'botName'>;
}

/**
 * Reads the settings of docs/deploy.md in the context of an app with one bot: those of its stage go before what all stages
 * share, and what the command line says before both. The stacks of the stage `prod` are protected from deletion.
 * @throws ContextError with one sentence that names the setting which is wrong
 */
export function gatewaySettings(app: App): GatewaySettings {
  const home = regionOf(process.env);
  const configuration = configurationOf(app.node.getAllContext(), home, contextIn('cdk.json'));
  const { stage, region = home } = configuration;
  const [bot] = configuration.bots;
  // Its stacks are made one by one, where they are named.
  if (bot === undefined || bot.name !== undefined || bot.scenario !== undefined)
    throw new ContextError('"botName" and "bots" are for the app that has them: here app.ts names each bot');
  const account = process.env.CDK_DEFAULT_ACCOUNT;
  const env = { ...(account && { account }), region };
  const { customerManagedKey, encryptionKeyArn } = bot;
  const terminationProtection = stage === 'prod';
  return {
    stage,
    env,
    sessions: { env, terminationProtection, customerManagedKey, encryptionKeyArn },
    gateway: { ...gatewayPropsOf(bot), env, terminationProtection },
  };
}

/** The context of a cdk.json, by which it is told what the command line says; undefined where there is no such file. */
export function contextIn(file: string | URL): Values | undefined {
  if (!existsSync(file)) return undefined;
  // The CDK's CLI reads over the mark that some editors of Windows begin a file with.
  return JSON.parse(readFileSync(file, 'utf8').replace(/^\uFEFF/, '')).context;
}

/** A bot's settings as the properties of its stack, but for its names, its place and its table. */
export function gatewayPropsOf({
  name: _name,
  scenario: _scenario,
  customerManagedKey: _key,
  ...bot
}: BotConfiguration): Omit<GatewayStackProps, 'scenario'> {
  const { domainName, certificateArn, hostedZoneId, keepApiUrl, ...settings } = bot;
  const {
    alarmEmail,
    alarmPhone,
    quietDayAlarm,
    llmWonPerDay,
    logRetentionDays,
    initialPolicy,
    eventBotId,
    ...others
  } = settings;
  return {
    ...others,
    logRetention: logRetentionDays,
    initialPolicy: initialPolicy?.map(statement => PolicyStatement.fromJson(statement)),
    eventApi: eventBotId === undefined ? undefined : { botId: eventBotId },
    alarms: { email: alarmEmail, phone: alarmPhone, quietDay: quietDayAlarm, llmWonPerDay },
    eventBus: eventBusOf(bot),
    domain:
      domainName !== undefined && certificateArn !== undefined
        ? { name: domainName, certificateArn, hostedZoneId, keepsApiUrl: keepApiUrl }
        : undefined,
  };
}

function eventBusOf({
  eventBusName: bus,
  eventBusIds: ids,
  eventBusUtterances: utterances,
}: Partial<BotConfiguration>): GatewayStackProps['eventBus'] {
  return bus === undefined ? undefined : { bus, ids, utterances };
}
