import { attempt } from './attempt.ts';

/** Stands for words that may be a user's. */
const MARK = '[…]';

/** The parts of a text that tell something: what is between them is written otherwise each time, as quotes are. */
const WORDS = /[\p{L}\p{N}\p{So}]+/gu;

/** Whatever looks personal: URLs with all that is in them, e-mail addresses, and numbers as long as a telephone's. */
const URLS = /[a-z]{0,12}:\/\/\S+/gi;
const ADDRESSES = /\w[\w.+-]{0,20}@[\w.-]+/g;
const NUMBERS = /\d(?:[ .-]?\d){5,}/g;

/** Letters as URLs and JSON write them. */
const ESCAPED = /%[\da-f]{2}|\\(?:u[\da-f]{4}|[bfnrt])/gi;

/** Several marks in a row, which would tell how much was said. */
const MARKS = /\[…\](?:[^\p{L}\p{N}\p{So}[]*\[…\])+/gu;

/** So much of a word is no chance, in UTF-8: two syllables of Hangul, four letters of the alphabet. */
const TELLING_BYTES = 4;

/** More than turns tell; to search it would take long. */
const MAX_SAID_LENGTH = 32_768;

/** Makes a text that may be told of one that may not; undefined where that can't be made. */
export type Mask = (text: string) => string | undefined;

/**
 * Puts `[…]` in place of all that is told here, however a text quotes or cases it, and of what looks personal: of each
 * word of it, and of each run that has four letters (two of Hangul), wherever that stands.
 * @param tell asked once, when a text is first to be told
 */
export function maskOf(tell: () => unknown): Mask {
  let words: string | undefined;
  return text => {
    words ??= attempt('', () => wordsIn(tell()));
    return words === '' ? undefined : masked(text, words);
  };
}

/** Every word of it with a space on both sides; empty where there are too many. @throws what JSON.stringify throws */
function wordsIn(said: unknown): string {
  const texts: unknown[] = [];
  JSON.stringify(said, (name, value) => {
    // A program's own names say nothing of a user.
    if (!/^[a-z_]*$|^\d{1,3}$/i.test(name)) texts.push(name);
    if (typeof value === 'string' || typeof value === 'number') texts.push(value);
    return value;
  });
  const all = texts.join(' ');
  return all.length > MAX_SAID_LENGTH ? '' : ` ${(folded(all).match(WORDS) ?? []).join(' ')} `;
}

function masked(text: string, words: string): string {
  const runs = words.replaceAll(' ', '');
  const letters = [
    ...text
      .normalize()
      .replace(ESCAPED, MARK)
      .replace(WORDS, word => (words.includes(` ${folded(word)} `) ? MARK : word)),
  ];
  const shown = [...letters];
  letters.forEach((_, from) => {
    let run = '';
    for (let to = from; to < letters.length && Buffer.byteLength(run) < 2 * TELLING_BYTES; ) {
      const letter = folded(`${letters[to++]}`).match(WORDS)?.join('') ?? '';
      run += letter;
      if (run === '') return;
      // On, since what is left of it might be too short to be found by itself.
      const isTelling = letter !== '' && Buffer.byteLength(run) >= TELLING_BYTES;
      if (isTelling && runs.includes(run)) shown.fill(MARK, from, to);
    }
  });
  return shown
    .join('')
    .replace(URLS, MARK)
    .replace(ADDRESSES, MARK)
    .replace(NUMBERS, MARK)
    .replace(MARKS, MARK);
}

/** An error's words from AWS without what they quote of a request, names of resources aside, and in ASCII alone. */
export function maskQuotes(text: string): string {
  const ascii = text.replace(/[^ -~]+/g, MARK).replace(/"(?!arn:)[^"]*"/g, `"${MARK}"`);
  // Value 'it's me' at 'key' failed to satisfy …
  const from = ascii.indexOf("Value '") + 7;
  const to = ascii.lastIndexOf("' at '");
  return from > 6 && from < to ? ascii.slice(0, from) + MARK + ascii.slice(to) : ascii;
}

/** A text whose letters are equal wherever a reader takes them for the same. */
function folded(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').normalize().toLowerCase().toUpperCase();
}
