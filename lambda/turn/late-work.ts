import { growInWorker } from '#growing';
import { type Deadline, deadlineAt } from '../bot/deadline.ts';
import type { Answer } from '../bot/reply.ts';
import type { Turn } from '../bot/turn.ts';
import { DeadlineError, SessionVersionError } from '../errors.ts';
import type { DeferredTurn } from './deferred-turn.ts';
import { DraftTurn } from './draft-turn.ts';
import type { GrowingPart } from './grow-in-worker.ts';
import { joinResults } from './join-states.ts';
import { apologyOn, apologyResult, type LateEffect, type LateResult, unchanged } from './late-result.ts';
import type { LateAttempt } from './lease.ts';
import type { Session } from './session.ts';
import { settleAnswer } from './settle.ts';
import type { LateEngine } from './show-late.ts';
import { KEEP_MS, LATE_RULE_WITHIN_MS } from './time-budget.ts';

/** The circumstances of a rule that is let work. */
export interface WorkToDo {
  /** Whether another worker may have begun it, and died. */
  readonly isRetry?: boolean;
  /** Told what there is of an answer that grows when that must be shown, and the rule goes on. Absent where nothing can be. */
  readonly onPart?: (part: GrowingPart) => void;
}

/** Lets the turn's rule work, once; whatever it throws becomes the apology. @throws SessionVersionError */
export async function workOn<S>(
  engine: LateEngine<S>,
  deferred: DeferredTurn,
  session: Session,
  attempt: LateAttempt,
  signal: AbortSignal,
  { isRetry = false, onPart }: WorkToDo = {},
): Promise<LateResult> {
  const { bot, plugins, rooms, counters } = engine;
  const { ruleUntil } = attempt;
  const lost = (): LateResult => ({
    ...apologyResult(engine, deferred.rule, new DeadlineError('the late turn')),
    isLost: true,
  });
  if (Date.now() >= ruleUntil && !deferred.grows) return lost();
  let rule = deferred.rule;
  try {
    const until = deadlineAt(ruleUntil, signal);
    const turn = new DraftTurn(bot, deferred.request, until, session, plugins, { rooms, counters });
    const match = bot.match(turn, deferred.rule);
    rule = match.rule;
    turn.isRetry = isRetry;
    const { growth } = match;
    if (growth) {
      const grower = { match, growth, turn, session, onPart };
      return (await growInWorker(engine, deferred, grower, attempt, signal)) ?? lost();
    }
    if (Date.now() >= ruleUntil) return lost();
    const { upToMs = LATE_RULE_WITHIN_MS } = match.slow ?? {};
    turn.deadline = deadlineAt(Math.min(ruleUntil, Date.now() + upToMs), signal);
    const result = await turn.deadline.race(`the rule "${rule}"`, match.work());
    const { finish } = match;
    if (finish) {
      const on = finishing(engine, deferred, match.rule, now => finish(now, result));
      return { rule, isLost: false, isApology: false, on };
    }
    const settled = settleAnswer(result, bot.texts);
    // The user reads the apology: what the rule did for an answer that can't be shown has not happened.
    const after = settled.isLost ? undefined : turn.result();
    const on = async (now: Session): Promise<LateEffect> => {
      try {
        return { settled, ...(after ? joinResults(bot, session, after, now) : unchanged(now)) };
      } catch (error) {
        return failedOn(now, bot.texts.apology, error);
      }
    };
    return { rule, isLost: false, isApology: false, on };
  } catch (error) {
    // A worker of the release that stored it may take the turn yet.
    if (error instanceof SessionVersionError) throw error;
    return apologyResult(engine, rule, error);
  }
}

/** The apology on a session that fails the bot. @throws SessionVersionError, which another release does not fail at */
function failedOn(session: Session, apology: string, error: unknown): LateEffect {
  if (error instanceof SessionVersionError) throw error;
  return apologyOn(session, apology, error);
}

/** The second step of a rule, which is quick, and is done again on another session. */
function finishing<S>(
  { bot, plugins, rooms, counters }: LateEngine<S>,
  { request }: DeferredTurn,
  rule: string,
  finish: (turn: Turn<S>) => Answer | Promise<Answer>,
): LateResult['on'] {
  return async session => {
    const deadline: Deadline = deadlineAt(Date.now() + KEEP_MS);
    try {
      const turn = new DraftTurn(bot, request, deadline, session, plugins, { rooms, counters }, 'then');
      const answer = await deadline.race(`the second step of the rule "${rule}"`, finish(turn));
      const settled = settleAnswer(answer, bot.texts);
      return { settled, ...(settled.isLost ? unchanged(session) : { state: turn.result(), isWhole: true }) };
    } catch (error) {
      return failedOn(session, bot.texts.apology, error);
    }
  };
}
