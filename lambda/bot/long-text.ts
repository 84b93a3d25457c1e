/** A text in two: what fits, and what is left for later. */
export interface CutText {
  readonly head: string;
  /** Empty when everything fitted. */
  readonly tail: string;
}

/**
 * Cuts a text after at most `max` UTF-16 units, where a reader would: after a line, else a sentence, else a word.
 * Never inside a surrogate pair; nothing but the white space at the cut is lost.
 */
export function cutText(text: string, max: number): CutText {
  if (text.length <= max) return { head: text, tail: '' };
  const window = text.slice(0, max);
  const at = lastBreak(window, text) ?? (splitsPair(text, max) ? max - 1 : max);
  return { head: text.slice(0, at).trimEnd(), tail: text.slice(at).trimStart() };
}

function lastBreak(window: string, text: string): number | undefined {
  // A break in the first half would waste a bubble.
  const least = window.length / 2;
  const line = window.lastIndexOf('\n');
  if (line >= least) return line;
  const sentence = lastEnd(/[.!?…。]+["'”’)\]]*(?=\s)/gu, text, window.length);
  if (sentence !== undefined && sentence >= least) return sentence;
  const word = lastEnd(/\s+/gu, window, window.length);
  return word !== undefined && word >= least ? word : undefined;
}

function lastEnd(pattern: RegExp, text: string, limit: number): number | undefined {
  let end: number | undefined;
  for (const match of text.slice(0, limit + 1).matchAll(pattern)) {
    const matchEnd = match.index + match[0].length;
    if (matchEnd <= limit) end = matchEnd;
  }
  return end;
}

function splitsPair(text: string, at: number): boolean {
  return /[\uD800-\uDBFF]/.test(text.charAt(at - 1)) && /[\uDC00-\uDFFF]/.test(text.charAt(at));
}
