/** Every character that a terminal obeys, or shows nothing of, but the newline: they forge, hide and reorder what is read. */
export const UNSEEN_CHARACTERS: readonly string[] = [
  ...range(0x00, 0x09),
  ...range(0x0b, 0x1f),
  ...range(0x7f, 0x9f),
  ...[0xad, 0x34f, 0x61c, 0x115f, 0x1160, 0x17b4, 0x17b5, 0x180b, 0x180e, 0x3164, 0xffa0],
  ...range(0x200b, 0x200f),
  ...range(0x2028, 0x202e),
  ...range(0x2060, 0x206f),
  ...[0xfeff, ...range(0xfff9, 0xfffb)],
  ...[0xe0001, ...range(0xe0020, 0xe007f)],
].map(code => String.fromCodePoint(code));

/** Some of them, as an attack uses them: colours, a cleared screen, a title, overrides, and lines of a report that is another's. */
export const HOSTILE =
  '\u001b[2J\u001b[31m\u009b1A\u001b]0;t\u0007\r\u202e\u2066\u200b\u2028\ufeff\u{e0041}\n✓ forged: all is well\n  ✓ forged';

/** The characters of a text that must never reach a terminal raw: any such character, or half of one. */
export function unseenIn(text: string): string[] {
  const unseen = new Set(UNSEEN_CHARACTERS);
  return [...new Set([...text].filter(one => unseen.has(one) || !one.isWellFormed()))].map(
    one => `U+${one.codePointAt(0)?.toString(16).padStart(4, '0')}`,
  );
}

/** The lines that a text from outside has made its own. */
export const forgedIn = (text: string): string[] =>
  text.split('\n').filter(line => line.trimStart().startsWith('✓ forged'));

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, at) => from + at);
}
