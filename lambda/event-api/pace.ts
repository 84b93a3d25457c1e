/** How patiently Kakao is called: lengths of time. */
export interface Pace {
  /** One call, from its connection to the last byte of its answer. */
  readonly callMs: number;
  /** The least time that must be left for a request that sends to be made: one that is cut off may have been taken. */
  readonly leastMs: number;
  /** The pause before a call is made again, or a task is asked for again; it doubles. */
  readonly firstPauseMs: number;
  /** The longest of those pauses, and the longest that Kakao's own `Retry-After` is obeyed. */
  readonly longestPauseMs: number;
}

/** As eager as a task of a hundred users can be worth. */
export const PACE: Pace = { callMs: 10_000, leastMs: 1_000, firstPauseMs: 1_000, longestPauseMs: 15_000 };

/** How long a call waits for what became of its tasks, unless it says otherwise. */
export const TOLD_WITHIN_MS = 5 * 60_000;

/** The end of a call: a point of time (epoch ms), or its caller's signal before. */
export interface End {
  readonly at: number;
  readonly signal: AbortSignal | undefined;
}

/** Milliseconds until the end; zero when it has come. */
export const leftMs = ({ at, signal }: End): number => (signal?.aborted ? 0 : Math.max(0, at - Date.now()));

/** The pause before the try of this number, from 1: doubled each time, half of it by chance, so that callers part. */
export function pauseMs({ firstPauseMs, longestPauseMs }: Pace, tried: number, askedMs = 0): number {
  const whole = Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(tried - 1, 20));
  const byChance = whole / 2 + (Math.random() * whole) / 2;
  return Math.min(longestPauseMs, Math.max(byChance, askedMs));
}

/** Resolves after the pause with true; with false, and at once, where the end would come before. */
export async function pause(ms: number, end: End): Promise<boolean> {
  if (ms >= leftMs(end)) return false;
  return new Promise(resolve => {
    const stop = (): void => {
      clearTimeout(timer);
      resolve(false);
    };
    const timer = setTimeout(() => {
      end.signal?.removeEventListener('abort', stop);
      resolve(true);
    }, ms);
    end.signal?.addEventListener('abort', stop, { once: true });
  });
}
