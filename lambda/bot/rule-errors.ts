import { GatewayError } from '../errors.ts';
import { isPromise } from './deadline.ts';

/**
 * Calls what a bot's author wrote. Whatever that throws is known as the rule's from then on: its words and names may be
 * what a user said, be it an error of the gateway's own kind.
 */
export function callRule<T>(call: () => T): T {
  try {
    const result = call();
    // A promise of the same, which tells when it is broken.
    return isPromise(result) ? (Promise.resolve(result).catch(throwMarked) as T) : result;
  } catch (error) {
    return throwMarked(error);
  }
}

/** Whether a rule threw it. */
export function isThrownByRule(error: object): boolean {
  return thrownByRules.has(error);
}

const thrownByRules = new WeakSet<object>();

function throwMarked(error: unknown): never {
  if (!isReadable(error)) throw new GatewayError('a rule threw what tells nothing: throw an Error');
  if (isObjectOrFunction(error)) thrownByRules.add(error);
  throw error;
}

/** Whether it can be looked at: `undefined` would be no error at all, and some proxies throw. */
function isReadable(error: unknown): boolean {
  try {
    return error !== undefined && typeof (error instanceof Error) === 'boolean';
  } catch {
    return false;
  }
}

const isObjectOrFunction = (error: unknown): error is object =>
  (typeof error === 'object' && error !== null) || typeof error === 'function';
