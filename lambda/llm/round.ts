import type { SourcePart } from './source-part.ts';
import type { CountTokens } from './tokens.ts';
import type { Spent } from './usage.ts';

/** One asking of a model. */
export interface Round {
  /** The tokens of its messages, estimated. */
  readonly input: number;
  words: string;
  /** The tokens that the model told last. */
  told?: { readonly input: number; readonly output: number };
  /** How many characters of its words that is of: some clients tell tokens as they begin, and again at their end. */
  toldAt?: number;
  /** Whether anything came. */
  came?: true;
}

/** A model's parts as they come, counted. */
export async function* counted(
  parts: AsyncIterable<SourcePart>,
  round: Round,
): AsyncGenerator<SourcePart, void, undefined> {
  for await (const part of parts) {
    round.came = true;
    if (part.kind === 'text') round.words += part.text;
    if (part.kind === 'usage') round.told = part;
    // One that came to its end has told all.
    if (part.kind === 'usage' || part.kind === 'end') round.toldAt = round.words.length;
    yield part;
  }
}

/** The tokens of one asking: as the model told, and an estimate of what it did not tell. */
export function tokensTaken({ told, toldAt, input, words }: Round, count: CountTokens): Spent {
  if (told === undefined) return { input, output: count(words) };
  return { input: told.input, output: told.output + count(words.slice(toldAt)) };
}

/** Whether {@link tokensTaken} estimates any of them. */
export const isEstimated = ({ came, told, toldAt, words }: Round): boolean =>
  came === true && (told === undefined || toldAt !== words.length);
