import type { SettledReply } from '../bot/reply.ts';
import type { Violation } from '../check/violation.ts';
import type { DeferredTurn } from './deferred-turn.ts';
import type { Rendered } from './protocol.ts';
import type { RestOf } from './show-late.ts';

/** How a worker's go at a late turn ended, or what there is of its answer meanwhile. */
export type LateOutcome = EndedOutcome | GrowingOutcome;

/** How a worker's go at a late turn ended; `next` is the turn that waited for it, which nobody else hands to the queue. */
export type EndedOutcome =
  /** It is answered and saved; `error` says why it is the apology. */
  | {
      readonly kind: 'answered';
      readonly reply: SettledReply;
      /** Present where it is to be delivered. */
      readonly rendered?: Rendered<unknown> | undefined;
      readonly rule: string | undefined;
      /** Limits of Kakao's that the rule's answer broke. */
      readonly violations: readonly Violation[];
      /** How often another turn of this user came between. */
      readonly conflicts: number;
      /** Whether another turn changed the same of the state, and had the last word. */
      readonly isJoinedInPart: boolean;
      /** Whether no rule was asked any more: every worker before this one died, and its time is over. */
      readonly isLost: boolean;
      readonly error?: unknown;
      /** Says why it ended before its time; what there is of it is the answer. */
      readonly flaw?: unknown;
      /** Present where its callback has brought a part of it before: what follows that is collected. */
      readonly rest?: RestOf | undefined;
      readonly next?: DeferredTurn | undefined;
    }
  /** It was answered and saved before; whether its reply was delivered is not known. */
  | {
      readonly kind: 'answered-before';
      readonly reply: SettledReply;
      /** Whether it is certain that nobody delivered it. */
      readonly isToPost: boolean;
      readonly next?: DeferredTurn | undefined;
    }
  /** Another worker has it. */
  | { readonly kind: 'held' }
  /** It waits for others of its user, longer than this worker lives: another record of it must come. */
  | { readonly kind: 'waits' }
  /** Nobody waits for it any more. */
  | { readonly kind: 'gone'; readonly next?: DeferredTurn | undefined };

/** A part of an answer that grows is saved, to be posted now; its rule goes on. */
export interface GrowingOutcome {
  readonly kind: 'growing';
  readonly reply: SettledReply;
  readonly rendered: Rendered<unknown>;
  readonly rule: string | undefined;
  /** Limits of Kakao's that this part of the answer broke. */
  readonly violations: readonly Violation[];
  /** How many pieces of the answer that shows; none where it tells to wait. */
  readonly count: number;
  /**
   * Sees the answer to its end, when that part was posted or kept; absent where its rule was not begun.
   * @param unshown how many of those pieces reached nobody
   */
  readonly goOn?: (unshown: number) => Promise<EndedOutcome>;
}
