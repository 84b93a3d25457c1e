import { ConfigurationError, GatewayError } from '../errors.ts';
import { type Deadline, deadlineAt } from './deadline.ts';
import type { Incoming } from './incoming.ts';
import { tellOperator } from './operator.ts';
import { answerOf, outputsOf, type Piece } from './pieces.ts';
import type { Answer } from './reply.ts';
import type { SlowOptions, SlowRule } from './slow-rule.ts';
import type { Turn } from './turn.ts';

export type { Piece } from './pieces.ts';

/** All that a growing rule has made, and how it ended. */
export type Grown<R> =
  /** It came to its end. */
  | { readonly end: 'whole'; readonly pieces: readonly Piece[]; readonly result: R }
  /** Its time was over, or it threw, or its worker died: the pieces are all that there will be. */
  | {
      readonly end: 'overran' | 'failed' | 'died';
      readonly pieces: readonly Piece[];
      readonly error?: unknown;
    };

/**
 * A slow rule whose answer grows: its pieces are never lost. What there is at the end of the callback's minute is sent, and
 * the rest is collected; without a callback each tap on "결과 확인" brings what there is so far.
 */
export interface GrowingOptions<
  S,
  R,
  I extends Incoming = Incoming,
  M extends readonly unknown[] = readonly [],
> extends SlowOptions<S, I> {
  /** Makes the answer piece by piece, once; what it changes of the session is not kept. */
  readonly grow: (turn: Turn<S, I>, ...match: M) => AsyncGenerator<Piece, R, undefined>;
  /**
   * Quick: changes the session as it is at the end, and says what comes after the pieces, if anything; it runs again when
   * another turn of the user came between. Where there is no piece and it says nothing, the user reads the apology.
   */
  readonly then: (turn: Turn<S, I>, grown: Grown<R>) => Answer | undefined | Promise<Answer | undefined>;
  /** How long the rule may go on after what there was had to be sent (ms), at most 60,000, which is the default. */
  readonly restUpToMs?: number;
}

/** A growing rule as bots take it: a slow rule that also tells how it grows. */
export interface GrowingRule<S, R, I extends Incoming = Incoming, M extends readonly unknown[] = readonly []>
  extends SlowRule<S, Grown<R>, I, M> {
  readonly grow: GrowingOptions<S, R, I, M>['grow'];
  readonly end: GrowingOptions<S, R, I, M>['then'];
  readonly restUpToMs: number;
}

/** The longest that a growing rule may go on after what there was had to be sent (ms). */
export const LONGEST_REST_MS = 60_000;

/**
 * Declares a slow rule whose answer grows: `bot.fallback(growing({ … }))`.
 * @throws ConfigurationError when `restUpToMs` is out of its bounds
 */
export function growing<S, R, I extends Incoming = Incoming, M extends readonly unknown[] = readonly []>(
  options: GrowingOptions<S, R, I, M>,
): GrowingRule<S, R, I, M> {
  const { grow, then, restUpToMs = LONGEST_REST_MS, ...slow } = options;
  if (!(restUpToMs >= 0 && restUpToMs <= LONGEST_REST_MS))
    throw new ConfigurationError(
      `a growing rule's restUpToMs must be from 0 to ${LONGEST_REST_MS} ms, not ${restUpToMs}`,
    );
  return {
    ...slow,
    grow,
    end: then,
    restUpToMs,
    // Where no worker is: all that it makes in the time of its turn.
    work: (turn, ...match) => grownIn(grow(turn, ...match), turn.deadline),
    then: async (turn, grown) => answerTo(grown, await then(turn, grown)),
  };
}

/** All that a rule makes by this deadline. */
async function grownIn<R>(
  generator: AsyncGenerator<Piece, R, undefined>,
  deadline: Deadline,
): Promise<Grown<R>> {
  const pieces: Piece[] = [];
  let next = generator.next();
  const pull = async (until: Deadline): Promise<R> => {
    for (;;) {
      const made = await until.race('the growing rule', next);
      if (made.done) return made.value;
      pieces.push(made.value);
      next = generator.next();
    }
  };
  try {
    return { end: 'whole', result: await pull(deadline), pieces };
  } catch (error) {
    if (deadline.remainingMs() > 0) return { end: 'failed', pieces, error };
    // Its signal has told it that its time is over: it may yield what it held back.
    await pull(deadlineAt(Date.now() + LAST_PIECES_MS)).catch(() => {});
    // One that never comes to its next piece never ends either.
    generator.return(undefined as R).catch(() => {});
    return { end: 'overran', pieces: [...pieces], error };
  }
}

/** How long a rule whose time is over may take to yield what it held back (ms). */
const LAST_PIECES_MS = 100;

/** The answer that the user reads. @throws where that is nothing */
function answerTo(grown: Grown<unknown>, said: Answer | undefined): Answer {
  const error = grown.end === 'whole' ? undefined : grown.error;
  if (said === undefined && outputsOf(grown.pieces).length === 0)
    throw error ?? new GatewayError('a growing rule made no piece of an answer, and its end said nothing');
  if (error !== undefined) {
    const level = grown.end === 'overran' ? 'warn' : 'error';
    tellOperator({ level, what: 'growing answer ended early', outcome: grown.end });
  }
  return answerOf(grown.pieces, said);
}
