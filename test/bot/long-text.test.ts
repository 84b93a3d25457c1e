import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { cutText } from '../../lambda/bot/long-text.ts';

describe('cutting a long text', () => {
  test.each([
    ['what fits stays whole', '안녕하세요', 10, '안녕하세요', ''],
    ['after a line', '첫째 줄입니다\n둘째 줄입니다', 10, '첫째 줄입니다', '둘째 줄입니다'],
    ['after a sentence', '좋아요. 그렇죠? 다음', 11, '좋아요. 그렇죠?', '다음'],
    ['after a word', '커피 우유 홍차 녹차', 9, '커피 우유 홍차', '녹차'],
    ['where it must', '가나다라마바사', 4, '가나다라', '마바사'],
    ['never inside a surrogate pair', '가나다👋라', 4, '가나다', '👋라'],
    ['not at a decimal point', '값은 3.14 라고', 6, '값은', '3.14 라고'],
  ])('%s', (_, text, max, head, tail) => {
    expect(cutText(text, max)).toEqual({ head, tail });
  });

  test('loses nothing but white space at the cut, and always goes on', () => {
    const words = fc.array(
      fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('\n', ' ', '. ', '👨‍👩‍👧')),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(words, fc.integer({ min: 2, max: 50 }), (parts, max) => {
        const text = parts.join('').trim();
        const { head, tail } = cutText(text, max);
        expect(head.length).toBeLessThanOrEqual(max);
        expect(tail.length).toBeLessThan(Math.max(1, text.length));
        expect((head + tail).replace(/\s/g, '')).toBe(text.replace(/\s/g, ''));
        expect(head.isWellFormed()).toBe(text.isWellFormed());
      }),
      { numRuns: 2_000 },
    );
  });
});
