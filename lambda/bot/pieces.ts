import type { Output } from './components.ts';
import { type Answer, text } from './reply.ts';

/**
 * A piece of an answer that grows: words, or an output of its own. Words go on where the words before them ended, so that
 * blank lines and spaces between them belong to the pieces.
 */
export type Piece = string | Output;

/** The pieces as outputs: words that follow each other are one text. */
export function outputsOf(pieces: readonly Piece[]): readonly Output[] {
  const outputs: Output[] = [];
  let words = '';
  const close = (): void => {
    const shown = words.trim();
    words = '';
    if (shown !== '') outputs.push(text(shown));
  };
  for (const piece of pieces) {
    if (typeof piece === 'string') words += piece;
    else {
      close();
      outputs.push(piece);
    }
  }
  close();
  return outputs;
}

/** The answer of these pieces and what comes after them; it has no outputs where there is nothing of either. */
export function answerOf(pieces: readonly Piece[], end: Answer | undefined): Answer {
  const outputs = outputsOf(pieces);
  // Of any length: it is settled before it is shown.
  const grown = (all: readonly unknown[], beside: object = {}): Answer =>
    ({ ...beside, outputs: all }) as unknown as Answer;
  if (end === undefined) return grown(outputs);
  if (typeof end === 'string') return grown([...outputs, text(end)]);
  if ('outputs' in end && end.outputs !== undefined) return grown([...outputs, ...end.outputs], end);
  if ('data' in end || 'contexts' in end) return grown(outputs, end);
  return grown([...outputs, end]);
}
