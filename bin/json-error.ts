/** Where a text stops being JSON: a line and a column from 1, what stands there, and what may. */
export interface JsonError {
  readonly line: number;
  readonly column: number;
  /** One character; empty at the end of the text. */
  readonly found: string;
  readonly expected: Expected;
}

/** What may stand at a place of a JSON text; `next` is a comma or the end of the object or list. */
export type Expected = 'value' | 'value or ]' | 'name' | 'name or }' | ':' | 'next' | 'end';

const TOKEN =
  /[ \t\r\n]*("(?:[ !#-[\]-\uffff]+|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null|[{}[\],:]|$)/y;

/**
 * The first place that is no JSON; undefined where the whole text is.
 * Node's own message names no place in some versions, and quotes the text in others.
 */
export function jsonErrorOf(text: string): JsonError | undefined {
  const open: ('{' | '[')[] = [];
  let expected: Expected = 'value';
  TOKEN.lastIndex = 0;
  for (let at = 0; ; at = TOKEN.lastIndex) {
    const token = TOKEN.exec(text)?.[1];
    const start =
      token === undefined
        ? at + (/^[ \t\r\n]*/.exec(text.slice(at))?.[0].length ?? 0)
        : TOKEN.lastIndex - token.length;
    const isName = expected === 'name' || expected === 'name or }';
    const isValue = expected === 'value' || expected === 'value or ]';
    const after = (): Expected => (open.length === 0 ? 'end' : 'next');
    if (token === '' && expected === 'end') return undefined;
    if (isName && token?.startsWith('"')) expected = ':';
    else if (expected === ':' && token === ':') expected = 'value';
    else if (token === '}' && open.at(-1) === '{' && (expected === 'name or }' || expected === 'next')) {
      open.pop();
      expected = after();
    } else if (token === ']' && open.at(-1) === '[' && (expected === 'value or ]' || expected === 'next')) {
      open.pop();
      expected = after();
    } else if (token === ',' && expected === 'next') expected = open.at(-1) === '{' ? 'name' : 'value';
    else if (isValue && token === '{') {
      open.push(token);
      expected = 'name or }';
    } else if (isValue && token === '[') {
      open.push(token);
      expected = 'value or ]';
    } else if (isValue && token !== undefined && /^["\-\dtfn]/.test(token)) expected = after();
    else return { ...place(text, start), expected };
  }
}

function place(text: string, at: number): Omit<JsonError, 'expected'> {
  const lines = text.slice(0, at).split('\n');
  const found = [...text.slice(at, at + 2)][0] ?? '';
  return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1, found };
}
