import { beforeEach, describe, expect, test } from '@jest/globals';
import type { TurnCounters } from '../../lambda/bot/counters.ts';
import { ConfigurationError } from '../../lambda/errors.ts';
import { type CounterStore, Counters } from '../../lambda/turn/counters.ts';

/** The promises of every {@link CounterStore}, as the turns of a bot have it. */
export function describeCounterStore(
  name: string,
  newStore: (options?: { lifetimeDays: number }) => CounterStore,
): void {
  describe(`${name} counts`, () => {
    let store: CounterStore;
    let counters: TurnCounters;
    let counter: string;
    let used = 0;

    beforeEach(() => {
      store = newStore();
      counters = new Counters(store).of('live');
      counter = `${name}/${++used}`;
    });

    test('from zero, up and down', async () => {
      expect(await counters.add(counter, 3)).toBe(3);
      expect(await counters.add(counter, 4)).toBe(7);
      expect(await counters.add(counter, -2)).toBe(5);
      expect(await counters.add(counter, 0)).toBe(5);
    });

    test('apart by name, and by the kind of the channel', async () => {
      await counters.add(counter, 3);
      expect(await counters.add(`${counter}-another`, 1)).toBe(1);
      expect(await new Counters(store).of('dev').add(counter, 1)).toBe(1);
      expect(await counters.add(counter, 1)).toBe(4);
    });

    test('to the most and no further: what would be more is not added, not even in part', async () => {
      expect(await counters.add(counter, 6, 10)).toBe(6);
      expect(await counters.add(counter, 5, 10)).toBeUndefined();
      expect(await counters.add(counter, 4, 10)).toBe(10);
      expect(await counters.add(counter, 1, 10)).toBeUndefined();
      expect(await counters.add(counter, -10, 10)).toBe(0);
      expect(await counters.add(counter, 10, 10)).toBe(10);
    });

    test('no first step that is more than the most', async () => {
      expect(await counters.add(counter, 11, 10)).toBeUndefined();
      expect(await counters.add(counter, 1, 0)).toBeUndefined();
      expect(await counters.add(counter, 10, 10)).toBe(10);
    });

    test('what comes after more was counted than is now allowed', async () => {
      await counters.add(counter, 100);
      expect(await counters.add(counter, 1, 10)).toBeUndefined();
      expect(await counters.add(counter, -95, 10)).toBe(5);
      expect(await counters.add(counter, 5, 10)).toBe(10);
    });

    test('200 who add at once, each of them or none, and never past the most', async () => {
      const counts = await Promise.all(Array.from({ length: 200 }, () => counters.add(counter, 3, 100)));
      const added = counts.filter(count => count !== undefined).sort((one, other) => one - other);
      expect(added).toEqual(Array.from({ length: 33 }, (_, at) => 3 * (at + 1)));
      expect(await counters.add(counter, 0)).toBe(99);
    });

    test('from zero again where nobody has added for as long as a counter lives', async () => {
      const shortLived = new Counters(newStore({ lifetimeDays: -1 })).of('live');
      expect(await shortLived.add(counter, 9, 10)).toBe(9);
      expect(await shortLived.add(counter, 11, 10)).toBeUndefined();
      expect(await shortLived.add(counter, 8, 10)).toBe(8);
      expect(await shortLived.add(counter, 7)).toBe(7);
    });

    test.each(['', 'a b', '토큰', 'x'.repeat(101), 'a\n'])(
      'nothing by the name %j, and says why',
      async bad => {
        await expect(counters.add(bad, 1)).rejects.toThrow(ConfigurationError);
        await expect(counters.add(bad, 1)).rejects.toThrow('1 to 100 visible letters of ASCII');
      },
    );

    test.each([0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])('no %p, and says so', async bad => {
      await expect(counters.add(counter, bad)).rejects.toThrow('takes whole numbers alone');
      await expect(counters.add(counter, 1, bad)).rejects.toThrow('takes whole numbers alone');
      expect(await counters.add(counter, 1)).toBe(1);
    });
  });
}
