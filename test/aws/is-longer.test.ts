import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isLonger } from '../../lambda/aws/is-longer.ts';
import { runs } from '../kit/property.ts';

test('a text is longer than so many bytes where its UTF-8 is, half a letter taken for one that nobody knows', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 30 }), fc.nat(100), (text, bytes) => {
      for (const one of [text, `${text}\ud83d`]) {
        const coded = Buffer.from(one);
        expect([isLonger(one, bytes), isLonger(coded, bytes)]).toEqual(Array(2).fill(coded.length > bytes));
      }
    }),
    runs(1_000),
  );
});
