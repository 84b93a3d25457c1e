import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { runs } from './property.ts';

const tests = new URL('../', import.meta.url);

describe('a property test', () => {
  afterEach(() => {
    delete process.env.FC_SEED;
  });

  const failure = (): string => {
    try {
      fc.assert(
        fc.property(fc.nat(), n => n < 1_000),
        runs(100),
      );
    } catch (error) {
      return String(error);
    }
    throw new Error('the property holds');
  };

  test('fails in the same way each time, and says by which seed', () => {
    expect(failure()).toMatch(/seed: 20261121\b/);
    expect(failure()).toBe(failure());
  });

  test('takes the seed from FC_SEED, be it 0', () => {
    for (const seed of ['7', '0']) {
      process.env.FC_SEED = seed;
      expect(failure()).toMatch(new RegExp(`seed: ${seed}\\b`));
    }
  });

  test.each(
    readdirSync(tests, { recursive: true, encoding: 'utf8' })
      .filter(name => name.endsWith('.ts'))
      .map(name => ({ name, source: readFileSync(new URL(name, tests), 'utf8') }))
      .filter(({ source }) => /\bfc\.(assert|check|sample)\(/.test(source)),
  )('has a seed wherever it stands: $name', ({ source }) => {
    expect(source.match(/\bruns\([^)]/g)).toHaveLength(
      source.match(/\bfc\.(assert|check|sample)\(/g)?.length ?? 0,
    );
  });
});
