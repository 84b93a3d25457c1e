import type { Extra } from '../bot/incoming.ts';
import type { Loss } from '../bot/loss.ts';
import type { SettledReply } from '../bot/reply.ts';

/** A reply in a protocol's form, and what the room must remember to go on from it. */
export interface Rendered<A> {
  readonly answer: A;
  readonly labels: readonly Label[];
  /** What the protocol can't show. */
  readonly lost: readonly Loss[];
  /** What did not fit. */
  readonly rest?: SettledReply;
}

/** A smart-chat button's payload: its label is all that comes back. */
export interface Label {
  readonly label: string;
  readonly text: string;
  readonly blockId?: string;
  readonly extra?: Extra;
}
