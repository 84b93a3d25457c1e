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
import { attempt } from './attempt.ts';
import { framesOf } from './frames.ts';

/** An error as the log tells it: of what somebody else wrote, its kind and the places in the code alone. */
export interface ErrorFacts {
  /** A kind that the language, the platform, this project or AWS has; `unreadable` where it throws when looked at. */
  readonly name: string;
  /** The system's, such as `ECONNREFUSED`. */
  readonly code?: string | undefined;
  /** The part of the cloud that was ill. */
  readonly part?: string | undefined;
  /** This project's own, or AWS's to it. */
  readonly message?: string | undefined;
  /** `at <file>:<line>:<column>`, innermost first, as far as V8 itself tells them and the file is the code's. */
  readonly frames?: readonly string[] | undefined;
  readonly cause?: ErrorFacts | undefined;
  /** The first few of an AggregateError. */
  readonly errors?: readonly ErrorFacts[] | undefined;
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

/** Said of what throws when it is looked at. */
export const UNREADABLE = 'unreadable';

function factsOf(error: unknown, path: Path): ErrorFacts {
  if (error === null) return { name: 'null' };
  if (typeof error !== 'object') return { name: typeof error };
  // To look at a proxy is to run its traps.
  if (types.isProxy(error)) return { name: UNREADABLE };
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
    name: attempt(UNREADABLE, () => (isOurs || isOfAws ? ownName(error) : nameOf(error))),
    code: attempt(undefined, () => codeOf(error)),
    part: attempt(undefined, () => partOf(error)),
    message: attempt(undefined, () => messageOf(error, sentence, isOfRule, isOfAws)),
    frames: framesOf(error),
    cause: attempt<ErrorFacts | undefined>({ name: UNREADABLE }, () => causeOf(error, inside)),
    errors: attempt(undefined, () => errorsOf(error, inside)),
  };
}

/** The error's own name, where this project or AWS wrote it: both write plain names into their classes. */
function ownName(error: object): string {
  const name: unknown = Reflect.get(error, 'name');
  return typeof name === 'string' && /^[A-Za-z]{1,80}$/.test(name) ? name : nameOf(error);
}

/** The name of its kind, and of what the platform aborts by, which one it is: anybody may make others. */
function nameOf(error: object): string {
  const kind = kindOf(error);
  if (kind !== 'DOMException') return kind;
  const name: unknown = Reflect.get(error, 'name');
  return ABORTS.find(known => known === name) ?? kind;
}

const ABORTS = ['AbortError', 'TimeoutError'];

/** The nearest kind that everybody knows. A class of the bot's own may have been named after what a user said. */
function kindOf(error: object): string {
  let kind: object | null = error;
  // `instanceof` would run a proxy's traps, which may tell of prototypes without an end.
  while (kind !== null && !types.isProxy(kind)) {
    const name = KINDS.get(kind);
    if (name !== undefined) return name;
    kind = Object.getPrototypeOf(kind);
  }
  // Of another realm, or of none.
  return types.isNativeError(error) ? 'Error' : 'object';
}

const KINDS: ReadonlyMap<object, string> = new Map([
  ...[AggregateError, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError, Error].map(
    ({ prototype, name }) => [prototype, name] as const,
  ),
  [DOMException.prototype, 'DOMException'],
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
const CODES = [
  ...Object.keys(constants.errno),
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  'UND_ERR_SOCKET',
];

function codeOf(error: object): string | undefined {
  const code: unknown = Reflect.get(error, 'code');
  return CODES.find(known => known === code);
}

function partOf(error: object): string | undefined {
  if (kindOf(error) !== 'UnavailableError') return undefined;
  const part: unknown = Reflect.get(error, 'part');
  return CLOUD_PARTS.find(known => known === part);
}

/** The error's message, where this project or AWS wrote it. Whatever else fails may quote a user: a rule, a parser, V8 on a missing property. */
function messageOf(
  error: object,
  sentence: string | undefined,
  isOfRule: boolean,
  isOfAws: boolean,
): string | undefined {
  const isSentenceTold = !isOfRule || NUMBERS_ONLY.includes(Object.getPrototypeOf(error));
  const said: unknown =
    isSentenceTold && sentence !== undefined ? sentence : isOfAws && Reflect.get(error, 'message');
  return typeof said === 'string' ? said.slice(0, MAX_MESSAGE_LENGTH) : undefined;
}

/** Whose sentences have nothing but numbers in them, whoever threw them: the session throws them into rules. */
const NUMBERS_ONLY = [
  SessionVersionError.prototype,
  SessionTooLargeError.prototype,
  SessionConflictError.prototype,
];

function causeOf(error: object, path: Path): ErrorFacts | undefined {
  const cause: unknown = Reflect.get(error, 'cause');
  return cause === undefined ? undefined : factsOf(cause, path);
}

function errorsOf(error: object, path: Path): readonly ErrorFacts[] | undefined {
  const errors: unknown = Reflect.get(error, 'errors');
  if (kindOf(error) !== 'AggregateError' || !Array.isArray(errors)) return undefined;
  return Array.from({ length: Math.min(errors.length, MAX_ERRORS_BESIDE) }, (_, at) =>
    factsOf(errors[at], path),
  );
}
