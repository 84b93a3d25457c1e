import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { itemSize } from '../../lambda/aws/item-size.ts';
import { runs } from '../kit/property.ts';

const bytesOf = (text: string): number => new TextEncoder().encode(text).length;

/**
 * The bytes that DynamoDB's documentation counts.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
 */
function documented(item: Readonly<Record<string, AttributeValue>>): number {
  return Object.entries(item).reduce((sum, [name, { S, N, M }]) => {
    if (S !== undefined) return sum + bytesOf(name) + bytesOf(S);
    if (M !== undefined) return sum + bytesOf(name) + 3 + documented(M) + Object.keys(M).length;
    const digits = String(N).replace(/[-.]/g, '').replace(/^0+/, '');
    return sum + bytesOf(name) + Math.ceil((digits.length + 1) / 2) + 1 + (N?.startsWith('-') ? 1 : 0);
  }, 0);
}

describe('the size of an item', () => {
  test('is what DynamoDB counts, or a little more', () => {
    const text = fc.string({ unit: 'grapheme' });
    const S = fc.record({ S: text });
    const N = fc.record({
      N: fc.oneof(
        fc.maxSafeInteger().map(String),
        fc.nat(4e12).map(n => String(n + 0.1234)),
      ),
    });
    const flat = fc.dictionary(text, fc.oneof(S, N), { noNullPrototype: true });
    const M = fc.record({ M: flat });
    fc.assert(
      fc.property(fc.dictionary(text, fc.oneof(S, N, M), { noNullPrototype: true }), item => {
        const least = documented(item);
        expect(itemSize(item)).toBeGreaterThanOrEqual(least);
        expect(itemSize(item)).toBeLessThanOrEqual(2 * least + 20);
      }),
      runs(100),
    );
  });

  test('counts Korean in bytes, names of attributes and of members, and each number by its digits', () => {
    expect(documented({ 이름: { S: '가나다' } })).toBe(6 + 9);
    expect(itemSize({ 이름: { S: '가나다' } })).toBe(6 + 9 + 1);
    const leases = { leases: { M: { 'turn 1': { N: '1795276822443.1234' } } } };
    expect(documented(leases)).toBe(6 + 3 + 6 + 10 + 1);
    expect(itemSize(leases) - documented(leases)).toBeLessThan(12);
  });

  test('counts what no session has as the JSON that it is sent as', () => {
    expect(itemSize({ 표시: { BOOL: true } })).toBe(6 + '{"BOOL":true}'.length + 1);
  });
});
