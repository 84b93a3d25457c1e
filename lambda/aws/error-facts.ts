import { constants } from 'node:os';
import { types } from 'node:util';
import { isThrownByRule } from '../bot/rule-errors.ts';
import {
  CLOUD_PARTS,
  ConfigurationError,
  DeadlineError,
  GatewayError,
  InvalidRequestError,
  LateTurnTooLargeError,
  NewerFormatError,
  SessionConflictError,
  SessionTooLargeError,
  SessionVersionError,
  UnavailableError,
} from '../errors.ts';
import { framesOf } from './frames.ts';

/** An error as the log tells it: of what somebody else wrote, its kind and the places in the code alone. */
export interface ErrorFacts {
  /** A kind that the language, the platform, this project or AWS has; `unreadable` where it throws when looked at. */
  readonly name: string;
  /** The system's, such as `ECONNREFUSED`. */
  readonly code?: string;
  /** The part of the cloud that was ill. */
  readonly part?: string;
  /** This project's own, or AWS's to it. */
  readonly message?: string;
  /** `at <file>:<line>:<column>`, innermost first, as far as V8 itself tells them and the file is the code's. */
  readonly frames?: readonly string[];
  readonly cause?: ErrorFacts;
  /** The first few of an AggregateError. */
  readonly errors?: readonly ErrorFacts[];
}

/** Describes whatever was thrown: never throws, never tells a word that a user may have said, and has an end. */
export function errorFacts(error: unknown): ErrorFacts {
  return factsOf(error, { seen: new Set(), isOfRule: false, isOurCause: false });
}

/** The way from the error that was caught to the one that is told. */
interface Path {
  /** All errors that were told on the way. */
  readonly seen: Set<object>;
  /** Whether a rule threw it, or what it is a cause of. */
  readonly isOfRule: boolean;
  /** Whether it is why the gateway itself gave up. */
  readonly isOurCause: boolean;
}

/** More of them, behind one another or side by side, say nothing more. */
const MAX_ERRORS = 8;
const MAX_ERRORS_BESIDE = 3;
const MAX_MESSAGE_LENGTH = 1_000;

function factsOf(error: unknown, path: Path): ErrorFacts {
  if (error === null) return { name: 'null' };
  if (typeof error !== 'object') return { name: typeof error };
  // To look at a proxy is to run its traps.
  if (types.isProxy(error)) return { name: 'unreadable' };
  if (path.seen.has(error)) return { name: 'told above' };
  if (path.seen.size >= MAX_ERRORS) return { name: 'left out' };
  path.seen.add(error);
  const isOfRule = path.isOfRule || isThrownByRule(error);
  const sentence = GatewayError.sentenceOf(error);
  const isOurs = sentence !== undefined && !isOfRule;
  // The SDK marks the errors of its calls with it.
  const isOfAws = path.isOurCause && !isOfRule && attempt(false, () => '$metadata' in error);
  const inside = { seen: path.seen, isOfRule, isOurCause: isOurs };
  return {
    ...attempt<ErrorFacts>({ name: 'unreadable' }, () => ({
      name: isOurs || isOfAws ? ownName(error) : kindOf(error),
    })),
    ...attempt({}, () => codeOf(error)),
    ...attempt({}, () => partOf(error)),
    ...attempt({}, () => messageOf(error, sentence, isOfRule, isOfAws)),
    frames: attempt([], () => framesOf(error)),
    ...attempt({ cause: { name: 'unreadable' } }, () => causeOf(error, inside)),
    ...attempt({}, () => errorsOf(error, inside)),
  };
}

/** The value that `look` gives, or `otherwise` where it throws. */
export function attempt<T>(otherwise: T, look: () => T): T {
  try {
    return look();
  } catch {
    return otherwise;
  }
}

/** The error's own name, where this project or AWS wrote it: both write plain names into their classes. */
function ownName(error: object): string {
  const name: unknown = Reflect.get(error, 'name');
  return typeof name === 'string' && /^[A-Za-z]{1,80}$/.test(name) ? name : kindOf(error);
}

/** The nearest kind that everybody knows. A class of the bot's own may have been named after what a user said. */
function kindOf(error: object): string {
  if (error instanceof DOMException) return ABORTS.find(name => name === error.name) ?? 'DOMException';
  let kind: object | null = error;
  for (let depth = 0; kind !== null && depth < MAX_DEPTH && !types.isProxy(kind); depth++) {
    const name = KINDS.get(kind);
    if (name !== undefined) return name;
    kind = Object.getPrototypeOf(kind);
  }
  // Of another realm, or of none.
  return types.isNativeError(error) ? 'Error' : 'object';
}

const ABORTS = ['AbortError', 'TimeoutError'];
const MAX_DEPTH = 20;

const KINDS: ReadonlyMap<object, string> = new Map([
  [AggregateError.prototype, 'AggregateError'],
  [EvalError.prototype, 'EvalError'],
  [RangeError.prototype, 'RangeError'],
  [ReferenceError.prototype, 'ReferenceError'],
  [SyntaxError.prototype, 'SyntaxError'],
  [TypeError.prototype, 'TypeError'],
  [URIError.prototype, 'URIError'],
  [Error.prototype, 'Error'],
  [ConfigurationError.prototype, 'ConfigurationError'],
  [DeadlineError.prototype, 'DeadlineError'],
  [InvalidRequestError.prototype, 'InvalidRequestError'],
  [LateTurnTooLargeError.prototype, 'LateTurnTooLargeError'],
  [NewerFormatError.prototype, 'NewerFormatError'],
  [SessionConflictError.prototype, 'SessionConflictError'],
  [SessionTooLargeError.prototype, 'SessionTooLargeError'],
  [SessionVersionError.prototype, 'SessionVersionError'],
  [UnavailableError.prototype, 'UnavailableError'],
  [GatewayError.prototype, 'GatewayError'],
]);

/** Codes that no user says: the system's, those of names that are not found, and those of Node's `fetch`. */
const CODES: ReadonlySet<unknown> = new Set([
  ...Object.keys(constants.errno),
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  'UND_ERR_SOCKET',
]);

function codeOf(error: object): Pick<ErrorFacts, 'code'> {
  const code: unknown = Reflect.get(error, 'code');
  return typeof code === 'string' && CODES.has(code) ? { code } : {};
}

function partOf(error: object): Pick<ErrorFacts, 'part'> {
  const part = error instanceof UnavailableError && CLOUD_PARTS.find(known => known === error.part);
  return part ? { part } : {};
}

/** The error's message, where this project or AWS wrote it. Whatever else fails may quote a user: a rule, a parser, V8 on a missing property. */
function messageOf(
  error: object,
  sentence: string | undefined,
  isOfRule: boolean,
  isOfAws: boolean,
): Pick<ErrorFacts, 'message'> {
  if (sentence !== undefined && (!isOfRule || NUMBERS_ONLY.includes(Object.getPrototypeOf(error))))
    return { message: sentence.slice(0, MAX_MESSAGE_LENGTH) };
  const said: unknown = isOfAws && Reflect.get(error, 'message');
  return typeof said === 'string' ? { message: said.slice(0, MAX_MESSAGE_LENGTH) } : {};
}

/** Whose sentences have nothing but numbers in them, whoever threw them: the session throws them into rules. */
const NUMBERS_ONLY = [
  SessionVersionError.prototype,
  SessionTooLargeError.prototype,
  SessionConflictError.prototype,
];

function causeOf(error: object, path: Path): Pick<ErrorFacts, 'cause'> {
  const cause: unknown = Reflect.get(error, 'cause');
  return cause === undefined ? {} : { cause: factsOf(cause, path) };
}

function errorsOf(error: object, path: Path): Pick<ErrorFacts, 'errors'> {
  const errors: unknown = Reflect.get(error, 'errors');
  if (!(error instanceof AggregateError) || !Array.isArray(errors)) return {};
  return {
    errors: Array.from({ length: Math.min(errors.length, MAX_ERRORS_BESIDE) }, (_, at) =>
      factsOf(errors[at], path),
    ),
  };
}
