import { isWebUrl } from '../web-url.ts';
import { canClose, canOpen } from './markdown-emphasis.ts';
import { OPEN_FORMULA, OPEN_TAG, OPEN_TARGET } from './markdown-goes-on.ts';

/** Where reference links lead, by their label in lower case. */
export type LinkTargets = ReadonlyMap<string, string>;

/** The words of a paragraph, and whether what follows after white space may yet change them. */
export interface InlineWords {
  readonly words: string;
  readonly isOpen: boolean;
}

/**
 * The words of a Markdown paragraph without its marks; never throws, in linear time.
 * Unlike in CommonMark, `**"서울"**은` is bold, since Korean writes particles onto words, and `값*수량*세율` is not.
 */
export function readInline(paragraph: string, targets: LinkTargets): InlineWords {
  const scan = new Scan(paragraph, targets);
  return { words: scan.words(), isOpen: scan.isOpen };
}

// Bounded repetitions keep a hostile text from filling the regular expressions' stack.
const MARK = /[\\`*_~[\]<&$]|!\[|https?:\/\//gi;
const TICKS = /`+/g;
const FORMULA =
  /\$\$[^$`]{1,2000}\$\$|\$(?=[^\s$])(?:[^$`*\n]|\*(?!\*)){1,500}(?<=\S)\$(?!\d)|\\\((?:[^\\]|\\[^()]){1,2000}\\\)|\\\[(?:[^\\]|\\[^[\]]){1,2000}\\\]/y;
/** The rest of a Windows path after `C:`; a doubled backslash is an escaped one. */
const PATH =
  /(?<=\b[A-Za-z]:)(?:\\(?:\*(?:\.(?:\w{1,9}|\*))?(?![*\p{L}\p{N}])|[^\\\s*"<>|`~[\]()]{1,100})){1,30}/uy;
/** `*^^*`, `*>_<*`, `\(^o^)/`, `¯\_(ツ)_/¯` from its first mark on. */
const EMOTICON =
  /\*(?:\^[^\s*]{0,3}\^|[^\p{L}\p{N}\s*\\`[\]]{1,6})\*(?!\*)|\\(?:_\(ツ\)_|\(\*?\^[^\s*]{0,3}\^\*?\))\//uy;
/** A name of Python's that goes on: `__init__.py`, `__init__()`, `__init__은`. */
const DUNDER = /(?<![\p{L}\p{N}_])__[a-z]{1,30}(?:_[a-z]{1,30}){0,5}__(?=\p{L}|\.[A-Za-z]|\([a-z)])/uy;
/** Tells a formula in \( \) or \[ \] from escaped brackets. */
const LIKE_FORMULA = /^\$|[\\^_=+<>]|^\s*\w\s*$/;
const ESCAPE = /\\([!-/:-@[-`{-~\n])/;
const ENTITY = /&[a-z\d#]{2,5};/gi;
const URL_AS_IS = /https?:\/\/(?:[^\s<>*`~\\[\]|"]|~(?!~))*/iy;
const AUTOLINK = /<((?:https?:\/\/|mailto:|tel:)[^\s<>]*|[^\s<>@]+@[^\s<>@]+)>/iy;
const TAG =
  /<(\/?([a-z][a-z1-6]{0,9}))(?:\s+[a-z][\w:-]*(?:=(?:"[^"<>]*"|'[^'<>]*'|[^\s"'<>=]+))?){0,20}\s*\/?>/iy;
// Marked as pure: else every bundle would have it, of a bot without Markdown, too.
const TAGS: ReadonlySet<string> = /* @__PURE__ */ new Set(
  /* @__PURE__ */ 'a abbr b big blockquote br center cite code dd del details div dl dt em font h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q s small span strike strong sub summary sup table tbody td tfoot th thead tr u ul'.split(
    ' ',
  ),
);
const ENDS_LINE = /^(?:br|hr|\/(?:blockquote|dd|div|dl|dt|h[1-6]|li|ol|p|table|tr|ul))$/i;
const TARGET =
  /\( ?(?:<([^<>\n]*)>|([^\s()]*(?:\([^\s()]*\)[^\s()]*){0,20}))(?: {1,2}(?:"[^"\n]*"|'[^'\n]*'))? ?\)/y;
const WORD = /[\p{L}\p{N}]/u;
const BEGINS_WORD = /^[\p{L}\p{N}]/u;
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

/** How much of the text was read, what is shown for it, and whether that is a URL without brackets around it. */
type Read = readonly [length: number, shown: string, isUrl?: boolean];

/** One reading of a paragraph, from its begin to its end. */
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
  /** The last character shown, marks aside, and whether a URL ends with it. */
  #last = ' ';
  #isAfterUrl = false;
  /** Whether something begins of which the end may follow, runs and brackets aside. */
  #isCut = false;

  constructor(text: string, targets: LinkTargets) {
    this.#text = text;
    this.#targets = targets;
  }

  /** Whether what follows may change the words. */
  get isOpen(): boolean {
    if (this.#isCut || this.#brackets.length > 0 || this.#unclosedTicks.size > 0) return true;
    return [...this.#runs.values()].some(waiting => waiting.length > 0);
  }

  words(): string {
    for (;;) {
      MARK.lastIndex = this.#at;
      const mark = MARK.exec(this.#text);
      this.#show(this.#text.slice(this.#at, mark?.index));
      if (mark === null) return this.#out.join('');
      this.#at = mark.index;
      const [length, shown, isUrl] = this.#read(mark[0]);
      this.#at += length;
      this.#show(shown, isUrl);
    }
  }

  /** Keeps a URL that stood in brackets apart from the words around it. */
  #show(shown: string, isUrl = false): void {
    const isTight = this.#isAfterUrl ? isUrl || BEGINS_WORD.test(shown) : isUrl && WORD.test(this.#last);
    this.#out.push(isTight ? ` ${shown}` : shown);
    if (isUrl || /[^*_~[!]/.test(shown)) {
      this.#last = shown.slice(-1);
      this.#isAfterUrl = isUrl;
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
    const asIs = this.#match(PATH) ?? this.#match(EMOTICON);
    if (asIs) return [asIs[0].length, asIs[0]];
    const formula = this.#match(FORMULA)?.[0];
    if (formula?.startsWith('$') || (formula && LIKE_FORMULA.test(formula.slice(2, -2))))
      return [formula.length, formula];
    if (formula === undefined) this.#isCut ||= this.#match(OPEN_FORMULA) !== null;
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
    const isClosing = canClose(run, before, after);
    const lookalike = run === '*' ? EMOTICON : run === '__' ? DUNDER : undefined;
    const hasOpening = isClosing && this.#waiting(char, run.length).length > 0;
    const asIs = lookalike && !hasOpening ? this.#match(lookalike) : null;
    if (asIs) return [asIs[0].length, asIs[0]];
    const left = isClosing ? this.#close(char, run.length) : run.length;
    if (left > 0 && canOpen(run, before, after)) this.#waiting(char, left).push(this.#out.length);
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
    if (bracket === undefined || link === undefined) {
      this.#isCut ||= this.#match(OPEN_TARGET, this.#at + 1) !== null;
      return [1, ']'];
    }
    const words = this.#out
      .slice(bracket.out + 1)
      .join('')
      .trim();
    const shown = addressOf(link.url);
    this.#out[bracket.out] = '';
    // No link is in a link, but an image may be.
    this.#brackets = bracket.isImage ? this.#brackets.slice(-1) : [];
    const length = 1 + link.length;
    if (words === '') return [length, shown, shown !== ''];
    if (shown === '' || words === link.url || words === shown) return [length, ''];
    return [length, ` (${shown})`];
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
    if (link !== undefined && url !== undefined) return [link.length, addressOf(url), isWebUrl(url)];
    const [tag, name = '', bare = ''] = this.#match(TAG) ?? [];
    if (tag === undefined || !TAGS.has(bare.toLowerCase())) {
      this.#isCut ||= TAGS.has(this.#match(OPEN_TAG)?.[1]?.toLowerCase() ?? '');
      return [1, '<'];
    }
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

/** A target as a user can read it: of `mailto:` the address, of `tel:` the number. */
const addressOf = (url: string): string => url.replace(/^(?:mailto:([^?]*).*|tel:)/is, '$1');
