import { describe, expect, test } from '@jest/globals';
import { requireSlowOptions, type SlowOptions } from '../../lambda/bot/slow-rule.ts';

const judge = (options: Partial<SlowOptions>) => () =>
  requireSlowOptions('hears 추천', { slow: '잠시만요', ...options });
const limited = (turns: number, perMs: number) => ({ limit: { turns, perMs, answer: '조금 뒤에요' } });

describe('the declaration of a slow rule', () => {
  test.each<[string, Partial<SlowOptions>]>([
    ['a waiting text alone', {}],
    ['what makes the waiting text', { slow: () => '' }],
    ['that it waits', { busy: 'queue' }],
    ['that it takes the place of another', { busy: 'replace' }],
    ['what is said to one more', { busy: '앞의 것부터요' }],
    ['the shortest work', { upToMs: 0.1 }],
    ['the longest work', { upToMs: 45_000 }],
    ['the least worth', { worthMs: 0.1 }],
    ['the smallest limit', limited(1, 0.1)],
    ['the largest limit', limited(100, 1e9)],
  ])('may say %s', (_, options) => {
    expect(judge(options)).not.toThrow();
  });

  test.each<[Partial<SlowOptions>, string]>([
    [{ slow: ' ' }, 'slow must be the text that the user reads meanwhile'],
    [{ slow: undefined as unknown as string }, 'slow must be the text that the user reads meanwhile'],
    [{ busy: '' }, `busy must be 'queue', 'replace' or a text`],
    [{ upToMs: 0 }, 'upToMs must be more than 0 and at most 45000 ms'],
    [{ upToMs: 45_001 }, 'upToMs must be more than 0 and at most 45000 ms'],
    [{ upToMs: Number.NaN }, 'upToMs must be more than 0 and at most 45000 ms'],
    [{ worthMs: 0 }, 'worthMs must be more than 0 ms'],
    [{ worthMs: Number.NaN }, 'worthMs must be more than 0 ms'],
    [limited(0, 1), 'limit.turns must be a whole number from 1 to 100'],
    [limited(101, 1), 'limit.turns must be a whole number from 1 to 100'],
    [limited(1.5, 1), 'limit.turns must be a whole number from 1 to 100'],
    [limited(1, 0), 'limit.perMs must be more than 0 ms'],
    [limited(1, Number.NaN), 'limit.perMs must be more than 0 ms'],
  ])('is refused by a sentence that names the rule and the member: %j', (options, sentence) => {
    expect(judge(options)).toThrow(
      expect.objectContaining({ name: 'ConfigurationError', message: `hears 추천: ${sentence}` }),
    );
  });
});
