import { expect, test } from '@jest/globals';
import { brokenBy, killed } from './broken.ts';

const WHOSE = ['growing', 'conversation'] as const;

test.each(WHOSE)(
  'none of 1,000 stories of streams breaks a promise (%s)',
  async whose => {
    expect(await brokenBy(whose, 1_000, 1_000)).toEqual({});
  },
  300_000,
);

test.each(WHOSE)(
  'none of 1,000 kills costs a drafted word, and less than a twentieth of the tokens is paid twice (%s)',
  async whose => {
    const { broken, ends, paidTwice } = await killed(whose, 1_000, 1_000);
    console.info(whose, ends, `paid twice: ${(100 * paidTwice).toFixed(2)} %`);
    expect(broken).toEqual({});
    expect(paidTwice).toBeLessThan(0.05);
  },
  300_000,
);
