import { type IMetric, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Duration } from 'aws-cdk-lib/core';
import { METRICS } from '../lambda/aws/metric-names.ts';

/** A metric that a bot's functions write, over both protocols. */
export function botMetric(
  bot: string,
  metricName: Exclude<(typeof METRICS)[keyof typeof METRICS], typeof METRICS.namespace>,
  statistic = 'Sum',
  period = FIVE_MINUTES,
): Metric {
  return new Metric({
    namespace: METRICS.namespace,
    metricName,
    dimensionsMap: { Bot: bot },
    statistic,
    period,
  });
}

/** What DynamoDB measures of a table, by operation where it tells them apart. */
export function tableMetric(tableName: string, metricName: string, operation?: string): IMetric {
  return new Metric({
    namespace: 'AWS/DynamoDB',
    metricName,
    dimensionsMap: { TableName: tableName, ...(operation !== undefined && { Operation: operation }) },
    statistic: 'Sum',
    period: FIVE_MINUTES,
  });
}

export const FIVE_MINUTES: Duration = Duration.minutes(5);
