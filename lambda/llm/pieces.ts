import type { Piece } from '../bot/growing.ts';
import { MarkdownPage } from '../bot/markdown-page.ts';
import { SENTENCE_END } from '../bot/split-text.ts';
import type { CardReader } from './cards.ts';

/** How Markdown becomes pieces. */
export interface PieceOptions {
  /** Makes cards of some lines: `markdownCards()`. Default: all is words. */
  readonly cards?: (() => CardReader) | undefined;
}

/**
 * Makes pieces of a model's Markdown as it comes: joined they read as `plain` of all of it, in whatever chunks it came,
 * but that a link by reference stays as it is written, and so does a mark that nothing closes within 400 characters.
 * A piece is whole sentences, list items, rows of a table or lines of code, with no mark in it that may yet be closed.
 */
export class PieceMaker {
  readonly #cards: CardReader | undefined;
  readonly #page = new MarkdownPage(new Map());
  #pieces: Piece[] = [];
  /** The line that is not whole, but for the begin that was read. */
  #line = '';
  /** How much of it was looked at. */
  #seen = 0;
  /** Whether the begin of the line was read; or that it can't be, unless all of it is. */
  #begun: boolean | undefined;
  /** A carriage return, of which the newline may follow. */
  #return = '';

  constructor({ cards }: PieceOptions = {}) {
    this.#cards = cards?.();
  }

  /** Takes what the model said next; gives what became whole by it. */
  push(text: string): readonly Piece[] {
    const [, words = '', last = ''] = /^(.*?)(\r?)$/s.exec(this.#return + text) ?? [];
    this.#return = last;
    this.#line += words.replace(/\r\n?/g, '\n');
    while (this.#readOn());
    return this.#take(this.#page.take());
  }

  /** The model said all: gives what is left. */
  end(): readonly Piece[] {
    if (this.#line !== '') this.#endLine(this.#line.length);
    this.#endCard('');
    return this.#take(this.#page.end());
  }

  #take(words: string): readonly Piece[] {
    const pieces = [...this.#pieces, words].filter(piece => piece !== '');
    this.#pieces = [];
    return pieces;
  }

  /** Reads up to the next place where words may be whole; false where more must come first. */
  #readOn(): boolean {
    const line = this.#line;
    ENDS.lastIndex = this.#seen;
    const at = Math.min(ENDS.exec(line)?.index ?? line.length, MAX_LINE_LENGTH);
    this.#seen = at;
    if (at === MAX_LINE_LENGTH) this.#breakLine();
    else if (at === line.length) return false;
    else if (line[at] === '\n') {
      this.#endLine(at);
      this.#skip(1);
    } else {
      this.#seen = at + 1;
      const isWhole = SENTENCE_END.test(line.slice(Math.max(0, at - 4), at));
      if (isWhole || this.#page.held + at >= MAX_HELD_LENGTH) this.#readBegin(at);
    }
    return true;
  }

  /** Ends a line that is longer than any that a person reads: no half of a character is in a piece. */
  #breakLine(): void {
    const at = MAX_LINE_LENGTH - (this.#line.slice(0, MAX_LINE_LENGTH).isWellFormed() ? 0 : 1);
    if (!this.#readBegin(at)) this.#endLine(at);
  }

  /** Reads the begin of a line, where that tells how the line is to be read. */
  #readBegin(at: number): boolean {
    const words = this.#line.slice(0, at);
    if (this.#begun) this.#page.add(words);
    else this.#begun ??= this.#begin(words);
    if (this.#begun) this.#skip(at);
    return this.#begun;
  }

  #begin(words: string): boolean {
    if (this.#cards?.mayTake(words)) return false;
    this.#endCard(words);
    return this.#page.read(words, true);
  }

  #endLine(at: number): void {
    const words = this.#line.slice(0, at);
    if (this.#begun) this.#page.add(words);
    else if (!this.#cards?.goesOn(words)) {
      this.#endCard(words);
      if (!(this.#page.isFree && this.#cards?.begins(words))) this.#page.read(words);
    }
    this.#begun = undefined;
    this.#skip(at);
  }

  /** Shows the lines that were kept for a card: as one, or as words. */
  #endCard(next: string): void {
    for (const shown of this.#cards?.end(next) ?? []) {
      if (typeof shown === 'string') this.#page.read(shown);
      else this.#pieces.push(this.#page.end(), shown);
    }
  }

  #skip(length: number): void {
    this.#page.settle(MAX_HELD_LENGTH);
    this.#line = this.#line.slice(length);
    this.#seen = 0;
  }
}

/** The pieces of Markdown that is all there. */
export function toPieces(markdown: string, options?: PieceOptions): readonly Piece[] {
  const maker = new PieceMaker(options);
  return [...maker.push(markdown), ...maker.end()];
}

/** Where a sentence may have ended. */
const ENDS = /\s|(?<=[。！？])(?=[A-Za-z가-힣ぁ-ヿ一-龥])/g;

/** How much may wait for a mark to be closed, and for a line to end (in UTF-16 units). */
const MAX_HELD_LENGTH = 400;
const MAX_LINE_LENGTH = 4_000;
