import { hash } from 'node:crypto';
import { attempt } from './attempt.ts';

/** How many letters and digits are the beginning of a bubble: as many as a line of it shows on a phone. */
export const BEGINNING_LETTERS = 12;

/** Enough that two of a day are not the same by chance; of what they are made they tell no more. */
const HASH_DIGITS = 8;

/** As many as an answer of text has; of a carousel the cards that are seen first. */
const MOST_BUBBLES = 3;

/** How many letters and digits of a bubble count as its whole: KakaoTalk folds a long one, so that nobody sees its end. */
const WHOLE_LETTERS = 200;

/** They stand in as many characters, whatever is between them. */
const MOST_CHARACTERS = 3 * WHOLE_LETTERS;

/** The word hashes of a text: of its whole, and of its beginning, where that is not the whole. */
export interface WordHashes {
  readonly whole: string;
  readonly beginning: string | undefined;
}

/**
 * Makes the word hashes of texts, by a key that nobody can compute who has not the gateway's secret. Texts of the same
 * letters and digits have the same, however they are spaced, broken, punctuated or capitalised; one without any has none.
 */
export function wordHasher(key: string): (text: string) => WordHashes | undefined {
  // An HMAC costs three times as much. What it keeps from, to go on from a hash to one of a longer text, needs all of it.
  const short = (text: string): string => hash('sha256', key + text, 'hex').slice(0, HASH_DIGITS);
  return text => {
    const letters = lettersOf(text);
    if (letters === '') return undefined;
    const isLong = letters.length > BEGINNING_LETTERS;
    return {
      whole: short(`whole ${letters}`),
      beginning: isLong ? short(`beginning ${letters.slice(0, BEGINNING_LETTERS)}`) : undefined,
    };
  };
}

/** The letters and digits of a text: so much of it is the same in a copy that somebody types from a picture. */
export function lettersOf(text: string): string {
  const start = text.slice(0, MOST_CHARACTERS);
  const plain = sameForm(start).replace(/[\0-/:-`{-\x7f]+/g, '');
  // Most texts are Korean with spaces and ASCII's signs: what knows all of Unicode takes three times as long.
  const letters = /^[\da-z가-힣]*$/.test(plain)
    ? plain
    : sameForm(start.replace(EMOJI, '')).replace(/[^\p{L}\p{N}]+/gu, '');
  return letters.slice(0, WHOLE_LETTERS);
}

const sameForm = (text: string): string => text.normalize('NFKC').toLowerCase();

/** Some have a letter in them (ℹ️, ㊗️, 🈶), which nobody types; a digit in a box is one. */
const EMOJI = /\p{Emoji_Presentation}|(?!\d)\p{Emoji}\ufe0f/gu;

/** How many texts a process remembers the hashes of: what most rules answer is the same each time. */
const REMEMBER_TEXTS = 100;

let known: { readonly key: string; readonly hashesOf: (text: string) => string } | undefined;

/**
 * The member `bubbles` of a line: the word hashes of the first bubbles that have words, apart by spaces; undefined where
 * none has, or no key is known. Never throws.
 * @param words tells the words of each bubble
 */
export function bubblesOf(
  key: string | undefined,
  words: () => readonly string[] | undefined,
): string | undefined {
  if (key === undefined) return undefined;
  if (known?.key !== key) known = { key, hashesOf: rememberingHasher(key) };
  const { hashesOf } = known;
  // An answer is worth more than what its line tells of it.
  return attempt(undefined, () => {
    const bubbles: string[] = [];
    for (const text of words() ?? []) {
      const hashes = hashesOf(text);
      if (hashes !== '') bubbles.push(hashes);
      if (bubbles.length === MOST_BUBBLES) break;
    }
    return bubbles.join(' ') || undefined;
  });
}

/** The hashes of a text as a line has them; empty where it has no words. */
function rememberingHasher(key: string): (text: string) => string {
  const hashesOf = wordHasher(key);
  const remembered = new Map<string, string>();
  return text => {
    const before = remembered.get(text);
    if (before !== undefined) return before;
    const { beginning, whole = '' } = hashesOf(text) ?? {};
    const hashes = beginning === undefined ? whole : `${beginning} ${whole}`;
    if (remembered.size >= REMEMBER_TEXTS) remembered.clear();
    remembered.set(text, hashes);
    return hashes;
  };
}
