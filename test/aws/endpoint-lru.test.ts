import { expect, test } from '@jest/globals';
import EndpointLru from '../../lambda/aws/endpoint-lru.ts';

test('keeps what was set or got last, up to its capacity', () => {
  const cache = new EndpointLru<string, number>(2);
  cache.set('a', 1);
  cache.set('b', 2);
  expect(cache.get('a')).toBe(1);
  cache.set('c', 3);
  expect([cache.has('a'), cache.has('b'), cache.has('c')]).toEqual([true, false, true]);
  expect(cache.peek('a')).toBe(1);
  cache.set('d', 4);
  // Peeking is no use.
  expect([cache.has('a'), cache.get('a')]).toEqual([false, undefined]);
});
