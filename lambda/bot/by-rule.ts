import { GatewayError } from '../errors.ts';
import { isPromise } from './deadline.ts';

/**
 * Does what a bot's author wrote. Whatever that throws is known as the rule's from then on: its words and names may be
 * what a user said, be it an error of the gateway's own kind.
 */
export function byRule<T>(work: () => T): T {
  try {
    const done = work();
    // A promise of the same, which tells when it is broken.
    return isPromise(done) ? (Promise.resolve(done).catch(blame) as T) : done;
  } catch (error) {
    return blame(error);
  }
}

/** Whether a rule threw it. */
export function isByRule(error: object): boolean {
  return thrown.has(error);
}

const thrown = new WeakSet<object>();

function blame(error: unknown): never {
  if (!isTelling(error)) throw new GatewayError('a rule threw what tells nothing: throw an Error');
  if (isHeld(error)) thrown.add(error);
  throw error;
}

/** Whether it can be looked at: `undefined` would be no error at all, and some proxies throw. */
function isTelling(error: unknown): boolean {
  try {
    return error !== undefined && typeof (error instanceof Error) === 'boolean';
  } catch {
    return false;
  }
}

const isHeld = (error: unknown): error is object =>
  (typeof error === 'object' && error !== null) || typeof error === 'function';
