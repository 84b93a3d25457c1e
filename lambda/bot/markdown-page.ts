import { type LinkTargets, readInline } from './markdown-inline.ts';

/**
 * Markdown that is read line by line, as it is shown: the one reader of whole answers and of answers that grow.
 * In linear time; it keeps the paragraph that is open and what nobody took.
 */
export class MarkdownPage {
  readonly #targets: LinkTargets;
  /** Where the words of the list around begin: code is indented by four more. */
  #listIndent = 0;
  #isAfterBlank = true;
  #verbatim: Verbatim | undefined;
  #table: Table | undefined;
  /** A line that is a table's header if a delimiter follows. */
  #row: string | undefined;
  /** The words of the paragraph or item being read that are not shown yet, as markup may span its lines. */
  #open: string | undefined;
  /** Whether some of that is shown. */
  #isMidway = false;
  #shown = '';
  #canTake = false;
  #isFirst = true;
  /** Whether the last line shown is an empty one, or there is none. */
  #isBlank = true;

  /** @param targets where reference links lead: of a text that is not all there yet, none */
  constructor(targets: LinkTargets) {
    this.#targets = targets;
  }

  /** Whether the next line goes on with nothing: no paragraph, code, formula or table. */
  get isFree(): boolean {
    return (this.#open ?? this.#verbatim ?? this.#table ?? this.#row) === undefined;
  }

  /** How many characters wait for what closes their marks, or for the paragraph's end. */
  get held(): number {
    return this.#open?.length ?? 0;
  }

  /**
   * Reads a line; or the begin of one, up to a sentence's end, of which the rest comes by {@link add}.
   * @returns false where the begin does not tell how the line is to be read: then nothing was read
   */
  read(raw: string, isBegin = false): boolean {
    if (isBegin && (this.#verbatim ?? this.#table ?? this.#row) !== undefined) return false;
    if (this.#readVerbatim(raw)) return true;
    const line = raw.replace(QUOTE, '');
    if (this.#readTable(line)) return true;
    const words = line.trim();
    const item = itemOf(line);
    const { lead, rest } = item ?? { lead: '', rest: words };
    const isCode = this.#isAfterBlank && words !== '' && indentOf(line) >= this.#listIndent + 4;
    const isBreak = isThematicBreak(words);
    if (isBegin && (isCode || isBreak || words === '' || words.includes('|') || NEEDS_LINE.test(rest)))
      return false;
    this.#isAfterBlank = words === '' || isCode;
    if (isCode) this.#showAsIs(line);
    else if (words === '') this.#showLines('');
    else if (this.#open !== undefined && /^(?:==+|--+)$/.test(words)) this.#close();
    else if (isBreak) this.#showLines('');
    else if (this.#targets.size > 0 && TARGET.test(words)) this.#close();
    else {
      if (item || indentOf(line) < 2) this.#listIndent = item?.indent ?? 0;
      if (this.#beginVerbatim(lead, rest, line !== raw)) return true;
      if (item) this.#readItem(lead, rest);
      else if (words.includes('|') && words.length <= MAX_HEADER_LENGTH) this.#row = line;
      else this.#readRow(line);
    }
    return true;
  }

  /** Goes on with the line that was read last. */
  add(words: string): void {
    this.#open = (this.#open ?? '') + words;
  }

  /** Shows what is open, unless what may yet come can change how it reads; so many characters whatever comes. */
  settle(max: number): void {
    if (!this.#open) return;
    const { words, isOpen } = readInline(this.#open, this.#targets);
    if (isOpen && this.#open.length < max) return;
    this.#show(words, true);
    this.#open = '';
  }

  /** All that is shown and was not taken, but for white space at its end, which may be the text's end. */
  take(): string {
    // Else many blank lines would be looked at again after each.
    if (!this.#canTake) return '';
    this.#canTake = false;
    const taken = this.#shown.trimEnd();
    this.#shown = this.#shown.slice(taken.length);
    return taken;
  }

  /** All that was not taken, as no line follows that goes on with it. */
  end(): string {
    this.#endTable();
    this.#close();
    const rest = this.#shown.trimEnd();
    this.#shown = '';
    this.#isFirst = this.#isBlank = true;
    return rest;
  }

  #readItem(lead: string, rest: string): void {
    if (HEADING.test(rest)) this.#showLines(lead + this.#headingOf(rest));
    else {
      this.#close();
      this.#open = lead + rest;
    }
  }

  /** Reads a line that is no table's header. */
  #readRow(line: string): void {
    const words = line.trim();
    if (/^\|\s.*\|$/.test(words) && !isDelimiter(words)) this.#showLines(this.#rowOf([], words));
    else if (isDelimiter(words) && words.startsWith('|')) return;
    else if (HEADING.test(words)) this.#showLines(this.#headingOf(words));
    else this.#open = this.#open === undefined ? line : `${this.#open}\n${line}`;
  }

  #headingOf(words: string): string {
    return this.#inline(words.replace(HEADING, '').replace(/\s#+$/, ''));
  }

  /** Begins fenced code or a formula on lines of its own. */
  #beginVerbatim(lead: string, words: string, isQuoted: boolean): boolean {
    const [, ticks, info = '', tildes] = FENCE.exec(words) ?? [];
    const fence = ticks ?? tildes;
    const formulaEnd = words === '$$' ? words : words === '\\[' ? '\\]' : undefined;
    if (fence === undefined && formulaEnd === undefined) return false;
    // A language's name is ASCII; anything else is words.
    const head = lead + (formulaEnd === undefined ? info.replace(/^[ -~]*$/, '') : words);
    if (head === '') this.#close();
    else this.#showLines(head);
    this.#verbatim = { fence: fence ?? '', formulaEnd, isQuoted };
    return true;
  }

  #readVerbatim(raw: string): boolean {
    if (this.#verbatim === undefined) return false;
    const { fence, formulaEnd, isQuoted } = this.#verbatim;
    const line = isQuoted ? raw.replace(QUOTE, '') : raw;
    const bare = line.trim();
    const isOver = isQuoted && line === raw;
    const isEnd = !isOver && (formulaEnd === undefined ? isFenceEnd(bare, fence) : bare === formulaEnd);
    if (isOver || isEnd) this.#verbatim = undefined;
    if (isOver) return false;
    if (!isEnd) this.#showAsIs(line);
    else if (formulaEnd !== undefined) this.#showLines(line);
    return true;
  }

  /** Shows a table as a line a row. */
  #readTable(line: string): boolean {
    const row = this.#row;
    if (this.#table !== undefined && line.includes('|')) {
      const shown = this.#rowOf(this.#table.header, line.trim());
      this.#table.hasRows ||= shown !== '';
      if (shown !== '') this.#showLines(shown);
      return true;
    }
    if (row === undefined || !isDelimiter(line)) {
      this.#endTable();
      return false;
    }
    this.#row = undefined;
    this.#table = { header: this.#cellsOf(row.trim()), words: row.trim(), hasRows: false };
    return true;
  }

  #endTable(): void {
    const row = this.#row;
    const table = this.#table;
    this.#row = this.#table = undefined;
    if (row !== undefined) this.#readRow(row);
    if (table?.hasRows === false) this.#showLines(this.#rowOf([], table.words));
  }

  #cellsOf(row: string): string[] {
    return row
      .replace(/^\|/, '')
      .replace(/(?<!\\)\|$/, '')
      .split(/(?<!\\)\|/)
      .map(cell => this.#inline(cell.trim().replaceAll('\\|', '|')).replaceAll('\n', ' '));
  }

  #rowOf(header: readonly string[], row: string): string {
    const cells = this.#cellsOf(row);
    if (cells.every(cell => cell === '')) return '';
    if (header.every(name => name === '')) return cells.filter(cell => cell !== '').join(' | ');
    while (cells.length < header.length) cells.push('');
    return cells
      .map((cell, column) => (header[column] ? `${header[column]}: ${cell || '-'}` : cell))
      .filter(pair => pair !== '')
      .join(' · ');
  }

  #inline(words: string): string {
    return readInline(words, this.#targets).words;
  }

  #close(): void {
    if (this.#open) this.#show(this.#inline(this.#open));
    this.#open = undefined;
    this.#isMidway = false;
  }

  #showLines(text: string): void {
    this.#close();
    this.#show(text);
  }

  #showAsIs(line: string): void {
    this.#close();
    this.#showLine(line);
  }

  #show(text: string, goesOn = false): void {
    let isShown = false;
    for (const line of text.split('\n')) {
      const words = line.trimEnd();
      isShown = this.#isMidway || words !== '' || !this.#isBlank;
      if (isShown) this.#showLine(words);
    }
    // A line that begins with nothing is not there yet.
    this.#isMidway = goesOn && isShown;
  }

  /** Shows a line, or the rest of one. */
  #showLine(line: string): void {
    this.#shown += this.#isFirst || this.#isMidway ? line : `\n${line}`;
    this.#isBlank = line === '' && (this.#isBlank || !this.#isMidway);
    this.#canTake ||= line.trim() !== '';
    this.#isFirst = this.#isMidway = false;
  }
}

interface Verbatim {
  readonly fence: string;
  readonly formulaEnd: string | undefined;
  readonly isQuoted: boolean;
}

interface Table {
  readonly header: readonly string[];
  /** The header as it was written. */
  readonly words: string;
  hasRows: boolean;
}

/** A reference link's target on a line of its own: its label and URL. */
export const TARGET = /^\[([^[\]]+)\]:\s*<?((?:https?:\/\/|mailto:|tel:)[^\s>]+)>?(?=\s+["'(]|$)/i;
/** A quote's marks: not an emoticon or a comparison: ">_<", ">= 5". */
export const QUOTE = /^(?: {0,3}>(?![\d._^=<ㄱ-ㅣ-]) ?){1,9}/;
const HEADING = /^#{1,6}(?:\s+|$)/;
const ITEM = /^(\s*)(?:[-*+•]|(\d{1,9}[.)]))\s+(?=\S)(?:\[([ x])\](?:\s+|$))?(.*)$/i;
const FENCE = /^(?:(`{3,})([^`]*)|(~{3,})\s*[\w+#.-]*)$/;
/** Begins a heading or a fence, perhaps. */
const NEEDS_LINE = /^(?:#{1,6}\s|```|~~~)/;
/** Longer ones repeated in every row would multiply the text. */
const MAX_HEADER_LENGTH = 300;

const indentOf = (line: string): number =>
  line.slice(0, line.length - line.trimStart().length).replaceAll('\t', '    ').length;

function isThematicBreak(words: string): boolean {
  const marks = words.replace(/\s/g, '');
  return marks.length >= 3 && /^[-*_]/.test(marks) && marks === marks.charAt(0).repeat(marks.length);
}

function itemOf(line: string): { lead: string; rest: string; indent: number } | undefined {
  const [found, space = '', number, done, rest = ''] = ITEM.exec(line.trimEnd()) ?? [];
  if (found === undefined) return undefined;
  const box = done === undefined ? '' : done === ' ' ? '☐ ' : '☑ ';
  const mark = number === undefined ? box || '• ' : `${number} ${box}`;
  return {
    lead: space.replaceAll('\t', '  ') + mark,
    rest,
    indent: indentOf(line) + (number ?? '-').length + 1,
  };
}

const isFenceEnd = (words: string, fence: string): boolean =>
  words.startsWith(fence) && words === fence.charAt(0).repeat(words.length);

const isDelimiter = (line: string): boolean =>
  line.includes('|') && line.includes('-') && /^[\s|:-]+$/.test(line);
