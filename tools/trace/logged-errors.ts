/** A line of the log that tells of an error. */
export interface LoggedLine {
  readonly time: string;
  readonly what: string;
  readonly rule: string;
  /** The SHA-256 of the code that wrote it; undefined where it tells none. */
  readonly build: string | undefined;
  readonly error: LoggedError;
}

/** An error as a line tells it. */
export interface LoggedError {
  readonly name: string;
  readonly code: string;
  readonly message: string;
  /** Innermost first; what has not the form of one is left out. */
  readonly frames: readonly Frame[];
  /** The errors behind it and beside it. */
  readonly inside: readonly LoggedError[];
}

/** A place in the code that ran; line and column from 1. */
export interface Frame {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Deeper is no answer of AWS's. */
const MAX_DEPTH = 20;

/** The lines that tell of an error in a text: as they are, each behind whatever stands before it, or somewhere in JSON. */
export function loggedIn(text: string): LoggedLine[] {
  return inText(text, 0);
}

function inText(text: string, depth: number): LoggedLine[] {
  const whole = parsed(text);
  if (whole !== undefined) return inValue(whole, depth + 1);
  return text.split('\n').flatMap(line => {
    const from = line.indexOf('{');
    return from < 0 ? [] : inValue(parsed(line.slice(from)), depth + 1);
  });
}

function inValue(value: unknown, depth: number): LoggedLine[] {
  if (depth > MAX_DEPTH) return [];
  if (typeof value === 'string') return value.includes('{') ? inText(value, depth) : [];
  if (typeof value !== 'object' || value === null) return [];
  const { time, what, rule, build, error }: LogMembers = value;
  if (typeof what !== 'string' || typeof error !== 'object' || error === null)
    return Object.values(value).flatMap(one => inValue(one, depth + 1));
  const isBuild = typeof build === 'string' && /^[\da-f]{64}$/.test(build);
  return [
    {
      time: textOf(time),
      what,
      rule: textOf(rule),
      build: isBuild ? build : undefined,
      error: errorOf(error, depth),
    },
  ];
}

type LogMembers = { readonly [K in keyof LoggedLine]?: unknown };
type ErrorMembers = { readonly [K in keyof LoggedError | 'cause' | 'errors']?: unknown };

function errorOf(value: object, depth: number): LoggedError {
  const { name, code, message, frames, cause, errors }: ErrorMembers = value;
  const inside = [...(Array.isArray(errors) ? errors : []), cause].filter(isObject);
  return {
    name: textOf(name),
    code: textOf(code),
    message: textOf(message),
    frames: (Array.isArray(frames) ? frames : []).flatMap(frameOf),
    inside: depth < MAX_DEPTH ? inside.map(one => errorOf(one, depth + 1)) : [],
  };
}

function frameOf(frame: unknown): Frame[] {
  const match = /^at ([^:]{1,400}):(\d{1,9}):(\d{1,9})$/.exec(textOf(frame));
  if (!match) return [];
  const [, file = '', line, column] = match;
  return [{ file, line: Number(line), column: Number(column) }];
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
