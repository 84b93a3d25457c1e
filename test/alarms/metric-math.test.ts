import { expect, test } from '@jest/globals';
import { readExpression } from './metric-math.ts';

const NONE = Number.NaN;

/** The values of an expression over some minutes of `a` and `b`. */
const valuesOf = (expression: string, a: number[], b: number[] = [], periodMinutes = 1): number[] => {
  const all: Readonly<Record<string, number[]>> = { a, b };
  const seriesOf = (id: string): Float64Array => Float64Array.from(all[id] ?? []);
  return [...readExpression(expression)({ minutes: a.length, periodMinutes, seriesOf })];
};

test.each([
  ['a + 2 * b', [1, 2], [10, 20], [21, 42]],
  ['(a + 2) * b', [1, 2], [10, 20], [30, 80]],
  ['a - 1 - 1', [5], [], [3]],
  ['FLOOR(a / 15)', [14, 15, 44], [], [0, 1, 2]],
  ['a + b', [1, 2], [NONE, 3], [NONE, 5]],
  ['FILL(a, 0) + b', [NONE, 2], [1, 3], [1, 5]],
  ['IF(a > 1, 1, 0)', [1, 2, NONE], [], [0, 1, NONE]],
  ['IF(a < 1 AND 0 - DIFF(a) >= 30, 1, 0)', [40, 0, 0], [], [NONE, 1, 0]],
  ['a == 1 OR b >= 2', [1, 0, 0], [0, 2, 1], [1, 1, 0]],
])('%s is evaluated as CloudWatch does', (expression, a, b, expected) => {
  expect(valuesOf(expression, a, b)).toEqual(expected);
});

test('a difference is to the period before, not to the minute before', () => {
  expect(valuesOf('DIFF(a)', [1, 2, 4, 8], [], 2)).toEqual([NONE, NONE, 3, 6]);
});

test.each(['a ^ 2', 'a +* b', 'MEDIAN(a)', '(a', 'a b'])('%s is refused, and quoted', expression => {
  expect(() => valuesOf(expression, [1])).toThrow(/the simulation|is missing in/);
});
