import {
  Alarm,
  ComparisonOperator,
  type IMetric,
  MathExpression,
  Metric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription, SmsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Stack, Token, Validations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { leaveOutOfEmulators } from './emulators.ts';
import { allowAlarms } from './encryption.ts';
import type { FunctionName } from './gateway-function.ts';
import { MINUTE } from './metrics.ts';
import type { QUERIES } from './queries.ts';

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
   * Whether a day on which nobody is answered is alarming, also for a bot that has few users; with false no such day is.
   * @default such a day is alarming after one on which 20 turns or more were answered
   */
  readonly quietDay?: boolean | undefined;
  /**
   * The most that the model behind a `conversation` should cost within a day (won), by the prices that it is given.
   * @default no such alarm
   */
  readonly llmWonPerDay?: number | undefined;
}

/** A metric that an alarm watches. */
export interface Watched {
  readonly metric: IMetric;
  /** Tells within five minutes that a release is bad, where another metric does. */
  readonly inRelease?: IMetric;
  /** From where it alarms, where that is another value than its kind's. */
  readonly from?: number | undefined;
  /** Which it is, where a kind watches several: an alarm each. */
  readonly of?: string;
  /** The functions of which it tells that their release is bad. */
  readonly ofRelease?: readonly FunctionName[];
}

/**
 * A kind of alarm: that users get no answer, or a worse one than the bot gave. The part of the gateway that it is about
 * brings it along; docs/runbook.md has a section for each.
 */
export interface AlarmKind<Part> {
  /** ASCII, all that CloudFormation keeps. */
  readonly says: string;
  /** It alarms at this value and above. */
  readonly from?: number;
  /** It alarms below this value. */
  readonly below?: number;
  /** How many periods it must be so, of how many: the more there are, the longer it goes on after the last of them. */
  readonly periods?: number;
  readonly outOf?: number;
  /** Whether no data is as bad as a bad value. Default: of a kind with `below`. */
  readonly isBadWithoutData?: boolean;
  /** The saved query by which to look first. Default: the one of its name. */
  readonly looksFirst?: keyof typeof QUERIES;
  /** Whether nobody hears of its end, which would be said while it still is so. */
  readonly endsUnsaid?: true;
  /** Whether it tells of releases alone, and nobody hears of it. */
  readonly ofReleasesAlone?: true;
  readonly watches: (part: Part) => readonly Watched[];
}

/** The kinds of alarms on a part, by their names. */
export type AlarmKinds<Part> = Readonly<Record<string, AlarmKind<Part>>>;

/** The properties of {@link GatewayAlarms}. */
export interface GatewayAlarmsProps extends AlarmSettings {
  /** The bot's name, which tells its stage. */
  readonly bot: string;
  /** Whether the queries of docs/runbook.md are saved in Logs Insights, which a mail then names. */
  readonly hasQueries?: boolean | undefined;
  readonly encryptionKey?: IKey | undefined;
  /** Whether releases go back when an alarm goes off: then each such alarm has a second one, which nobody hears of. */
  readonly hasReleases?: boolean | undefined;
}

/**
 * When most alarms go off: three minutes within half a day in which too much went wrong. A bot of 200 turns a day has those
 * within a quarter of an hour when nothing works, and a night in which nobody calls is no end.
 */
export const THRICE = { from: 1, periods: 3, outOf: 720 } as const;

/** When an alarm goes off for a single minute, and goes on for a day after the last: what should never happen is one mail. */
export const ONCE = { periods: 1, outOf: 1_440 } as const;

/** All alarms of a gateway, and who hears of them. */
export class GatewayAlarms extends Construct {
  readonly #bot: string;
  readonly #hasQueries: boolean;
  readonly #topic: Topic | undefined;
  readonly #hasReleases: boolean;
  readonly #ofRelease = new Map<FunctionName, Alarm[]>();

  constructor(scope: Construct, id: string, props: GatewayAlarmsProps) {
    super(scope, id);
    this.#bot = props.bot;
    this.#hasQueries = props.hasQueries ?? false;
    this.#topic = this.#topicOf(props);
    this.#hasReleases = props.hasReleases ?? false;
  }

  /** Adds a part's alarms, in the order of their kinds. */
  add<Part>(kinds: AlarmKinds<Part>, part: Part): void {
    for (const [name, kind] of Object.entries(kinds)) {
      for (const watched of kind.watches(part)) this.#add(name, kind, watched);
    }
  }

  /** The alarms that tell that a function's release is bad. */
  ofRelease(name: FunctionName): readonly Alarm[] {
    return this.#ofRelease.get(name) ?? [];
  }

  #add(name: string, kind: AlarmKind<never>, watched: Watched): void {
    const { of, ofRelease = [] } = watched;
    const id = of === undefined ? name : `${name}-${of}`;
    if (!kind.ofReleasesAlone) {
      const heard = this.#alarm(id, name, kind, watched);
      this.#tell(heard, kind);
      if (watched.metric instanceof MathExpression) leaveOutOfEmulators(heard.node.defaultChild);
    }
    if (!this.#hasReleases || ofRelease.length === 0) return;
    const { inRelease = watched.metric } = watched;
    // A release is looked at for five minutes, and the next may begin as soon as the one before has gone back.
    const alarm = this.#alarm(
      kind.ofReleasesAlone ? id : `${id}-release`,
      name,
      { ...kind, periods: 1, outOf: 1, ofReleasesAlone: true },
      { ...watched, metric: inRelease },
    );
    for (const released of ofRelease) this.#ofRelease.set(released, [...this.ofRelease(released), alarm]);
  }

  #alarm(id: string, name: string, kind: AlarmKind<never>, { metric, from: own }: Watched): Alarm {
    const { from, below, periods = 1, outOf = periods, isBadWithoutData = below !== undefined } = kind;
    return new Alarm(this, id, {
      metric,
      alarmDescription: this.#description(name, kind, metric),
      threshold: own ?? from ?? below ?? 0,
      comparisonOperator:
        below === undefined
          ? ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD
          : ComparisonOperator.LESS_THAN_THRESHOLD,
      evaluationPeriods: outOf,
      datapointsToAlarm: periods,
      // No data is nobody calling, which is bad only where it is what the alarm is about.
      treatMissingData: isBadWithoutData ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
    });
  }

  /** All that somebody who is woken has in hand: a mail of CloudWatch's shows it whole. */
  #description(name: string, kind: AlarmKind<never>, metric: IMetric): string {
    const isNamed = !Token.isUnresolved(this.#bot);
    const query = kind.looksFirst ?? name;
    return [
      kind.says,
      ...(isNamed ? [`The bot is ${this.#bot}.`] : []),
      ...(isNamed && this.#hasQueries
        ? [`First look: CloudWatch, Logs Insights, saved query kakao-gateway/${this.#bot}/${query}.`]
        : []),
      ...(kind.ofReleasesAlone ? [] : [endOf(kind, metric)]),
      `Runbook: docs/runbook.md#${name}`,
    ].join(' ');
  }

  #tell(alarm: Alarm, { endsUnsaid }: AlarmKind<never>): void {
    if (this.#topic === undefined) return;
    const action = new SnsAction(this.#topic);
    alarm.addAlarmAction(action);
    if (!endsUnsaid) alarm.addOkAction(action);
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

/** When an alarm ends that looks back so far: who has mended what it is about waits for a mail that comes much later. */
function endOf({ outOf = 1, endsUnsaid }: AlarmKind<never>, metric: IMetric): string {
  if (endsUnsaid) return 'Its end is not told.';
  const isTimed = metric instanceof Metric || metric instanceof MathExpression;
  const minutes = outOf * (isTimed ? metric.period : MINUTE).toMinutes();
  const length = minutes < 60 ? `${minutes} minutes` : `${minutes / 60} hours`;
  return `It ends by itself within ${length} of being mended, and sends no second mail until then.`;
}
