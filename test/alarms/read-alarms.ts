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
  /**
   * Of an expression that looks beyond a period's own data: its values over the minutes that CloudWatch asks for once a minute's
   * metrics are known, as they are then. The newest are not known yet.
   */
  readonly windowsIn?: ((sources: Sources, minutes: number) => (known: number) => Series) | undefined;
}

/** From a minute's end to when its metrics have reached CloudWatch and were evaluated (min). */
export const DELAY_MINUTES = 2;

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
    ...seriesOf(alarm, seconds / 60),
  };
}

const OPERATORS: Readonly<Record<string, (value: number, threshold: number) => boolean>> = {
  GreaterThanOrEqualToThreshold: (value, threshold) => value >= threshold,
  GreaterThanThreshold: (value, threshold) => value > threshold,
  LessThanThreshold: (value, threshold) => value < threshold,
};

function seriesOf(
  alarm: AlarmProperties,
  periodMinutes: number,
): Pick<PlayedAlarm, 'valuesIn' | 'windowsIn'> {
  const { Namespace, MetricName, Dimensions, Statistic, ExtendedStatistic, Metrics } = alarm;
  if (Metrics === undefined) {
    const name = nameOf(Namespace ?? '', MetricName ?? '', Dimensions);
    return {
      valuesIn: sources => seriesOfMetric(sources, name, Statistic ?? ExtendedStatistic ?? '', periodMinutes),
    };
  }
  const parts = new Map(
    Metrics.map(({ Id, Expression, MetricStat }) => [
      Id,
      { expression: Expression === undefined ? undefined : readExpression(Expression), MetricStat },
    ]),
  );
  const returned = Metrics.find(({ ReturnData }) => ReturnData !== false)?.Id ?? '';
  const valuesOver = (minutes: number, seriesOfStat: (stat: Stat) => Series): Series => {
    const seriesOf = (id: string): Series => {
      const { expression, MetricStat } = parts.get(id) ?? {};
      if (MetricStat) return seriesOfStat(MetricStat);
      if (expression === undefined) throw new Error(`no metric has the id ${id}`);
      return expression({ minutes, periodMinutes, seriesOf });
    };
    return seriesOf(returned);
  };
  return {
    valuesIn: sources => valuesOver(sources.minutes, stat => seriesOfStat(sources, stat)),
    windowsIn: Metrics.some(({ Expression = '' }) => /REPEAT|LINEAR/.test(Expression))
      ? (sources, minutes) => {
          const all = new Map(
            Metrics.flatMap(({ MetricStat: stat }) => (stat ? [[stat, seriesOfStat(sources, stat)]] : [])),
          );
          const since = changesOf([...all.values()]);
          let values: Series | undefined;
          return known => {
            // Most minutes are as the one before, and so is all that is known then.
            const isSame = known - (since[known] ?? known) >= minutes - DELAY_MINUTES;
            if (!isSame) values = undefined;
            values ??= valuesOver(minutes, stat => windowOf(all.get(stat) ?? NOTHING, known, minutes));
            return values;
          };
        }
      : undefined,
  };
}

const NOTHING: Series = new Float64Array();

/** Since when each minute's values are as they are. */
function changesOf(all: readonly Series[]): Uint32Array {
  const since = new Uint32Array(all[0]?.length ?? 0);
  for (let at = 1; at < since.length; at++)
    since[at] = all.every(series => Object.is(series[at], series[at - 1])) ? (since[at - 1] ?? 0) : at;
  return since;
}

function seriesOfStat(sources: Sources, { Metric, Stat, Period }: Stat): Series {
  const name = nameOf(Metric.Namespace, Metric.MetricName, Metric.Dimensions);
  return seriesOfMetric(sources, name, Stat, Period / 60);
}

/** The values of the newest minutes once one is known: there are none before the first, and none yet after that one. */
function windowOf(series: Series, known: number, minutes: number): Series {
  const window = new Float64Array(minutes).fill(Number.NaN);
  const begin = known + DELAY_MINUTES - minutes + 1;
  window.set(series.subarray(Math.max(0, begin), known + 1), Math.max(0, -begin));
  return window;
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
