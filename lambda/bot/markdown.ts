import { type LinkTargets, plainInline } from './markdown-inline.ts';

/**
 * A language model's Markdown as KakaoTalk, which shows plain text only, should show it: words without marks,
 * bullets as "•", links as "text (URL)", a table's rows as lines, at most one blank line in a row. Code and LaTeX
 * stay as they are, and so does what only looks like markup (2*3*4, snake_case, 5,000~6,000원).
 * Any text will do, an answer that was cut off too; in linear time.
 */
export function plain(markdown: string): string {
  const lines = markdown.split(/\r\n?|\n/);
  const page = new Page(targetsIn(lines));
  /** Where the words of the list around begin: code is indented by four more. */
  let listIndent = 0;
  let isAfterBlank = true;
  for (let at = 0; at < lines.length; at++) {
    const line = lineAt(lines, at);
    const words = line.trim();
    const isCode: boolean = isAfterBlank && words !== '' && indentOf(line) >= listIndent + 4;
    isAfterBlank = words === '' || isCode;
    if (isCode) page.showAsIs(line);
    else if (words === '') page.show('');
    else if (page.isOpen && /^(?:==+|--+)$/.test(words)) page.close();
    else if (isThematicBreak(words)) page.show('');
    else if (TARGET.test(words)) page.close();
    else {
      const item = itemOf(line);
      if (item || indentOf(line) < 2) listIndent = item?.indent ?? 0;
      const { lead, rest } = item ?? { lead: '', rest: words };
      const last =
        showVerbatim(page, lines, at, lead, rest) ?? (item ? undefined : showTable(page, lines, at));
      if (last !== undefined) at = last;
      else if (HEADING.test(rest)) page.show(lead + page.inline(headingOf(rest)));
      else if (item) page.begin(lead + rest);
      else page.goOn(line);
    }
  }
  return page.text();
}

/** The lines to show, and the paragraph or item that is being read: markup may span its lines. */
class Page {
  readonly #shown: string[] = [];
  readonly #targets: LinkTargets;
  #open: string[] = [];

  constructor(targets: LinkTargets) {
    this.#targets = targets;
  }

  get isOpen(): boolean {
    return this.#open.length > 0;
  }

  begin(line: string): void {
    this.close();
    this.#open.push(line);
  }

  goOn(line: string): void {
    this.#open.push(line);
  }

  close(): void {
    const paragraph = this.#open.join('\n');
    this.#open = [];
    if (paragraph !== '') this.#show(this.inline(paragraph));
  }

  show(text: string): void {
    this.close();
    this.#show(text);
  }

  showAsIs(line: string): void {
    this.close();
    this.#shown.push(line);
  }

  inline(words: string): string {
    return plainInline(words, this.#targets);
  }

  text(): string {
    this.close();
    return this.#shown.join('\n').trimEnd();
  }

  #show(text: string): void {
    for (const line of text.split('\n')) {
      const words = line.trimEnd();
      if (words !== '' || (this.#shown.at(-1) ?? '') !== '') this.#shown.push(words);
    }
  }
}

const HEADING = /^#{1,6}(?:\s+|$)/;
const TARGET = /^\[([^[\]]+)\]:\s*<?((?:https?:\/\/|mailto:|tel:)[^\s>]+)>?(?=\s+["'(]|$)/i;
const ITEM = /^(\s*)(?:[-*+•]|(\d{1,9}[.)]))\s+(?=\S)(?:\[([ x])\](?:\s+|$))?(.*)$/i;
const FENCE = /^(?:(`{3,})([^`]*)|(~{3,})\s*[\w+#.-]*)$/;
// Not an emoticon or a comparison: ">_<", ">= 5".
const QUOTE = /^(?: {0,3}>(?![\d._^=<ㄱ-ㅣ-]) ?){1,9}/;
/** Longer ones repeated in every row would multiply the text. */
const MAX_HEADER_LENGTH = 300;

const lineAt = (lines: readonly string[], at: number): string => (lines[at] ?? '').replace(QUOTE, '');

const indentOf = (line: string): number =>
  line.slice(0, line.length - line.trimStart().length).replaceAll('\t', '    ').length;

const headingOf = (words: string): string => words.replace(HEADING, '').replace(/\s#+$/, '');

function targetsIn(lines: readonly string[]): LinkTargets {
  const targets = new Map<string, string>();
  for (const at of lines.keys()) {
    const [, label, url] = TARGET.exec(lineAt(lines, at).trim()) ?? [];
    if (label !== undefined && url !== undefined) targets.set(label.toLowerCase(), url);
  }
  return targets;
}

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

/** Shows fenced code or a formula on lines of its own; returns its last line. */
function showVerbatim(
  page: Page,
  lines: readonly string[],
  at: number,
  lead: string,
  words: string,
): number | undefined {
  const [, ticks, info = '', tildes] = FENCE.exec(words) ?? [];
  const fence = ticks ?? tildes;
  const formulaEnd = words === '$$' ? words : words === '\\[' ? '\\]' : undefined;
  if (fence === undefined && formulaEnd === undefined) return undefined;
  // A language's name is ASCII; anything else is words.
  const head = lead + (formulaEnd === undefined ? info.replace(/^[ -~]*$/, '') : words);
  if (head === '') page.close();
  else page.show(head);
  const isQuoted = lineAt(lines, at) !== lines[at];
  for (let end = at + 1; end < lines.length; end++) {
    const raw = lines[end] ?? '';
    const line = isQuoted ? lineAt(lines, end) : raw;
    if (isQuoted && line === raw) return end - 1;
    const bare = line.trim();
    if (formulaEnd !== undefined ? bare === formulaEnd : isFenceEnd(bare, fence ?? '')) {
      if (formulaEnd !== undefined) page.show(line);
      return end;
    }
    page.showAsIs(line);
  }
  return lines.length;
}

const isFenceEnd = (words: string, fence: string): boolean =>
  words.startsWith(fence) && words === fence.charAt(0).repeat(words.length);

/** Shows a table as a line a row; returns its last line. */
function showTable(page: Page, lines: readonly string[], at: number): number | undefined {
  const words = lineAt(lines, at).trim();
  if (!words.includes('|')) return undefined;
  if (words.length > MAX_HEADER_LENGTH || !isDelimiter(lineAt(lines, at + 1))) {
    if (isDelimiter(words) && words.startsWith('|')) return at;
    if (!/^\|\s.*\|$/.test(words)) return undefined;
    page.show(rowLine(page, [], words));
    return at;
  }
  const header = cellsOf(page, words);
  let last = at + 1;
  let hasRows = false;
  while (lineAt(lines, last + 1).includes('|')) {
    last++;
    const row = rowLine(page, header, lineAt(lines, last).trim());
    hasRows ||= row !== '';
    if (row !== '') page.show(row);
  }
  if (!hasRows) page.show(rowLine(page, [], words));
  return last;
}

const isDelimiter = (line: string): boolean =>
  line.includes('|') && line.includes('-') && /^[\s|:-]+$/.test(line);

function cellsOf(page: Page, row: string): string[] {
  return row
    .replace(/^\|/, '')
    .replace(/(?<!\\)\|$/, '')
    .split(/(?<!\\)\|/)
    .map(cell => page.inline(cell.trim().replaceAll('\\|', '|')).replaceAll('\n', ' '));
}

function rowLine(page: Page, header: readonly string[], row: string): string {
  const cells = cellsOf(page, row);
  if (cells.every(cell => cell === '')) return '';
  if (header.every(name => name === '')) return cells.filter(cell => cell !== '').join(' | ');
  while (cells.length < header.length) cells.push('');
  return cells
    .map((cell, column) => (header[column] ? `${header[column]}: ${cell || '-'}` : cell))
    .filter(pair => pair !== '')
    .join(' · ');
}
