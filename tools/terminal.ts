/**
 * The characters that a terminal would obey, or show nothing of: control characters, marks of writing direction,
 * zero-width characters, line separators, halves of characters. Variation selectors stay: they make emoji of signs.
 */
const UNSEEN = /(?![\ufe00-\ufe0f])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

const SHORT_ESCAPES: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** A text from outside as one line that a terminal only shows: what it would obey is an escape such as `\u001b`. */
export function visible(text: string): string {
  return text.replace(UNSEEN, escaped);
}

/** A value's JSON, indented and still its JSON, with nothing raw in it that a terminal would obey. @param edit changes each text first */
export function visibleJson(value: unknown, edit = (text: string): string => text): string {
  const edited = (_: string, one: unknown): unknown => (typeof one === 'string' ? edit(one) : one);
  return JSON.stringify(value, edited, 2).replace(UNSEEN, one => (one === '\n' ? one : escaped(one)));
}

/**
 * Prints a report: the one way of every command to standard output, whoever wrote what is in a line.
 * @param paint adds colours to a line that is safe already
 */
export function print(lines: readonly string[], paint = (line: string): string => line): void {
  process.stdout.write(lines.map(line => `${paint(visible(line))}\n`).join(''));
}

/** Prints {@link visibleJson}: programs read it, and people at a terminal. */
export function printJson(value: unknown, edit?: (text: string) => string): void {
  process.stdout.write(`${visibleJson(value, edit)}\n`);
}

/** Tells in one line what is wrong: the one way of every command to standard error. */
export function complain(line: string): void {
  process.stderr.write(`${visible(line)}\n`);
}

// Unit by unit, as JSON writes what is beyond the first plane.
const escaped = (one: string): string =>
  SHORT_ESCAPES[one] ??
  one
    .split('')
    .map(unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');
