import { type Deadline, deadlineAt } from '../bot/deadline.ts';
import type { TurnRequest } from '../bot/incoming.ts';
import type { StoredState } from '../bot/stored-state.ts';
import type { UserKey } from '../bot/user.ts';
import { DeadlineError } from '../errors.ts';
import type { Mark } from './defer-turn.ts';
import { DraftTurn, type RuleState } from './draft-turn.ts';
import type { DeferrableTurn, TurnEngine } from './engine.ts';
import { joinResults } from './join-states.ts';
import type { Outcome, TurnFacts } from './outcome.ts';
import { type Deferral, ruleAnswer } from './rule-answer.ts';
import type { Session } from './session.ts';
import type { Settled } from './settle.ts';
import { DEFER_MS, MARK_MS, RERUN_WITHIN_MS, WORTH_MS } from './time-budget.ts';
import type { Waiting } from './waiting.ts';

type Growing<T> = { -readonly [K in keyof T]: T[K] };

/** The state of one turn that its attempts hand on. */
export interface Progress {
  readonly facts: Growing<TurnFacts>;
  /** The work it waits for, other than its rule. */
  step: string | undefined;
  /** Whether the session must be read after all, of a turn that was begun without it. */
  mustRead?: true;
  /** Whether a save is under way, or its answer was lost: then it may be done. */
  isSaving: boolean;
  /** How the turn ended, if that save was done, and its facts that are so only then. */
  unconfirmed?: { readonly outcome: Outcome<unknown>; readonly saved: Partial<TurnFacts> };
  /** The turn as it was meant when its mark was saved, if it was, and that mark. */
  marked?: { readonly turn: DeferrableTurn<unknown, unknown>; readonly mark: Mark<unknown> };
  /** Whether the turn's rule was asked to admit it: on another session it must be asked again, however little time is left. */
  mustAdmit?: boolean;
  /** Once it is set, no rule is started again for a conflict. */
  deferral?: Deferral;
  /** The answer of a rule that took long, the state that it was asked on, and how long it took (ms). */
  answered?:
    | {
        readonly settled: Settled;
        readonly before: StoredState;
        readonly after: RuleState;
        readonly ms: number;
      }
    | undefined;
}

/** A turn on the session that one attempt loaded. */
export interface TakenTurn {
  /** As it is meant. */
  readonly request: TurnRequest;
  /** Whose session it is. */
  readonly key: UserKey | undefined;
  /** Whether the session was read; else {@link loaded} says nothing of it. */
  readonly isRead: boolean;
  readonly loaded: Session;
  readonly waiting: Waiting;
  readonly deadline: Deadline;
}

/**
 * The answer of the turn's rule. One that took long is not asked again for a conflict: what it changed is joined to what
 * other turns did; only where both changed the same it must be.
 */
export async function ruleAnswers<S, A>(
  { bot, plugins, rooms, counters }: TurnEngine<S, A>,
  { request, loaded, deadline }: TakenTurn,
  canDefer: boolean,
  progress: Progress,
): Promise<{ readonly settled: Settled; readonly state: RuleState } | Deferral> {
  const { deferral, answered, facts } = progress;
  if (deferral) return deferral;
  if (answered) {
    const { settled, before, after, ms } = answered;
    const { state, isWhole } = joinResults(bot, before, after, loaded);
    if (isWhole) return { settled, state };
    if (ms + MARK_MS >= deadline.remainingMs()) {
      if (!canDefer || facts.rule === undefined) throw new DeadlineError(CONFLICT);
      // The rule has no time to answer on the fresh session here; a worker has.
      progress.deferral = { rule: facts.rule, waiting: bot.texts.waiting, worthMs: WORTH_MS };
      return progress.deferral;
    }
    progress.answered = undefined;
  }
  const ruleDeadline = canDefer ? deadlineAt(Date.now() + deadline.remainingMs() - DEFER_MS) : deadline;
  const turn = new DraftTurn(bot, request, ruleDeadline, loaded, plugins, { rooms, counters });
  const startedAt = Date.now();
  const asked = await ruleAnswer(bot, turn, loaded, canDefer, facts);
  progress.mustAdmit = 'waiting' in asked ? asked.admitted !== undefined : asked.isUnadmitted === true;
  if ('waiting' in asked) {
    // A rule that was begun is not begun again here.
    if (facts.hasOverrun) progress.deferral = asked;
    return asked;
  }
  const { state, version } = loaded;
  // The user reads the apology: what the rule did for an answer that can't be shown has not happened.
  const after = asked.isLost ? { state, version, changed: false } : turn.result();
  const ms = Date.now() - startedAt;
  if (ms > RERUN_WITHIN_MS) progress.answered = { settled: asked, before: loaded, after, ms };
  return { settled: asked, state: after };
}

/** The step of a turn that meets others of its user. */
export const CONFLICT = 'settling a conflict with other turns of this user';
