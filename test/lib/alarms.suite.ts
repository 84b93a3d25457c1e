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
  readonly namespace: string;
  readonly metric: string | readonly string[];
  /** The names of the alarm's dimensions. */
  readonly by: readonly string[];
  readonly from?: number;
  readonly below?: number;
  readonly statistic: string;
  readonly periodSeconds: number;
  /** How many periods it must be so, of how many; the first, unless it says otherwise. */
  readonly periods?: readonly [of: number, outOf: number];
  readonly count?: number;
  /** Whether it goes off where there is no data. Default: where it looks below something. */
  readonly isBadWithoutData?: true;
}

const ofBot = (metric: string, from: number): Meant => ({
  namespace: METRICS.namespace,
  metric,
  by: ['Bot'],
  from,
  statistic: 'Sum',
  periodSeconds: 300,
});
const ofFunction = { namespace: 'AWS/Lambda', by: ['FunctionName'], statistic: 'Sum', periodSeconds: 300 };
const ofTable = { namespace: 'AWS/DynamoDB', statistic: 'Sum', periodSeconds: 300 };

const MEANT: Readonly<Record<AlarmName, Meant>> = {
  'api-errors': {
    namespace: 'AWS/ApiGateway',
    metric: '5xx',
    by: ['ApiId'],
    from: 3,
    statistic: 'Sum',
    periodSeconds: 300,
  },
  'calls-refused': {
    namespace: 'AWS/ApiGateway',
    metric: '4xx',
    by: ['ApiId'],
    from: 20,
    statistic: 'Sum',
    periodSeconds: 300,
  },
  'function-errors': { ...ofFunction, metric: 'Errors', from: 1, count: 5 },
  'function-throttles': { ...ofFunction, metric: 'Throttles', from: 1, count: 5 },
  'slow-answers': {
    ...ofBot('TurnMs', SLOW_ANSWER_MS),
    statistic: 'p99',
    periodSeconds: 60,
    periods: [3, 5],
  },
  'deadline-missed': ofBot('DeadlineMissed', 5),
  'turns-failed': ofBot('TurnsFailed', 3),
  'validations-failed': ofBot('ValidationsFailed', 3),
  'callbacks-failed': ofBot('CallbacksFailed', 3),
  'late-turns-lost': ofBot('LateLost', 1),
  'late-turns-waiting': {
    namespace: 'AWS/SQS',
    metric: 'ApproximateAgeOfOldestMessage',
    by: ['QueueName'],
    from: SLOW_QUEUE_SECONDS,
    statistic: 'Maximum',
    periodSeconds: 60,
  },
  'answers-repaired': ofBot('AnswersRepaired', 1),
  'table-throttles': {
    ...ofTable,
    metric: ['ReadThrottleEvents', 'WriteThrottleEvents'],
    by: ['TableName'],
    from: 1,
    count: 2,
  },
  'table-errors': {
    ...ofTable,
    metric: 'SystemErrors',
    by: ['Operation', 'TableName'],
    from: 5,
    count: 3,
  },
  'quiet-day': {
    namespace: METRICS.namespace,
    metric: 'Turns',
    by: ['Bot'],
    below: 1,
    statistic: 'Sum',
    periodSeconds: 86_400,
  },
  'llm-failed': ofBot('LlmFailed', 5),
  'llm-won': { ...ofBot('LlmWon', Number(EVERYTHING.llmWonPerDay)), periodSeconds: 86_400 },
  'probe-failed': {
    ...{ ...ofFunction, metric: 'Errors', from: 1, periodSeconds: 60, periods: [3, 5] },
    isBadWithoutData: true,
  },
  'probe-slow': {
    ...{ ...ofFunction, metric: 'Duration', from: PROBE_SLOW_MS, periodSeconds: 60, periods: [3, 5] },
    statistic: 'Maximum',
  },
};

const kindOf = ({ AlarmDescription }: { AlarmDescription: string }): string =>
  /docs\/runbook\.md#([a-z-]+)$/.exec(AlarmDescription)?.[1] ?? '';
const alarmsOf = (kind: AlarmName, { template } = loud) =>
  propertiesOf(template, ALARM).filter(alarm => kindOf(alarm) === kind);

describe.each(ALARM_NAMES)('the alarm %s', kind => {
  const meant = MEANT[kind];

  test('watches what it says', () => {
    expect(alarmsOf(kind)).toHaveLength(meant.count ?? 1);
    for (const alarm of alarmsOf(kind)) {
      expect([meant.metric].flat()).toContain(alarm.MetricName);
      expect(alarm.Namespace).toBe(meant.namespace);
      expect(alarm.Dimensions.map(({ Name }: { Name: string }) => Name).sort()).toEqual(meant.by);
      expect(alarm.Statistic ?? alarm.ExtendedStatistic).toBe(meant.statistic);
      expect(alarm.Period).toBe(meant.periodSeconds);
    }
  });

  test('goes off where it should, and not for want of calls', () => {
    for (const alarm of alarmsOf(kind)) {
      expect(alarm.Threshold).toBe(meant.from ?? meant.below);
      const { ComparisonOperator, TreatMissingData, DatapointsToAlarm, EvaluationPeriods } = alarm;
      expect([DatapointsToAlarm, EvaluationPeriods]).toEqual(meant.periods ?? [1, 1]);
      const { below, isBadWithoutData = below !== undefined } = meant;
      expect({ ComparisonOperator, TreatMissingData }).toEqual({
        ComparisonOperator: below === undefined ? 'GreaterThanOrEqualToThreshold' : 'LessThanThreshold',
        TreatMissingData: isBadWithoutData ? 'breaching' : 'notBreaching',
      });
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

  test('look at every function', () => {
    for (const kind of ['function-errors', 'function-throttles'] as const)
      expect(alarmsOf(kind).map(({ Dimensions }) => Dimensions[0].Value.Ref)).toEqual(
        EVERY_FUNCTION.map(name => functionIdOf(loud.stack, name)),
      );
  });

  test('look at every operation of turns on the table', () => {
    const operations = alarmsOf('table-errors').flatMap(({ Dimensions }) =>
      Dimensions.filter(({ Name }: { Name: string }) => Name === 'Operation').map(
        ({ Value }: { Value: string }) => Value,
      ),
    );
    expect(operations.sort()).toEqual(['GetItem', 'PutItem', 'UpdateItem']);
  });

  test('go off at what a rule can reach before it is cut, but not for one slow minute', () => {
    for (const { Threshold, EvaluationPeriods, DatapointsToAlarm } of alarmsOf('slow-answers')) {
      expect(Threshold).toBeLessThan(RULE_WITHIN_MS);
      expect(DatapointsToAlarm).toBe(3);
      expect(EvaluationPeriods).toBe(5);
    }
  });

  test('do not mind a quiet day unless they are asked to', () => {
    expect(alarmsOf('quiet-day', gateway)).toEqual([]);
    const { adminKeySecretName, llmWonPerDay } = EVERYTHING;
    const { template } = synth({ adminKeySecretName, llmWonPerDay }).gateway;
    expect(propertiesOf(template, ALARM)).toHaveLength(propertiesOf(loud.template, ALARM).length - 1);
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
])('every alarm of the app %s', (_, { gateway: { stack, template }, sessions }) => {
  const only = (type: string): string => {
    const [id = '', ...others] = Object.keys(template.findResources(type));
    expect(others).toEqual([]);
    return id;
  };
  const [bot, ...otherBots] = new Set<string>(
    ownFunctionsOf(template).map(({ Environment }) => Environment.Variables.BOT_NAME),
  );
  const alarms = Object.entries(template.findResources(ALARM)).map(([id, { Properties }]) => ({
    id,
    ...Properties,
    dimensions: Object.fromEntries(
      Properties.Dimensions.map(({ Name, Value }: { Name: string; Value: unknown }) => [Name, Value]),
    ),
  }));
  const inNamespace = (namespace: string) => {
    const some = alarms.filter(({ Namespace }) => Namespace === namespace);
    expect(some.length).toBeGreaterThan(0);
    return some;
  };

  test('is about a service that it is known to be about', () => {
    const namespaces = ['AWS/ApiGateway', 'AWS/Lambda', 'AWS/SQS', 'AWS/DynamoDB', METRICS.namespace];
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
        id.startsWith(`GatewayAlarmsfunction${MetricName.toLowerCase()}${name.replace('-', '')}`),
      );
      expect(named.map(name => ({ FunctionName: { Ref: functionIdOf(stack, name) } }))).toEqual([dimensions]);
    }
  });

  test('of the queue looks at the queue that there is', () => {
    for (const { dimensions } of inNamespace('AWS/SQS'))
      expect(dimensions).toEqual({ QueueName: { 'Fn::GetAtt': [only('AWS::SQS::Queue'), 'QueueName'] } });
  });

  test('of the table looks at the table of the sessions, and the operation that it names', () => {
    const { Outputs } = sessions.template.toJSON();
    const [table] = Object.keys(sessions.template.findResources('AWS::DynamoDB::GlobalTable'));
    for (const { id, MetricName, dimensions } of inNamespace('AWS/DynamoDB')) {
      const { TableName, ...others } = dimensions;
      const { StackName, OutputName } = TableName['Fn::GetStackOutput'];
      expect(StackName).toBe(sessions.stack.stackName);
      expect(Outputs[OutputName].Value).toEqual({ Ref: table });
      expect(id).toContain(others.Operation ?? MetricName);
    }
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
});

describe('who hears of alarms', () => {
  test('is nobody, where nobody is named', () => {
    gateway.template.resourceCountIs('AWS::SNS::Topic', 0);
    for (const alarm of propertiesOf(gateway.template, ALARM)) {
      expect(alarm).not.toHaveProperty('AlarmActions');
      expect(alarm).not.toHaveProperty('OKActions');
    }
  });

  test('is an e-mail address and a phone, of every alarm, and of its end', () => {
    const [topic = ''] = Object.keys(loud.template.findResources('AWS::SNS::Topic'));
    for (const { AlarmActions, OKActions } of propertiesOf(loud.template, ALARM)) {
      expect({ AlarmActions, OKActions }).toEqual({
        AlarmActions: [{ Ref: topic }],
        OKActions: [{ Ref: topic }],
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
