import type { Sentence } from '../language.ts';

/** Where a text stops being JSON: a line and a column from 1, what stands there, and what may. */
export interface JsonError {
  readonly line: number;
  readonly column: number;
  /** One character, or the word that another language has for null, true or false; empty at the end of the text. */
  readonly found: string;
  readonly expected: Expected;
  /** The most likely mistake, where it can be told. */
  readonly mistake?: Mistake;
}

/** The tokens that may stand at a place of a JSON text; `next` is a comma or the end of the object or list. */
export type Expected = 'value' | 'value or ]' | 'item' | 'name' | 'name or }' | ':' | 'next' | 'end';

/** The mistakes of people and programs that JSON does not allow; the first five are inside a text. */
export type Mistake =
  | 'line break'
  | 'tab'
  | 'control'
  | 'escape'
  | 'unclosed'
  | 'inner quote'
  | 'quotes'
  | 'comment'
  | 'null'
  | 'true'
  | 'false';

/** The words of JavaScript and Python for what JSON has another word for, or none. */
const FOREIGN_WORDS: ReadonlyMap<string, Mistake> = new Map([
  ['None', 'null'],
  ['undefined', 'null'],
  ['NaN', 'null'],
  ['Infinity', 'null'],
  ['-Infinity', 'null'],
  ['True', 'true'],
  ['False', 'false'],
]);

const NUMBER_OR_WORD = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
/** Where a text does not simply go on: a quote, a backslash, a control character. */
const STOP = /[^ !#-[\]-\uffff]|$/g;
const ESCAPE = /\\(?:["\\/bfnrt]|u[\da-fA-F]{4})/y;

/**
 * The first place that is no JSON; undefined where the whole text is. Any text will do, in linear time.
 * Node's own message names no place in some versions, and quotes the text in others.
 */
export function jsonErrorOf(text: string): JsonError | undefined {
  const open: ('{' | '[')[] = [];
  let expected: Expected = 'value';
  for (let at = 0; ; ) {
    while (isSpace(text.charAt(at))) at++;
    const start = at++;
    const token = text.charAt(start);
    const isName: boolean = expected === 'name' || expected === 'name or }';
    const isValue: boolean = expected === 'value' || expected === 'value or ]' || expected === 'item';
    const after = (): Expected => (open.length === 0 ? 'end' : 'next');
    if (token === '' && expected === 'end') return undefined;
    if (token === '"' && (isName || isValue)) {
      const end = endOfText(text, start);
      if (text.charAt(end) !== '"') return errorInText(text, end, expected);
      at = end + 1;
      expected = isName ? ':' : after();
    } else if (expected === ':' && token === ':') expected = 'value';
    else if (token === '}' && open.at(-1) === '{' && (expected === 'name or }' || expected === 'next')) {
      open.pop();
      expected = after();
    } else if (token === ']' && open.at(-1) === '[' && (expected === 'value or ]' || expected === 'next')) {
      open.pop();
      expected = after();
    } else if (token === ',' && expected === 'next') expected = open.at(-1) === '{' ? 'name' : 'item';
    else if (isValue && token === '{') {
      open.push(token);
      expected = 'name or }';
    } else if (isValue && token === '[') {
      open.push(token);
      expected = 'value or ]';
    } else if (isValue && matches(NUMBER_OR_WORD, text, start)) {
      at = NUMBER_OR_WORD.lastIndex;
      expected = after();
    } else return errorAt(text, start, expected, isName || isValue);
  }
}

const isSpace = (char: string): boolean => char === ' ' || char === '\n' || char === '\r' || char === '\t';

/** Whether a sticky pattern matches there; then its `lastIndex` is where the match ends. */
function matches(pattern: RegExp, text: string, at: number): boolean {
  pattern.lastIndex = at;
  return pattern.test(text);
}

/** Where the text that begins at a quote ends, or can't go on. */
function endOfText(text: string, start: number): number {
  STOP.lastIndex = start + 1;
  for (;;) {
    const stop = STOP.exec(text)?.index ?? text.length;
    if (text.charAt(stop) !== '\\' || !matches(ESCAPE, text, stop)) return stop;
    STOP.lastIndex = ESCAPE.lastIndex;
  }
}

function errorInText(text: string, at: number, expected: Expected): JsonError {
  return { ...placeOf(text, at), expected, mistake: mistakeInText(text.charAt(at)) };
}

function errorAt(text: string, at: number, expected: Expected, mayBeText: boolean): JsonError {
  const word = mayBeText ? /^-?\w+/.exec(text.slice(at, at + 20))?.[0] : undefined;
  const meant = FOREIGN_WORDS.get(word ?? '');
  const mistake = meant ?? mistakeAt(text, at, expected, mayBeText);
  return {
    ...placeOf(text, at),
    ...(word !== undefined && meant && { found: word }),
    expected,
    ...(mistake && { mistake }),
  };
}

function placeOf(text: string, at: number): Pick<JsonError, 'line' | 'column' | 'found'> {
  let line = 1;
  let from = 0;
  for (let next = text.indexOf('\n'); next >= 0 && next < at; next = text.indexOf('\n', from)) {
    line++;
    from = next + 1;
  }
  return { line, column: at - from + 1, found: [...text.slice(at, at + 2)][0] ?? '' };
}

function mistakeInText(found: string): Mistake {
  if (found === '') return 'unclosed';
  if (found === '\\') return 'escape';
  return found === '\t' ? 'tab' : /[\r\n]/.test(found) ? 'line break' : 'control';
}

function mistakeAt(text: string, at: number, expected: Expected, mayBeText: boolean): Mistake | undefined {
  if (mayBeText && /['`‘’“”]/.test(text.charAt(at))) return 'quotes';
  if (/^(?:\/[/*]|#)/.test(text.slice(at, at + 2))) return 'comment';
  const isAfterText = expected === 'next' && /"[ \t]*$/.test(text.slice(Math.max(0, at - 9), at));
  return isAfterText && /[\p{L}\p{N}]/u.test(text.slice(at, at + 2)) ? 'inner quote' : undefined;
}

/** One sentence a language that names the place, what stands there, and what JSON has instead. */
export function explainJsonError({ line, column, found, expected, mistake }: JsonError): Sentence {
  const en = `is no JSON: line ${line}, column ${column} has`;
  const ko = `JSON이 아닙니다: ${line}번째 줄 ${column}번째 칸에`;
  const what = found === '' ? undefined : JSON.stringify(found);
  const meant = mistake && mistake !== 'inner quote' ? MISTAKES[mistake] : undefined;
  if (meant) return { en: `${en} ${meant.en(found)}`, ko: `${ko} ${meant.ko(found)}` };
  const { en: wanted, ko: wantedKo } = EXPECTED[expected];
  const [quote, quoteKo] = mistake
    ? [' (a " inside a text is written \\")', '. 글 안의 "는 \\"로 쓰세요']
    : ['', ''];
  return {
    en: `${en} ${what ?? 'the end of the text'} where ${wanted} must stand${quote}`,
    ko: `${ko} ${wantedKo} 와야 하는데 ${what === undefined ? '글이 끝났습니다' : `${what} 문자가 있습니다`}${quoteKo}`,
  };
}

const EXPECTED: Readonly<Record<Expected, Sentence>> = {
  value: { en: 'a value (texts and names in "...")', ko: '값(글과 이름은 "..." 안에)이' },
  'value or ]': { en: 'a value or ]', ko: '값이나 ]가' },
  item: { en: 'a value (no comma after the last one)', ko: '값(마지막 항목 뒤에는 쉼표 없음)이' },
  name: {
    en: 'a name in "..." (no comma after the last member)',
    ko: '"..." 안의 이름(마지막 항목 뒤에는 쉼표 없음)이',
  },
  'name or }': { en: 'a name in "..." or }', ko: '"..." 안의 이름이나 }가' },
  ':': { en: 'a colon', ko: '콜론(:)이' },
  next: { en: 'a comma or the closing bracket', ko: '쉼표나 닫는 괄호가' },
  end: { en: 'nothing more', ko: '글의 끝이' },
};

type Advice = (found: string) => string;

const booleanIs = (word: string): Readonly<Record<'en' | 'ko', Advice>> => ({
  en: found => `${found}, and JSON writes ${word}`,
  ko: found => `${found} 값이 있습니다. JSON에서는 ${word}로 씁니다`,
});

const MISTAKES: Readonly<Record<Exclude<Mistake, 'inner quote'>, Readonly<Record<'en' | 'ko', Advice>>>> = {
  'line break': {
    en: () => 'a line break inside a text: write \\n for it, or close the text with " before it',
    ko: () => '글 안의 줄바꿈이 있습니다. \\n으로 쓰거나, 그 앞에서 글을 "로 닫으세요',
  },
  tab: {
    en: () => 'a tab inside a text: write \\t for it',
    ko: () => '글 안의 탭이 있습니다. \\t로 쓰세요',
  },
  control: {
    en: found => `a control character inside a text: write ${JSON.stringify(found)} for it, or take it out`,
    ko: found => `글 안의 제어 문자가 있습니다. ${JSON.stringify(found)}로 쓰거나 빼세요`,
  },
  escape: {
    en: () => 'a backslash before what JSON escapes in no such way: write \\\\ for a backslash itself',
    ko: () => 'JSON에 없는 이스케이프가 있습니다. 백슬래시 자체는 \\\\로 쓰세요',
  },
  unclosed: {
    en: () => 'the end of the text inside a "...": close it with "',
    ko: () => '"..." 안에서 글이 끝났습니다. "로 닫으세요',
  },
  quotes: {
    en: found => `${found}, and JSON puts texts and names in "..." alone (in Python, json.dumps does)`,
    ko: found => `${found} 문자가 있습니다. JSON의 글과 이름은 "..." 안에만 씁니다(파이썬이면 json.dumps)`,
  },
  comment: {
    en: () => 'a comment, and JSON has none: take it out',
    ko: () => '주석이 있습니다. JSON에는 주석이 없으니 빼세요',
  },
  null: {
    en: found => `${found}, which JSON does not know: write null, or leave the member out`,
    ko: found => `${found} 값이 있습니다. JSON에 없는 값이니 null로 쓰거나 필드를 빼세요`,
  },
  true: booleanIs('true'),
  false: booleanIs('false'),
};
