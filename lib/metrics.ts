import { GraphWidget, type IMetric, MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Duration } from 'aws-cdk-lib/core';
import { METRICS } from '../lambda/aws/metric-names.ts';

/** The period of whatever is no question of minutes. */
export const FIVE_MINUTES: Duration = Duration.minutes(5);

/** The period of most alarms. */
export const MINUTE: Duration = Duration.minutes(1);

/** How many there were in five minutes. */
export const SUM = { statistic: 'Sum', period: FIVE_MINUTES } as const;

/** The name of a metric that the functions write. */
export type MetricName = Exclude<(typeof METRICS)[keyof typeof METRICS], typeof METRICS.namespace>;

/** A metric that a bot's functions write, over both protocols. */
export function botMetric(
  bot: string,
  metricName: MetricName,
  statistic: string = SUM.statistic,
  period: Duration = SUM.period,
): Metric {
  return new Metric({
    namespace: METRICS.namespace,
    metricName,
    dimensionsMap: { Bot: bot },
    statistic,
    period,
  });
}

/** Metrics of those that went wrong, and of all beside which they are judged. */
export interface WentWrong {
  readonly bad: Readonly<Record<string, IMetric>>;
  /** Taken off: another alarm tells of these. */
  readonly unless?: Readonly<Record<string, IMetric>>;
  readonly all: IMetric;
}

/**
 * One or more in each minute in which more went wrong than may: one that was alone in its minute, or two, and one more for
 * each 15. So one threshold fits bots of 50 turns a day and of 500,000. Minutes, since CloudWatch counts longer periods back
 * from each minute anew, and would see one in every other minute only.
 */
export function wrongIn(went: WentWrong): MathExpression {
  return beyond(went, 'FLOOR(FILL(all, 0) / 15) - IF(FILL(all, 0) > 1, 1, 0)', MINUTE);
}

/** The same for people, and for a release, which has a tenth of the calls for five minutes: there two may go wrong, and one in 100. */
export function wrongTurns(went: WentWrong): { readonly metric: IMetric; readonly inRelease: IMetric } {
  return { metric: wrongIn(went), inRelease: beyond(went, 'FLOOR(FILL(all, 0) / 100) - 2', FIVE_MINUTES) };
}

function beyond({ bad, unless = {}, all }: WentWrong, few: string, period: Duration): MathExpression {
  const summed = (names: Readonly<Record<string, IMetric>>): string[] =>
    Object.keys(names).map(name => `FILL(${name}, 0)`);
  const wrong = [summed(bad).join(' + '), ...summed(unless)].join(' - ');
  const usingMetrics = { ...bad, ...unless, all };
  return new MathExpression({ expression: `${wrong} - ${few}`, usingMetrics, label: 'too many', period });
}

/** A metric with zeros where it has no data: of one that seldom has any, CloudWatch would look back on older data. */
export function filled(metric: IMetric, period: Duration): MathExpression {
  return new MathExpression({
    expression: 'FILL(all, 0)',
    usingMetrics: { all: metric },
    label: 'all',
    period,
  });
}

/** One where there is none in a period after at least so many in the one before; else nothing. */
export function fellToNothing(of: IMetric, from: number, period: Duration): MathExpression {
  return new MathExpression({
    expression: `IF(all < 1 AND 0 - DIFF(all) >= ${from}, 1, 0)`,
    usingMetrics: { all: of },
    label: `none after ${from}`,
    period,
  });
}

/** A graph of the dashboard, a third of its width. */
export function graph(title: string, left: readonly IMetric[]): GraphWidget {
  return new GraphWidget({ title, left: [...left], width: 8, height: 6 });
}

/** A graph of how many of each there were. */
export function countGraph(title: string, bot: string, names: readonly MetricName[]): GraphWidget {
  return graph(
    title,
    names.map(name => botMetric(bot, name)),
  );
}

/** A graph of how long it took most and nearly all. */
export function timeGraph(
  title: string,
  bot: string,
  name: typeof METRICS.turnMs | typeof METRICS.lateMs,
): GraphWidget {
  return graph(
    title,
    ['p50', 'p99'].map(statistic => botMetric(bot, name, statistic).with({ label: statistic })),
  );
}
