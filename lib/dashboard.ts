import type { IHttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { Dashboard, GraphWidget, type IMetric, MathExpression, TextWidget } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { METRICS } from '../lambda/aws/metric-names.ts';
import { botMetric, FIVE_MINUTES, tableMetric } from './bot-metrics.ts';
import type { FunctionName, GatewayFunction } from './gateway-function.ts';

/** What {@link GatewayDashboard} shows. */
export interface GatewayDashboardProps {
  readonly bot: string;
  readonly api: Pick<IHttpApi, 'metricServerError' | 'metricClientError' | 'metricCount'>;
  readonly functions: Readonly<Record<FunctionName, GatewayFunction>>;
  readonly tableName: string;
}

/** One page in CloudWatch: who talks, how fast and how well they are answered, and what costs money. */
export class GatewayDashboard extends Construct {
  constructor(scope: Construct, id: string, { bot, api, functions, tableName }: GatewayDashboardProps) {
    super(scope, id);
    const ours = (names: readonly Parameters<typeof botMetric>[1][]) =>
      names.map(name => botMetric(bot, name));
    const each = Object.values(functions).map(({ lambda, node, memoryMb }, at) => ({
      errors: lambda.metricErrors({ ...SUM, label: `errors of ${node.id}` }),
      throttles: lambda.metricThrottles({ ...SUM, label: node.id }),
      gigabyteSeconds: new MathExpression({
        // One graph, so each has an id of its own.
        expression: `ms${at} * ${memoryMb} / 1024 / 1000`,
        usingMetrics: { [`ms${at}`]: lambda.metricDuration(SUM) },
        label: node.id,
        period: SUM.period,
      }),
    }));
    new Dashboard(this, 'Dashboard', {
      widgets: [
        [
          new TextWidget({
            markdown: `# ${bot}\nAlarms and what to do: docs/runbook.md`,
            width: 24,
            height: 2,
          }),
        ],
        [
          graph('Turns by protocol', [turnsByProtocol(bot)]),
          graph('Answered in (ms)', percentiles(bot, METRICS.turnMs)),
          graph(
            'Deadline missed, put off to the worker',
            ours([METRICS.deadlineMissed, METRICS.turnsDeferred]),
          ),
        ],
        [
          graph('Late answers', ours([METRICS.lateAnswered, METRICS.lateLost, METRICS.callbacksFailed])),
          graph('Late answers took (ms)', percentiles(bot, METRICS.lateMs)),
          graph(
            "Answers that broke Kakao's rules",
            ours([METRICS.answersRepaired, METRICS.answersShortened]),
          ),
        ],
        [
          graph('Sessions', ours([METRICS.sessionsCreated, METRICS.sessionConflicts])),
          graph('Failed', [
            ...ours([METRICS.turnsFailed, METRICS.validationsFailed]),
            api.metricServerError({ ...SUM, label: 'API 5xx' }),
            api.metricClientError({ ...SUM, label: 'API 4xx' }),
            ...each.map(({ errors }) => errors),
          ]),
          graph('Throttled', [
            ...each.map(({ throttles }) => throttles),
            tableMetric(tableName, 'ReadThrottleEvents'),
            tableMetric(tableName, 'WriteThrottleEvents'),
          ]),
        ],
        [
          graph('Cost: API requests', [api.metricCount(SUM)]),
          graph(
            'Cost: Lambda GB-seconds',
            each.map(({ gigabyteSeconds }) => gigabyteSeconds),
          ),
          graph('Cost: DynamoDB units', [
            tableMetric(tableName, 'ConsumedReadCapacityUnits'),
            tableMetric(tableName, 'ConsumedWriteCapacityUnits'),
          ]),
        ],
      ],
    });
  }
}

const SUM = { statistic: 'Sum', period: FIVE_MINUTES } as const;

function graph(title: string, left: readonly IMetric[]): GraphWidget {
  return new GraphWidget({ title, left: [...left], width: 8, height: 6 });
}

function percentiles(bot: string, name: typeof METRICS.turnMs | typeof METRICS.lateMs): readonly IMetric[] {
  return ['p50', 'p99'].map(statistic => botMetric(bot, name, statistic).with({ label: statistic }));
}

/** Found, not listed: the functions alone know which protocols they speak. */
function turnsByProtocol(bot: string): MathExpression {
  return new MathExpression({
    expression: `SEARCH('{${METRICS.namespace},Bot,Protocol} Bot="${bot}" MetricName="${METRICS.turns}"', 'Sum', 300)`,
    usingMetrics: {},
    label: '',
    period: FIVE_MINUTES,
  });
}
