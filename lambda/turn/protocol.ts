import type { Extra } from '../bot/incoming.ts';
import type { Loss } from '../bot/loss.ts';
import type { LongReply } from '../bot/reply.ts';
import type { Violation } from '../check/violation.ts';

/** A reply in a protocol's form, and what the room must remember to go on from it. */
export interface Rendered<A> {
  readonly answer: A;
  readonly labels: readonly Label[];
  /** What the protocol can't show. */
  readonly lost: readonly Loss[];
  /** What of the reply Kakao would not have taken as it stood; the answer is without. */
  readonly violations: readonly Violation[];
  /** What did not fit. */
  readonly rest?: LongReply;
}

/** A smart-chat button's payload: its label is all that comes back. */
export interface Label {
  readonly label: string;
  readonly text: string;
  readonly blockId?: string;
  readonly extra?: Extra;
}
