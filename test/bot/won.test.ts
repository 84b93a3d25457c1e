import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { won } from '../../lambda/bot/index.ts';
import { runs } from '../kit/property.ts';

describe('an amount of money', () => {
  test('is written as Koreans write it', () => {
    expect([0, 900, 4500, 1_234_567, -5000, 0.5, 1234.5].map(won)).toEqual([
      '0원',
      '900원',
      '4,500원',
      '1,234,567원',
      '-5,000원',
      '0.5원',
      '1,234.5원',
    ]);
  });

  test("is what the language's own tables would make of it", () => {
    fc.assert(
      fc.property(fc.oneof(fc.maxSafeInteger(), fc.integer(), fc.double()), amount => {
        // Minus zero is zero.
        expect(won(amount)).toBe(`${(amount === 0 ? 0 : amount).toLocaleString('ko-KR')}원`);
      }),
      runs(2_000),
    );
  });
});
