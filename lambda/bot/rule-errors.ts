import { GatewayError } from '../errors.ts';
import { isPromise } from './deadline.ts';

/**
 * Calls what a bot's author wrote. Whatever that throws is known as the rule's from then on: its words and names may be
 * what a user said, be it an error of the gateway's own kind.
 * @param given the turn, or whatever else tells the rule of its user
 */
export function callRule<T>(call: () => T, given?: object): T {
  try {
    const result = call();
    // A promise of the same, which tells when it is broken.
    return isPromise(result)
      ? (Promise.resolve(result).catch(error => throwMarked(error, given)) as T)
      : result;
  } catch (error) {
    return throwMarked(error, given);
  }
}

/** Whether a rule threw it. */
export function isThrownByRule(error: object): boolean {
  return givenByError.has(error) || unawaited.has(error);
}

/**
 * The error, known from now on as a rule's that nobody awaited: what that rule was given is not known. An error of the
 * gateway's own code that works in a rule's place stays one.
 */
export function ofSomeRule<E>(error: E): E {
  if (isObjectOrFunction(error) && !ownErrors.has(error)) unawaited.add(error);
  return error;
}

const unawaited = new WeakSet<object>();

/** All that the rule was given which threw it; undefined where nobody knows, or it was thrown in several turns. */
export function givenToRule(error: object): object | undefined {
  return givenByError.get(error);
}

/** The secret texts that rules have read: no error may tell them. */
export const secretTexts = new Set<string>();

const givenByError = new WeakMap<object, object | undefined>();

/**
 * The error, known from now on as one of the gateway's own code that works in a rule's place: it is told as it is.
 * @param error its sentence must hold nothing of what the rule was given
 */
export function ownError<E extends GatewayError>(error: E): E {
  ownErrors.add(error);
  return error;
}

const ownErrors = new WeakSet<object>();

function throwMarked(error: unknown, given: object | undefined): never {
  if (!isReadable(error)) throw new GatewayError('a rule threw what tells nothing: throw an Error');
  if (isObjectOrFunction(error) && !ownErrors.has(error)) {
    // One that a bot keeps has the words of the turn that it was made in.
    const isKept = givenByError.has(error) && givenByError.get(error) !== given;
    givenByError.set(error, isKept ? undefined : given);
  }
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
