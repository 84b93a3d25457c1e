import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { deadlineAt } from '../../lambda/bot/deadline.ts';
import { DeadlineError } from '../../lambda/errors.ts';

beforeEach(() => {
  jest.useFakeTimers();
});

afterEach(() => {
  expect(jest.getTimerCount()).toBe(0);
  jest.useRealTimers();
});

/** An object that is awaited where this is a function. */
const awaitableBy = (then: unknown): object => Object.fromEntries([['then', then]]);

const forever = new Promise<never>(() => {});
const within = (ms: number) => deadlineAt(Date.now() + ms);

describe('a deadline', () => {
  test('has time left until it is over, and none from then on', () => {
    const deadline = within(1_000);
    expect(deadline.remainingMs()).toBe(1_000);
    jest.advanceTimersByTime(999);
    expect(deadline.remainingMs()).toBe(1);
    jest.advanceTimersByTime(1);
    expect(deadline.remainingMs()).toBe(0);
    jest.advanceTimersByTime(1_000);
    expect(deadline.remainingMs()).toBe(0);
  });

  test.each(['답', '', 7, null, undefined, { simpleText: { text: '답' } }, ...['답', null].map(awaitableBy)])(
    'lets a value through as it is, and at once: %j',
    value => {
      expect(within(0).race('the rule', value as string)).toBe(value);
    },
  );

  test('lets a promise through, and what can be awaited like one', async () => {
    const promise = Promise.resolve('답');
    const thenable = awaitableBy(promise.then.bind(promise)) as PromiseLike<string>;
    for (const work of [promise, thenable]) expect(await within(1_000).race('the rule', work)).toBe('답');
    await expect(within(1_000).race('the rule', Promise.reject(new RangeError('no')))).rejects.toThrow(
      RangeError,
    );
  });

  test.each<[string, string | (() => string)]>([
    ['by its name', 'the rule'],
    ['by the name that it has then', () => 'the rule'],
  ])('tells what did not finish before it: %s', async (_, name) => {
    const raced = within(1_000).race(name, forever);
    const told = expect(raced).rejects.toEqual(new DeadlineError('the rule'));
    await jest.advanceTimersByTimeAsync(1_000);
    await told;
    await expect(raced).rejects.toThrow('the rule did not finish before the deadline');
  });

  test('asks for a name when it is over, and not before', async () => {
    let step = 'the load';
    const raced = within(1_000).race(() => step, forever);
    step = 'the rule';
    const told = expect(raced).rejects.toThrow('the rule did not finish before the deadline');
    await jest.advanceTimersByTimeAsync(1_000);
    await told;
  });

  test('is over for everybody when it ended a race, though the clock may not show its time yet', async () => {
    const deadline = within(1_000);
    const told = expect(deadline.race('the rule', forever)).rejects.toThrow(DeadlineError);
    // As Node's timers do, one in thirty: they go by another clock.
    jest.setSystemTime(Date.now() - 1);
    await jest.advanceTimersByTimeAsync(1_000);
    await told;
    expect(deadline.remainingMs()).toBe(0);
    expect(deadline.signal.aborted).toBe(true);
  });

  test('aborts its signal when it is over while something works, and not where that was in time', async () => {
    const deadline = within(1_000);
    const { signal } = deadline;
    expect(deadline.signal).toBe(signal);
    await deadline.race('the first', Promise.resolve());
    await jest.advanceTimersByTimeAsync(999);
    expect(signal.aborted).toBe(false);
    const raced = Promise.resolve(deadline.race('the second', forever)).catch(error => error);
    await jest.advanceTimersByTimeAsync(1);
    const error = await raced;
    expect(signal.aborted).toBe(true);
    expect(signal.reason).toEqual(error);
    // A rule that throws this one has not made ours its own.
    expect(signal.reason).not.toBe(error);
  });

  test('hands out an aborted signal once it is over', () => {
    const deadline = within(1_000);
    jest.advanceTimersByTime(999);
    expect(within(1).signal.aborted).toBe(false);
    jest.advanceTimersByTime(1);
    expect(deadline.signal.aborted).toBe(true);
    expect(deadline.signal.reason).toBeInstanceOf(DeadlineError);
    const { signal } = deadlineAt(Date.now() + 1, AbortSignal.abort('replaced'));
    expect([signal.aborted, signal.reason]).toEqual([true, 'replaced']);
  });
});

describe('a deadline that another signal ends', () => {
  const ending = (ms: number) => {
    const end = new AbortController();
    return { end, deadline: deadlineAt(Date.now() + ms, end.signal) };
  };

  test('is over then, for whatever works and for its own signal', async () => {
    const { end, deadline } = ending(1_000);
    const { signal } = deadline;
    const raced = deadline.race('the rule', forever);
    const told = expect(raced).rejects.toEqual(new DeadlineError('the rule'));
    expect(deadline.remainingMs()).toBe(1_000);
    end.abort('replaced');
    await told;
    expect(deadline.remainingMs()).toBe(0);
    // A rule may tell that from the end of its time.
    expect([signal.aborted, signal.reason]).toEqual([true, 'replaced']);
    // The timer of what was ended goes off all the same, and tells nobody.
    jest.runAllTimers();
  });

  test('is over by itself otherwise', async () => {
    const { deadline } = ending(1_000);
    const told = expect(deadline.race('the rule', forever)).rejects.toThrow(DeadlineError);
    await jest.advanceTimersByTimeAsync(1_000);
    await told;
    expect(deadline.remainingMs()).toBe(0);
  });

  test('listens no more for what was in time', async () => {
    const { end, deadline } = ending(1_000);
    expect(await deadline.race('the rule', Promise.resolve('답'))).toBe('답');
    await jest.advanceTimersByTimeAsync(0);
    expect(getEventListeners(end.signal, 'abort')).toEqual([]);
  });
});
