import { join, resolve } from 'node:path';
import { ContextError, type Example, inJson } from './context-key.ts';
import { meantBy, refuseMisspelt } from './misspelt.ts';
import {
  BOT_NAME,
  inBots,
  inContext,
  MAIN_SCENARIO,
  OF_A_BOT,
  OF_THE_APP,
  onCommandLine,
  type Settings,
  scenarioFile,
  settingsOf,
  type Values,
} from './settings.ts';

/** The bots that an app deploys, as the context in cdk.json or `-c key=value` has it. */
export interface Configuration {
  readonly stage: string;
  /** Undefined where the credentials' own region is meant. */
  readonly region: string | undefined;
  readonly bots: readonly BotConfiguration[];
}

/** One bot of a {@link Configuration}: what is undefined has the default of `KakaoGatewayProps`. */
export type BotConfiguration = Settings<typeof OF_A_BOT> & {
  /** ASCII; undefined where there is one bot that nobody has named. */
  readonly name: string | undefined;
  /** Undefined for the bot in lambda/scenario.ts, whose stacks have no name of a bot. */
  readonly scenario: string | undefined;
};

/**
 * Reads the whole context, before anything is made of it.
 * @param ownRegion the credentials', where it is known
 * @throws ContextError
 */
export function configurationOf(context: Values, ownRegion?: string): Configuration {
  const { bots, ...own } = context;
  const app = { ...OF_THE_APP, botName: BOT_NAME, ...OF_A_BOT };
  refuseMisspelt(own, [...Object.keys(app), 'bots']);
  const { stage = 'prod', region, botName } = settingsOf(app, own, '', inContext);
  const list = bots === undefined ? undefined : listOf(bots);
  if (list === undefined) {
    const bot = { name: botName, scenario: undefined, ...settingsOf(OF_A_BOT, own, '', inContext) };
    return { stage, region, bots: [checked(bot, region ?? ownRegion, '')] };
  }
  for (const key of ['botName', 'domainName', 'certificateArn', 'hostedZoneId']) {
    if (own[key] !== undefined) {
      throw new ContextError(
        `the context "${key}" is one bot's own: where there are "bots", write it there, as {"name": "cafe"${key === 'botName' ? '' : `, "${key}": …`}}`,
      );
    }
  }
  const all = list.map((entry, at) => botOf(entry, own, region ?? ownRegion, `bots[${at}]`));
  refuseTwice(
    all.map(({ name }) => name ?? ''),
    'name',
    'cafe',
  );
  refuseTwice(
    all.map(({ scenario = MAIN_SCENARIO }) => scenario).filter(file => file === MAIN_SCENARIO),
    'scenario',
    scenarioFile.example,
  );
  return { stage, region, bots: all };
}

function listOf(bots: unknown): readonly Values[] {
  const list = inJson(bots);
  if (Array.isArray(list) && list.length > 0 && list.every(isValues)) return list;
  throw new ContextError(
    'the context "bots" must be a list of one object for each bot: {"bots": [{"name": "cafe"}, {"name": "flowers", "scenario": "lambda/scenarios/flowers.ts"}]}',
  );
}

function isValues(value: unknown): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function botOf(entry: Values, shared: Values, region: string | undefined, place: string): BotConfiguration {
  const keys = { name: BOT_NAME, scenario: scenarioFile, ...OF_A_BOT };
  const known = Object.keys(keys);
  for (const key of Object.keys(entry)) {
    if (known.includes(key)) continue;
    const meant = meantBy(key, known);
    throw new ContextError(
      `the context "${place}.${key}" is unknown: ${meant ? `did you mean "${meant}"?` : `a bot has ${known.join(', ')}`}`,
    );
  }
  if (entry.name === undefined) {
    throw new ContextError(`the context "${place}.name" is missing: {"name": "${BOT_NAME.example}"}`);
  }
  const { scenario, ...bot } = settingsOf(
    keys,
    { ...Object.fromEntries(Object.keys(OF_A_BOT).map(key => [key, shared[key]])), ...entry },
    `${place}.`,
    inBots,
  );
  const isMain =
    scenario === undefined || resolve(scenario) === join(import.meta.dirname, '..', MAIN_SCENARIO);
  return checked({ ...bot, scenario: isMain ? undefined : scenario }, region, `${place}.`);
}

/** Refuses settings that are wrong together. @throws ContextError */
function checked(bot: BotConfiguration, region: string | undefined, place: string): BotConfiguration {
  const { domainName, certificateArn, hostedZoneId, provisionedConcurrency, reservedConcurrency } = bot;
  const { vpcId, subnetIds, securityGroupIds, adminKeySecretName, appId, channelPublicId } = bot;
  const { eventBusName, eventBotId, restApiKeySecretName } = bot;
  const example = (key: keyof typeof OF_A_BOT) => {
    const { [key]: of } = OF_A_BOT;
    return place === '' ? `-c ${onCommandLine(key, of.example)}` : inBots(key, of.example);
  };
  const missing = (
    key:
      | 'domainName'
      | 'certificateArn'
      | 'vpcId'
      | 'subnetIds'
      | 'eventBusName'
      | 'adminKeySecretName'
      | 'restApiKeySecretName',
    why: string,
  ) => new ContextError(`the context "${place}${key}" is missing: ${why}: ${example(key)}`);
  if (domainName !== undefined && certificateArn === undefined)
    throw missing('certificateArn', 'a domainName needs a certificate');
  if (certificateArn !== undefined && domainName === undefined)
    throw missing('domainName', 'a certificateArn is for a domain');
  if (hostedZoneId !== undefined && domainName === undefined)
    throw missing('domainName', 'a hostedZoneId is for the record of a domain');
  if (vpcId !== undefined && subnetIds === undefined)
    throw missing('subnetIds', 'the functions are in subnets of a vpcId');
  if (vpcId === undefined && (subnetIds ?? securityGroupIds) !== undefined)
    throw missing('vpcId', `${subnetIds ? 'subnetIds' : 'securityGroupIds'} are of a VPC`);
  if (adminKeySecretName === undefined && (appId ?? channelPublicId) !== undefined)
    throw missing('adminKeySecretName', `${appId ? 'an appId' : 'a channelPublicId'} is for webhooks`);
  if (eventBusName === undefined && (bot.eventBusIds ?? bot.eventBusUtterances) !== undefined)
    throw missing('eventBusName', 'eventBusIds and eventBusUtterances say how an event bus is told');
  const busRegion = eventBusName?.split(':')[3];
  if (region !== undefined && busRegion !== undefined && busRegion !== region) {
    throw new ContextError(
      `the context "${place}eventBusName" must be of an event bus in ${region}, where the functions are: a rule there may hand its events on to another region`,
    );
  }
  if (eventBotId !== undefined && restApiKeySecretName === undefined)
    throw missing('restApiKeySecretName', 'an eventBotId needs the key by which its events are sent');
  if (region !== undefined && certificateArn !== undefined && certificateArn.split(':')[3] !== region) {
    throw new ContextError(
      `the context "${place}certificateArn" must be of a certificate in ${region}, where the API is: arn:aws:acm:${region}:123456789012:certificate/…`,
    );
  }
  if ((provisionedConcurrency ?? 0) > (reservedConcurrency ?? Number.POSITIVE_INFINITY)) {
    throw new ContextError(
      `the context "${place}provisionedConcurrency" must be no more than "reservedConcurrency", of which it is a part: ${example('provisionedConcurrency')}`,
    );
  }
  return bot;
}

function refuseTwice(values: readonly string[], key: string, example: Example): void {
  const twice = values.find((value, at) => values.indexOf(value) !== at);
  if (twice === undefined) return;
  throw new ContextError(
    `the context "bots" has the ${key} "${twice}" twice: give each bot its own, as {"${key}": "${example}"}`,
  );
}
