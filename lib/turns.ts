import { type GraphWidget, MathExpression } from 'aws-cdk-lib/aws-cloudwatch';
import { Duration } from 'aws-cdk-lib/core';
import { METRICS } from '../lambda/aws/metric-names.ts';
import { KAKAO_WAITS_MS, SLOW_ANSWER_MS } from '../lambda/turn/time-budget.ts';
import type { AlarmKinds } from './alarms.ts';
import type { FunctionName } from './gateway-function.ts';
import { botMetric, countGraph, FIVE_MINUTES, graph, timeGraph } from './metrics.ts';

/** The turns of a bot, by the metrics that its functions write. */
export interface Turns {
  /** The dimension `Bot`. */
  readonly bot: string;
}

const ANSWERING = ['open-builder', 'smart-chat'] as const satisfies readonly FunctionName[];

/** The alarms on turns: a rule that throws is an apology with a 200, so that to Lambda nothing has happened. */
export const TURN_ALARMS = {
  'slow-answers': {
    says: `Users are about to get no answer: one turn in a hundred takes more than ${SLOW_ANSWER_MS / 1_000} of the ${KAKAO_WAITS_MS / 1_000} seconds that Kakao waits. See what starts, rules and DynamoDB take.`,
    from: SLOW_ANSWER_MS,
    // Within the five minutes that a canary is looked at; one slow minute is a cold start.
    periods: 3,
    outOf: 5,
    // What Lambda measures lacks the start of a function and the way to it, of which Kakao waits for both.
    watches: ({ bot }) => [
      { metric: botMetric(bot, METRICS.turnMs, 'p99', Duration.minutes(1)), ofRelease: ANSWERING },
    ],
  },
  'deadline-missed': {
    says: 'Users wait, or get an apology: rules were not done in time, and were put off to the worker where there was one to take them. See which rules in the log, and mark them slow.',
    from: 5,
    watches: ({ bot }) => [{ metric: botMetric(bot, METRICS.deadlineMissed), ofRelease: ANSWERING }],
  },
  'turns-failed': {
    says: 'Users get an apology instead of an answer: a rule threw, or a part of the cloud was ill. See the error and its rule in the log.',
    from: 3,
    watches: ({ bot }) => [
      { metric: botMetric(bot, METRICS.turnsFailed), ofRelease: [...ANSWERING, 'late-turn'] },
    ],
  },
  'validations-failed': {
    says: 'Users go on with values that nobody judged: a validation threw or was not done in time, or a part of the cloud was ill. See the error and its rule in the log.',
    from: 3,
    watches: ({ bot }) => [{ metric: botMetric(bot, METRICS.validationsFailed), ofRelease: ['validation'] }],
  },
} as const satisfies AlarmKinds<Turns>;

/** The alarms on answers, those in time and the late ones. */
export const ANSWER_ALARMS = {
  'answers-repaired': {
    says: 'Users get less than the bot said: an answer broke a rule of Kakao and was cut to what Kakao shows. See which rule of the bot in the log.',
    from: 1,
    watches: ({ bot }) => [
      { metric: botMetric(bot, METRICS.answersRepaired), ofRelease: [...ANSWERING, 'late-turn'] },
    ],
  },
} as const satisfies AlarmKinds<Turns>;

/** The alarm on a bot that nobody talks to, where that is wanted. */
export const QUIET_DAY_ALARM = {
  'quiet-day': {
    says: 'Nobody said anything to the bot for a day: the skill may be disconnected, or its URL or secret changed. Say something to the bot yourself.',
    below: 1,
    watches: ({ bot }) => [{ metric: botMetric(bot, METRICS.turns, 'Sum', Duration.days(1)) }],
  },
} as const satisfies AlarmKinds<Turns>;

/** The dashboard's graphs of turns. */
export function turnGraphs({ bot }: Turns): readonly GraphWidget[] {
  return [
    graph('Turns by protocol', [turnsByProtocol(bot)]),
    timeGraph('Answered in (ms)', bot, METRICS.turnMs),
    countGraph('Deadline missed, put off to the worker', bot, [
      METRICS.deadlineMissed,
      METRICS.turnsDeferred,
    ]),
  ];
}

/** The dashboard's graph of what of answers Kakao would not have taken. */
export function answerGraph({ bot }: Turns): GraphWidget {
  return countGraph("Answers that broke Kakao's rules", bot, [
    METRICS.answersRepaired,
    METRICS.answersShortened,
  ]);
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
