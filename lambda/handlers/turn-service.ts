import type { GatewaySecret } from '../aws/gateway-secret.ts';
import type { HttpTools, JsonRequest } from '../aws/http.ts';
import type { Bot } from '../bot/bot.ts';
import { ANSWER_WITHIN_MS, type Deadline, deadlineAt } from '../bot/deadline.ts';
import type { DeferTurn } from '../bot/late-turn.ts';
import type { Plugins } from '../bot/plugins.ts';
import type { SessionStore } from '../bot/session.ts';
import type { Outcome } from '../bot/take-turn.ts';
import type { ReportViolations } from './violation-report.ts';

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

/** The answer to send, be it the apology; what the operator should know of it is for the log. */
export function answerOf<A>(
  outcome: Outcome<A>,
  { requestId }: JsonRequest,
  log: HttpTools['log'],
  report: ReportViolations,
): A {
  if (outcome.kind === 'failed') {
    log({ level: 'error', what: 'turn failed', requestId, rule: outcome.rule, error: outcome.error });
  } else if (outcome.kind === 'answered' && outcome.violations) {
    report(outcome.violations, { requestId, rule: outcome.rule });
  }
  return outcome.answer;
}
