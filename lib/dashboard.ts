import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { Dashboard, type GraphWidget, MathExpression, TextWidget } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { METRICS } from '../lambda/aws/metric-names.ts';
import type { GatewayFunction } from './gateway-function.ts';
import { lateTurnGraphs } from './late-queue.ts';
import { botMetric, graph, SUM } from './metrics.ts';
import { modelGraphs } from './model.ts';
import { madeOf, type OfFunctions } from './of-functions.ts';
import { probeGraphs } from './probe.ts';
import { type SessionsTable, sessionGraph, tableCostGraph, tableThrottles } from './sessions-table.ts';
import { answerGraph, turnGraphs } from './turns.ts';

/** The parts of a gateway that its dashboard shows. */
export interface GatewayDashboardProps {
  readonly bot: string;
  /** The version that its functions run. */
  readonly version: string;
  readonly api: HttpApi;
  readonly functions: OfFunctions<GatewayFunction>;
  readonly table: SessionsTable;
  /** Whether an event bus is told of users. */
  readonly hasEventBus: boolean;
  /** Whether the bot has conversations with a model. */
  readonly hasModel: boolean;
  /** The function that asks from outside; undefined where none does. */
  readonly probe: GatewayFunction | undefined;
}

/** One page in CloudWatch: who talks, how fast and how well they are answered, and what costs money. */
export class GatewayDashboard extends Construct {
  /** The page itself. */
  readonly dashboard: Dashboard;

  constructor(scope: Construct, id: string, props: GatewayDashboardProps) {
    super(scope, id);
    const { bot, version, table, hasModel, probe } = props;
    const markdown = `# ${bot}\nVersion ${version}. Alarms and what to do: docs/runbook.md`;
    this.dashboard = new Dashboard(this, 'Dashboard', {
      widgets: [
        [new TextWidget({ markdown, width: 24, height: 2 })],
        [...turnGraphs({ bot })],
        [...lateTurnGraphs(bot), answerGraph({ bot })],
        [sessionGraph(bot), failures(props), throttles(props)],
        [requestCost(props), lambdaCost(props), tableCostGraph(table)],
        ...(probe ? [[...probeGraphs(probe)]] : []),
        ...(hasModel ? [[...modelGraphs({ bot })]] : []),
      ],
    });
  }
}

function failures({ bot, api, functions, hasEventBus }: GatewayDashboardProps): GraphWidget {
  return graph('Failed', [
    botMetric(bot, METRICS.turnsFailed),
    botMetric(bot, METRICS.callsRefused),
    botMetric(bot, METRICS.callsThrottled),
    botMetric(bot, METRICS.validationsFailed),
    ...(hasEventBus ? [botMetric(bot, METRICS.busEventsLost)] : []),
    api.metricServerError({ ...SUM, label: 'API 5xx' }),
    api.metricClientError({ ...SUM, label: 'API 4xx' }),
    ...madeOf(functions).map(({ lambda, handler }) =>
      lambda.metricErrors({ ...SUM, label: `errors of ${handler}` }),
    ),
  ]);
}

function throttles({ functions, table }: GatewayDashboardProps): GraphWidget {
  return graph('Throttled', [
    ...madeOf(functions).map(({ lambda, handler }) => lambda.metricThrottles({ ...SUM, label: handler })),
    ...tableThrottles(table),
  ]);
}

function requestCost({ api }: GatewayDashboardProps): GraphWidget {
  return graph('Cost: API requests', [api.metricCount(SUM)]);
}

function lambdaCost({ functions }: GatewayDashboardProps): GraphWidget {
  const gigabyteSeconds = madeOf(functions).map(
    ({ lambda, handler, memoryMb }, at) =>
      new MathExpression({
        // One graph, so each has an id of its own.
        expression: `ms${at} * ${memoryMb} / 1024 / 1000`,
        usingMetrics: { [`ms${at}`]: lambda.metricDuration(SUM) },
        label: handler,
        period: SUM.period,
      }),
  );
  return graph('Cost: Lambda GB-seconds', gigabyteSeconds);
}
