import { text } from '../bot/reply.ts';
import type { StoredState } from '../bot/stored-state.ts';
import type { Session } from './session.ts';
import type { Settled } from './settle.ts';
import type { LateEngine } from './show-late.ts';

/** The outcome of a rule's work: an answer on whatever session there is when it is saved. */
export interface LateResult {
  readonly rule: string | undefined;
  /** Whether no rule was asked, since its time was over. */
  readonly isLost: boolean;
  readonly isApology: boolean;
  /**
   * The answer and the state on this session; never throws but SessionVersionError.
   * @param unshown how many pieces of it were to be shown before, and reached nobody
   */
  on(session: Session, unshown?: number): Promise<LateEffect>;
  /** The same without what its rule says at the end, which could not be saved; absent where that is all. */
  withoutEnd?(error: unknown): LateResult;
}

/** An answer, and the state to save with it. */
export interface LateEffect {
  readonly settled: Settled;
  readonly state: StoredState;
  /** Whether all that the rule changed is in the state. */
  readonly isWhole: boolean;
  /** Present where the answer is the apology. */
  readonly error?: unknown;
  /** The error of a rule whose answer ended before its time; what there is of that is the answer. */
  readonly flaw?: unknown;
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

/** The apology on this session, which stays as it is. */
export function apologyOn(session: Session, apology: string, error: unknown): LateEffect {
  return {
    settled: { reply: { outputs: [text(apology)] }, violations: [] },
    ...unchanged(session),
    error,
  };
}

/** A session's state, which a rule has not changed. */
export function unchanged({ state, version }: Session): Pick<LateEffect, 'state' | 'isWhole'> {
  return { state: { state, version }, isWhole: true };
}
