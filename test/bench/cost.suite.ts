import { expect, test } from '@jest/globals';
import { A_MONTH } from '../../bench/cost.ts';
import { synth } from '../lib/synth.ts';

/** An alarm of one metric has none of this; of the others each metric that is read is paid, and no expression is. */
interface Alarm {
  readonly AlarmDescription?: string;
  readonly Metrics?: readonly { readonly MetricStat?: unknown }[];
}

const { gateway } = synth({});
const propertiesOf = (type: string): readonly Alarm[] =>
  Object.values(gateway.template.findResources(type)).map(({ Properties }) => Properties);

test('the page on cost counts the alarms and secrets that a bot has', () => {
  // The probe's have a table of their own.
  const metrics = propertiesOf('AWS::CloudWatch::Alarm')
    .filter(({ AlarmDescription }) => !AlarmDescription?.includes('#probe-'))
    .map(({ Metrics }) => Metrics?.filter(({ MetricStat }) => MetricStat !== undefined).length ?? 1);
  // Where this fails: the figures of bench/cost.ts, then `npm run cost` for docs/cost.md and docs/cost.ko.md.
  expect({
    alarmMetrics: metrics.reduce((sum, count) => sum + count, 0),
    secrets: propertiesOf('AWS::SecretsManager::Secret').length,
  }).toEqual(A_MONTH);
});
