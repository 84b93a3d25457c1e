import { expect, test } from '@jest/globals';
import { brokenBy, killed } from './broken.ts';

/** More of them where time does not matter: `stories.slow.test.ts`. */
const STORIES = 40;

test.each(['growing', 'conversation'] as const)(
  'streams of 3, 20, 44 and 70 s are read once and whole, whatever is tapped and said meanwhile (%s)',
  async whose => {
    expect(await brokenBy(whose, 0, STORIES)).toEqual({});
  },
);

test.each(['growing', 'conversation'] as const)(
  'a worker that dies loses no word that was drafted, and its tokens are paid once (%s)',
  async whose => {
    const { broken, ends, paidTwice } = await killed(whose, 0, STORIES);
    expect(broken).toEqual({});
    expect(ends.whole).toBeGreaterThan(0);
    // Of so few: a thousand have a closer bound, beside this file.
    expect(paidTwice).toBeLessThan(0.1);
  },
);
