import { AsyncResource } from 'node:async_hooks';
import { type Timer, TimerQueue, timerOf } from './timer-queue.ts';

/** A clock that goes only as fast as the work on it: minutes of waiting cost what is done in them. */
export interface VirtualTime {
  /** Lets the clock run until the work is done. @throws when nothing is left that could finish it */
  run<T>(work: Promise<T>): Promise<T>;
  /** Gives the real clock back. */
  stop(): void;
}

/** The time at which every virtual clock starts: what happens by it does not depend on the day. */
export const STARTS_AT = Date.UTC(2026, 10, 21);

/**
 * Replaces the clock, the timers and `Math.random` of this process by ones that repeat: the same work takes the same
 * way every time. Far lighter than Jest's, which thousands of short runs would feel.
 */
export function startVirtualTime(random: () => number): VirtualTime {
  const real = {
    now: Date.now,
    setTimeout: globalThis.setTimeout,
    clearTimeout: globalThis.clearTimeout,
    timeout: AbortSignal.timeout,
    random: Math.random,
  };
  const timers = new TimerQueue();
  let now = STARTS_AT;
  const later = (work: (...args: readonly unknown[]) => void, ms = 0, ...args: readonly unknown[]): Timer => {
    // As Node's own, a timer goes on in the name of whoever set it. `AsyncResource.bind` is ten times as slow.
    const setter = new AsyncResource('VirtualTimer');
    return timers.add(now + Math.max(1, Math.ceil(Number(ms) || 0)), () =>
      setter.runInAsyncScope(() => work(...args)),
    );
  };
  Date.now = () => now;
  Math.random = random;
  globalThis.setTimeout = later as unknown as typeof setTimeout;
  globalThis.clearTimeout = (timer => timerOf(timer)?.cancel()) as typeof clearTimeout;
  AbortSignal.timeout = ms => {
    const controller = new AbortController();
    later(() => controller.abort(new DOMException('The operation timed out', 'TimeoutError')), ms);
    return controller.signal;
  };
  return {
    async run(work) {
      let isDone = false;
      const end = () => {
        isDone = true;
      };
      work.then(end, end);
      for (;;) {
        // By then, whatever the last timer set going has come to its next one.
        await new Promise(resolve => setImmediate(resolve));
        if (isDone) return work;
        const next = timers.next();
        if (next === undefined) throw new Error('nothing is left that could finish the work');
        now = Math.max(now, next.at);
        next.work();
      }
    },
    stop() {
      Date.now = real.now;
      Math.random = real.random;
      globalThis.setTimeout = real.setTimeout;
      globalThis.clearTimeout = real.clearTimeout;
      AbortSignal.timeout = real.timeout;
    },
  };
}

/** Numbers from 0 to 1 that a seed tells: the same ones every time. */
export function randomBy(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
