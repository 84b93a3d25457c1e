import type { PlayedAlarm } from './read-alarms.ts';
import { seriesOfMetric } from './sources.ts';

/** The alarms on a probe that takes a turn each minute, as a deployment has them that brings none of its own. */
export const PROBE_ALARMS: readonly PlayedAlarm[] = [
  { ...threeOfFive('probe-failed', 'Errors', 'Sum'), isBreaching: failed => failed >= 1 },
  { ...threeOfFive('probe-slow', 'Duration', 'Maximum'), isBreaching: ms => ms >= 3_500 },
];

function threeOfFive(kind: string, metric: string, statistic: string): Omit<PlayedAlarm, 'isBreaching'> {
  return {
    kind,
    ...{ periodMinutes: 1, points: 3, outOf: 5, missing: 'notBreaching', tellsEnd: true },
    valuesIn: sources => seriesOfMetric(sources, `AWS/Lambda ${metric} probe`, statistic, 1),
  };
}
