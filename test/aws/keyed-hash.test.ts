import { createHmac } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { keyedHash } from '../../lambda/aws/keyed-hash.ts';
import { anyCharacter } from '../kit/any-character.ts';
import { runs } from '../kit/property.ts';

describe('a keyed hash', () => {
  // The test cases 1 and 2 of https://www.rfc-editor.org/rfc/rfc4231#section-4
  test.each([
    [Buffer.alloc(20, 0x0b), 'Hi There', 'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7'],
    [
      Buffer.from('Jefe'),
      'what do ya want for nothing?',
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    ],
  ])('is the HMAC that the standard has as an example: %#', (key, text, expected) => {
    expect(keyedHash(key)(text)).toBe(expected);
  });

  test('is what Node makes with its key of whatever text, one after the other', () => {
    const texts = fc.array(fc.string({ unit: anyCharacter, maxLength: 300 }), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), texts, (key, texts) => {
        const hashOf = keyedHash(Buffer.from(key));
        for (const text of texts)
          expect(hashOf(text)).toBe(createHmac('sha256', key).update(text).digest('hex'));
      }),
      runs(200),
    );
  });
});
