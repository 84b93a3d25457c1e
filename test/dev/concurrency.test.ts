import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { localConcurrency } from '../../dev/concurrency.ts';
import { ANSWER_WITHIN_MS, RULE_WITHIN_MS } from '../../lambda/turn/time-budget.ts';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

const BUSY_MS = 1_000;

/** Calls that enter one after the other, and what became of each: when it began, or that it was refused. */
function callsOf(options: Parameters<typeof localConcurrency>[0]) {
  const concurrency = localConcurrency(options);
  const startedAt = Date.now();
  const ended: (number | 'refused')[] = [];
  const begun: number[] = [];
  const refusedMs: number[] = [];
  const enter = (receivedAt = Date.now()): void => {
    const n = ended.length;
    ended.length++;
    const enteredAt = Date.now();
    void concurrency.enter(receivedAt).then(mayBegin => {
      if (!mayBegin) refusedMs.push(Date.now() - enteredAt);
      ended[n] = mayBegin ? Date.now() - startedAt : 'refused';
      if (mayBegin) begun.push(n);
    });
  };
  return { ended, begun, refusedMs, enter, leave: () => concurrency.leave() };
}

describe('calls begin', () => {
  test('at once while few are under way, and then one for each that ends, in the order of their coming', async () => {
    const { begun, ended, enter, leave } = callsOf({ atOnce: 2, lagMs: () => BUSY_MS });
    for (let n = 0; n < 5; n++) enter();
    await jest.advanceTimersByTimeAsync(100);
    expect(begun).toEqual([0, 1]);
    leave();
    await jest.advanceTimersByTimeAsync(100);
    expect(begun).toEqual([0, 1, 2]);
    leave();
    leave();
    await jest.advanceTimersByTimeAsync(100);
    expect(begun).toEqual([0, 1, 2, 3, 4]);
    expect(ended).toEqual([0, 0, 100, 200, 200]);
  });

  test('beside those that only wait for something, as long as the machine answers as soon', async () => {
    let lagMs = 0;
    const { begun, enter } = callsOf({ atOnce: 2, lagMs: () => lagMs });
    for (let n = 0; n < 200; n++) enter();
    await jest.advanceTimersByTimeAsync(200);
    const soon = begun.length;
    expect(soon).toBeGreaterThan(50);
    lagMs = BUSY_MS;
    await jest.advanceTimersByTimeAsync(200);
    expect(begun).toHaveLength(soon);
    lagMs = 0;
    await jest.advanceTimersByTimeAsync(1_500);
    expect(begun).toHaveLength(200);
  });

  test('never more of them than a new account has environments', async () => {
    const { begun, ended, enter } = callsOf({ atOnce: 2, lagMs: () => 0 });
    for (let n = 0; n < 120; n++) {
      for (let one = 0; one < 10; one++) enter();
      await jest.advanceTimersByTimeAsync(50);
    }
    await jest.advanceTimersByTimeAsync(ANSWER_WITHIN_MS);
    expect(begun).toHaveLength(1_000);
    expect(ended.filter(one => typeof one === 'number')).toHaveLength(1_000);
  });
});

describe('a call is refused', () => {
  /** A machine that answers a call every so often, to which they come twice as often. */
  const overloaded = async (everyMs: number, seconds: number) => {
    let overloads = 0;
    const calls = callsOf({ atOnce: 1, lagMs: () => BUSY_MS, onOverload: () => overloads++ });
    for (let ms = 0; ms < seconds * 1_000; ms += everyMs) {
      calls.enter();
      calls.enter();
      await jest.advanceTimersByTimeAsync(everyMs);
      calls.leave();
    }
    return { ...calls, overloads: () => overloads };
  };

  test('at once, where those before it take longer than it may wait; every other is begun in time for a rule of its own', async () => {
    const everyMs = 20;
    const { ended, refusedMs } = await overloaded(everyMs, 20);
    expect(Math.max(...refusedMs)).toBe(0);
    const refused = ended.filter(one => one === 'refused').length;
    expect(refused / ended.length).toBeGreaterThan(0.3);
    // Two enter every 20 ms.
    const waitedMs = ended.flatMap((at, n) =>
      typeof at === 'number' ? [at - Math.floor(n / 2) * everyMs] : [],
    );
    expect(Math.max(...waitedMs)).toBeLessThan(RULE_WITHIN_MS - 500);
    // And the machine never stands still for that.
    expect(waitedMs.length).toBeGreaterThanOrEqual(1_000);
  });

  test('when its time is over before it comes to it, since a machine became slower than it was', async () => {
    const { ended, enter, leave } = callsOf({ atOnce: 1, lagMs: () => BUSY_MS });
    for (let n = 0; n < 3; n++) enter();
    await jest.advanceTimersByTimeAsync(ANSWER_WITHIN_MS);
    leave();
    await jest.advanceTimersByTimeAsync(0);
    expect(ended).toEqual([0, 'refused', 'refused']);
    // Nothing of them is left.
    enter();
    await jest.advanceTimersByTimeAsync(0);
    expect(ended.at(-1)).toBe(ANSWER_WITHIN_MS);
  });

  test('never, where it may wait as long as it takes', async () => {
    const { begun, ended, enter, leave } = callsOf({
      atOnce: 1,
      lagMs: () => BUSY_MS,
      waitMs: Number.POSITIVE_INFINITY,
    });
    for (let n = 0; n < 100; n++) enter();
    for (let n = 0; n < 100; n++) {
      await jest.advanceTimersByTimeAsync(1_000);
      leave();
    }
    await jest.advanceTimersByTimeAsync(0);
    expect(begun).toHaveLength(100);
    expect(ended).not.toContain('refused');
  });

  test('and that is told once, and again only when it was over for a while', async () => {
    const { enter, leave, overloads, ended } = await overloaded(20, 20);
    expect(overloads()).toBe(1);
    // Those that wait are begun.
    for (let n = 0; n < 200; n++) {
      leave();
      await jest.advanceTimersByTimeAsync(5);
    }
    await jest.advanceTimersByTimeAsync(11_000);
    const refused = ended.filter(one => one === 'refused').length;
    for (let n = 0; n < 1_000; n++) enter();
    await jest.advanceTimersByTimeAsync(0);
    expect(ended.filter(one => one === 'refused').length).toBeGreaterThan(refused);
    expect(overloads()).toBe(2);
  });
});
