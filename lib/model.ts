import type { GraphWidget } from 'aws-cdk-lib/aws-cloudwatch';
import { Duration } from 'aws-cdk-lib/core';
import { METRICS } from '../lambda/aws/metric-names.ts';
import { type AlarmKinds, THRICE } from './alarms.ts';
import { botMetric, countGraph, wrongIn } from './metrics.ts';

/** A bot's conversations with a model, by the metrics that its functions write. */
export interface Model {
  /** The dimension `Bot`. */
  readonly bot: string;
}

/** The alarms on a model, for a bot that has conversations with one. */
export const MODEL_ALARMS = {
  'llm-failed': {
    says: 'Users get no answer of the model: it failed, was refused, or gave nothing in time. See the outcome in the log, and the quotas and the status of the model.',
    ...THRICE,
    watches: ({ bot }) => {
      const bad = { failed: botMetric(bot, METRICS.llmFailed) };
      return [{ metric: wrongIn({ bad, all: botMetric(bot, METRICS.llmTurns) }) }];
    },
  },
} as const satisfies AlarmKinds<Model>;

/** A model that costs, and the most that it should cost within a day. */
export interface ModelCost extends Model {
  readonly wonPerDay: number;
}

/** The alarm on what the model costs, where a sum is given. */
export const MODEL_COST_ALARM = {
  'llm-won': {
    says: 'Users are answered, but the model has cost more within a day than you said that it should. See who asks how much in the log, and the limits of the conversation.',
    watches: ({ bot, wonPerDay }) => [
      { metric: botMetric(bot, METRICS.llmWon, 'Sum', Duration.days(1)), from: wonPerDay },
    ],
  },
} as const satisfies AlarmKinds<ModelCost>;

/** The dashboard's graphs of conversations with a model. */
export function modelGraphs({ bot }: Model): readonly GraphWidget[] {
  return [
    countGraph('Answers of the model', bot, [METRICS.llmTurns, METRICS.llmRefused, METRICS.llmFailed]),
    countGraph('Tokens of the model', bot, [
      METRICS.llmInputTokens,
      METRICS.llmOutputTokens,
      METRICS.llmUnknownTokens,
    ]),
    countGraph('Cost: the model (won)', bot, [METRICS.llmWon]),
  ];
}
