import { type Deadline, deadlineAt } from '../bot/deadline.ts';
import { type Answer, text } from '../bot/reply.ts';
import type { StoredState } from '../bot/stored-state.ts';
import type { Turn } from '../bot/turn.ts';
import { DeadlineError, SessionVersionError } from '../errors.ts';
import type { DeferredTurn } from './deferred-turn.ts';
import { DraftTurn } from './draft-turn.ts';
import { joinResults } from './join-states.ts';
import type { LateAttempt } from './lease.ts';
import type { Session } from './session.ts';
import { type Settled, settleAnswer } from './settle.ts';
import type { LateEngine } from './show-late.ts';
import { KEEP_MS, LATE_RULE_WITHIN_MS } from './time-budget.ts';

/** The outcome of a rule's work: an answer on whatever session there is when it is saved. */
export interface LateResult {
  readonly rule: string | undefined;
  /** Whether no rule was asked, since its time was over. */
  readonly isLost: boolean;
  readonly isApology: boolean;
  /** The answer and the state on this session; never throws but SessionVersionError. */
  on(session: Session): Promise<LateEffect>;
}

/** An answer, and the state to save with it. */
export interface LateEffect {
  readonly settled: Settled;
  readonly state: StoredState;
  /** Whether all that the rule changed is in the state. */
  readonly isWhole: boolean;
  /** Present where the answer is the apology. */
  readonly error?: unknown;
}

/** Lets the turn's rule work, once; whatever it throws becomes the apology. @throws SessionVersionError */
export async function workOn<S>(
  engine: LateEngine<S>,
  deferred: DeferredTurn,
  session: Session,
  { ruleUntil }: LateAttempt,
  signal: AbortSignal,
): Promise<LateResult> {
  const { bot, plugins, rooms } = engine;
  if (Date.now() >= ruleUntil)
    return { ...apologyResult(engine, deferred.rule, new DeadlineError('the late turn')), isLost: true };
  let rule = deferred.rule;
  try {
    const until = deadlineAt(ruleUntil, signal);
    const turn = new DraftTurn(bot, deferred.request, until, session, plugins, rooms);
    const match = bot.match(turn, deferred.rule);
    rule = match.rule;
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

/** The apology, in place of whatever a rule failed to say. */
export function apologyResult<S>(
  { bot }: LateEngine<S>,
  rule: string | undefined,
  error: unknown,
): LateResult {
  return {
    rule,
    isLost: false,
    isApology: true,
    on: async session => apologyOn(session, bot.texts.apology, error),
  };
}

function apologyOn(session: Session, apology: string, error: unknown): LateEffect {
  return {
    settled: { reply: { outputs: [text(apology)] }, violations: [] },
    ...unchanged(session),
    error,
  };
}

/** The apology on a session that fails the bot. @throws SessionVersionError, which another release does not fail at */
function failedOn(session: Session, apology: string, error: unknown): LateEffect {
  if (error instanceof SessionVersionError) throw error;
  return apologyOn(session, apology, error);
}

function unchanged({ state, version }: Session): Pick<LateEffect, 'state' | 'isWhole'> {
  return { state: { state, version }, isWhole: true };
}

/** The second step of a rule, which is quick, and is done again on another session. */
function finishing<S>(
  { bot, plugins, rooms }: LateEngine<S>,
  { request }: DeferredTurn,
  rule: string,
  finish: (turn: Turn<S>) => Answer | Promise<Answer>,
): LateResult['on'] {
  return async session => {
    const deadline: Deadline = deadlineAt(Date.now() + KEEP_MS);
    try {
      const turn = new DraftTurn(bot, request, deadline, session, plugins, rooms, 'then');
      const answer = await deadline.race(`the second step of the rule "${rule}"`, finish(turn));
      const settled = settleAnswer(answer, bot.texts);
      return { settled, ...(settled.isLost ? unchanged(session) : { state: turn.result(), isWhole: true }) };
    } catch (error) {
      return failedOn(session, bot.texts.apology, error);
    }
  };
}
