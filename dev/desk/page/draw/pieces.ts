import { webLink } from './web-link.ts';

/** A stretch of a text that is drawn alike. */
export type Piece =
  | { readonly kind: 'words'; readonly text: string }
  | { readonly kind: 'strong' | 'emphasis' | 'struck'; readonly pieces: readonly Piece[] }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'link'; readonly text: string; readonly url: string }
  | { readonly kind: 'mention'; readonly name: string };

/** A line or block of Markdown. */
export interface MarkdownBlock {
  readonly kind: 'paragraph' | 'heading' | 'item' | 'quote' | 'code';
  readonly pieces: readonly Piece[];
  /** Before an item: its number or a dot. */
  readonly lead?: string;
}

const LINK = /https?:\/\/[^\s<>"'`]+/gi;
const AFTER_A_LINK = '.,:;!?)]}…~';
const MENTION = /\{\{#mentions\.([^{}]+)\}\}/g;
const INLINE =
  /\*\*([^*\n]+)\*\*|~~([^~\n]+)~~|`([^`\n]+)`|\*([^*\s][^*\n]*)\*|\[([^[\]\n]+)\]\((https?:\/\/[^\s()[\]]+)\)/g;

/** The words and links of a text, in their order. */
export function readPieces(text: string): readonly Piece[] {
  return split(text, LINK, words, ([found]) => {
    const url = withoutEnd(found);
    const href = webLink(url);
    if (href === undefined) return [wordsPiece(found)];
    return [{ kind: 'link', text: url, url: href }, ...words(found.slice(url.length))];
  });
}

/** A link without the punctuation of the sentence around it. */
function withoutEnd(found: string): string {
  let end = found.length;
  while (end > 0 && AFTER_A_LINK.includes(found.charAt(end - 1))) end--;
  return found.slice(0, end);
}

/** A group room's text: as above, and each `{{#mentions.<name>}}` as the member of the room. */
export function readGroupPieces(text: string): readonly Piece[] {
  return split(text, MENTION, readPieces, ([, name = '']) => [{ kind: 'mention', name }]);
}

/** A group room's text that says it is Markdown. */
export function readMarkdown(text: string): readonly MarkdownBlock[] {
  const blocks: MarkdownBlock[] = [];
  for (const [at, part] of text.split('```').entries()) {
    if (at % 2 === 1) blocks.push({ kind: 'code', pieces: [wordsPiece(part.replace(/^\w*\n/, ''))] });
    else if (part.trim() !== '')
      blocks.push(
        ...part
          .replace(/^\n|\n$/g, '')
          .split('\n')
          .map(readLine),
      );
  }
  return blocks;
}

const HEADING = /^#{1,6} +/;
const ITEM = /^(?:[-*+]|(\d+[.)])) +/;
const QUOTE = /^> ?/;

function readLine(line: string): MarkdownBlock {
  const words = line.trim();
  if (HEADING.test(words)) return { kind: 'heading', pieces: readInline(words.replace(HEADING, '')) };
  if (QUOTE.test(words)) return { kind: 'quote', pieces: readInline(words.replace(QUOTE, '')) };
  const [mark, number = '•'] = ITEM.exec(words) ?? [];
  if (mark !== undefined) return { kind: 'item', lead: number, pieces: readInline(words.slice(mark.length)) };
  return { kind: 'paragraph', pieces: readInline(line) };
}

function readInline(text: string): readonly Piece[] {
  return split(text, INLINE, readGroupPieces, ([, strong, struck, code, emphasis, label, url]) => {
    if (strong !== undefined) return [{ kind: 'strong', pieces: readInline(strong) }];
    if (struck !== undefined) return [{ kind: 'struck', pieces: readInline(struck) }];
    if (emphasis !== undefined) return [{ kind: 'emphasis', pieces: readInline(emphasis) }];
    if (code !== undefined) return [{ kind: 'code', text: code }];
    const href = webLink(url ?? '');
    return href === undefined ? words(label ?? '') : [{ kind: 'link', text: label ?? '', url: href }];
  });
}

/** The pieces of what a pattern finds, and of what stands between. */
function split(
  text: string,
  pattern: RegExp,
  between: (text: string) => readonly Piece[],
  found: (match: RegExpExecArray) => readonly Piece[],
): readonly Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  for (const match of text.matchAll(pattern)) {
    if (match.index > at) pieces.push(...between(text.slice(at, match.index)));
    pieces.push(...found(match));
    at = match.index + match[0].length;
  }
  if (at < text.length) pieces.push(...between(text.slice(at)));
  return pieces;
}

const wordsPiece = (text: string): Piece => ({ kind: 'words', text });

const words = (text: string): readonly Piece[] => (text === '' ? [] : [wordsPiece(text)]);
