import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { anyCharacter } from './any-character.ts';
import { runs } from './property.ts';

test.each([{}, { maxLength: 3 }, { minLength: 1, maxLength: 300 }])(
  'texts of any character are those of fast-check by the same seed: %j',
  lengths => {
    const own = fc.string({ unit: anyCharacter, ...lengths });
    const theirs = fc.string({ unit: 'binary', ...lengths });
    expect(fc.sample(own, runs(300))).toEqual(fc.sample(theirs, runs(300)));
  },
);
