import { join } from 'node:path';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { type App, Aws, Tags } from 'aws-cdk-lib/core';
import type { BotConfiguration, Configuration } from './configuration.ts';
import { GatewayStack, type GatewayStackProps } from './gateway-stack.ts';
import { ROOT } from './own-module.ts';
import { SessionStack } from './session-stack.ts';
import { MAIN_SCENARIO } from './settings.ts';

/** The AWS account and region that an app is deployed to. */
export interface TargetAccount {
  /** Undefined where the credentials are not known yet. */
  readonly account: string | undefined;
  /** Of the credentials; the configuration's own goes before it. */
  readonly region: string | undefined;
}

/** Adds two stacks for each bot: one that keeps its sessions, and one that keeps nothing. */
export function addGateways(app: App, configuration: Configuration, target: TargetAccount): void {
  const env = {
    account: target.account ?? Aws.ACCOUNT_ID,
    region: configuration.region ?? target.region ?? Aws.REGION,
  };
  for (const bot of configuration.bots) addGateway(app, configuration.stage, bot, env);
  // Dashboards have come to take tags late: not every tool between here and CloudFormation knows it.
  const excludeResourceTypes = ['AWS::CloudWatch::Dashboard'];
  Tags.of(app).add('project', 'kakao-gateway', { excludeResourceTypes });
  Tags.of(app).add('stage', configuration.stage, { excludeResourceTypes });
}

function addGateway(
  app: App,
  stage: string,
  bot: BotConfiguration,
  env: { readonly account: string; readonly region: string },
): void {
  // Two hyphens, so that it is taken for no stage. The bot in lambda/scenario.ts keeps the names that it had first.
  const suffix = bot.scenario === undefined ? '' : `--${bot.name}`;
  const {
    name = 'kakao-gateway',
    scenario,
    domainName,
    certificateArn,
    hostedZoneId,
    keepApiUrl,
    ...settings
  } = bot;
  const {
    alarmEmail,
    alarmPhone,
    quietDayAlarm,
    llmWonPerDay,
    logRetentionDays,
    customerManagedKey,
    initialPolicy,
    eventBotId,
    ...others
  } = settings;
  const { table, key } = new SessionStack(app, `Sessions${suffix}`, {
    env,
    stackName: `kakao-gateway-sessions-${stage}${suffix}`,
    // Another stage is for trying out, and may be deleted; its table stays even so.
    terminationProtection: stage === 'prod',
    customerManagedKey,
  });
  new GatewayStack(app, `Gateway${suffix}`, {
    ...others,
    env,
    stackName: `kakao-gateway-${stage}${suffix}`,
    sessionsTable: table,
    // By its name: a gateway that is told no scenario is nobody's.
    scenario: scenario ?? join(ROOT, MAIN_SCENARIO),
    // With its stage: else the alarms of one would count the turns of all.
    botName: `${name}-${stage}`,
    logRetention: logRetentionDays,
    encryptionKey: key,
    initialPolicy: initialPolicy?.map(statement => PolicyStatement.fromJson(statement)),
    eventApi: eventBotId === undefined ? undefined : { botId: eventBotId },
    alarms: { email: alarmEmail, phone: alarmPhone, quietDay: quietDayAlarm, llmWonPerDay },
    eventBus: eventBusOf(bot),
    domain:
      domainName !== undefined && certificateArn !== undefined
        ? { name: domainName, certificateArn, hostedZoneId, keepsApiUrl: keepApiUrl }
        : undefined,
  });
}

function eventBusOf({
  eventBusName: bus,
  eventBusIds: ids,
  eventBusUtterances: utterances,
}: BotConfiguration): GatewayStackProps['eventBus'] {
  return bus === undefined ? undefined : { bus, ids, utterances };
}
