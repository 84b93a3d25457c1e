import type { PlayedAlarm } from './read-alarms.ts';
import { seriesOfMetric } from './sources.ts';

/** The alarms on a probe that takes a turn each minute, as a deployment has them that brings none of its own. */
export const PROBE_ALARMS: readonly PlayedAlarm[] = [
  { ...threeOfThirty('probe-failed', 'Errors', 'Sum'), isBreaching: failed => failed >= 1 },
  { ...threeOfThirty('probe-slow', 'Duration', 'Maximum'), isBreaching: ms => ms >= 3_500 },
];

/** Of fewer an outage that fails every second turn would be a mail every other minute. */
function threeOfThirty(kind: string, metric: string, statistic: string): Omit<PlayedAlarm, 'isBreaching'> {
  return {
    kind,
    ...{ periodMinutes: 1, points: 3, outOf: 30, missing: 'notBreaching', tellsEnd: true },
    valuesIn: sources => seriesOfMetric(sources, `AWS/Lambda ${metric} probe`, statistic, 1),
  };
}
