import type { GraphWidget } from 'aws-cdk-lib/aws-cloudwatch';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets';
import { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { Duration, Validations } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { ENVIRONMENT } from '../lambda/aws/environment.ts';
import {
  KAKAO_WAITS_MS,
  PROBE_EVERY_MS,
  PROBE_SLOW_MS,
  PROBE_TIMEOUT_SECONDS,
} from '../lambda/turn/time-budget.ts';
import type { AlarmKinds } from './alarms.ts';
import { type FunctionSettings, GatewayFunction } from './gateway-function.ts';
import { graph, SUM } from './metrics.ts';
import { type GatewaySecret, grantGatewaySecret } from './secrets.ts';

/** The settings of the probe. */
export interface ProbeSettings {
  /**
   * Whether a function asks the gateway once a minute, by its URL and with its secret, and alarms when nobody answers. It counts
   * in no metric of turns, and nothing of it is kept. With `says`, the bot's own rule answers these words.
   * @default true: the gateway answers it itself, without the bot
   */
  readonly probe?: boolean | { readonly says: string } | undefined;
}

/** The least that Lambda has: it mostly waits. */
const MEMORY_MB = 128;

/** Adds the probe, unless it is not wanted: its role may read the gateway's secret, and nothing else. It is in no VPC: Kakao neither. */
export function addProbe(
  scope: Construct,
  { probe = true, scenario, logRetention, encryptionKey }: ProbeSettings & FunctionSettings,
  { skillUrl, secret }: { readonly skillUrl: string; readonly secret: GatewaySecret },
): GatewayFunction | undefined {
  if (probe === false) return undefined;
  const made = new GatewayFunction(scope, 'probe', {
    ...{ handler: 'probe', scenario, logRetention, encryptionKey, memoryMb: MEMORY_MB },
    timeout: Duration.seconds(PROBE_TIMEOUT_SECONDS),
  });
  made.addEnvironment(ENVIRONMENT.probeUrl, skillUrl);
  if (probe !== true) made.addEnvironment(ENVIRONMENT.probeSays, probe.says);
  grantGatewaySecret(made, secret);
  // Lambda's own lines, three a minute, would cost more than the calls.
  const { defaultChild } = made.lambda.node;
  if (defaultChild instanceof CfnFunction)
    defaultChild.addPropertyOverride('LoggingConfig.SystemLogLevel', 'WARN');
  const every = Duration.millis(PROBE_EVERY_MS);
  // The next one comes soon enough, and one that is late tells of another minute.
  const target = new LambdaTarget(made.lambda, { retryAttempts: 0, maxEventAge: every });
  made.lambda.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: every });
  const rule = new Rule(made, 'Schedule', { schedule: Schedule.rate(every), targets: [target] });
  Validations.of(rule).acknowledge({ id: 'Serverless-EventBusDLQ', reason: MISSED });
  Validations.of(made.lambda).acknowledge({
    id: 'Serverless::Serverless-LambdaAsyncFailureDestination',
    reason: MISSED,
  });
  return made;
}

/** Why nothing is kept of a call of the probe that was not made. */
const MISSED =
  'A minute that was not asked is what the alarm probe-failed is about: nothing else is to be told of it.';

/** The alarms by the probe. */
export const PROBE_ALARMS = {
  'probe-failed': {
    says: `Users get no answer, as far as anybody can tell from outside: the function that asks the gateway once a minute got none within Kakao's ${KAKAO_WAITS_MS / 1_000} seconds, or does not ask any more. See its log for the reason.`,
    from: 1,
    // One that failed is a hiccup on the way; of fewer, an outage of every second turn would be a mail every other minute.
    periods: 3,
    outOf: 30,
    // A first deployment sets it off, too. Metric math could tell that from a probe that has ended, by FILL at the newest
    // end of a series, which AWS does not describe: the alarm that misses everything else must not rest on that.
    isBadWithoutData: true,
    watches: ({ lambda }) => [
      { metric: lambda.metricErrors({ statistic: 'Sum', period: Duration.millis(PROBE_EVERY_MS) }) },
    ],
  },
  'probe-slow': {
    says: `Users may soon get no answer: a turn whose rule takes no time took more than ${PROBE_SLOW_MS / 1_000} of Kakao's ${KAKAO_WAITS_MS / 1_000} seconds, seen from outside. See what starts and DynamoDB take.`,
    from: PROBE_SLOW_MS,
    // One slow minute is a cold start.
    periods: 3,
    outOf: 30,
    watches: ({ lambda }) => [
      { metric: lambda.metricDuration({ statistic: 'Maximum', period: Duration.millis(PROBE_EVERY_MS) }) },
    ],
  },
} as const satisfies AlarmKinds<Pick<GatewayFunction, 'lambda'>>;

/** The dashboard's graphs of the probe. */
export function probeGraphs({ lambda }: Pick<GatewayFunction, 'lambda'>): readonly GraphWidget[] {
  const took = (statistic: string) => lambda.metricDuration({ ...SUM, statistic, label: statistic });
  return [
    graph('Asked from outside', [
      lambda.metricInvocations({ ...SUM, label: 'asked' }),
      lambda.metricErrors({ ...SUM, label: 'no good answer' }),
    ]),
    graph('Answered outside in (ms)', ['Average', 'Maximum'].map(took)),
  ];
}
