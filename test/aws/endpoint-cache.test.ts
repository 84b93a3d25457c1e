import { EndpointCache as OfTheSdk } from '@aws-sdk/endpoint-cache';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { EndpointCache } from '../../lambda/aws/endpoint-cache.ts';

beforeEach(() => {
  jest.useFakeTimers();
});

afterEach(() => {
  jest.useRealTimers();
});

describe.each([
  ["the SDK's cache of endpoints", OfTheSdk],
  ['its stand-in', EndpointCache],
])('%s', (_, Cache) => {
  const first = { Address: 'first.example', CachePeriodInMinutes: 1 };
  const second = { Address: 'second.example', CachePeriodInMinutes: 2 };

  test('has what was set, while it is good', () => {
    const cache = new Cache(10);
    cache.set('key', [first, second]);
    const until = (minutes: number) => Date.now() + minutes * 60_000;
    expect(cache.get('key')).toEqual([
      { Address: 'first.example', Expires: until(1) },
      { Address: 'second.example', Expires: until(2) },
    ]);
    jest.advanceTimersByTime(60_000);
    expect(cache.get('key')).toEqual([{ Address: 'second.example', Expires: until(1) }]);
    expect(cache.getEndpoint('key')).toBe('second.example');
    jest.advanceTimersByTime(59_999);
    expect(cache.has('key')).toBe(true);
    jest.advanceTimersByTime(1);
    expect(cache.get('key')).toBeUndefined();
    expect(cache.getEndpoint('key')).toBeUndefined();
    expect(cache.has('key')).toBe(false);
  });

  test('tells any of several', () => {
    const cache = new Cache(10);
    cache.set('key', [first, second]);
    jest.spyOn(Math, 'random').mockReturnValueOnce(0).mockReturnValueOnce(0.99);
    expect([cache.getEndpoint('key'), cache.getEndpoint('key')]).toEqual(['first.example', 'second.example']);
  });

  test('has what was set last, and nothing that was deleted or cleared, or never set', () => {
    const cache = new Cache(10);
    cache.set('key', [first]);
    cache.set('key', [second]);
    cache.set('other', [first]);
    expect(cache.getEndpoint('key')).toBe('second.example');
    cache.delete('key');
    expect([cache.has('key'), cache.get('key'), cache.has('other')]).toEqual([false, undefined, true]);
    cache.clear();
    expect([cache.has('other'), cache.get('other'), cache.getEndpoint('never')]).toEqual([
      false,
      undefined,
      undefined,
    ]);
  });

  test('has no more than so many, the last of them', () => {
    const cache = new Cache(2);
    for (const key of ['a', 'b', 'a', 'c']) cache.set(key, [first]);
    expect(['a', 'b', 'c'].filter(key => cache.has(key))).toEqual(['a', 'c']);
  });
});
