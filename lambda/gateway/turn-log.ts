import type { GatewaySecret } from '../aws/gateway-secret.ts';
import { type HttpTools, idsOf, type JsonRequest, JsonText } from '../aws/http.ts';
import { oneIf, turnMetrics } from '../aws/metrics.ts';
import type { Bot } from '../bot/bot.ts';
import { type Deadline, deadlineAt } from '../bot/deadline.ts';
import type { Plugins } from '../bot/plugins.ts';
import type { DeferTurn } from '../turn/late-turn.ts';
import type { SessionStore } from '../turn/session.ts';
import type { Outcome } from '../turn/take-turn.ts';
import { ANSWER_WITHIN_MS } from '../turn/time-budget.ts';
import { violationReport } from './violation-report.ts';

/** What a protocol's handler is wired from. */
export interface GatewayTools<S> {
  readonly bot: Bot<S>;
  readonly store: SessionStore;
  readonly secret: GatewaySecret;
  /** Absent where no worker takes late turns. */
  readonly late?: { readonly defer: DeferTurn; readonly callbackOrigins: readonly string[] };
  /** Absent where no plugin can be asked. */
  readonly plugins?: Plugins;
  readonly log: HttpTools['log'];
}

/** When this call came and must be answered, by API Gateway's clock. */
export function clockOf({ receivedAt }: JsonRequest): {
  readonly receivedAt: number;
  readonly deadline: Deadline;
} {
  return { receivedAt, deadline: deadlineAt(receivedAt + ANSWER_WITHIN_MS) };
}

/** How one protocol's turns are told to the operator. */
export interface TurnTeller {
  /** The queue, whose worker will tell by which request the turn came. */
  deferring(request: JsonRequest, defer: DeferTurn): DeferTurn;
  /**
   * The answer to send, be it the apology, once the turn's line is written: what became of it, and its metrics.
   * @throws where the answer is no JSON, before any line is written: then the turn has failed
   */
  answerOf(outcome: Outcome<unknown>, request: JsonRequest): JsonText;
}

/** Tells every turn of a protocol by one line of the log. */
export function turnTeller(
  { secret, log }: Pick<GatewayTools<unknown>, 'secret' | 'log'>,
  protocol: 'open-builder' | 'smart-chat',
): TurnTeller {
  const report = violationReport();
  return {
    deferring: (request, defer) => turn => {
      const { requestId: deferredBy, ...ids } = idsOf(request);
      const user = secret.pseudonymOf(turn.key);
      return defer({ ...turn, trail: { ...ids, deferredBy, protocol, user } });
    },
    answerOf(outcome, request) {
      const { kind, turn } = outcome;
      const answer = new JsonText(outcome.answer);
      const isFailed = kind === 'failed';
      // A call that is no turn has something to tell only when it failed.
      if (turn === undefined && !isFailed) return answer;
      const ms = Date.now() - request.receivedAt;
      const { error, rule = turn?.rule } = isFailed ? outcome : { error: undefined };
      const violations = kind === 'answered' ? outcome.violations : undefined;
      const { metrics, ...news } = report(violations, rule, outcome.broken);
      log({
        level: isFailed ? 'error' : 'info',
        what: `turn ${WORDS[kind]}`,
        ...news,
        ...idsOf(request),
        protocol,
        user: turn?.userKey && secret.pseudonymOf(turn.userKey),
        rule,
        outcome: WORDS[kind],
        ms,
        error,
        metrics: turn
          ? {
              ...turnMetrics(ms, isFailed, error, turn.hasOverrun),
              TurnsDeferred: oneIf(kind === 'late'),
              SessionsCreated: oneIf(turn.isNewSession),
              SessionConflicts: turn.conflicts || undefined,
              ...metrics,
            }
          : // No other call than a validation that lost its way fails and is no turn.
            { ValidationsFailed: 1 },
      });
      return answer;
    },
  };
}

const WORDS = { answered: 'answered', late: 'deferred', failed: 'failed' } as const;
