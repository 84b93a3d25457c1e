import { DeadlineError } from '../errors.ts';

/** The moment by which a turn must be answered: before Kakao's five seconds are over, in a worker before its callback ends. */
export interface Deadline {
  /** Milliseconds left; zero when it has passed. */
  remainingMs(): number;
  /**
   * Aborts when the deadline passes while the rule still works, its reason a DeadlineError, or when the turn became another's:
   * hand it to `fetch` and the like.
   */
  readonly signal: AbortSignal;
  /** The work's result, if it comes in time. @throws DeadlineError naming `what` (its words at that moment, where it is a function) when it doesn't */
  race<T>(what: string | (() => string), work: T | PromiseLike<T>): T | Promise<T>;
}

/** A deadline at a point of time (epoch ms), or when this signal aborts before. */
export function deadlineAt(at: number, end?: AbortSignal): Deadline {
  return new ClockDeadline(at, end);
}

class ClockDeadline implements Deadline {
  readonly #at: number;
  readonly #end: AbortSignal | undefined;
  #controller: AbortController | undefined;
  #hasEnded = false;

  constructor(at: number, end: AbortSignal | undefined) {
    this.#at = at;
    this.#end = end;
  }

  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    // A rule may ask for it only after it overran.
    if (this.remainingMs() === 0)
      this.#controller.abort(this.#end?.aborted ? this.#end.reason : new DeadlineError('the rule'));
    return this.#controller.signal;
  }

  remainingMs(): number {
    return this.#hasEnded || this.#end?.aborted ? 0 : Math.max(0, this.#at - Date.now());
  }

  race<T>(what: string | (() => string), work: T | PromiseLike<T>): T | Promise<T> {
    if (!isPromise(work)) return work;
    return new Promise((resolve, reject) => {
      const end = (): void => {
        // A timer may go off a millisecond before the clock shows its time: whoever asks why the race was lost must hear that.
        this.#hasEnded = true;
        const late = () => new DeadlineError(typeof what === 'string' ? what : what());
        reject(late());
        // Not the same: a rule that throws this one has not made ours its own.
        this.#controller?.abort(this.#end?.aborted ? this.#end.reason : late());
      };
      const timer = setTimeout(end, this.remainingMs());
      this.#end?.addEventListener('abort', end);
      // A timer left running would keep the Lambda invocation busy until it fires.
      work.then(resolve, reject).then(() => {
        clearTimeout(timer);
        this.#end?.removeEventListener('abort', end);
      });
    });
  }
}

/** Tells a promise, or what can be awaited like one, from a value. */
export function isPromise<T>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
