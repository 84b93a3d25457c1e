import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription, SmsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Stack, Validations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { allowAlarms } from './encryption.ts';
import type { FunctionName } from './gateway-function.ts';

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
  /**
   * The most that the model behind a `conversation` should cost within a day (won), by the prices that it is given.
   * @default no such alarm
   */
  readonly llmWonPerDay?: number | undefined;
}

/** A metric that an alarm watches. */
export interface Watched {
  readonly metric: IMetric;
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
  /** How many periods it must be so. */
  readonly periods?: number;
  readonly outOf?: number;
  /** Whether no data is as bad as a bad value. Default: of a kind with `below`. */
  readonly isBadWithoutData?: boolean;
  readonly watches: (part: Part) => readonly Watched[];
}

/** The kinds of alarms on a part, by their names. */
export type AlarmKinds<Part> = Readonly<Record<string, AlarmKind<Part>>>;

/** The properties of {@link GatewayAlarms}. */
export interface GatewayAlarmsProps extends AlarmSettings {
  readonly encryptionKey?: IKey | undefined;
}

/** All alarms of a gateway, and who hears of them. */
export class GatewayAlarms extends Construct {
  readonly #topic: Topic | undefined;
  readonly #ofRelease = new Map<FunctionName, Alarm[]>();

  constructor(scope: Construct, id: string, props: GatewayAlarmsProps) {
    super(scope, id);
    this.#topic = this.#topicOf(props);
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

  #add(name: string, kind: AlarmKind<never>, { metric, from: own, of, ofRelease = [] }: Watched): void {
    const { says, from, below, periods = 1, outOf = periods, isBadWithoutData = below !== undefined } = kind;
    const alarm = new Alarm(this, of === undefined ? name : `${name}-${of}`, {
      metric,
      alarmDescription: `${says} Runbook: docs/runbook.md#${name}`,
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
    if (this.#topic !== undefined) {
      const action = new SnsAction(this.#topic);
      alarm.addAlarmAction(action);
      alarm.addOkAction(action);
    }
    for (const released of ofRelease) this.#ofRelease.set(released, [...this.ofRelease(released), alarm]);
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
