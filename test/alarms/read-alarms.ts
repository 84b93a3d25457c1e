import { readExpression, type Series } from './metric-math.ts';
import { type Sources, seriesOfMetric } from './sources.ts';

/** An alarm of a template, as the simulation plays it. */
export interface PlayedAlarm {
  /** The section of the runbook that it names. */
  readonly kind: string;
  readonly periodMinutes: number;
  readonly points: number;
  readonly outOf: number;
  readonly missing: string;
  readonly tellsEnd: boolean;
  readonly isBreaching: (value: number) => boolean;
  /** Its values by the minute at which a period ends. */
  readonly valuesIn: (sources: Sources) => Series;
}

/** The resources of a template, as far as the simulation reads them. */
export interface AlarmTemplate {
  readonly Resources: Readonly<
    Record<string, { readonly Type: string; readonly Properties?: Readonly<Record<string, unknown>> }>
  >;
}

interface Stat {
  readonly Metric: {
    readonly Namespace: string;
    readonly MetricName: string;
    readonly Dimensions?: readonly object[];
  };
  readonly Period: number;
  readonly Stat: string;
}

/** The members of an alarm of CloudFormation's that are read here. */
interface AlarmProperties {
  readonly AlarmDescription: string;
  readonly ComparisonOperator: string;
  readonly Threshold: number;
  readonly EvaluationPeriods: number;
  readonly DatapointsToAlarm?: number;
  readonly TreatMissingData?: string;
  readonly AlarmActions?: readonly unknown[];
  readonly OKActions?: readonly unknown[];
  readonly Namespace?: string;
  readonly MetricName?: string;
  readonly Dimensions?: readonly object[];
  readonly Period?: number;
  readonly Statistic?: string;
  readonly ExtendedStatistic?: string;
  readonly Metrics?: readonly {
    readonly Id: string;
    readonly Expression?: string;
    readonly MetricStat?: Stat;
    readonly ReturnData?: boolean;
  }[];
}

/** The alarms of a template that send mails. */
export function alarmsOf({ Resources }: AlarmTemplate): readonly PlayedAlarm[] {
  return Object.values(Resources)
    .filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm')
    .map(({ Properties }) => Properties as unknown as AlarmProperties)
    .filter(({ AlarmActions }) => AlarmActions !== undefined)
    .map(playedOf);
}

function playedOf(alarm: AlarmProperties): PlayedAlarm {
  const { AlarmDescription, ComparisonOperator, Threshold, EvaluationPeriods, TreatMissingData } = alarm;
  const seconds = alarm.Period ?? alarm.Metrics?.find(({ MetricStat }) => MetricStat)?.MetricStat?.Period;
  const isBreaching = OPERATORS[ComparisonOperator];
  if (seconds === undefined || isBreaching === undefined)
    throw new Error(`the simulation can't play ${AlarmDescription}`);
  return {
    kind: /#([a-z-]+)$/.exec(AlarmDescription)?.[1] ?? '',
    periodMinutes: seconds / 60,
    points: alarm.DatapointsToAlarm ?? EvaluationPeriods,
    outOf: EvaluationPeriods,
    // Of DynamoDB's metrics CloudWatch ignores missing data, whatever an alarm says.
    missing: alarm.Namespace === 'AWS/DynamoDB' ? 'ignore' : (TreatMissingData ?? 'missing'),
    tellsEnd: alarm.OKActions !== undefined,
    isBreaching: value => isBreaching(value, Threshold),
    valuesIn: valuesOf(alarm, seconds / 60),
  };
}

const OPERATORS: Readonly<Record<string, (value: number, threshold: number) => boolean>> = {
  GreaterThanOrEqualToThreshold: (value, threshold) => value >= threshold,
  GreaterThanThreshold: (value, threshold) => value > threshold,
  LessThanThreshold: (value, threshold) => value < threshold,
};

function valuesOf(alarm: AlarmProperties, periodMinutes: number): PlayedAlarm['valuesIn'] {
  const { Namespace, MetricName, Dimensions, Statistic, ExtendedStatistic, Metrics } = alarm;
  if (Metrics === undefined) {
    const name = nameOf(Namespace ?? '', MetricName ?? '', Dimensions);
    return sources => seriesOfMetric(sources, name, Statistic ?? ExtendedStatistic ?? '', periodMinutes);
  }
  const parts = new Map(
    Metrics.map(({ Id, Expression, MetricStat }) => [
      Id,
      { expression: Expression === undefined ? undefined : readExpression(Expression), MetricStat },
    ]),
  );
  const returned = Metrics.find(({ ReturnData }) => ReturnData !== false)?.Id ?? '';
  return sources => {
    const seriesOf = (id: string): Series => {
      const { expression, MetricStat } = parts.get(id) ?? {};
      if (MetricStat) {
        const { Metric, Stat, Period } = MetricStat;
        const name = nameOf(Metric.Namespace, Metric.MetricName, Metric.Dimensions);
        return seriesOfMetric(sources, name, Stat, Period / 60);
      }
      if (expression === undefined) throw new Error(`no metric has the id ${id}`);
      return expression({ minutes: sources.minutes, periodMinutes, seriesOf });
    };
    return seriesOf(returned);
  };
}

/** The functions of a gateway as their logical ids name them. */
const FUNCTIONS = ['openbuilder', 'smartchat', 'validation', 'lateturn', 'webhooks', 'probe'];

/** `AWS/Lambda Errors lateturn`: the metric, and of which function or operation it is. */
function nameOf(namespace: string, metric: string, dimensions: readonly object[] = []): string {
  const said = JSON.stringify(dimensions);
  const operation = /"Operation","Value":"(\w+)"/.exec(said)?.[1];
  const named =
    namespace === 'AWS/Lambda' ? FUNCTIONS.find(name => said.includes(`Gateway${name}`)) : operation;
  return named === undefined ? `${namespace} ${metric}` : `${namespace} ${metric} ${named}`;
}
