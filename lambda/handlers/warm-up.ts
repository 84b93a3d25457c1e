import { WARM_UP_MS } from '../turn/time-budget.ts';

/**
 * Does all of this at once while the function starts, when Lambda gives it two processors whatever its memory, so that the
 * first call waits for none of it. Never throws, and ends in time: a call does again what has failed, and tells of it.
 */
export async function warmUp(
  ...parts: readonly ((signal: AbortSignal) => Promise<unknown>)[]
): Promise<void> {
  const ending = new AbortController();
  const isOver = new Promise(resolve => ending.signal.addEventListener('abort', resolve));
  const timer = setTimeout(() => ending.abort(), WARM_UP_MS);
  await Promise.race([Promise.allSettled(parts.map(async part => part(ending.signal))), isOver]);
  clearTimeout(timer);
  // A read in two parts goes on with the one when the other has failed.
  ending.abort();
}
