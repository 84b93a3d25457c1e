import { deadlineAt } from '../bot/deadline.ts';
import type { Grown, Piece } from '../bot/growing.ts';
import type { Growth, MatchedRule } from '../bot/rule.ts';
import { callRule } from '../bot/rule-errors.ts';
import { UnavailableError } from '../errors.ts';
import type { DeferredTurn } from './deferred-turn.ts';
import { DraftKeeper } from './draft-keeper.ts';
import type { DraftTurn } from './draft-turn.ts';
import { growAnswer } from './grow-answer.ts';
import { grownResult } from './late-growth.ts';
import type { LateResult } from './late-result.ts';
import { lateTimesOf } from './late-times.ts';
import { isBlocked, type LateAttempt } from './lease.ts';
import type { Session } from './session.ts';
import type { PartToShow } from './show-growing.ts';
import { isCollected, type LateEngine } from './show-late.ts';
import { KEEP_MS, LONGEST_LATE_RULE_MS, LONGEST_PAUSE_MS, WORKER_PAUSE_MS } from './time-budget.ts';

/** The part of a growing answer that there is when its callback must be used; the rule goes on. */
export interface GrowingPart extends PartToShow {
  readonly rule: string;
}

/** A rule whose answer grows, and its turn. */
export interface GrowingTurn<S> {
  readonly match: MatchedRule<S>;
  readonly growth: Growth<S>;
  readonly turn: DraftTurn<S>;
  readonly session: Session;
  /** Told what there is when that must be shown. Absent where nothing can be. */
  readonly onPart?: ((part: GrowingPart) => void) | undefined;
}

/**
 * Lets a rule grow its answer in a worker: once, unless a worker before this one died without having made anything of it.
 * What one has made is the answer then.
 * @returns undefined where there is no time for anything
 * @throws SessionVersionError, and UnavailableError where nobody can know what a worker before this one has made
 */
export async function growInWorker<S>(
  engine: LateEngine<S>,
  deferred: DeferredTurn,
  { match, growth, turn, session, onPart }: GrowingTurn<S>,
  attempt: LateAttempt,
  signal: AbortSignal,
): Promise<LateResult | undefined> {
  const { rule } = match;
  const { isRetry } = turn;
  const result = (grown: Grown<unknown>): LateResult =>
    grownResult(engine, deferred, { rule, growth, grown, isRetry });
  if (isRetry) {
    const pieces = await draftOf(engine, deferred, attempt);
    if (pieces.length > 0) return result({ end: 'died', pieces });
  }
  const { partAt, until } = timesOf(engine, deferred, match, session, attempt);
  // Who took it out of its turn did so to say that it comes to nothing.
  const isOver =
    until <= Date.now() || (attempt.ruleUntil <= Date.now() && isBlocked(session, deferred.request.id));
  if (isOver) return undefined;
  turn.deadline = deadlineAt(until, signal);
  let keeper: DraftKeeper | undefined;
  const answer = growAnswer({ rule, growth, turn, deadline: turn.deadline }, pieces => {
    keeper ??= new DraftKeeper(engine.drafts, deferred, pieces);
    keeper.grew();
  });
  const showsPart = (): void => {
    keeper?.flush();
    onPart?.({ rule, pieces: [...answer.pieces], waiting: waitingOf(engine, match, turn) });
  };
  const timer = partAt === undefined ? undefined : setTimeout(showsPart, Math.max(0, partAt - Date.now()));
  try {
    return result(await answer.ended);
  } finally {
    clearTimeout(timer);
    keeper?.close();
  }
}

/**
 * Until when the rule may go on, and when what there is must be posted (epoch ms): absent where the answer is collected, in
 * a group room, whose callback lives long enough, and where the worker has no time for a rest.
 */
function timesOf<S>(
  engine: LateEngine<S>,
  deferred: DeferredTurn,
  { slow, growth }: MatchedRule<S>,
  session: Session,
  { ruleUntil, restUntil = ruleUntil }: LateAttempt,
): { readonly partAt?: number; readonly until: number } {
  const now = Date.now();
  const { upToMs = LONGEST_LATE_RULE_MS } = slow ?? {};
  const { restUpToMs = 0 } = growth ?? {};
  if (isCollected(engine, deferred, session.memory))
    return { until: Math.min(restUntil, now + upToMs + restUpToMs) };
  if (lateTimesOf(deferred).mayComeAgain) return { until: Math.min(ruleUntil, now + upToMs + restUpToMs) };
  const partAt = Math.min(ruleUntil, now + upToMs);
  const until = Math.min(restUntil, Math.max(now, partAt) + restUpToMs);
  return until - Math.max(now, partAt) >= KEEP_MS ? { partAt, until } : { until: partAt };
}

/** The words to wait with, as the rule has them. */
function waitingOf<S>(
  { bot: { texts } }: LateEngine<S>,
  { slow }: MatchedRule<S>,
  turn: DraftTurn<S>,
): string {
  const words = slow?.slow;
  try {
    const said = typeof words === 'function' ? callRule(() => words(turn), turn) : words;
    return said?.trim() ? said : texts.waiting;
  } catch {
    return texts.waiting;
  }
}

/** The pieces that a worker before this one has made of the turn's answer. @throws UnavailableError */
async function draftOf<S>(
  { drafts }: LateEngine<S>,
  { key, request }: DeferredTurn,
  { endsAt, lookUntil = 0 }: LateAttempt,
): Promise<readonly Piece[]> {
  const until = Math.min(endsAt - KEEP_MS, Math.max(lookUntil, Date.now() + KEEP_MS));
  for (let failures = 1; ; failures++) {
    try {
      const draft = await drafts?.load(key);
      return draft?.turn === request.id ? draft.pieces : [];
    } catch (error) {
      const pauseMs = Math.random() * Math.min(LONGEST_PAUSE_MS, WORKER_PAUSE_MS * 2 ** failures);
      if (!(error instanceof UnavailableError) || Date.now() + pauseMs >= until) throw error;
      await new Promise(resolve => setTimeout(resolve, Math.ceil(pauseMs)));
    }
  }
}
