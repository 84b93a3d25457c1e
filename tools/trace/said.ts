import { BEGINNING_LETTERS, lettersOf, wordHasher } from '../../lambda/aws/word-hash.ts';
import { type Texts, textsOf } from '../../lambda/bot/texts.ts';

/** How much of a bubble the words are that somebody read in it. */
export type Likeness = 'whole' | 'beginning';

/** The words of a bubble, as they are looked for. */
export interface Said {
  /** Of which a line with that bubble has at least one. */
  readonly hashes: readonly string[];
  /** How a line's `bubbles` are like the words; undefined where they are not. */
  readonly likeness: (bubbles: string) => Likeness | undefined;
}

/**
 * Looks for words by their hashes: of a whole bubble, or of its beginning where they have twelve letters and digits.
 * @param keys the keys of word hashes, of the current secret and those before
 */
export function saidBy(words: string, keys: readonly string[]): Said {
  const isLong = lettersOf(words).length >= BEGINNING_LETTERS;
  // Of as many as a beginning has, one more is looked for.
  const longer = `${words} x`;
  const found = keys.map(key => {
    const hashesOf = wordHasher(key);
    return {
      whole: hashesOf(words)?.whole,
      beginning: isLong ? hashesOf(longer)?.beginning : undefined,
    };
  });
  const wholes = found.flatMap(({ whole }) => whole ?? []);
  const beginnings = found.flatMap(({ beginning }) => beginning ?? []);
  return {
    hashes: [...wholes, ...beginnings],
    likeness(bubbles) {
      const one = bubbles.split(' ');
      if (one.some(hash => wholes.includes(hash))) return 'whole';
      return one.some(hash => beginnings.includes(hash)) ? 'beginning' : undefined;
    },
  };
}

/** The name of the gateway's own text that the words are, or begin; undefined where they are none of those. */
export function ownTextOf(words: string): keyof Texts | undefined {
  const letters = lettersOf(words);
  if (letters === '') return undefined;
  const texts = Object.entries(textsOf({})) as [keyof Texts, string][];
  const known = texts.map(([name, text]) => ({ name, own: lettersOf(text) }));
  const isLong = letters.length >= BEGINNING_LETTERS;
  return known.find(({ own }) => own === letters || (isLong && own.startsWith(letters)))?.name;
}
