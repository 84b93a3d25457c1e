import type { Deadline } from '../bot/deadline.ts';
import type { Grown, Piece } from '../bot/growing.ts';
import type { Growth } from '../bot/rule.ts';
import { callRule } from '../bot/rule-errors.ts';
import { fit as fitted } from '../bot/split-text.ts';
import { AnswerTooLongError, GatewayError, SessionVersionError } from '../errors.ts';
import { LAST_PIECES_MS } from './time-budget.ts';

/** The most bytes of JSON that the pieces of an answer have together: some 20,000 characters of Korean. */
export const MOST_GROWN_BYTES = 60_000;

/** The most pieces of an answer: of characters alone, as many as anybody reads. */
const MOST_PIECES = 5_000;

/** The longest piece, in UTF-16 units: a longer one becomes several, so that each fits into a bubble. */
const LONGEST_PIECE = 900;

/** An answer that grows. */
export interface GrowingAnswer {
  /** So far; the list itself, which grows. */
  readonly pieces: readonly Piece[];
  /** All of it, and how it ended. @throws SessionVersionError where it could not begin on this session */
  readonly ended: Promise<Grown<unknown>>;
}

/** A rule that is to grow an answer. */
export interface Grower {
  readonly rule: string;
  readonly growth: Pick<Growth<never>, 'begin'>;
  /** The turn as the rule sees it. */
  readonly turn: object;
  /** The end of all the rule's time. */
  readonly deadline: Deadline;
}

/**
 * Lets a rule grow its answer, piece by piece, until it comes to its end, throws, has made more than is kept, or its time is
 * over; what it yields after that is dropped.
 * @param onPiece called when there is a new piece
 */
export function growAnswer(
  { rule, growth, turn, deadline }: Grower,
  onPiece: (pieces: readonly Piece[]) => void,
): GrowingAnswer {
  const pieces: Piece[] = [];
  let isOver = false;
  let bytes = 0;
  const add = (piece: Piece): void => {
    bytes += Buffer.byteLength(JSON.stringify(piece)) + 1;
    if (bytes > MOST_GROWN_BYTES || pieces.length >= MOST_PIECES)
      throw new AnswerTooLongError(MOST_GROWN_BYTES, MOST_PIECES);
    pieces.push(piece);
  };
  const pull = async (): Promise<unknown> => {
    const generator = callRule(() => growth.begin(), turn);
    try {
      for (;;) {
        const made = await callRule(() => generator.next(), turn);
        if (isOver) return undefined;
        if (made.done) return made.value;
        const before = pieces.length;
        try {
          for (const piece of piecesOf(made.value)) add(piece);
        } finally {
          if (pieces.length > before) onPiece(pieces);
        }
      }
    } finally {
      // One that never comes to its next piece never ends either.
      void Promise.resolve(generator.return?.(undefined)).catch(() => {});
    }
  };
  const ended = async (): Promise<Grown<unknown>> => {
    const pulled = pull();
    try {
      const result = await deadline.race(`the rule "${rule}"`, pulled);
      return { end: 'whole', pieces: [...pieces], result };
    } catch (error) {
      if (error instanceof SessionVersionError && pieces.length === 0) throw error;
      const isOutOfTime = deadline.remainingMs() === 0 || error instanceof AnswerTooLongError;
      if (!isOutOfTime) return { end: 'failed', pieces: [...pieces], error };
      const own = await lastWords(pulled);
      return { end: 'overran', pieces: [...pieces], error: own ?? error };
    } finally {
      isOver = true;
    }
  };
  return { pieces, ended: ended() };
}

/** The error by which a rule whose time is over ends, if it does: its signal has told it to, and it may know more than we. */
async function lastWords(pulled: Promise<unknown>): Promise<unknown> {
  let timer: NodeJS.Timeout | undefined;
  const noMore = new Promise<void>(resolve => {
    timer = setTimeout(resolve, LAST_PIECES_MS);
  });
  const ended = pulled.then(
    () => undefined,
    (error: unknown) => error,
  );
  const own = await Promise.race([ended, noMore]);
  clearTimeout(timer);
  return own;
}

/** The pieces of one value that a rule yields: plain JSON, none longer than a bubble, and none that is empty. */
function piecesOf(made: unknown): readonly Piece[] {
  if (typeof made === 'string') {
    if (made.length <= LONGEST_PIECE) return made === '' ? [] : [made];
    return fitted(made, { bubbles: Number.POSITIVE_INFINITY, length: LONGEST_PIECE }).bubbles;
  }
  const json = typeof made === 'object' && made !== null ? JSON.stringify(made) : undefined;
  if (json === undefined)
    throw new GatewayError(`a growing rule must yield words or outputs, not ${typeof made}`);
  return [JSON.parse(json)];
}
