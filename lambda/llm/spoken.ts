import type { Piece } from '../bot/growing.ts';
import type { Answer } from '../bot/reply.ts';
import { ownError } from '../bot/rule-errors.ts';
import { GatewayError } from '../errors.ts';
import type { Folded, Folding } from './history.ts';
import { type Round, tokensTaken } from './round.ts';
import type { SourceErrorKind } from './source-error.ts';
import type { SourcePart } from './source-part.ts';
import type { CountTokens } from './tokens.ts';
import type { Ran } from './tool-options.ts';
import type { Charge } from './usage.ts';

/** How an answer came to its end. */
export interface Spoken {
  /** The question as the model got it; undefined where a guard refused it. */
  readonly question: string | undefined;
  readonly charge: Charge;
  /** All that came of tools. */
  readonly ran: readonly Ran[];
  readonly isRetry: boolean;
  /** The summary that was made beside it. */
  readonly folded?: Folded | undefined;
  /** Why the model stopped. */
  readonly reason?: Extract<SourcePart, { kind: 'end' }>['reason'];
  /** The answer behind the pieces, in place of the model's. */
  readonly answer?: Answer;
}

/** A model's answer did not come to its end; its cause is the failure itself. */
export class AnswerError extends GatewayError {
  override readonly name = 'AnswerError';
  readonly kind: SourceErrorKind;
  readonly spoken: Spoken;

  constructor(kind: SourceErrorKind, spoken: Spoken, cause: unknown) {
    super(`the model's answer did not come to its end: ${kind}`, { cause });
    this.kind = kind;
    this.spoken = spoken;
    ownError(this);
  }
}

/** An answer while it is made. */
export interface Progress {
  question: string | undefined;
  readonly rounds: Round[];
  readonly ran: Ran[];
  /** The model's own pieces. */
  readonly pieces: Piece[];
  readonly isRetry: boolean;
  /** The summary that is made beside the answer. */
  aside?: Folding | undefined;
  /** Present where the model is not asked at all. */
  isRefused?: true;
  ended: 'answered' | 'longer than is kept' | 'given up' | SourceErrorKind;
}

/** The tokens that an answer took: as the model told, else estimated of what it was told and what came. */
export function chargeOf({ rounds, aside, ended }: Progress, count: CountTokens): Charge {
  const came = [...rounds, ...(aside ? [aside.round] : [])].filter(round => round.came);
  // A model that was silent to the end may have worked.
  if (came.length === 0) return ended === 'timeout' && rounds.length > 0 ? 'unknown' : 'none';
  const all = came.map(round => tokensTaken(round, count));
  return {
    input: all.reduce((sum, one) => sum + one.input, 0),
    output: all.reduce((sum, one) => sum + one.output, 0),
  };
}
