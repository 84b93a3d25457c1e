import { GraphWidget, type IMetric, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Duration } from 'aws-cdk-lib/core';
import { METRICS } from '../lambda/aws/metric-names.ts';

/** The period of whatever is no question of minutes. */
export const FIVE_MINUTES: Duration = Duration.minutes(5);

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
