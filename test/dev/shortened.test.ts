import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { shortened } from '../../dev/shortened.ts';
import { runs } from '../kit/property.ts';

test('a value is shown whole where a person can read it', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4 }), value => {
      expect(shortened(value)).toEqual(value);
    }),
    runs(100),
  );
});

test('of what is large the beginning is shown, and how much follows', () => {
  const members = Object.fromEntries(Array.from({ length: 103 }, (_, n) => [`m${n}`, n]));
  const value = {
    text: `${'가'.repeat(2_000)}나다`,
    list: Array.from({ length: 150 }, (_, n) => n),
    members,
  };
  const short = JSON.parse(JSON.stringify(shortened(value)));
  expect(short.text).toBe(`${'가'.repeat(2_000)} … 2 more`);
  expect(short.list).toHaveLength(101);
  expect(short.list.slice(-2)).toEqual([99, '… 50 more']);
  expect(Object.entries(short.members).slice(-2)).toEqual([
    ['m99', 99],
    ['…', '… 3 more'],
  ]);
});

test('no half of a character is shown', () => {
  expect(shortened(`${'a'.repeat(1_999)}😀`)).toBe(`${'a'.repeat(1_999)}\ufffd … 1 more`);
});
