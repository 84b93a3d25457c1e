import type { Incoming } from './incoming.ts';
import { foldText } from './text-matcher.ts';
import type { Turn } from './turn.ts';

/** Whether the user did something of this kind. */
export function isOfKind<S, K extends Incoming['kind']>(
  turn: Turn<S>,
  kind: K,
): turn is Turn<S, Extract<Incoming, { kind: K }>> {
  return turn.incoming.kind === kind;
}

/** The utterance as texts are compared; undefined where nothing was said. */
export function foldedOf<S>(turn: Turn<S>): string | undefined {
  return isOfKind(turn, 'utterance') ? foldText(turn.text) : undefined;
}
