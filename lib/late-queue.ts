import type { GraphWidget, IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { CfnFunction, EventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import { CfnQueue, Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { ENVIRONMENT } from '../lambda/aws/environment.ts';
import { GROWING_LATE_QUEUE, LATE_QUEUE } from '../lambda/aws/late-queue-settings.ts';
import { METRICS } from '../lambda/aws/metric-names.ts';
import { GROWING_SLOW_QUEUE_SECONDS, SLOW_QUEUE_SECONDS } from '../lambda/turn/time-budget.ts';
import { type AlarmKinds, ONCE, THRICE } from './alarms.ts';
import { grantKeyVia } from './encryption.ts';
import type { GatewayFunction } from './gateway-function.ts';
import { botMetric, countGraph, filled, MINUTE, timeGraph, wrongIn } from './metrics.ts';

/** The late queue: the functions that defer turns send them to it, and the worker takes them. */
export class LateQueue {
  readonly queue: Queue;
  /** From where on a turn waits long in it (s), and the alarm goes off. */
  slowFromSeconds: number = SLOW_QUEUE_SECONDS;

  constructor(scope: Construct, encryptionKey: IKey | undefined) {
    this.queue = new Queue(scope, 'LateQueue', {
      retentionPeriod: Duration.seconds(LATE_QUEUE.retentionSeconds),
      visibilityTimeout: Duration.seconds(LATE_QUEUE.visibilitySeconds),
      enforceSSL: true,
      removalPolicy: RemovalPolicy.DESTROY,
      ...(encryptionKey
        ? { encryption: QueueEncryption.KMS, encryptionMasterKey: encryptionKey }
        : { encryption: QueueEncryption.SQS_MANAGED }),
    });
    for (const id of ['AwsSolutions-SQS3', 'Serverless-SQSRedrivePolicy']) {
      Validations.of(this.queue).acknowledge({ id, reason: NO_DEAD_LETTERS });
    }
  }

  /** Has a worker whose answers grow live as long as they may, and the queue wait for it. */
  letGrow(worker: GatewayFunction): void {
    // Only the bundle tells, which is made with the function, when its time is set already.
    const [made, queue] = [worker.lambda.node.defaultChild, this.queue.node.defaultChild];
    if (made instanceof CfnFunction) made.timeout = GROWING_LATE_QUEUE.workerTimeoutSeconds;
    if (queue instanceof CfnQueue) queue.visibilityTimeout = GROWING_LATE_QUEUE.visibilitySeconds;
    this.slowFromSeconds = GROWING_SLOW_QUEUE_SECONDS;
  }

  /** Tells a function which queue it is, and lets it send turns there. */
  grantSend(sender: GatewayFunction): void {
    const { queue } = this;
    sender.addEnvironment(ENVIRONMENT.lateQueueUrl, queue.queueUrl);
    // `queue.grantSendMessages` would allow to ask for its attributes, too.
    queue.grant(sender.lambda, 'sqs:SendMessage');
    grantKeyVia('sqs', sender.lambda, queue.encryptionMasterKey);
  }

  /**
   * Gives the turns to the worker, one each.
   * @param atOnce how many it may work on, 2 to 1000
   */
  deliverTo({ lambda, target }: GatewayFunction, atOnce: number): void {
    const { queue } = this;
    // What Lambda asks for. `SqsEventSource` would allow more: to look the queue up, and to hold messages back.
    queue.grant(lambda, 'sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes');
    grantKeyVia('sqs', lambda, queue.encryptionMasterKey);
    // Below the function even where it calls the alias: another place would be another mapping beside this one.
    const mapping = new EventSourceMapping(lambda, 'LateTurns', {
      target,
      eventSourceArn: queue.queueArn,
      // In a batch the second turn would wait for the first, and every callback has but its own time.
      batchSize: 1,
      reportBatchItemFailures: true,
      maxConcurrency: atOnce,
    });
    Validations.of(mapping).acknowledge({
      id: 'Serverless-LambdaEventSourceMappingDestination',
      reason: NO_DEAD_LETTERS,
    });
  }
}

/** Why the late queue keeps nothing of what it gives up. */
const NO_DEAD_LETTERS =
  "What five minutes have not answered can't be answered any more, and holds what users said: it is not kept. A worker that finds one too late counts it as lost, and the queue's age alarms before one expires that no worker finds.";

/** The late turns of a bot, and the queue that they come by. */
export interface LateTurns extends Pick<LateQueue, 'queue' | 'slowFromSeconds'> {
  readonly bot: string;
}

/** The alarms on late turns. */
export const LATE_TURN_ALARMS = {
  'callbacks-failed': {
    says: 'Users get their late answers late: Kakao did not take callbacks, or sent URLs for them that are not its own. See the reason in the log of the worker and of the skill.',
    ...THRICE,
    // Kakao fails to take one now and then, and few turns are late.
    periods: 4,
    watches: ({ bot }) => {
      const bad = { failed: botMetric(bot, METRICS.callbacksFailed) };
      const all = botMetric(bot, METRICS.turnsDeferred);
      return [{ metric: wrongIn({ bad, all }) }];
    },
  },
  'late-turns-lost': {
    says: 'Users who were told to wait get no answer: the worker gave late turns up, or was dead, and what the user said next found them lost. See the errors in the logs of the worker and of the functions that Kakao calls.',
    from: 1,
    ...ONCE,
    watches: ({ bot }) => [
      {
        metric: filled(botMetric(bot, METRICS.lateLost), MINUTE),
        inRelease: botMetric(bot, METRICS.lateLost),
        ofRelease: ['open-builder', 'smart-chat', 'late-turn'],
      },
    ],
  },
  'late-turns-waiting': {
    says: 'Users who were told to wait get no answer in time: late turns stay in the queue until the minute that a callback lives is nearly over. See how many workers run, and whether they die.',
    ...ONCE,
    looksFirst: 'function-errors',
    watches: ({ queue, slowFromSeconds }) => {
      const age = (period: Duration): IMetric =>
        queue.metricApproximateAgeOfOldestMessage({ statistic: 'Maximum', period });
      return [
        {
          from: slowFromSeconds,
          metric: filled(age(MINUTE), MINUTE),
          inRelease: age(MINUTE),
          ofRelease: ['late-turn'],
        },
      ];
    },
  },
} as const satisfies AlarmKinds<LateTurns>;

/** The dashboard's graphs of late turns. */
export function lateTurnGraphs(bot: string): readonly GraphWidget[] {
  return [
    countGraph('Late answers', bot, [METRICS.lateAnswered, METRICS.lateLost, METRICS.callbacksFailed]),
    timeGraph('Late answers took (ms)', bot, METRICS.lateMs),
  ];
}
