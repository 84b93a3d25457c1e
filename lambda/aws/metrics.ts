import { DeadlineError } from '../errors.ts';
import { ANSWER_WITHIN_MS } from '../turn/time-budget.ts';
import { ENVIRONMENT } from './environment.ts';
import type { METRICS } from './metric-names.ts';

/** Numbers that CloudWatch is to count or measure, by the names of {@link METRICS}: those that end in `Ms` in milliseconds. */
export type Metrics = {
  readonly [Name in (typeof METRICS)[Exclude<keyof typeof METRICS, 'namespace'>]]?: number | undefined;
};

// Only its type is imported: the names would be in every bundle twice.
const NAMESPACE: (typeof METRICS)['namespace'] = 'KakaoGateway';

/** The bot's name, of which metrics are: `bot` where the environment has none. */
export function botName(): string {
  return process.env[ENVIRONMENT.botName] || 'bot';
}

/** The metrics of every turn; `error` says why it failed, `hasOverrun` that its rule was put off for being late. */
export function turnMetrics(ms: number, isFailed: boolean, error?: unknown, hasOverrun = false): Metrics {
  return {
    Turns: 1,
    TurnMs: ms,
    TurnsFailed: oneIf(isFailed),
    DeadlineMissed: oneIf(hasOverrun || ms > ANSWER_WITHIN_MS || error instanceof DeadlineError),
  };
}

/** One where it is so, and otherwise nothing: a metric of zeros is paid like any other. */
export function oneIf(isSo: boolean): 1 | undefined {
  return isSo ? 1 : undefined;
}

/** The metrics of a log line, as CloudWatch takes them out of it. */
export interface EmbeddedMetrics {
  /** The line's members that they are, with their dimensions. */
  readonly members: Readonly<Record<string, unknown>>;
  /** The line's member `_aws`, which tells CloudWatch of them, as JSON. */
  readonly directive: string;
}

/**
 * The metrics as a log line has them; undefined where there is nothing to count.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function embedded(metrics: Metrics, protocol: string | undefined): EmbeddedMetrics | undefined {
  const members: Record<string, unknown> = {};
  let names = '';
  for (const name in metrics) {
    const value = metrics[name as keyof Metrics];
    // CloudWatch takes no line of which a metric is no number.
    if (!Number.isFinite(value)) continue;
    members[name] = value;
    names += names === '' ? name : ` ${name}`;
  }
  if (names === '') return undefined;
  members.Bot = botName();
  members.Protocol = protocol;
  const defined = protocol === undefined ? definitionOf(names, OF_BOTS) : definitionOf(names, OF_TURNS);
  return { members, directive: `{"Timestamp":${Date.now()},"CloudWatchMetrics":${defined}}` };
}

/** The sets of dimensions that metrics have, each with its definitions as JSON, by the names of the metrics. */
const OF_BOTS = { dimensions: [['Bot']], made: new Map<string, string>() };
const OF_TURNS = { dimensions: [['Bot', 'Protocol'], ['Bot']], made: new Map<string, string>() };

/** JSON that defines these metrics, made once for all turns that count the same. */
function definitionOf(names: string, { dimensions, made }: typeof OF_BOTS): string {
  const known = made.get(names);
  if (known !== undefined) return known;
  const definition = {
    Namespace: NAMESPACE,
    Dimensions: dimensions,
    Metrics: names.split(' ').map(Name => ({ Name, Unit: Name.endsWith('Ms') ? 'Milliseconds' : 'Count' })),
  };
  const json = JSON.stringify([definition]);
  made.set(names, json);
  return json;
}
