import type { Language } from '../../../../tools/language.ts';
import type { RoomItem } from './room-items.ts';

/** Members that hold what a user reads; labels of buttons are no words of a bubble. */
const READ = new Set(['text', 'title', 'description', 'header', 'head', 'itemList', 'items', 'profile']);
const HOLDING = new Set(['template', 'outputs', 'carousel', 'message', 'imageTitle', 'itemListSummary']);
const MOST_WORDS = 20_000;

/** The text of a bubble as it is copied; empty where it has none. */
export function wordsOf(item: RoomItem, language: Language): string {
  switch (item.kind) {
    case 'said':
    case 'waiting':
      return item.text;
    case 'sent':
      return item.url;
    case 'answer':
      return wordsIn(item.answer).join('\n').slice(0, MOST_WORDS);
    case 'did':
    case 'note':
      return item.says[language];
    default:
      return item satisfies never;
  }
}

/** The lines of an answer, anybody's: whatever is no text is passed over. */
export function wordsIn(answer: unknown, depth = 0): string[] {
  if (typeof answer === 'string') return answer === '' ? [] : [answer];
  if (typeof answer !== 'object' || answer === null || depth > 12) return [];
  if (Array.isArray(answer)) return answer.slice(0, 100).flatMap(one => wordsIn(one, depth + 1));
  return Object.entries(answer).flatMap(([name, value]) => {
    const isComponent = /(Text|Card)$/.test(name);
    const isRead = READ.has(name) || (HOLDING.has(name) && typeof value === 'object');
    return isRead || isComponent ? wordsIn(value, depth + 1) : [];
  });
}
