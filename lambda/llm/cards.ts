import { isBlank } from '../blank.ts';
import { oneTo } from '../bot/at-most.ts';
import type { Fact, ListItem, Output } from '../bot/components.ts';
import { readInline } from '../bot/markdown-inline.ts';
import { image } from '../bot/reply.ts';
import { isWebUrl } from '../web-url.ts';

/** Reads the lines of one answer that may become cards. */
export interface CardReader {
  /** Whether a line that begins so may be part of a card. */
  mayTake(begin: string): boolean;
  /** Keeps a line that begins a card, perhaps. */
  begins(line: string): boolean;
  /** Keeps a line that belongs to the lines that are kept. */
  goesOn(line: string): boolean;
  /** Lets go what is kept, before a line that does not belong to it: a card, or lines that are words. */
  end(next: string): readonly (string | Output)[];
}

/** Which lines become cards. */
export interface CardOptions {
  /** Two to five links alone in a list become a list card, under the heading or the line with a colon before them. Default: true. */
  readonly links?: boolean;
  /** A table of two columns with short names and values becomes an item card. Default: true. */
  readonly tables?: boolean;
  /**
   * An image alone on its line becomes a picture. KakaoTalk fetches it from wherever the model says, which may have been
   * told so by a page that it read, and shows nothing where nothing is. Default: false.
   */
  readonly images?: boolean;
}

/**
 * Makes cards of Markdown where they hold every word of it: `answers(ask, { cards: markdownCards() })`. All else stays
 * words. A card waits for the line after it.
 */
export function markdownCards({
  links = true,
  tables = true,
  images = false,
}: CardOptions = {}): () => CardReader {
  const kinds = [...(links ? [LINKS] : []), ...(tables ? [TABLE] : []), ...(images ? [IMAGES] : [])];
  return () => new CardLines(kinds);
}

/** A kind of lines that become a card. */
interface CardKind {
  /** Whether a line belongs to the lines before it, or begins some where there are none. */
  readonly takes: (line: string, before: readonly string[]) => boolean;
  /** The card of the lines, before a line that does not belong to them; undefined where they are to be words. */
  readonly card: (lines: readonly string[], next: string) => Output | undefined;
}

/** More than any card has: ten rows under their header, five links with lines between them. */
const MAX_LINES = 12;

/** The begin of a line that may be a link or an image alone. */
const MAY_BE_CARD = /^\s{0,3}(?:(?:[-*+•]|\d{1,2}[.)])\s{1,4}\*{0,2})?!?\[/;

class CardLines implements CardReader {
  readonly #kinds: readonly CardKind[];
  #kind: CardKind | undefined;
  #lines: string[] = [];
  /** The kind of lines that became words: those that belong to them do, too. */
  #refused: CardKind | undefined;

  constructor(kinds: readonly CardKind[]) {
    this.#kinds = kinds;
  }

  mayTake(begin: string): boolean {
    return MAY_BE_CARD.test(begin);
  }

  begins(line: string): boolean {
    if (this.#refused?.takes(line, ['', ''])) return false;
    this.#refused = undefined;
    this.#kind = this.#kinds.find(kind => kind.takes(line, []));
    if (this.#kind !== undefined) this.#lines = [line];
    return this.#kind !== undefined;
  }

  goesOn(line: string): boolean {
    const isTaken = this.#lines.length < MAX_LINES && this.#kind?.takes(line, this.#lines) === true;
    if (isTaken) this.#lines.push(line);
    return isTaken;
  }

  end(next: string): readonly (string | Output)[] {
    const lines = this.#lines;
    const card = this.#kind?.card(lines, next);
    if (this.#kind !== undefined) this.#refused = card ? undefined : this.#kind;
    this.#kind = undefined;
    this.#lines = [];
    return card ? [card] : lines;
  }
}

/** A page that a card leads to; without a title, its host is shown. */
export interface PageLink {
  readonly url: string;
  readonly title?: string | undefined;
}

/** The most characters that a card shows whole: of a list's line, of a fact, and of an item card's head. */
const MAX_TITLE_LENGTH = 40;
const MAX_FACT_LENGTH = 30;
const MAX_HEAD_LENGTH = 20;

const MAX_URL_LENGTH = 1_000;

/**
 * A list card of the first five pages, each once, under a header; undefined where none of the URLs is http or https:
 * `answers(ask, { sources: linksCard })`.
 */
export function linksCard(links: readonly PageLink[], header = '출처'): Output | undefined {
  const pages = new Map<string, ListItem>();
  for (const { url, title } of links) {
    const host = hostOf(url);
    if (host === undefined || pages.has(url)) continue;
    const named = isBlank(title) ? { title: host } : { title: title?.trim() ?? '', description: host };
    pages.set(url, { ...named, link: { web: url } });
  }
  const items = oneTo(5, [...pages.values()]);
  return items && { listCard: { header: { title: header }, items } };
}

const LINKS: CardKind = {
  takes: (line, before) => {
    if (line.trim() === '') return before.length > 0;
    return LINK_ITEM.test(line) || (before.length === 0 && CAPTION.test(line.trim()));
  },
  card: (lines, next) => {
    // An item more, or the rest of one.
    if (/^\s*(?:[-*+•]|\d{1,9}[.)])\s|^\s+\S/.test(next)) return undefined;
    const links = lines.flatMap(line => {
      const [, title = '', url = ''] = LINK_ITEM.exec(line) ?? [];
      return url === '' ? [] : [{ title: wordsOf(title), url }];
    });
    const isFitting = links.every(
      ({ title, url }) => fits(title, MAX_TITLE_LENGTH) && hostOf(url) !== undefined,
    );
    const isEachOnce = new Set(links.map(({ url }) => url)).size === links.length;
    if (links.length < 2 || links.length > 5 || !isFitting || !isEachOnce) return undefined;
    const [first = ''] = lines;
    const caption = LINK_ITEM.test(first) ? '' : wordsOf(first.replace(/^#+ /, '')).replace(/:$/, '');
    return linksCard(links, caption.trim() === '' ? '링크' : caption);
  },
};

const IMAGES: CardKind = {
  takes: (line, before) => before.length === 0 && IMAGE.test(line),
  card: ([line = '']) => {
    const [, words = '', url = ''] = IMAGE.exec(line) ?? [];
    const alt = wordsOf(words);
    if (hostOf(url) === undefined || alt.length > 50) return undefined;
    return image(url, isBlank(alt) ? undefined : alt);
  },
};

const TABLE: CardKind = {
  takes: (line, before) => (before.length === 1 ? DELIMITER : ROW).test(line),
  card: ([names = '', delimiter = '', ...rows], next) => {
    if (!DELIMITER.test(delimiter) || next.includes('|')) return undefined;
    const facts = rows.map(row => cellsOf(row));
    const itemList = oneTo(
      10,
      facts.map(([title, description]): Fact => ({ title, description })),
    );
    const isFitting = facts.every(([name, value]) => fits(name, 6) && fits(value, MAX_FACT_LENGTH));
    const title = cellsOf(names)
      .filter(name => name !== '')
      .join(' · ');
    if (itemList === undefined || facts.length > 10 || !isFitting || title.length > MAX_HEAD_LENGTH)
      return undefined;
    return { itemCard: isBlank(title) ? { itemList } : { head: { title }, itemList } };
  },
};

// Nothing that may be a mark of its own stands in a URL or a cell: such lines are words.
const LINK_ITEM =
  /^ {0,3}(?:[-*+•]|\d{1,2}[.)])\s{1,4}\*{0,2}\[([^[\]]{1,200})\]\((https?:\/\/[^\s()<>\\]{1,1000})(?: "[^"]{0,200}")?\)\*{0,2}\s*$/i;
const IMAGE = /^ {0,3}!\[([^[\]]{0,200})\]\((https?:\/\/[^\s()<>\\]{1,1000})(?: "[^"]{0,200}")?\)\s*$/i;
const CAPTION = /^(?:#{1,6} [^#]{1,40}|\*\*[^*]{1,40}\*\*|[^-*+•#|>`[\d].{0,40}:)$/;
const ROW = /^ {0,3}\|[^|\\`]{1,200}\|[^|\\`]{1,200}\|\s*$/;
const DELIMITER = /^ {0,3}\|[ :-]{0,20}-[ :-]{0,20}\|[ :-]{0,20}-[ :-]{0,20}\|\s*$/;

const wordsOf = (markdown: string): string => readInline(markdown.trim(), new Map()).words;

const fits = (words: string, max: number): boolean =>
  !isBlank(words) && words.length <= max && !words.includes('\n');

const cellsOf = (row: string): [string, string] => {
  const [, first = '', second = ''] = row.trim().split('|');
  return [wordsOf(first), wordsOf(second)];
};

/** The host of a URL that a card may have. */
function hostOf(url: string): string | undefined {
  if (url.length > MAX_URL_LENGTH || /\s/.test(url) || !isWebUrl(url) || !URL.canParse(url)) return undefined;
  return new URL(url).host.replace(/^www\./, '');
}
