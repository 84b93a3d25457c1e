import { join } from 'node:path';
import { CfnApiMapping } from 'aws-cdk-lib/aws-apigatewayv2';
import { App, Aws, CfnResource, Stack, Tags } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { BotConfiguration, Configuration } from './configuration.ts';
import { gatewayPropsOf } from './gateway-settings.ts';
import { GatewayStack } from './gateway-stack.ts';
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
  const isProtected = stage === 'prod';
  const sessionStack = `kakao-gateway-sessions-${stage}${suffix}`;
  // By their names: whoever is asked whether a stack may go reads which it is.
  const sessions =
    bot.sessionsTableName === undefined
      ? new SessionStack(app, sessionStack, {
          env,
          stackName: sessionStack,
          // Another stage is for trying out, and may be deleted; its table stays even so.
          terminationProtection: isProtected,
          customerManagedKey: bot.customerManagedKey,
          encryptionKeyArn: bot.encryptionKeyArn,
        })
      : undefined;
  const stackName = `kakao-gateway-${stage}${suffix}`;
  const { name = 'kakao-gateway' } = bot;
  const made = new GatewayStack(app, stackName, {
    ...gatewayPropsOf(bot),
    env,
    stackName,
    // Its URL and its secret are registered with Kakao, by hand.
    terminationProtection: isProtected,
    sessionsTable: sessions?.table,
    // By its name: a gateway that is told no scenario is nobody's.
    scenario: bot.scenario ?? join(ROOT, MAIN_SCENARIO),
    // With its stage: else the alarms of one would count the turns of all.
    botName: `${name}-${stage}`,
    encryptionKey: sessions?.key,
  });
  keepMapping(made, `Gateway${suffix}`);
  // Of the functions alone, which each release updates: on everything else a tag would be all that it changes.
  const includeResourceTypes = ['AWS::Lambda::Function'];
  Tags.of(made).add('version', made.gateway.version, { includeResourceTypes });
}

/**
 * Keeps the logical id that the domain's mapping had when the stack was called otherwise in here: it holds that name, and a
 * second mapping of a domain is refused.
 */
function keepMapping(stack: GatewayStack, before: string): void {
  const mapping = stack.node.findAll().find(made => made instanceof CfnApiMapping);
  if (!(mapping instanceof CfnApiMapping)) return;
  const [name, ...path] = mapping.node.path.split('/').slice(1).reverse();
  // Under the CDK's CLI an app writes itself over the one that is meant, when the process ends.
  const elsewhere = new Stack(new App({ autoSynth: false }), before);
  let scope: Construct = elsewhere;
  for (const id of path.reverse())
    scope = new Construct(scope, id.startsWith(stack.node.id) ? id.replace(stack.node.id, before) : id);
  const twin = new CfnResource(scope, name ?? '', { type: mapping.cfnResourceType });
  mapping.overrideLogicalId(elsewhere.getLogicalId(twin));
}
