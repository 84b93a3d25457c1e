import type { Sentence } from '../../../tools/language.ts';
import type { ProtocolName } from '../desk-api.ts';

/** A text that somebody gave as an answer. */
export type Trial =
  | { readonly kind: 'none' }
  | { readonly kind: 'broken'; readonly says: Sentence }
  | { readonly kind: 'answer'; readonly answer: unknown; readonly protocol: ProtocolName };

/** More than Kakao takes of any answer, in UTF-16 units. */
const MAX_LENGTH = 40_000;

/** The answer that a text is, of the protocol that its members belong to. */
export function readTrial(text: string): Trial {
  if (text.trim() === '') return { kind: 'none' };
  if (text.length > MAX_LENGTH) return { kind: 'broken', says: TOO_LONG };
  try {
    const answer: unknown = JSON.parse(text);
    return { kind: 'answer', answer, protocol: isSmartChats(answer) ? 'smart-chat' : 'open-builder' };
  } catch (error) {
    const why = error instanceof Error ? error.message : '';
    return { kind: 'broken', says: { en: `That is no JSON: ${why}`, ko: `JSON이 아닙니다: ${why}` } };
  }
}

const TOO_LONG: Sentence = {
  en: `That is longer than any answer that Kakao takes: give at most ${MAX_LENGTH.toLocaleString('en')} characters.`,
  ko: `카카오가 받는 어떤 답보다도 깁니다. ${MAX_LENGTH.toLocaleString('en')}자까지 넣으세요.`,
};

/** A message, or a keyboard alone. */
const isSmartChats = (answer: unknown): boolean =>
  typeof answer === 'object' &&
  answer !== null &&
  ('message' in answer || ('type' in answer && !('template' in answer) && !('version' in answer)));
