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
  type Settings,
  scenarioFile,
  settingsOf,
  type Values,
} from './settings.ts';
import { requireTogether } from './settings-together.ts';
import { ofItsStage } from './stages.ts';

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

/** The settings that are one bot's own: where there are several, none of them is shared. */
const OF_ONE_BOT = [
  'botName',
  'domainName',
  'certificateArn',
  'hostedZoneId',
  'sessionsTableName',
  'gatewaySecretArn',
];

/**
 * Reads the whole context, before anything is made of it.
 * @param ownRegion the credentials', where it is known
 * @param inFile the context of cdk.json alone: what differs from it was said on the command line, and goes before a stage's own
 * @throws ContextError
 */
export function configurationOf(context: Values, ownRegion?: string, inFile?: Values): Configuration {
  const app = { ...OF_THE_APP, botName: BOT_NAME, ...OF_A_BOT };
  refuseMisspelt(context, [...Object.keys(app), 'bots', 'stages']);
  const { bots, ...own } = ofItsStage(context, inFile);
  const { stage = 'prod', region, botName } = settingsOf(app, own, '', inContext);
  const list = bots === undefined ? undefined : listOf(bots);
  if (list === undefined) {
    const bot = { name: botName, scenario: undefined, ...settingsOf(OF_A_BOT, own, '', inContext) };
    return { stage, region, bots: [requireTogether(bot, region ?? ownRegion, '')] };
  }
  for (const key of OF_ONE_BOT) {
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
    all.flatMap(({ sessionsTableName = [] }) => sessionsTableName),
    'sessionsTableName',
    OF_A_BOT.sessionsTableName.example,
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
  return requireTogether({ ...bot, scenario: isMain ? undefined : scenario }, region, `${place}.`);
}

function refuseTwice(values: readonly string[], key: string, example: Example): void {
  const twice = values.find((value, at) => values.indexOf(value) !== at);
  if (twice === undefined) return;
  throw new ContextError(
    `the context "bots" has the ${key} "${twice}" twice: give each bot its own, as {"${key}": "${example}"}`,
  );
}
