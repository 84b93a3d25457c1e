import type { Piece } from '../bot/growing.ts';
import { broughtBy, ownButton } from '../bot/own-button.ts';
import { outputsOf } from '../bot/pieces.ts';
import { type SettledReply, text } from '../bot/reply.ts';
import type { Violation } from '../check/violation.ts';
import type { DeferredTurn } from './deferred-turn.ts';
import { rememberTurn, roomIn, roomOf, showAnswer, withRoom } from './memory.ts';
import type { Deliverer, Rendered } from './protocol.ts';
import type { Memory, PendingTurn } from './session.ts';
import { settle } from './settle.ts';
import type { LateEngine } from './show-late.ts';

/** The first pieces of an answer, in a reply. */
export interface PiecesShown {
  readonly reply: SettledReply;
  /** How many. */
  readonly count: number;
  readonly violations: readonly Violation[];
}

/**
 * As many of these pieces as are shown at once: what follows is brought by the button that goes on, and not by the one for
 * an answer that did not fit, which the next words of the user would end.
 * @param fits whether a reply is shown whole
 * @returns undefined where they show nothing
 */
export function fittingPieces(
  pieces: readonly Piece[],
  quickReplies: SettledReply['quickReplies'],
  fits: (reply: SettledReply) => boolean,
): PiecesShown | undefined {
  const shown = (count: number): PiecesShown => {
    const outputs = outputsOf(pieces.slice(0, count));
    return { ...settle({ outputs, ...(quickReplies && { quickReplies }) }), count };
  };
  if (outputsOf(pieces).length === 0) return undefined;
  let most = shown(pieces.length);
  if (fits(most.reply)) return most;
  most = shown(1);
  for (let low = 1, high = pieces.length; low + 1 < high; ) {
    const middle = Math.floor((low + high) / 2);
    const one = shown(middle);
    if (fits(one.reply)) {
      low = middle;
      most = one;
    } else high = middle;
  }
  return most;
}

/** The part of a growing answer that is posted, and the memory after that. */
export interface ShownPart {
  readonly reply: SettledReply;
  readonly rendered: Rendered<unknown>;
  readonly violations: readonly Violation[];
  readonly memory: Memory;
  /** How many pieces that shows; none where it tells to wait. */
  readonly count: number;
}

/** Shows the part of a growing answer that is posted; the turn stays in the line, and its rest is collected. */
export function shownPart<S>(
  { bot: { texts } }: LateEngine<S>,
  deliverer: Deliverer,
  { request, delivery: { protocol } }: DeferredTurn,
  memory: Memory,
  { pieces, waiting, isPostponed = false }: PartToShow,
): ShownPart {
  const { id } = request;
  const quickReplies = [ownButton('collect', texts.goOn, broughtBy(request))];
  const show = (reply: SettledReply) => showAnswer(deliverer, texts, request, { id, reply });
  const waits = { reply: { outputs: [text(waiting)], quickReplies }, count: 0, violations: [] };
  const part = fittingPieces(pieces, quickReplies, reply => show(reply).rest === undefined) ?? waits;
  const { rendered, rest } = show(part.reply);
  const room = roomOf(request);
  const answered = rest ? { part: { of: id, number: 0 } } : { reply: part.reply };
  const turns = rememberTurn(memory, id, { ...answered, isPosted: true });
  const line = memory.line?.map(pending =>
    pending.id === id ? collected(pending, part.count, isPostponed, protocol) : pending,
  );
  const shown = rest ? withRoom(memory, room, { ...roomIn(memory, room), rest }) : memory;
  return { ...part, rendered, memory: { ...shown, ...(line && { line }), turns } };
}

/** A part of a growing answer, or the words to wait with where there is none. */
export interface PartToShow {
  readonly pieces: readonly Piece[];
  readonly waiting: string;
  /** Whether its rule was not begun yet: whoever answers the turn before it hands it on, without its callback. */
  readonly isPostponed?: boolean;
}

/** A turn whose answer was posted as far as it went, and of which the rest is collected. */
function collected(
  { isPosted: _, turn, ...pending }: PendingTurn,
  seen: number,
  isPostponed: boolean,
  protocol: string,
): PendingTurn {
  return {
    ...pending,
    grows: true,
    seen,
    ...(isPostponed && turn && { turn: { ...turn, delivery: { protocol } } }),
  };
}
