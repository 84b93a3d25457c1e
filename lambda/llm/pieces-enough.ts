import { outputsOf, type Piece } from '../bot/pieces.ts';
import { fit as fitted } from '../bot/split-text.ts';

const MAX_BUBBLES = 3;

/** Whether pieces fill the three bubbles of an answer, so that nobody sees more without a tap on "더보기". */
export function enough(pieces: readonly Piece[]): boolean {
  let left = MAX_BUBBLES;
  for (const output of outputsOf(pieces)) {
    if (left === 0) return true;
    if (!('simpleText' in output)) left--;
    else {
      const { bubbles, rest } = fitted(output.simpleText.text, { bubbles: left });
      if (rest !== '') return true;
      left -= bubbles.length;
    }
  }
  return false;
}
