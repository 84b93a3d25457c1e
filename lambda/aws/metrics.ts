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

/** The bot's name where the environment has none. */
const UNNAMED = 'bot';

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

/**
 * The members that make a log line CloudWatch's metrics, too.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function embedded(metrics: Metrics, protocol: string | undefined): object {
  // CloudWatch takes no line of which a metric is no number.
  const numbers = Object.entries(metrics).filter(([, value]) => Number.isFinite(value));
  if (numbers.length === 0) return {};
  const names = numbers.map(([name]) => name);
  return {
    ...Object.fromEntries(numbers),
    Bot: process.env[ENVIRONMENT.botName] || UNNAMED,
    Protocol: protocol,
    _aws: {
      Timestamp: Date.now(),
      CloudWatchMetrics: [
        {
          Namespace: NAMESPACE,
          Dimensions: protocol === undefined ? [['Bot']] : [['Bot', 'Protocol'], ['Bot']],
          Metrics: names.map(Name => ({ Name, Unit: Name.endsWith('Ms') ? 'Milliseconds' : 'Count' })),
        },
      ],
    },
  };
}
