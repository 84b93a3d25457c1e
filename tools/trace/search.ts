import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { PATIENCE } from '../aws-patience.ts';
import { UsageError } from '../usage-error.ts';
import { logKeys } from './log-keys.ts';
import type { SearchOptions } from './options.ts';
import { type Likeness, ownTextOf, type Said, saidBy } from './said.ts';
import { anyOf, type Found, type FoundLine, searchLogs } from './search-logs.ts';
import type { SearchResult } from './search-result.ts';
import { NO_GROUPS, NO_SECRET, NO_WORDS } from './search-sentences.ts';
import { logsOfStack } from './stack-logs.ts';
import { rangeOf } from './time-range.ts';
import { userKeys } from './user-keys.ts';
import { isOwn, refusedIn, textIn, type Way, wayIdOf, waysOf } from './ways.ts';

/** More are no answer to a complaint. */
const MOST_TURNS = 20;

/** The access log tells of a call after its function has. */
const BEFORE_MS = 60_000;

/** By then a late turn is posted, or waits to be collected. */
const AFTER_MS = 15 * 60_000;

/** Of the access log; API Gateway writes a status as a text. */
const ERRORS = '{ ($.status = "4*") || ($.status = "5*") }';

/** Every line that a function of ours wrote. */
const EVERY_TURN = '{ $.what = "*" }';

/**
 * Looks for turns in the log groups of a stack.
 * @param region where they are
 * @throws UsageError with one sentence where there is nothing to search in; what the clients throw
 */
export async function search(options: SearchOptions, region: string, now: number): Promise<SearchResult> {
  const { language, at, within, said: words, user } = options;
  const range = rangeOf(at, within, now);
  const ownText = words === undefined ? undefined : ownTextOf(words);
  const config = configIn(region);
  const { groups, secretId } = await placeOf(options, config);
  if (groups.length === 0) throw new UsageError(NO_GROUPS[language]);
  const keys =
    user !== undefined || words !== undefined ? await keysOf(secretId, config, options, ownText) : [];
  const said =
    words === undefined
      ? undefined
      : saidBy(
          words,
          keys.map(({ wordsKey }) => wordsKey),
        );
  if (said && said.hashes.length === 0 && !ownText) throw new UsageError(NO_WORDS[language]);
  const users = user
    ? userKeys(user, options.botId).flatMap(key => keys.map(({ pseudonymOf }) => pseudonymOf(key)))
    : [];
  const client = new CloudWatchLogsClient(config);
  const found = await searchLogs(client, groups, patternOf(options, said, users, ownText), range);
  const turns = turnsIn(found, line => isMeant(line, { options, said, users, ownText }), said);
  const shown = turns.shown.slice(0, MOST_TURNS);
  const whole = await wholeWays(
    client,
    groups,
    found,
    shown.map(({ id }) => id),
    now,
  );
  const errors = await searchLogs(client, groups, ERRORS, range);
  return {
    range,
    groups,
    turns: whole.ways.map((way, index) => ({ ...way, likeness: shown[index]?.likeness })),
    others: turns.shown.length - shown.length,
    alike: turns.alike,
    refused: refusedIn(errors.lines),
    ownText,
    cut: [...new Set([...found.cut, ...whole.cut, ...errors.cut])],
  };
}

type ClientConfig = ConstructorParameters<typeof CloudWatchLogsClient>[0] & object;

function configIn(region: string): ClientConfig {
  return { region, requestHandler: PATIENCE };
}

async function placeOf({ stack, logGroups, secretId }: SearchOptions, config: ClientConfig) {
  if (stack === undefined) return { groups: logGroups, secretId };
  const found = await logsOfStack(new CloudFormationClient(config), stack);
  return { groups: [...found.groups, ...logGroups], secretId: secretId ?? found.secretId };
}

async function keysOf(
  secretId: string | undefined,
  config: ClientConfig,
  { language, user }: SearchOptions,
  ownText: string | undefined,
) {
  if (secretId !== undefined) return logKeys(new SecretsManagerClient(config), secretId);
  // The gateway's own texts that an outcome tells of are found without it.
  if (ownText !== undefined && ownText in OUTCOME_OF && user === undefined) return [];
  throw new UsageError(NO_SECRET[language]);
}

function patternOf(
  { footprint, request, user }: SearchOptions,
  said: Said | undefined,
  users: readonly string[],
  ownText: string | undefined,
): string {
  if (footprint !== undefined) return anyOf([footprint]);
  if (request !== undefined) return anyOf([request]);
  if (user) return anyOf(users);
  if (said === undefined) return EVERY_TURN;
  return anyOf([...said.hashes, ...(ownText === undefined ? [] : (OUTCOME_OF[ownText] ?? []))]);
}

/** The outcomes whose lines tell that a turn was answered with a text of the gateway's own. */
const OUTCOME_OF: Readonly<Record<string, readonly string[]>> = {
  apology: ['failed'],
  waiting: ['deferred'],
  lost: ['lost'],
};

interface Meant {
  readonly options: SearchOptions;
  readonly said: Said | undefined;
  readonly users: readonly string[];
  readonly ownText: string | undefined;
}

/** Whether a line is of a turn that is looked for: all that was told of it must be so. */
function isMeant(line: FoundLine, { options: { footprint, request }, said, users, ownText }: Meant): boolean {
  if (!isOwn(line)) return request !== undefined && textIn(line, 'requestId') === request;
  const has = (id: string, ...names: string[]) => names.some(name => textIn(line, name) === id);
  if (footprint !== undefined && !has(footprint, 'footprint', 'kakaoRequestId')) return false;
  if (request !== undefined && !has(request, 'requestId', 'deferredBy')) return false;
  if (users.length > 0 && !users.includes(textIn(line, 'user'))) return false;
  if (said === undefined || said.likeness(textIn(line, 'bubbles')) !== undefined) return true;
  return ownText !== undefined && (OUTCOME_OF[ownText] ?? []).includes(textIn(line, 'outcome'));
}

interface MeantTurn {
  readonly id: string;
  readonly likeness: Likeness | undefined;
}

/** The turns of the lines that are meant; those that only begin with the words are counted where others have the whole. */
function turnsIn({ lines }: Found, isTurn: (line: FoundLine) => boolean, said: Said | undefined) {
  const turns = new Map<string, MeantTurn>();
  for (const line of lines.filter(isTurn)) {
    const id = wayIdOf(line);
    const likeness = said?.likeness(textIn(line, 'bubbles'));
    if (id && turns.get(id)?.likeness !== 'whole') turns.set(id, { id, likeness });
  }
  const all = [...turns.values()];
  const whole = all.filter(({ likeness }) => likeness === 'whole');
  const shown = whole.length > 0 ? whole : all;
  return { shown, alike: all.length - shown.length };
}

/** Everything about these turns: what else their requests and their workers wrote. */
async function wholeWays(
  client: CloudWatchLogsClient,
  groups: readonly string[],
  { lines }: Found,
  ids: readonly string[],
  now: number,
): Promise<{ readonly ways: readonly Way[]; readonly cut: readonly string[] }> {
  const times = lines.filter(line => ids.includes(wayIdOf(line))).map(({ at }) => at);
  if (times.length === 0) return { ways: [], cut: [] };
  const around = {
    from: Math.min(...times) - BEFORE_MS,
    to: Math.min(now, Math.max(...times) + AFTER_MS),
  };
  const found = await searchLogs(client, groups, anyOf(ids), around);
  return { ways: waysOf([...lines, ...found.lines], ids), cut: found.cut };
}
