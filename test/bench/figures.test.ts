import { expect, test } from '@jest/globals';
import { processorsOf } from '../../bench/cpu-quota.ts';
import { digits, figureOf, withSpread } from '../../bench/figures.ts';
import { itemBytes, writeUnits } from '../../bench/item-bytes.ts';
import { optionsOf } from '../../bench/options.ts';

test('a figure is the middle of its rounds, whatever their order, with the quarters beside it', () => {
  expect(figureOf([9, 1, 100, 3, 2])).toEqual({ median: 3, low: 2, high: 9 });
  expect(withSpread(figureOf([0.2, 0.1, 0.3]))).toBe('0.200 (0.100–0.200)');
  expect([0.1234, 1.234, 12.34, 123.4, Number.NaN].map(digits)).toEqual([
    '0.123',
    '1.23',
    '12.3',
    '123',
    '–',
  ]);
});

test("an item is as large as DynamoDB's rules say: names and values, in UTF-8", () => {
  expect(itemBytes({ userKey: { S: 'live' } })).toBe(11);
  expect(itemBytes({ 키: { S: '가나' } })).toBe(9);
  expect(itemBytes({ n: { N: '12345' } })).toBe(5);
  expect(itemBytes({ b: { B: Buffer.from('four').toString('base64') } })).toBe(5);
  expect(itemBytes({ is: { BOOL: true }, no: { NULL: true } })).toBe(6);
  expect(itemBytes({ m: { M: { a: { S: 'b' } } } })).toBe(7);
  expect(itemBytes({ l: { L: [{ S: 'ab' }] } })).toBe(7);
});

test('a write unit is each begun kilobyte', () => {
  expect([1, 1_024, 1_025, 2_049].map(writeUnits)).toEqual([1, 1, 2, 3]);
});

test('a memory size buys its part of a processor', () => {
  expect(processorsOf(1_769)).toBe(1);
  expect(processorsOf(512)).toBeCloseTo(0.29, 2);
});

test('the bench tells which argument is wrong', () => {
  expect(optionsOf([])).toMatchObject({
    of: [],
    parts: ['turns', 'bundles', 'bytes', 'cold'],
    isShort: false,
  });
  expect(optionsOf(['--of', '/a', '--of', '/b', '--only', 'cold'])).toMatchObject({
    of: ['/a', '/b'],
    parts: ['cold'],
  });
  expect(optionsOf(['--renew'])).toMatchObject({ isShort: true, renews: true });
  expect(() => optionsOf(['--only', 'warm'])).toThrow('--only takes turns, bundles, bytes, cold, not "warm"');
  expect(() => optionsOf(['--docs', '--of', '/a', '--of', '/b'])).toThrow('name one folder by --of');
  expect(() => optionsOf(['--shrot'])).toThrow("'--shrot'");
});
