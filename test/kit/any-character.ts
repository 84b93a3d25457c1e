import fc from 'fast-check';

const FIRST_SURROGATE = 0xd800;
const SURROGATES = 0x800;

/**
 * Any character, as the unit of `fc.string`: one after the other the same as of fast-check's `binary`, which lists all
 * million of them first, in every file that uses it: most of a second, and more than 100 MB.
 */
export const anyCharacter: fc.Arbitrary<string> = fc
  .nat(0x10ffff - SURROGATES)
  .map(index => String.fromCodePoint(index < FIRST_SURROGATE ? index : index + SURROGATES), indexOf);

/** @throws when it is not one character: fast-check takes that as none of this unit's */
function indexOf(character: unknown): number {
  const code = typeof character === 'string' ? character.codePointAt(0) : undefined;
  if (code === undefined || String.fromCodePoint(code) !== character) throw new Error('not one character');
  return code < FIRST_SURROGATE ? code : code - SURROGATES;
}
