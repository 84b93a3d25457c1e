import { readFileSync } from 'node:fs';
import { describe, expect, jest, test } from '@jest/globals';
import { log } from '../../lambda/aws/log.ts';
import { METRICS } from '../../lambda/aws/metric-names.ts';
import {
  PROBE_SLOW_MS,
  RULE_WITHIN_MS,
  SLOW_ANSWER_MS,
  SLOW_QUEUE_SECONDS,
} from '../../lambda/turn/time-budget.ts';
import { ALARM_NAMES, type AlarmName } from '../../lib/kakao-gateway.ts';
import { metricsIn, takeStdout } from '../kit/stdout.ts';
import { EVERY_FUNCTION, EVERYTHING, functionIdOf, ownFunctionsOf, propertiesOf, synth } from './synth.ts';

const ALARM = 'AWS::CloudWatch::Alarm';
const synthesised = synth();
const { gateway } = synthesised;
const everything = synth(EVERYTHING);
const loud = everything.gateway;

interface Meant {
  /** Each metric with its statistic. */
  readonly metrics: readonly string[];
  readonly periodSeconds: number;
  /** How many periods it must be so, of how many. */
  readonly periods: readonly [of: number, outOf: number];
  readonly from: number;
  readonly count?: number;
  /** Whether it goes off where there is no data. */
  readonly isBadWithoutData?: true;
  /** Whether it has a second one for releases. */
  readonly ofRelease?: true;
}

const TURNS = 'KakaoGateway Turns Sum';
const BROKEN = 'AWS/ApiGateway 5xx Sum';
const REFUSED = ['KakaoGateway CallsRefused Sum', 'KakaoGateway CallsThrottled Sum'];
const thrice = (...metrics: readonly string[]): Meant => ({
  metrics,
  periodSeconds: 60,
  periods: [3, 720],
  from: 1,
});
const once = (metric: string, from = 1): Meant => ({
  metrics: [metric],
  periodSeconds: 60,
  periods: [1, 1_440],
  from,
  ofRelease: true,
});

const MEANT: Readonly<Record<AlarmName, Meant>> = {
  'api-errors': thrice(BROKEN, TURNS),
  'calls-refused': thrice(...REFUSED, TURNS),
  'calls-stopped': {
    metrics: [TURNS, ...REFUSED, BROKEN],
    periodSeconds: 1_800,
    periods: [1, 2],
    from: 1,
  },
  'function-errors': {
    metrics: ['AWS/Lambda Errors Sum'],
    periodSeconds: 300,
    periods: [1, 1],
    from: 1,
    count: EVERY_FUNCTION.length,
  },
  'slow-answers': { ...thrice(`KakaoGateway TurnMs TC(${SLOW_ANSWER_MS}:)`, BROKEN, TURNS), ofRelease: true },
  'turns-failed': { ...thrice('KakaoGateway TurnsFailed Sum', TURNS), ofRelease: true },
  'validations-failed': {
    ...thrice(
      'KakaoGateway ValidationsFailed Sum',
      'KakaoGateway TurnsFailed Sum',
      'AWS/Lambda Invocations Sum',
    ),
    periods: [5, 720],
    ofRelease: true,
  },
  'callbacks-failed': {
    ...thrice('KakaoGateway CallbacksFailed Sum', 'KakaoGateway TurnsDeferred Sum'),
    periods: [4, 720],
  },
  'late-turns-lost': once('KakaoGateway LateLost Sum'),
  'late-turns-waiting': once('AWS/SQS ApproximateAgeOfOldestMessage Maximum', SLOW_QUEUE_SECONDS),
  'answers-repaired': once('KakaoGateway AnswersRepaired Sum'),
  'quiet-day': {
    metrics: [TURNS, 'KakaoGateway TurnsFailed Sum'],
    periodSeconds: 86_400,
    periods: [1, 2],
    from: 1,
  },
  'llm-failed': thrice('KakaoGateway LlmFailed Sum', 'KakaoGateway LlmTurns Sum'),
  'llm-won': {
    metrics: ['KakaoGateway LlmWon Sum'],
    periodSeconds: 86_400,
    periods: [1, 1],
    from: Number(EVERYTHING.llmWonPerDay),
  },
  'probe-failed': {
    metrics: ['AWS/Lambda Errors Sum'],
    periodSeconds: 60,
    periods: [3, 30],
    from: 1,
    isBadWithoutData: true,
  },
  'probe-slow': {
    metrics: ['AWS/Lambda Duration Maximum'],
    periodSeconds: 60,
    periods: [3, 30],
    from: PROBE_SLOW_MS,
  },
};

interface Metric {
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Dimensions: readonly { readonly Name: string; readonly Value: unknown }[];
}

/** The metrics of an alarm, of one metric or of an expression. */
const metricsOf = (
  alarm: ReturnType<typeof propertiesOf>[number],
): readonly (Metric & { readonly said: string; readonly seconds: number })[] => {
  const stats: { Metric: Metric; Stat: string; Period: number }[] = alarm.Metrics
    ? alarm.Metrics.flatMap(({ MetricStat = [] }) => MetricStat)
    : [{ Metric: alarm, Stat: alarm.Statistic ?? alarm.ExtendedStatistic, Period: alarm.Period }];
  return stats.map(({ Metric, Stat, Period }) => ({
    ...Metric,
    said: `${Metric.Namespace} ${Metric.MetricName} ${Stat}`,
    seconds: Period,
  }));
};
const kindOf = ({ AlarmDescription }: { AlarmDescription: string }): string =>
  /docs\/runbook\.md#([a-z-]+)$/.exec(AlarmDescription)?.[1] ?? '';
const everyAlarmOf = (kind: AlarmName, { template } = loud) =>
  propertiesOf(template, ALARM).filter(alarm => kindOf(alarm) === kind);
const isHeard = ({ AlarmActions }: { AlarmActions?: unknown }): boolean => AlarmActions !== undefined;
/** Those that people hear of, or that releases alone do. */
const alarmsOf = (kind: AlarmName, stack = loud) => {
  const alarms = everyAlarmOf(kind, stack);
  return kind === 'function-errors' || stack !== loud ? alarms : alarms.filter(isHeard);
};

describe.each(ALARM_NAMES)('the alarm %s', kind => {
  const meant = MEANT[kind];

  test('watches what it says', () => {
    expect(alarmsOf(kind)).toHaveLength(meant.count ?? 1);
    for (const alarm of alarmsOf(kind)) {
      expect(
        metricsOf(alarm)
          .map(({ said }) => said)
          .sort(),
      ).toEqual([...meant.metrics].sort());
      for (const { seconds } of metricsOf(alarm)) expect(seconds).toBe(meant.periodSeconds);
    }
  });

  test('goes off where it should, and not for want of calls unless they are its own', () => {
    for (const alarm of alarmsOf(kind)) {
      const { Threshold, ComparisonOperator, TreatMissingData, DatapointsToAlarm, EvaluationPeriods } = alarm;
      expect({ Threshold, ComparisonOperator, TreatMissingData }).toEqual({
        Threshold: meant.from,
        ComparisonOperator: 'GreaterThanOrEqualToThreshold',
        TreatMissingData: meant.isBadWithoutData ? 'breaching' : 'notBreaching',
      });
      expect([DatapointsToAlarm, EvaluationPeriods]).toEqual(meant.periods);
      // What CloudWatch takes: a day of periods below an hour, a week of others.
      expect(EvaluationPeriods * meant.periodSeconds).toBeLessThanOrEqual(
        meant.periodSeconds < 3_600 ? 86_400 : 604_800,
      );
      expect(metricsOf(alarm).length).toBeLessThanOrEqual(10);
    }
  });

  test('says in a mail alone of which bot it is, where to look first, and until when it sends no other', () => {
    const names = propertiesOf(loud.template, 'AWS::Logs::QueryDefinition').map(({ Name }) => Name);
    for (const { AlarmDescription: said, OKActions } of everyAlarmOf(kind)) {
      expect(said.length).toBeLessThanOrEqual(1_024);
      expect(said).toContain(`The bot is ${loud.stack.gateway.botName}. `);
      expect(names).toContain(/saved query (\S+)\. /.exec(said)?.[1]);
      expect(/sends no second mail until then/.test(said)).toBe(OKActions !== undefined);
    }
  });

  test('has a second one for releases, of which nobody hears, where it is meant', () => {
    const unheard = everyAlarmOf(kind).filter(alarm => !isHeard(alarm));
    expect(unheard).toHaveLength(
      meant.ofRelease ? 1 : kind === 'function-errors' ? EVERY_FUNCTION.length : 0,
    );
    for (const { DatapointsToAlarm, EvaluationPeriods, OKActions, ...alarm } of unheard) {
      expect([DatapointsToAlarm, EvaluationPeriods, OKActions]).toEqual([1, 1, undefined]);
      // CodeDeploy looks for five minutes.
      for (const { seconds } of metricsOf({ ...alarm })) expect(seconds).toBeLessThanOrEqual(300);
    }
  });

  test('says in ASCII, all that CloudFormation keeps, what it means and where to read on', () => {
    for (const { AlarmDescription } of alarmsOf(kind)) {
      expect(AlarmDescription).toMatch(/^(Users|Nobody) [ -~]+ (See|Say) [ -~]+\. Runbook: [\w/.#-]+$/);
      expect(AlarmDescription.length).toBeLessThanOrEqual(1024);
    }
  });
});

describe('the alarms', () => {
  test('are all known', () => {
    for (const alarm of propertiesOf(loud.template, ALARM)) expect(ALARM_NAMES).toContain(kindOf(alarm));
  });

  test('look at every function of a release, and without releases at none', () => {
    expect(alarmsOf('function-errors').map(({ Dimensions }) => Dimensions[0].Value.Ref)).toEqual(
      EVERY_FUNCTION.map(name => functionIdOf(loud.stack, name)),
    );
    expect(alarmsOf('function-errors', gateway)).toEqual([]);
  });

  test('are few, and of few metrics: each metric costs', () => {
    const alarms = propertiesOf(gateway.template, ALARM);
    expect(alarms).toHaveLength(13);
    expect(alarms.flatMap(metricsOf)).toHaveLength(26);
  });

  test('go off at what a rule can reach before it is cut', () => {
    expect(SLOW_ANSWER_MS).toBeLessThan(RULE_WITHIN_MS);
  });

  test('that are made by metric math are none of an emulator, which would refuse the template, nor is the filter of its log', () => {
    const { Conditions } = loud.template.toJSON();
    const [[name, condition] = ['', {}], ...others] = Object.entries(Conditions);
    expect(others).toEqual([]);
    const isAccount = (id: string) => ({ 'Fn::Equals': [{ Ref: 'AWS::AccountId' }, id] });
    expect(condition).toEqual({
      'Fn::Not': [{ 'Fn::Or': [isAccount('000000000000'), isAccount('AWS::AccountId')] }],
    });
    for (const { Condition, Properties } of Object.values(gateway.template.findResources(ALARM)))
      expect(Condition).toBe(Properties.Metrics ? name : undefined);
    for (const { Condition } of Object.values(gateway.template.findResources('AWS::Logs::MetricFilter')))
      expect(Condition).toBe(name);
  });

  test('mind a quiet day after a busy one, each one where they are asked to, and none where they are told so', () => {
    const expressionsOf = (context: object): string[] =>
      alarmsOf('quiet-day', synth({ ...context }).gateway).flatMap(({ Metrics }) =>
        Metrics.filter(({ ReturnData }: { ReturnData?: boolean }) => ReturnData !== false).map(
          ({ Expression }: { Expression: string }) => Expression,
        ),
      );
    expect(expressionsOf({})).toEqual([expect.stringMatching(/DIFF\(all\) >= 20/)]);
    expect(expressionsOf({ quietDayAlarm: 'true' })).toEqual(['IF(answered < 1, 1, 0)']);
    expect(propertiesOf(synth({ quietDayAlarm: 'false' }).gateway.template, ALARM)).toHaveLength(12);
  });
});

describe('a bot without a conversation', () => {
  test('has no alarm and no graph of a model', () => {
    for (const kind of ['llm-failed', 'llm-won'] as const) expect(alarmsOf(kind, gateway)).toEqual([]);
    const [dashboard] = propertiesOf(gateway.template, 'AWS::CloudWatch::Dashboard');
    expect(JSON.stringify(dashboard?.DashboardBody)).not.toContain('Llm');
  });
});

describe.each([
  ['as it comes', synthesised],
  ['with every setting', everything],
])('every alarm of the app %s', (_, { gateway: { stack, template } }) => {
  const only = (type: string): string => {
    const [id = '', ...others] = Object.keys(template.findResources(type));
    expect(others).toEqual([]);
    return id;
  };
  const [bot, ...otherBots] = new Set<string>(
    ownFunctionsOf(template).map(({ Environment }) => Environment.Variables.BOT_NAME),
  );
  const alarms = Object.entries(template.findResources(ALARM)).flatMap(([id, { Properties }]) =>
    metricsOf(Properties).map(metric => ({
      id,
      ...metric,
      dimensions: Object.fromEntries(metric.Dimensions.map(({ Name, Value }) => [Name, Value])),
    })),
  );
  const inNamespace = (namespace: string) => {
    const some = alarms.filter(({ Namespace }) => Namespace === namespace);
    expect(some.length).toBeGreaterThan(0);
    return some;
  };

  test('is about a service that it is known to be about', () => {
    const namespaces = ['AWS/ApiGateway', 'AWS/Lambda', 'AWS/SQS', METRICS.namespace];
    expect(new Set(alarms.map(({ Namespace }) => Namespace))).toEqual(new Set(namespaces));
  });

  test('of the API looks at the API that there is', () => {
    for (const { dimensions } of inNamespace('AWS/ApiGateway'))
      expect(dimensions).toEqual({ ApiId: { Ref: only('AWS::ApiGatewayV2::Api') } });
  });

  test('of a function looks at the function that it names', () => {
    const ofProbe = { FunctionName: { Ref: functionIdOf(stack, 'probe') } };
    for (const { id, MetricName, dimensions } of inNamespace('AWS/Lambda')) {
      if (id.startsWith('GatewayAlarmsprobe')) {
        expect(dimensions).toEqual(ofProbe);
        continue;
      }
      const named = EVERY_FUNCTION.filter(name =>
        MetricName === 'Errors'
          ? id.startsWith(`GatewayAlarmsfunctionerrors${name.replace('-', '')}`)
          : id.startsWith(`GatewayAlarms${name}`),
      );
      expect(named.map(name => ({ FunctionName: { Ref: functionIdOf(stack, name) } }))).toEqual([dimensions]);
    }
  });

  test('of the queue looks at the queue that there is', () => {
    for (const { dimensions } of inNamespace('AWS/SQS'))
      expect(dimensions).toEqual({ QueueName: { 'Fn::GetAtt': [only('AWS::SQS::Queue'), 'QueueName'] } });
  });

  test('of the bot looks at what its functions write, under the name that they have', () => {
    expect(otherBots).toEqual([]);
    for (const { MetricName, Namespace, dimensions } of inNamespace(METRICS.namespace)) {
      const lines = takeStdout();
      process.env.BOT_NAME = bot;
      log({ level: 'info', what: 'a turn', protocol: 'open-builder', metrics: { [MetricName]: 1 } });
      delete process.env.BOT_NAME;
      jest.restoreAllMocks();
      const written = metricsIn(lines[0] ?? '');
      expect(written).toMatchObject({ namespace: Namespace, metrics: { [MetricName]: 1 } });
      expect(written.dimensions).toContainEqual(dimensions);
      expect(Object.values(METRICS)).toContain(MetricName);
    }
  });

  test('of calls that the API refused looks at what its access log is searched for', () => {
    const [filter, ...others] = propertiesOf(template, 'AWS::Logs::MetricFilter');
    expect(others).toEqual([]);
    expect(filter).toMatchObject({
      FilterPattern: '{ $.status = "429" }',
      LogGroupName: { Ref: expect.stringContaining('AccessLogs') },
      MetricTransformations: [
        {
          ...{ MetricNamespace: METRICS.namespace, MetricName: METRICS.callsThrottled, MetricValue: '1' },
          Dimensions: [{ Key: 'Bot', Value: '$.bot' }],
        },
      ],
    });
    const [{ AccessLogSettings }] = propertiesOf(template, 'AWS::ApiGatewayV2::Stage') as [
      { AccessLogSettings: { Format: string } },
    ];
    expect(JSON.parse(AccessLogSettings.Format)).toMatchObject({ bot, status: '$context.status' });
  });
});

describe('who hears of alarms', () => {
  test('is nobody, where nobody is named', () => {
    gateway.template.resourceCountIs('AWS::SNS::Topic', 0);
    for (const alarm of propertiesOf(gateway.template, ALARM)) {
      expect(alarm).not.toHaveProperty('AlarmActions');
      expect(alarm).not.toHaveProperty('OKActions');
    }
  });

  test('is an e-mail address and a phone, of every alarm, and of its end where that is not more silence', () => {
    const [topic = ''] = Object.keys(loud.template.findResources('AWS::SNS::Topic'));
    for (const { AlarmActions, OKActions, ...alarm } of propertiesOf(loud.template, ALARM).filter(isHeard)) {
      const isSilence = ['calls-stopped', 'quiet-day'].includes(kindOf({ ...alarm } as never));
      expect({ AlarmActions, OKActions }).toEqual({
        AlarmActions: [{ Ref: topic }],
        OKActions: isSilence ? undefined : [{ Ref: topic }],
      });
    }
    const to = propertiesOf(loud.template, 'AWS::SNS::Subscription').map(
      ({ Protocol, Endpoint, TopicArn }) => [Protocol, Endpoint, TopicArn.Ref],
    );
    expect(to).toEqual([
      ['email', EVERYTHING.alarmEmail, topic],
      ['sms', EVERYTHING.alarmPhone, topic],
    ]);
  });

  test.each([
    ['email', { alarmEmail: EVERYTHING.alarmEmail }],
    ['sms', { alarmPhone: EVERYTHING.alarmPhone }],
  ])('may be one of them alone: %s', (protocol, context) => {
    const { template } = synth(context).gateway;
    const protocols = propertiesOf(template, 'AWS::SNS::Subscription').map(({ Protocol }) => Protocol);
    expect(protocols).toEqual([protocol]);
    expect(propertiesOf(template, 'AWS::SNS::Topic')[0]).not.toHaveProperty('KmsMasterKeyId');
  });

  test('is told over TLS alone, and by the alarms of this account', () => {
    const [policy] = propertiesOf(loud.template, 'AWS::SNS::TopicPolicy');
    const statements = policy?.PolicyDocument.Statement;
    expect(statements).toHaveLength(2);
    expect(statements).toContainEqual(
      expect.objectContaining({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
    );
    expect(statements).toContainEqual(
      expect.objectContaining({
        Effect: 'Allow',
        Action: 'sns:Publish',
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Condition: { StringEquals: { 'aws:SourceAccount': '123456789012' } },
      }),
    );
  });
});

describe('the dashboard', () => {
  const [dashboard] = propertiesOf(loud.template, 'AWS::CloudWatch::Dashboard');
  const body = JSON.stringify(dashboard?.DashboardBody);

  test('shows every metric that the functions write', () => {
    const { namespace, ...names } = METRICS;
    for (const name of Object.values(names)) expect(body).toContain(name);
    expect(body).toContain(namespace);
  });

  test('shows turns by protocol, errors, and what costs money', () => {
    for (const shown of [
      '{KakaoGateway,Bot,Protocol}',
      '4xx',
      '5xx',
      'Errors',
      'Throttles',
      'ConsumedWriteCapacityUnits',
      'Count',
    ])
      expect(body).toContain(shown);
    // What is paid: seconds times memory.
    for (const [at, memoryMb] of [1024, 1024, 1024, 192].entries())
      expect(body).toContain(`ms${at} * ${memoryMb} / 1024 / 1000`);
  });
});

describe.each(['docs/runbook.md', 'docs/runbook.ko.md'])('%s', file => {
  const page = readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');

  test('has a section for each alarm, under the name that the alarm gives, and no others', () => {
    const sections = [...page.matchAll(/^### ([a-z-]+)$/gm)].map(([, name]) => name);
    expect(sections).toEqual(ALARM_NAMES);
  });

  test('finds functions that ran out of time, which leave no text in JSON logs', () => {
    const [, section = ''] = /^### function-errors$(.*?)^### /ms.exec(page) ?? [];
    expect(section).toContain('type = "platform.report" and record.status != "success"');
  });

  test('says in each what users see, what to check first, and how to mend it', () => {
    for (const section of page.split(/^### /m).slice(1)) {
      expect(section.match(/^- \*\*[^*]+\*\* /gm)).toHaveLength(3);
    }
  });
});
