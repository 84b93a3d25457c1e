import { AsyncLocalStorage } from 'node:async_hooks';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { runs } from './property.ts';
import { TimerQueue } from './timer-queue.ts';
import { randomBy, STARTS_AT, startVirtualTime } from './virtual-time.ts';

describe('virtual time', () => {
  const pause = (ms: number) => new Promise<void>(resolve => setTimeout(resolve, ms));

  test('goes on by itself to the next timer, and the real clock is given back', async () => {
    const { now } = Date;
    const time = startVirtualTime(randomBy(1));
    const ended = await time.run(pause(3_600_000).then(() => Date.now()));
    time.stop();
    expect(ended).toBe(STARTS_AT + 3_600_000);
    expect(Date.now).toBe(now);
  });

  test('aborts a signal in its time, and fires no timer that was cleared', async () => {
    const time = startVirtualTime(randomBy(1));
    const signal = AbortSignal.timeout(2_000);
    let isFired = false;
    clearTimeout(
      setTimeout(() => {
        isFired = true;
      }, 10),
    );
    await time.run(pause(1_999));
    const before = signal.aborted;
    await time.run(pause(2));
    time.stop();
    expect({ before, after: signal.aborted, isFired }).toEqual({
      before: false,
      after: true,
      isFired: false,
    });
  });

  test('has a timer go on in the name of whoever set it', async () => {
    const time = startVirtualTime(randomBy(1));
    const names = new AsyncLocalStorage<string>();
    const found: unknown[] = [];
    for (const name of ['one', 'other'])
      names.run(name, () => setTimeout(() => found.push(names.getStore()), 10));
    await time.run(pause(20));
    time.stop();
    expect(found).toEqual(['one', 'other']);
  });

  test('says so when nothing is left that could finish the work', async () => {
    const time = startVirtualTime(randomBy(1));
    const stuck = time.run(new Promise(() => {}));
    await expect(stuck).rejects.toThrow('nothing is left');
    time.stop();
  });

  test('has the same chances again by the same seed', () => {
    const ten = (seed: number) => Array.from({ length: 10 }, randomBy(seed));
    expect(ten(7)).toEqual(ten(7));
    expect(ten(7)).not.toEqual(ten(8));
  });
});

test('timers are taken by their times, those of one time in the order in which they were set', () => {
  fc.assert(
    fc.property(fc.array(fc.record({ at: fc.nat(20), isCancelled: fc.boolean() })), given => {
      const timers = new TimerQueue();
      const set = given.map(({ at, isCancelled }, order) => ({ at, order, isCancelled }));
      for (const { at, isCancelled } of set) {
        const timer = timers.add(at, () => {});
        if (isCancelled) timer.cancel();
      }
      const taken: { at: number; order: number }[] = [];
      for (let next = timers.next(); next; next = timers.next())
        taken.push({ at: next.at, order: next.order });
      const wanted = set
        .filter(({ isCancelled }) => !isCancelled)
        .sort((one, other) => one.at - other.at || one.order - other.order)
        .map(({ at, order }) => ({ at, order }));
      expect(taken).toEqual(wanted);
    }),
    runs(1_000),
  );
});
