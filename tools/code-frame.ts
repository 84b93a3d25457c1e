const BEFORE = 2;
const AFTER = 1;

/** Nobody reads a longer one in a terminal. */
const MAX_LINE_LENGTH = 200;

/**
 * A line of a source with those around it and a caret below its column, both counted from 1; empty where the source has
 * no such line, or a longer one than anybody wrote.
 */
export function codeFrame(source: string, line: number, column: number): string[] {
  const lines = source.split(/\r?\n/);
  const { [line - 1]: meant } = lines;
  if (meant === undefined || meant.length > MAX_LINE_LENGTH) return [];
  const first = Math.max(1, line - BEFORE);
  const shown = lines.slice(first - 1, line + AFTER);
  const width = String(first + shown.length - 1).length;
  return shown.flatMap((text, at) => {
    const number = String(first + at).padStart(width);
    const row = (mark: string, label: string, words: string): string =>
      `${mark} ${label} | ${words.replaceAll('\t', ' ').slice(0, MAX_LINE_LENGTH)}`.trimEnd();
    if (first + at !== line) return [row(' ', number, text)];
    // A letter of Hangul is as wide as two of the alphabet.
    const indent = meant.slice(0, column - 1).replace(/[^\0-~]/gu, '  ');
    return [row('>', number, text), row(' ', ' '.repeat(width), `${indent.replace(/[^ ]/g, ' ')}^`)];
  });
}
