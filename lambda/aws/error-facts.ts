import { constants } from 'node:os';
import { isNativeError, isProxy } from 'node:util/types';
import { givenToRule, isThrownByRule, secretTexts } from '../bot/rule-errors.ts';
import {
  AnswerTooLongError,
  CLOUD_PARTS,
  ConfigurationError,
  DeadlineError,
  EventApiError,
  GatewayError,
  InvalidRequestError,
  LateTurnTooLargeError,
  NewerFormatError,
  RoomTooLargeError,
  SessionConflictError,
  SessionTooLargeError,
  SessionValueError,
  SessionVersionError,
  UnavailableError,
} from '../errors.ts';
import { attempt } from './attempt.ts';
import { readErrorWords } from './environment.ts';
import { framesOf } from './frames.ts';
import { type Mask, maskOf, maskQuotes } from './masked.ts';

/** An error as the log tells it: of what somebody else wrote, its kind and the places in the code alone. */
export interface ErrorFacts {
  /** A kind that the language, the platform, this project or AWS has; `unreadable` where it throws when looked at. */
  readonly name: string;
  /** The system's, such as `ECONNREFUSED`. */
  readonly code?: string | undefined;
  /** The part of the cloud that was ill. */
  readonly part?: string | undefined;
  /** This project's own, or AWS's; a rule's own, where the setting {@link readErrorWords} says so. */
  readonly message?: string | undefined;
  /** `at <file>:<line>:<column>`, innermost first, as far as V8 itself tells them and the file is the code's. */
  readonly frames?: readonly string[] | undefined;
  readonly cause?: ErrorFacts | undefined;
  /** The first few of an AggregateError. */
  readonly errors?: readonly ErrorFacts[] | undefined;
}

/**
 * Describes whatever was thrown: never throws, has an end, and tells no word that a user may have said, unless a setting
 * asks for the whole error.
 */
export function errorFacts(error: unknown, words = readErrorWords()): ErrorFacts {
  return factsOf(error, { seen: new Set(), words, isOfRule: false, mask: unknown, isOurCause: false });
}

/** The way from the error that was caught to the one that is told. */
interface Path {
  /** All errors that were told on the way. */
  readonly seen: Set<object>;
  readonly words: ReturnType<typeof readErrorWords>;
  /** Whether a rule threw it, or what it is a cause of. */
  readonly isOfRule: boolean;
  /** Takes out of a text all that this rule knew of its user. */
  readonly mask: Mask;
  /** Whether it is why the gateway itself gave up. */
  readonly isOurCause: boolean;
}

/** The mask where nobody knows what is to be taken out. */
const unknown: Mask = () => undefined;

/** More of them, behind one another or side by side, say nothing more. */
const MAX_ERRORS = 8;
const MAX_ERRORS_BESIDE = 3;
const MAX_MESSAGE_LENGTH = 1_000;
/** On one's own machine: of eight of them, a line has room. */
const MAX_WHOLE_LENGTH = 3_000;

/** Said of what throws when it is looked at. */
export const UNREADABLE = 'unreadable';

function factsOf(error: unknown, path: Path): ErrorFacts {
  const { seen, words } = path;
  if (error === null) return { name: 'null' };
  if (typeof error !== 'object') {
    return {
      name: typeof error,
      ...(words === 'whole' && { message: String(error).slice(0, MAX_WHOLE_LENGTH) }),
    };
  }
  // To look at a proxy is to run its traps.
  if (isProxy(error)) return { name: UNREADABLE };
  if (seen.has(error)) return { name: 'told above' };
  if (seen.size >= MAX_ERRORS) return { name: 'left out' };
  seen.add(error);
  const isOfRule = path.isOfRule || isThrownByRule(error);
  const mask = isThrownByRule(error) ? maskIn(error) : path.mask;
  const sentence = GatewayError.sentenceOf(error);
  const isOurs = sentence !== undefined && !isOfRule;
  const inside = { seen, words, isOfRule, mask, isOurCause: isOurs };
  const tell = isOurs ? asItIs : tellerOf(error, { ...path, isOfRule, mask });
  return {
    name: attempt(UNREADABLE, () => (tell === unknown ? undefined : ownName(error, tell)) ?? nameOf(error)),
    code: attempt(undefined, () => codeOf(error, tell)),
    part: attempt(undefined, () => partOf(error)),
    message: attempt(undefined, () => messageOf(error, isOfRule ? undefined : sentence, tell)),
    frames: framesOf(error),
    cause: attempt<ErrorFacts | undefined>({ name: UNREADABLE }, () => causeOf(error, inside)),
    errors: attempt(undefined, () => errorsOf(error, inside)),
  };
}

/** How the words are told that whoever made the error has chosen. */
function tellerOf(error: object, { words, isOfRule, mask, isOurCause }: Path): Mask {
  if (words === 'whole') return inFull;
  // The SDK marks the errors of its calls with it. A rule may do the same, and AWS quote what it was sent.
  const isOfAws = attempt(false, () => '$metadata' in error);
  if (isOfRule) return isOfAws ? text => mask(maskQuotes(text)) : words === 'masked' ? mask : unknown;
  return isOfAws && isOurCause ? asItIs : unknown;
}

const asItIs: Mask = text => text;
const inFull: Mask = text => text;

function maskIn(error: object): Mask {
  const given = givenToRule(error);
  if (given === undefined) return unknown;
  return maskOf(() => [
    ...secretTexts,
    'said' in given && typeof given.said === 'function' ? given.said() : given,
  ]);
}

/** The error's own name, where that is a plain one and may be told. */
function ownName(error: object, tell: Mask): string | undefined {
  return wordOf(Reflect.get(error, 'name'), /^[A-Za-z][A-Za-z\d]{0,79}$/, tell);
}

function wordOf(word: unknown, form: RegExp, tell: Mask): string | undefined {
  return typeof word === 'string' && form.test(word) && tell(word) === word ? word : undefined;
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
  while (kind !== null && !isProxy(kind)) {
    const name = KINDS.get(kind);
    if (name !== undefined) return name;
    kind = Object.getPrototypeOf(kind);
  }
  // Of another realm, or of none.
  return isNativeError(error) ? 'Error' : 'object';
}

const KINDS: ReadonlyMap<object, string> = new Map([
  ...[AggregateError, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError, Error].map(
    ({ prototype, name }) => [prototype, name] as const,
  ),
  [DOMException.prototype, 'DOMException'],
  [AnswerTooLongError.prototype, 'AnswerTooLongError'],
  [ConfigurationError.prototype, 'ConfigurationError'],
  [DeadlineError.prototype, 'DeadlineError'],
  [EventApiError.prototype, 'EventApiError'],
  [InvalidRequestError.prototype, 'InvalidRequestError'],
  [LateTurnTooLargeError.prototype, 'LateTurnTooLargeError'],
  [NewerFormatError.prototype, 'NewerFormatError'],
  [RoomTooLargeError.prototype, 'RoomTooLargeError'],
  [SessionConflictError.prototype, 'SessionConflictError'],
  [SessionTooLargeError.prototype, 'SessionTooLargeError'],
  [SessionValueError.prototype, 'SessionValueError'],
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

function codeOf(error: object, tell: Mask): string | undefined {
  const code: unknown = Reflect.get(error, 'code');
  return CODES.find(known => known === code) ?? wordOf(code, /^\w{1,40}$/, tell);
}

function partOf(error: object): string | undefined {
  if (kindOf(error) !== 'UnavailableError') return undefined;
  const part: unknown = Reflect.get(error, 'part');
  return CLOUD_PARTS.find(known => known === part);
}

/** This project's own sentence, or as much of the error's message as may be told: it may quote a user. */
function messageOf(error: object, sentence: string | undefined, tell: Mask): string | undefined {
  const isOfNumbers = NUMBERS_ONLY.includes(Object.getPrototypeOf(error));
  const own = isOfNumbers ? GatewayError.sentenceOf(error) : sentence;
  const said: unknown = own ?? Reflect.get(error, 'message');
  if (typeof said !== 'string') return undefined;
  const short = said.slice(0, tell === inFull ? MAX_WHOLE_LENGTH : MAX_MESSAGE_LENGTH);
  return own === undefined ? tell(short) : short;
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
