import { oneIf, turnMetrics } from '../aws/metrics.ts';
import { bubblesOf } from '../aws/word-hash.ts';
import type { Violation } from '../check/violation.ts';
import type { Outcome } from '../turn/outcome.ts';
import type { SyntheticUser } from '../turn/synthetic.ts';
import type { TurnGateway } from './deployment.ts';
import { violationReport } from './violation-report.ts';

/** The answer as it left. */
export interface LeftAnswer {
  /** Limits for which Kakao would have dropped the one that it left in place of. */
  readonly broken?: readonly Violation[] | undefined;
  /** Tells the words of each bubble. */
  readonly words: () => readonly string[] | undefined;
}

/**
 * Writes the line of a turn of one protocol: what became of it, and its metrics. One of a synthetic user counts in no metric,
 * and one of the probe's, which is taken each minute, has a line where something was wrong alone.
 */
export function turnLog<S>({ secret, log }: TurnGateway<S>, protocol: string): LogTurn {
  const report = violationReport();
  return (outcome, receivedAt, { broken, words }, synthetic) => {
    const { kind, turn } = outcome;
    if (turn.lost > 0) log({ level: 'error', what: 'late turn lost', protocol, outcome: 'lost' });
    const ms = Date.now() - receivedAt;
    const isFailed = kind === 'failed';
    const { error, rule } = isFailed ? outcome : { error: undefined, rule: turn.rule };
    const violations = kind === 'answered' ? outcome.violations : undefined;
    const { metrics, ...news } = report(violations, rule, broken);
    if (synthetic === 'probe' && !isFailed && news.level === undefined) return;
    log({
      level: isFailed ? 'error' : 'info',
      what: `turn ${OUTCOMES[kind]}`,
      ...news,
      protocol,
      synthetic,
      user: turn.userKey && secret.pseudonymOf(turn.userKey),
      rule,
      outcome: OUTCOMES[kind],
      ms,
      bubbles: bubblesOf(secret.wordsKey(), words),
      error,
      metrics:
        synthetic === undefined
          ? {
              ...turnMetrics(ms, isFailed, error, turn.hasOverrun),
              TurnsDeferred: oneIf(kind === 'late'),
              SessionsCreated: oneIf(turn.isNewSession),
              SessionConflicts: turn.conflicts || undefined,
              LateLost: turn.lost || undefined,
              ...metrics,
            }
          : {},
    });
  };
}

/** Tells of a turn. */
export type LogTurn = (
  outcome: Outcome<unknown>,
  receivedAt: number,
  left: LeftAnswer,
  synthetic?: SyntheticUser,
) => void;

const OUTCOMES = { answered: 'answered', late: 'deferred', failed: 'failed' } as const;
