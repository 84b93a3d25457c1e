/** Where reference links lead, by their label in lower case. */
export type LinkTargets = ReadonlyMap<string, string>;

/**
 * The words of a Markdown paragraph without its marks; never throws, in linear time.
 * Unlike in CommonMark, `**"서울"**은` is bold, since Korean writes particles onto words, and `값*수량*세율` is not.
 */
export function unmarked(paragraph: string, targets: LinkTargets): string {
  return new Scan(paragraph, targets).words();
}

// Bounded repetitions keep a hostile text from filling the regular expressions' stack.
const MARK = /[\\`*_~[\]<&$]|!\[|https?:\/\//gi;
const TICKS = /`+/g;
const FORMULA =
  /\$\$[^$`]{1,2000}\$\$|\$(?=[^\s$])(?:[^$`*\n]|\*(?!\*)){1,500}(?<=\S)\$(?!\d)|\\\((?:[^\\]|\\[^()]){1,2000}\\\)|\\\[(?:[^\\]|\\[^[\]]){1,2000}\\\]/y;
/** Tells a formula in \( \) or \[ \] from escaped brackets. */
const LIKE_FORMULA = /^\$|[\\^_=+<>]|^\s*\w\s*$/;
const ESCAPE = /\\([!-/:-@[-`{-~\n])/;
const ENTITY = /&[a-z\d#]{2,5};/gi;
const URL_AS_IS = /https?:\/\/(?:[^\s<>*`~\\[\]|"]|~(?!~))*/iy;
const AUTOLINK = /<((?:https?:\/\/|mailto:|tel:)[^\s<>]*|[^\s<>@]+@[^\s<>@]+)>/iy;
const TAG =
  /<(\/?(?:a|abbr|b|big|blockquote|br|center|cite|code|dd|del|details|div|dl|dt|em|font|h[1-6]|hr|i|img|ins|kbd|li|mark|ol|p|pre|q|s|small|span|strike|strong|sub|summary|sup|table|tbody|td|tfoot|th|thead|tr|u|ul))(?:\s+[a-z][\w:-]*(?:=(?:"[^"<>]*"|'[^'<>]*'|[^\s"'<>=]+))?){0,20}\s*\/?>/iy;
const ENDS_LINE = /^(?:br|hr|\/(?:blockquote|dd|div|dl|dt|h[1-6]|li|ol|p|table|tr|ul))$/i;
const TARGET =
  /\( ?(?:<([^<>\n]*)>|([^\s()]*(?:\([^\s()]*\)[^\s()]*){0,20}))(?: {1,2}(?:"[^"\n]*"|'[^'\n]*'))? ?\)/y;
const LABEL = /\[([^[\]\n]*)\]/y;
const MAX_LABEL_LENGTH = 200;

const CHARACTERS: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  '#39': "'",
  '#x27': "'",
};

interface Bracket {
  /** Where it is in the output. */
  readonly out: number;
  /** Where the words in it begin. */
  readonly from: number;
  readonly isImage: boolean;
}

/** How much of the text was read, and what is shown for it. */
type Read = readonly [length: number, shown: string];

class Scan {
  readonly #text: string;
  readonly #targets: LinkTargets;
  readonly #out: string[] = [];
  #at = 0;
  /** Where in the output the runs are that may yet be closed, by run: "**". */
  readonly #runs = new Map<string, number[]>();
  #brackets: Bracket[] = [];
  /** Lengths of runs of backticks that nothing closes. */
  readonly #unclosedTicks = new Set<number>();

  constructor(text: string, targets: LinkTargets) {
    this.#text = text;
    this.#targets = targets;
  }

  words(): string {
    for (;;) {
      MARK.lastIndex = this.#at;
      const mark = MARK.exec(this.#text);
      this.#out.push(this.#text.slice(this.#at, mark?.index));
      if (mark === null) return this.#out.join('');
      this.#at = mark.index;
      const [length, shown] = this.#read(mark[0]);
      this.#at += length;
      this.#out.push(shown);
    }
  }

  #read(mark: string): Read {
    switch (mark) {
      case '\\':
      case '$':
        return this.#readFormulaOrEscape();
      case '`':
        return this.#readCode();
      case '*':
      case '_':
      case '~':
        return this.#readRun(mark);
      case '[':
      case '![':
        this.#brackets.push({
          out: this.#out.length,
          from: this.#at + mark.length,
          isImage: mark === '![',
        });
        return [mark.length, mark];
      case ']':
        return this.#readBracketEnd();
      case '<':
        return this.#readTag();
      case '&':
        return this.#readEntity();
      default:
        return this.#readUrl();
    }
  }

  #match(pattern: RegExp, at = this.#at): RegExpExecArray | null {
    pattern.lastIndex = at;
    return pattern.exec(this.#text);
  }

  #readFormulaOrEscape(): Read {
    const formula = this.#match(FORMULA)?.[0];
    if (formula?.startsWith('$') || (formula && LIKE_FORMULA.test(formula.slice(2, -2))))
      return [formula.length, formula];
    const pair = this.#text.slice(this.#at, this.#at + 2);
    const escaped = ESCAPE.exec(pair)?.[1];
    return escaped === undefined ? [1, pair.charAt(0)] : [2, escaped];
  }

  #readCode(): Read {
    const ticks = this.#match(TICKS)?.[0] ?? '`';
    const from = this.#at + ticks.length;
    if (!this.#unclosedTicks.has(ticks.length)) {
      TICKS.lastIndex = from;
      for (let end = TICKS.exec(this.#text); end !== null; end = TICKS.exec(this.#text)) {
        if (end[0].length !== ticks.length) continue;
        const code = this.#text.slice(from, end.index);
        const isPadded = /^ .* $/s.test(code) && code.trim() !== '';
        return [end.index + ticks.length - this.#at, isPadded ? code.slice(1, -1) : code];
      }
      this.#unclosedTicks.add(ticks.length);
    }
    return [ticks.length, ticks];
  }

  #readRun(char: string): Read {
    const from = this.#at;
    let to = from;
    while (this.#text.charAt(to) === char) to++;
    const run = this.#text.slice(from, to);
    const before = this.#text.charAt(from - 1) || ' ';
    const after = this.#text.charAt(to) || ' ';
    const left = closes(run, before, after) ? this.#close(char, run.length) : run.length;
    if (left > 0 && opens(run, before, after)) this.#waiting(char, left).push(this.#out.length);
    return [run.length, char.repeat(left)];
  }

  /** Takes away what a closing run closes; returns how much of the run is left. */
  #close(char: string, length: number): number {
    let left = length;
    for (const size of length === 3 ? [3, 2, 1] : [length, 3]) {
      const opening = left === 0 ? undefined : this.#waiting(char, size).pop();
      if (opening === undefined) continue;
      const kept = Math.max(0, size - left);
      left -= size - kept;
      this.#out[opening] = char.repeat(kept);
      if (kept > 0) this.#waiting(char, kept).push(opening);
    }
    return left;
  }

  #waiting(char: string, size: number): number[] {
    const run = char.repeat(size);
    const waiting = this.#runs.get(run) ?? [];
    this.#runs.set(run, waiting);
    return waiting;
  }

  #readBracketEnd(): Read {
    const bracket = this.#brackets.pop();
    const link = bracket && (this.#inlineTarget() ?? this.#referenced(bracket));
    if (bracket === undefined || link === undefined) return [1, ']'];
    const words = this.#out.slice(bracket.out + 1).join('');
    const isSame = words === link.url || words === link.url.replace(/^(?:mailto|tel):/, '');
    this.#out[bracket.out] = '';
    // No link is in a link, but an image may be.
    this.#brackets = bracket.isImage ? this.#brackets.slice(-1) : [];
    return [1 + link.length, isSame || link.url === '' ? '' : words === '' ? link.url : ` (${link.url})`];
  }

  #inlineTarget(): { url: string; length: number } | undefined {
    const target = this.#match(TARGET, this.#at + 1);
    return target ? { url: literal(target[1] ?? target[2] ?? ''), length: target[0].length } : undefined;
  }

  #referenced({ from }: Bracket): { url: string; length: number } | undefined {
    if (this.#targets.size === 0) return undefined;
    const label = this.#match(LABEL, this.#at + 1);
    const own = this.#text.slice(from, Math.min(this.#at, from + MAX_LABEL_LENGTH));
    const url = this.#targets.get((label?.[1] || own).toLowerCase());
    return url === undefined ? undefined : { url, length: label?.[0].length ?? 0 };
  }

  #readTag(): Read {
    const [link, url] = this.#match(AUTOLINK) ?? [];
    if (link !== undefined && url !== undefined) return [link.length, url.replace(/^(?:mailto|tel):/i, '')];
    const [tag, name = ''] = this.#match(TAG) ?? [];
    if (tag === undefined) return [1, '<'];
    const next = this.#text.charAt(this.#at + tag.length);
    const isLineEnd = ENDS_LINE.test(name) && next !== '\n' && next !== '';
    return [tag.length, isLineEnd ? '\n' : name.toLowerCase() === 'li' ? '• ' : ''];
  }

  #readEntity(): Read {
    const entity = /^&[a-z\d#]{2,5};/i.exec(this.#text.slice(this.#at, this.#at + 7))?.[0] ?? '&';
    return [entity.length, characterOf(entity)];
  }

  #readUrl(): Read {
    let url = this.#match(URL_AS_IS)?.[0] ?? '';
    // An underscore at the end is more likely to close.
    while (url.endsWith('_')) url = url.slice(0, -1);
    return [url.length, literal(url)];
  }
}

const characterOf = (entity: string): string => CHARACTERS[entity.slice(1, -1).toLowerCase()] ?? entity;

const literal = (url: string): string =>
  url.replace(/\\([!-/:-@[-`{-~])/g, '$1').replace(ENTITY, characterOf);

const WORD = /[\p{L}\p{N}]/u;
const ASCII_WORD = /[A-Za-z0-9]/;

function opens(run: string, before: string, after: string): boolean {
  if (/\s/.test(after)) return false;
  switch (run) {
    case '*':
      return !/[\p{L}\p{N})\]}]/u.test(before);
    case '**':
    case '***':
      if (WORD.test(before) && /[(),.:;!?\]}~%/-]/.test(after)) return false;
      return !(ASCII_WORD.test(before) && ASCII_WORD.test(after));
    case '_':
    case '__':
    case '___':
      return /[\s([{"'“‘*~:,]/.test(before);
    default:
      return run === '~~' && !WORD.test(before);
  }
}

function closes(run: string, before: string, after: string): boolean {
  if (/[\s([{]/.test(before)) return false;
  switch (run) {
    case '*':
      return !ASCII_WORD.test(after);
    case '**':
    case '***':
      return !(ASCII_WORD.test(before) && ASCII_WORD.test(after));
    case '_':
    case '__':
    case '___':
      return before !== '^' && !ASCII_WORD.test(after);
    default:
      return run === '~~';
  }
}
