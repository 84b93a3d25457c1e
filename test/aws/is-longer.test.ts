import { afterEach, describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { isLonger } from '../../lambda/aws/is-longer.ts';
import { anyCharacter } from '../kit/any-character.ts';
import { runs } from '../kit/property.ts';

afterEach(() => {
  jest.restoreAllMocks();
});

describe('a text', () => {
  test('is longer than so many bytes where its UTF-8 is, half a letter taken for one that nobody knows', () => {
    fc.assert(
      fc.property(fc.string({ unit: anyCharacter, maxLength: 30 }), fc.nat(100), (text, bytes) => {
        for (const one of [text, `${text}\ud83d`]) {
          const coded = Buffer.from(one);
          expect([isLonger(one, bytes), isLonger(coded, bytes)]).toEqual(Array(2).fill(coded.length > bytes));
        }
      }),
      runs(1_000),
    );
  });

  test('is not longer than what it just fills', () => {
    expect([isLonger('아b', 3), isLonger('아b', 4), isLonger('아b', 5)]).toEqual([true, false, false]);
  });

  test('is not counted where no text of its length could be longer', () => {
    const counted = jest.spyOn(Buffer, 'byteLength');
    expect(isLonger('아메리카노', 15)).toBe(false);
    expect(counted).not.toHaveBeenCalled();
  });
});
