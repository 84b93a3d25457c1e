import { jest } from '@jest/globals';

/** Lets the clock and the timers stand still until the test moves them; `jest.useRealTimers()` gives them back. */
export function simulateTime(): void {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate', 'performance'] });
}
