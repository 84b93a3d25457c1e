import { oneIf, turnMetrics } from '../aws/metrics.ts';
import { bubblesOf } from '../aws/word-hash.ts';
import type { Violation } from '../check/violation.ts';
import type { Outcome } from '../turn/outcome.ts';
import type { TurnGateway } from './deployment.ts';
import { violationReport } from './violation-report.ts';

/** The answer as it left. */
export interface LeftAnswer {
  /** Limits for which Kakao would have dropped the one that it left in place of. */
  readonly broken?: readonly Violation[] | undefined;
  /** Tells the words of each bubble. */
  readonly words: () => readonly string[] | undefined;
}

/** Writes the line of a turn of one protocol: what became of it, and its metrics. */
export function turnLog<S>(
  { secret, log }: TurnGateway<S>,
  protocol: string,
): (outcome: Outcome<unknown>, receivedAt: number, left: LeftAnswer) => void {
  const report = violationReport();
  return (outcome, receivedAt, { broken, words }) => {
    const { kind, turn } = outcome;
    if (turn.lost > 0) log({ level: 'error', what: 'late turn lost', protocol, outcome: 'lost' });
    const ms = Date.now() - receivedAt;
    const isFailed = kind === 'failed';
    const { error, rule } = isFailed ? outcome : { error: undefined, rule: turn.rule };
    const violations = kind === 'answered' ? outcome.violations : undefined;
    const { metrics, ...news } = report(violations, rule, broken);
    log({
      level: isFailed ? 'error' : 'info',
      what: `turn ${OUTCOMES[kind]}`,
      ...news,
      protocol,
      user: turn.userKey && secret.pseudonymOf(turn.userKey),
      rule,
      outcome: OUTCOMES[kind],
      ms,
      bubbles: bubblesOf(secret.wordsKey(), words),
      error,
      metrics: {
        ...turnMetrics(ms, isFailed, error, turn.hasOverrun),
        TurnsDeferred: oneIf(kind === 'late'),
        SessionsCreated: oneIf(turn.isNewSession),
        SessionConflicts: turn.conflicts || undefined,
        LateLost: turn.lost || undefined,
        ...metrics,
      },
    });
  };
}

const OUTCOMES = { answered: 'answered', late: 'deferred', failed: 'failed' } as const;
