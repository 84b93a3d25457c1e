import { ofSomeRule } from '../bot/rule-errors.ts';
import { type LogEntry, log } from './log.ts';

/**
 * Has the process outlive what nobody awaits: a promise that a rule began without `await` and that is broken, and what a
 * timer or a listener throws. Each is a line of the log, with the ids of the turn that began it, and counts as a turn of
 * which something failed. To be called when the function has all that it needs: a start that fails ends as ever.
 */
export function outliveUnawaitedErrors(): void {
  // On one's own machine, several functions are one process.
  if (isOutliving) return;
  isOutliving = true;
  take('unhandledRejection', error => log({ what: 'unhandled rejection', ...told(error) }));
  // Node advises to end after one of these, since something may be half done. Here an end costs the turn under way its
  // answer, or the next one, and little can be half done: a turn is saved in one write or not at all, and what memory
  // holds are connections and what was read, each of which has its time. A rule that waits for what has thrown is late.
  take('uncaughtException', error => log({ what: 'uncaught exception', ...told(error) }));
}

let isOutliving = false;

/** It is a rule's as far as anybody knows, and so are the words that it quotes. */
function told(error: unknown): Omit<LogEntry, 'what'> {
  return { level: 'error', error: ofSomeRule(error ?? null), metrics: { TurnsFailed: 1 } };
}

/** Listens in place of Lambda's runtime, which ends the process: by Node's default, or by a listener of its own. */
function take(name: 'unhandledRejection' | 'uncaughtException', listener: (error: unknown) => void): void {
  for (const other of process.listeners(name as 'uncaughtException')) {
    // A word of the runtime's: the listener of a monitoring layer, or of the bot, stays.
    if (String(other).includes('errorCallbacks')) process.off(name, other);
  }
  process.on(name, listener);
}
