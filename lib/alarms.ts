import type { IHttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription, SmsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Duration, Stack, Validations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { METRICS } from '../lambda/aws/metric-names.ts';
import { KAKAO_WAITS_MS, SLOW_ANSWER_MS, SLOW_QUEUE_SECONDS } from '../lambda/turn/time-budget.ts';
import { botMetric, FIVE_MINUTES, tableMetric } from './bot-metrics.ts';
import { allowAlarms } from './encryption.ts';
import type { FunctionName, GatewayFunction } from './gateway-function.ts';

/** Who hears of alarms, and of which. */
export interface AlarmSettings {
  /**
   * An e-mail address; AWS asks it for a confirmation first.
   * @default nobody is written to
   */
  readonly email?: string | undefined;
  /**
   * A mobile phone that gets a text message, in E.164: `+821012345678`.
   * @default nobody is texted
   */
  readonly phone?: string | undefined;
  /**
   * Whether a day on which nobody says anything is alarming.
   * @default false
   */
  readonly quietDay?: boolean | undefined;
}

/** What {@link GatewayAlarms} watches. */
export interface GatewayAlarmsProps extends AlarmSettings {
  readonly bot: string;
  readonly api: Pick<IHttpApi, 'metricServerError' | 'metricClientError'>;
  readonly functions: Readonly<Record<FunctionName, GatewayFunction>>;
  readonly lateQueue: Queue;
  readonly tableName: string;
  readonly encryptionKey?: IKey | undefined;
}

/** What an alarm is about; each has its section in docs/runbook.md. */
export type AlarmKind = keyof typeof KINDS;

/** What means that users get no answer, or a worse one than the bot gave; docs/runbook.md has a section for each kind. */
export class GatewayAlarms extends Construct {
  /** What tells that a release of a function is bad. */
  readonly ofRelease: Readonly<Record<FunctionName, readonly Alarm[]>>;

  readonly #topic: Topic | undefined;

  constructor(scope: Construct, id: string, props: GatewayAlarmsProps) {
    super(scope, id);
    const { bot, api, functions, lateQueue, tableName, quietDay = false } = props;
    this.#topic = this.#topicOf(props);
    const counted = (kind: AlarmKind, name: Parameters<typeof botMetric>[1]) =>
      this.#add(kind, botMetric(bot, name));

    this.#add('api-errors', api.metricServerError({ statistic: 'Sum', period: FIVE_MINUTES }));
    // Not of a release: strangers who try secrets must not take one back.
    this.#add('calls-refused', api.metricClientError({ statistic: 'Sum', period: FIVE_MINUTES }));
    const ofFunction = (name: FunctionName): Alarm => {
      const { lambda } = functions[name];
      const errors = this.#add(
        'function-errors',
        lambda.metricErrors({ statistic: 'Sum', period: FIVE_MINUTES }),
        name,
      );
      this.#add(
        'function-throttles',
        lambda.metricThrottles({ statistic: 'Sum', period: FIVE_MINUTES }),
        name,
      );
      return errors;
    };
    const openBuilder = ofFunction('open-builder');
    const smartChat = ofFunction('smart-chat');
    const validation = ofFunction('validation');
    const worker = ofFunction('late-turn');

    // What Lambda measures lacks the start of a function and the way to it, of which Kakao waits for both.
    const slowAnswers = this.#add('slow-answers', botMetric(bot, METRICS.turnMs, 'p99', Duration.minutes(1)));
    const deadlineMissed = counted('deadline-missed', METRICS.deadlineMissed);
    const turnsFailed = counted('turns-failed', METRICS.turnsFailed);
    const validationsFailed = counted('validations-failed', METRICS.validationsFailed);
    counted('callbacks-failed', METRICS.callbacksFailed);
    const lateLost = counted('late-turns-lost', METRICS.lateLost);
    const answersRepaired = counted('answers-repaired', METRICS.answersRepaired);
    const lateWaiting = this.#add(
      'late-turns-waiting',
      lateQueue.metricApproximateAgeOfOldestMessage({ statistic: 'Maximum', period: Duration.minutes(1) }),
    );
    // An alarm each, not one of their sum: an alarm of one metric works in emulators of AWS, too.
    for (const name of ['ReadThrottleEvents', 'WriteThrottleEvents'])
      this.#add('table-throttles', tableMetric(tableName, name), name);
    for (const operation of TABLE_OPERATIONS)
      this.#add('table-errors', tableMetric(tableName, 'SystemErrors', operation), operation);
    if (quietDay) this.#add('quiet-day', botMetric(bot, METRICS.turns, 'Sum', Duration.days(1)));

    // A rule that throws is an apology with a 200: to Lambda nothing has happened.
    const ofTurns = [slowAnswers, deadlineMissed, turnsFailed, answersRepaired];
    this.ofRelease = {
      'open-builder': [openBuilder, ...ofTurns],
      'smart-chat': [smartChat, ...ofTurns],
      validation: [validation, validationsFailed],
      'late-turn': [worker, turnsFailed, lateLost, lateWaiting, answersRepaired],
    };
  }

  #add(kind: AlarmKind, metric: IMetric, of?: string): Alarm {
    const about: Kind = KINDS[kind];
    const { says, from, below, periods = 1, outOf = periods } = about;
    const alarm = new Alarm(this, of === undefined ? kind : `${kind}-${of}`, {
      metric,
      alarmDescription: `${says} Runbook: docs/runbook.md#${kind}`,
      threshold: from ?? below ?? 0,
      comparisonOperator:
        below === undefined
          ? ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD
          : ComparisonOperator.LESS_THAN_THRESHOLD,
      evaluationPeriods: outOf,
      datapointsToAlarm: periods,
      // No data is nobody calling, which is bad only where it is what the alarm is about.
      treatMissingData: below === undefined ? TreatMissingData.NOT_BREACHING : TreatMissingData.BREACHING,
    });
    if (this.#topic !== undefined) {
      const action = new SnsAction(this.#topic);
      alarm.addAlarmAction(action);
      alarm.addOkAction(action);
    }
    return alarm;
  }

  #topicOf({ email, phone, encryptionKey }: GatewayAlarmsProps): Topic | undefined {
    if (email === undefined && phone === undefined) return undefined;
    const topic = new Topic(this, 'Topic', {
      // The sender of text messages, which has room for ten letters.
      displayName: 'KakaoBot',
      enforceSSL: true,
      ...(encryptionKey && { masterKey: encryptionKey }),
    });
    // A policy of its own takes away what a topic without one allows: the account's alarms.
    topic.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    );
    if (encryptionKey) allowAlarms(this, encryptionKey);
    if (email !== undefined) topic.addSubscription(new EmailSubscription(email));
    if (phone !== undefined) topic.addSubscription(new SmsSubscription(phone));
    Validations.of(topic).acknowledge({
      id: 'Serverless-SNSRedrivePolicy',
      reason:
        'An alarm that could not be sent stays an alarm in CloudWatch; a queue of old ones helps nobody.',
    });
    return topic;
  }
}

interface Kind {
  /** ASCII, all that CloudFormation keeps. */
  readonly says: string;
  /** It alarms at this value and above. */
  readonly from?: number;
  /** It alarms below this value. */
  readonly below?: number;
  /** How many periods it must be so. */
  readonly periods?: number;
  readonly outOf?: number;
}

const KINDS = {
  'api-errors': {
    says: 'Users get no answer: the API answered 5xx, so Kakao dropped the turn. See the access log for which route and why.',
    from: 3,
  },
  'calls-refused': {
    says: 'Users may get no answer: the API answered 4xx to many calls, for a secret or a body that is not what it expects, or for too many calls at once. See the access log for which status.',
    // Now and then a stranger looks in.
    from: 20,
  },
  'function-errors': {
    says: 'Users get no answer: a function crashed, ran out of memory or time, or could not start. See its log group.',
    from: 1,
  },
  'function-throttles': {
    says: 'Users get no answer: Lambda refused to start a function, for want of concurrency. See the concurrency of the account and the function.',
    from: 1,
  },
  'slow-answers': {
    says: `Users are about to get no answer: one turn in a hundred takes more than ${SLOW_ANSWER_MS / 1_000} of the ${KAKAO_WAITS_MS / 1_000} seconds that Kakao waits. See what starts, rules and DynamoDB take.`,
    from: SLOW_ANSWER_MS,
    // Within the five minutes that a canary is looked at; one slow minute is a cold start.
    periods: 3,
    outOf: 5,
  },
  'deadline-missed': {
    says: 'Users wait, or get an apology: rules were not done in time, and were put off to the worker where there was one to take them. See which rules in the log, and mark them slow.',
    from: 5,
  },
  'turns-failed': {
    says: 'Users get an apology instead of an answer: a rule threw, or a part of the cloud was ill. See the error and its rule in the log.',
    from: 3,
  },
  'validations-failed': {
    says: 'Users go on with values that nobody judged: a validation threw or was not done in time, or a part of the cloud was ill. See the error and its rule in the log.',
    from: 3,
  },
  'callbacks-failed': {
    says: 'Users get their late answers late: Kakao did not take callbacks, or sent URLs for them that are not its own. See the reason in the log of the worker and of the skill.',
    from: 3,
  },
  'late-turns-lost': {
    says: 'Users who were told to wait get no answer: late turns were given up. See the error in the log of the worker.',
    from: 1,
  },
  'late-turns-waiting': {
    says: 'Users who were told to wait get no answer in time: late turns stay in the queue for more than half of the minute that a callback lives. See how many workers run.',
    from: SLOW_QUEUE_SECONDS,
  },
  'answers-repaired': {
    says: 'Users get less than the bot said: an answer broke a rule of Kakao and was cut to what Kakao shows. See which rule of the bot in the log.',
    from: 1,
  },
  'table-throttles': {
    says: 'Users get an apology instead of an answer: DynamoDB throttled the sessions table. See its consumed capacity and whether one key is hot.',
    from: 1,
  },
  'table-errors': {
    says: 'Users get an apology instead of an answer: DynamoDB failed on its side. See the AWS Health Dashboard.',
    from: 5,
  },
  'quiet-day': {
    says: 'Nobody said anything to the bot for a day: the skill may be disconnected, or its URL or secret changed. Say something to the bot yourself.',
    below: 1,
  },
} as const satisfies Readonly<Record<string, Kind>>;

/** Every kind of alarm there is. */
export const ALARM_KINDS: readonly AlarmKind[] = Object.keys(KINDS).filter((kind): kind is AlarmKind =>
  Object.hasOwn(KINDS, kind),
);

/** What turns do to the table: the last is how a worker claims one. */
const TABLE_OPERATIONS = ['GetItem', 'PutItem', 'UpdateItem'];
