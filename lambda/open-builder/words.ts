import { MENTION } from '../bot/private-reply.ts';
import type { SkillAnswer } from './answer.ts';
import type { SkillOutput, SkillSimpleText } from './wire.ts';

/**
 * The words of each bubble of an answer, in the order in which its user reads them: of a card its title and description,
 * of a list or a card of facts its lines, too; a carousel's header and
 * first cards are a bubble each. Buttons are none, nor is the name of who is mentioned, which Kakao alone knows.
 */
export function wordsOfAnswer(answer: SkillAnswer): readonly string[] {
  if ('useCallback' in answer) return [answer.data.text];
  return answer.template?.outputs.flatMap(wordsOfOutput) ?? [];
}

/** How many cards of a carousel are seen by who does not swipe far. */
const SEEN_FIRST = 3;

function wordsOfOutput(output: SkillOutput): readonly string[] {
  if ('simpleText' in output) return [wordsOfText(output.simpleText)];
  if ('simpleImage' in output) return [];
  if (!('carousel' in output)) return Object.values(output).map(wordsOfCard);
  const { items, ...carousel } = output.carousel;
  const header = 'header' in carousel && carousel.header ? [carousel.header] : [];
  return [...header, ...items.slice(0, SEEN_FIRST)].map(wordsOfCard);
}

/** Of Markdown, where a link leads, which nobody sees. */
const LINKED = /\]\([^()]*\)/g;

function wordsOfText({ text, extra }: SkillSimpleText): string {
  const words = text.replace(MENTION, ' ');
  return extra?.markdown ? words.replace(LINKED, ']') : words;
}

/** As much of any card as words are in. */
interface WordsOfCard {
  readonly title?: string;
  readonly description?: string;
  readonly header?: { readonly title: string };
  readonly head?: { readonly title: string };
  readonly imageTitle?: Line;
  readonly itemList?: readonly Line[];
  readonly itemListSummary?: Line;
  readonly items?: readonly Line[];
}

interface Line {
  readonly title?: string;
  readonly description?: string;
}

// A project without `exactOptionalPropertyTypes` sees values that may be none. Each turn does this: lists would cost as
// much as the hashes that it is for.
function wordsOfCard(card: WordsOfCard = {}): string {
  const { header, head, imageTitle, itemList, itemListSummary, items } = card;
  return (
    wordsOfLine(header) +
    wordsOfLine(head) +
    wordsOfLine(imageTitle) +
    wordsOfLines(itemList) +
    wordsOfLine(itemListSummary) +
    wordsOfLine(card) +
    wordsOfLines(items)
  );
}

function wordsOfLines(lines: readonly (Line | undefined)[] | undefined): string {
  let words = '';
  for (const line of lines ?? []) words += wordsOfLine(line);
  return words;
}

const wordsOfLine = (line: Line | undefined): string =>
  line ? `${line.title ?? ''} ${line.description ?? ''} ` : '';
