import type { SourcePart } from './source-part.ts';

/** One asking of a model. */
export interface Round {
  /** The tokens of its messages, estimated. */
  readonly input: number;
  words: string;
  told?: { readonly input: number; readonly output: number };
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
    yield part;
  }
}
