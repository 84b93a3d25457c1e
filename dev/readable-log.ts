import { isObject, type JsonObject } from '../lambda/json-reader.ts';
import { visible } from '../tools/terminal.ts';
import type { LineOfRequest } from './desk/bot-log.ts';
import { type WholeError, wholeErrorLines } from './whole-error.ts';

/** The line of a function's log as a person at a terminal reads it; whatever is no such line stays as it is. */
export function readable(line: string): string {
  const entry = parsed(line);
  if (entry === undefined || typeof entry.what !== 'string') return line;
  const { level, what } = entry;
  const mark = level === 'error' ? '✗' : level === 'warn' ? '!' : ' ';
  return `  ${mark} ${toldBy(entry, what).join('\n      ')}\n`;
}

/** The same line as the desk shows it at its request; undefined where it is about none. */
export function lineOfRequest(line: string): LineOfRequest | undefined {
  const { requestId, deferredBy = requestId, what, ...entry } = parsed(line) ?? {};
  if (typeof deferredBy !== 'string' || typeof what !== 'string') return undefined;
  const { level } = entry;
  return {
    requestId: deferredBy,
    level: level === 'error' || level === 'warn' ? level : 'info',
    text: toldBy(entry, what).join('\n'),
  };
}

/** The lines that tell an entry to a person. */
function toldBy({ rule, outcome, error, violations, level }: JsonObject, what: string): string[] {
  const isOfRule = typeof rule === 'string' && outcome !== undefined;
  const isToldElsewhere = isOfRule || error !== undefined || violations !== undefined || level === 'info';
  const why = !isToldElsewhere && typeof outcome === 'string' && !what.endsWith(outcome) ? [outcome] : [];
  const told = [
    isOfRule ? `${rule}: ${what}` : what,
    ...why,
    ...errorLines(error),
    ...(Array.isArray(violations) ? violations.map(one => `${one?.rule} at ${one?.path}`) : []),
  ];
  // A bot's errors quote its users, and what its models say.
  return told.map(visible);
}

/** The whole of an error where the log has it; else of each its message, or its kind and where it was thrown. */
function errorLines(error: unknown): string[] {
  const whole = wholeOf(error);
  return whole.message !== undefined && whole.frames?.length ? wholeErrorLines(whole) : causesOf(whole);
}

function causesOf({ name, code, message, frames = [], inside }: WholeError): string[] {
  const words = message === undefined ? [name, code, frames[0]] : [message];
  return [words.filter(Boolean).join(' '), ...inside.flatMap(causesOf)].filter(Boolean);
}

function wholeOf(error: unknown): WholeError {
  const { name, code, message, frames, cause, errors } = isObject(error) ? error : {};
  const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
  return {
    name: text(name) ?? '',
    code: text(code),
    message: text(message),
    frames: Array.isArray(frames) ? frames.filter(frame => typeof frame === 'string') : [],
    inside: [...(Array.isArray(errors) ? errors : []), cause].filter(isObject).map(wholeOf),
  };
}

function parsed(line: string): JsonObject | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const entry: unknown = JSON.parse(line);
    return isObject(entry) ? entry : undefined;
  } catch {
    return undefined;
  }
}
