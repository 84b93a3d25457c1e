import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { type GraphWidget, MathExpression } from 'aws-cdk-lib/aws-cloudwatch';
import { Duration } from 'aws-cdk-lib/core';
import { METRICS } from '../lambda/aws/metric-names.ts';
import { KAKAO_WAITS_MS, SLOW_ANSWER_MS } from '../lambda/turn/time-budget.ts';
import { type AlarmKinds, ONCE, THRICE } from './alarms.ts';
import type { FunctionName, GatewayFunction } from './gateway-function.ts';
import {
  botMetric,
  countGraph,
  FIVE_MINUTES,
  fellToNothing,
  filled,
  graph,
  MINUTE,
  SUM,
  timeGraph,
  wrongTurns,
} from './metrics.ts';
import type { OfFunctions } from './of-functions.ts';

/** The turns of a bot, by the metrics that its functions write. */
export interface Turns {
  /** The dimension `Bot`. */
  readonly bot: string;
}

const ANSWERING = ['open-builder', 'smart-chat'] as const satisfies readonly FunctionName[];

/** The turns of a bot behind its API. */
export interface ServedTurns extends Turns {
  readonly api: Pick<HttpApi, 'metricServerError'>;
  readonly functions: Pick<OfFunctions<GatewayFunction>, 'validation'>;
}

/** The alarms on turns: a rule that throws is an apology with a 200, so that to Lambda nothing has happened. */
export const TURN_ALARMS = {
  'slow-answers': {
    says: `Users are about to get no answer: turns take more than ${SLOW_ANSWER_MS / 1_000} of the ${KAKAO_WAITS_MS / 1_000} seconds that Kakao waits, or are put off to the worker. See what starts, rules and DynamoDB take.`,
    ...THRICE,
    // What Lambda measures lacks the start of a function and the way to it, of which Kakao waits for both.
    watches: ({ bot, api }) => [
      {
        ...wrongTurns({
          bad: { slow: botMetric(bot, METRICS.turnMs, `TC(${SLOW_ANSWER_MS}:)`) },
          // A function that hangs is told by its calls that the API gave up.
          unless: { broken: api.metricServerError(SUM) },
          all: botMetric(bot, METRICS.turns),
        }),
        ofRelease: ANSWERING,
      },
    ],
  },
  'turns-failed': {
    says: 'Users get an apology instead of an answer: a rule threw, or a part of the cloud was ill or throttled. See the error and its rule in the log.',
    ...THRICE,
    watches: ({ bot }) => [
      {
        ...wrongTurns({
          bad: { failed: botMetric(bot, METRICS.turnsFailed) },
          all: botMetric(bot, METRICS.turns),
        }),
        ofRelease: [...ANSWERING, 'late-turn'],
      },
    ],
  },
  'validations-failed': {
    says: 'Users go on with values that nobody judged: a validation threw or was not done in time, or a part of the cloud was ill. See the error and its rule in the log.',
    ...THRICE,
    periods: 5,
    watches: ({ bot, functions: { validation } }) => [
      {
        ...wrongTurns({
          bad: { failed: botMetric(bot, METRICS.validationsFailed) },
          // Where a part of the cloud is ill, turns fail, too, and tell of it.
          unless: { turns: botMetric(bot, METRICS.turnsFailed) },
          all: validation.lambda.metricInvocations(SUM),
        }),
        ofRelease: ['validation'],
      },
    ],
  },
} as const satisfies AlarmKinds<ServedTurns>;

/** The alarms on answers, those in time and the late ones. */
export const ANSWER_ALARMS = {
  'answers-repaired': {
    says: 'Users get less than the bot said: an answer broke a rule of Kakao and was cut to what Kakao shows. See which rule of the bot in the log.',
    from: 1,
    ...ONCE,
    watches: ({ bot }) => [
      {
        metric: filled(botMetric(bot, METRICS.answersRepaired), MINUTE),
        inRelease: botMetric(bot, METRICS.answersRepaired),
        ofRelease: [...ANSWERING, 'late-turn'],
      },
    ],
  },
} as const satisfies AlarmKinds<Turns>;

/** The turns of a bot, and whether each day must have some. */
export interface DailyTurns extends Turns {
  readonly isEveryDay: boolean;
}

/** The alarm on a bot that answers nobody any more. */
export const QUIET_DAY_ALARM = {
  'quiet-day': {
    says: 'Nobody was answered by the bot for a day: the skill may be disconnected, or its URL or secret changed. Say something to the bot yourself.',
    from: 1,
    periods: 1,
    outOf: 2,
    // Nobody was answered on the second day either, which is no news.
    endsUnsaid: true,
    watches: ({ bot, isEveryDay }) => {
      const period = Duration.days(1);
      const answered = new MathExpression({
        expression: 'FILL(turns, 0) - FILL(failed, 0)',
        usingMetrics: {
          turns: botMetric(bot, METRICS.turns),
          failed: botMetric(bot, METRICS.turnsFailed),
        },
        period,
      });
      const usingMetrics = { answered };
      const none = new MathExpression({ expression: 'IF(answered < 1, 1, 0)', usingMetrics, period });
      return [{ metric: isEveryDay ? none : fellToNothing(answered, A_DAYS_TURNS, period) }];
    },
  },
} as const satisfies AlarmKinds<DailyTurns>;

/** After how many answers of a day the next has some, unless something is wrong. */
const A_DAYS_TURNS = 20;

/** The dashboard's graphs of turns. */
export function turnGraphs({ bot }: Turns): readonly GraphWidget[] {
  return [
    graph('Turns by protocol', [turnsByProtocol(bot)]),
    graph('Answered without an apology (%)', [answeredShare(bot)]),
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

function answeredShare(bot: string): MathExpression {
  return new MathExpression({
    expression: '100 * (turns - FILL(failed, 0)) / (turns + FILL(refused, 0) + FILL(throttled, 0))',
    usingMetrics: {
      turns: botMetric(bot, METRICS.turns),
      failed: botMetric(bot, METRICS.turnsFailed),
      refused: botMetric(bot, METRICS.callsRefused),
      throttled: botMetric(bot, METRICS.callsThrottled),
    },
    label: 'answered (%)',
    period: FIVE_MINUTES,
  });
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
