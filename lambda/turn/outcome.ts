import type { Loss } from '../bot/loss.ts';
import type { UserKey } from '../bot/user.ts';
import type { Violation } from '../check/violation.ts';

/** Facts about a turn for the log, however it ended. */
export interface TurnFacts {
  /** Absent when nothing is remembered of the user. */
  readonly userKey: UserKey | undefined;
  /** Which rule answered or was at work; undefined when none was. */
  readonly rule: string | undefined;
  /** How often another turn of this user came between, and it had to be tried again. */
  readonly conflicts: number;
  /** Whether it saved the first that is kept of the user. */
  readonly isNewSession: boolean;
  /** Whether its rule was begun, was not done in time, and was left to a worker. */
  readonly hasOverrun: boolean;
  /** How many late turns its answer told of that were lost. */
  readonly lost: number;
  /** Whether it is the repeated delivery of a turn that was told of when it was answered or deferred first. */
  readonly isRepeated?: true;
}

/** How a turn ended: answered, deferred with an answer that says so, or failed, with the apology and nothing saved. */
export type Outcome<A> = {
  readonly turn: TurnFacts;
} & (
  | {
      readonly kind: 'answered';
      readonly answer: A;
      /** The parts that the protocol can't show. */
      readonly lost?: readonly Loss[];
      readonly violations?: readonly Violation[];
    }
  | { readonly kind: 'late'; readonly answer: A }
  | {
      readonly kind: 'failed';
      readonly answer: A;
      readonly rule: string | undefined;
      readonly error: unknown;
    }
);
