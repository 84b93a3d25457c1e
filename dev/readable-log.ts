import { isObject, type JsonObject } from '../lambda/json-reader.ts';
import { visible } from '../tools/terminal.ts';
import { type WholeError, wholeErrorLines } from './whole-error.ts';

/** The line of a function's log as a person at a terminal reads it; whatever is no such line stays as it is. */
export function readable(line: string): string {
  const entry = parsed(line);
  if (entry === undefined || typeof entry.what !== 'string') return line;
  const { level, what, rule, outcome, violations } = entry;
  const mark = level === 'error' ? '✗' : level === 'warn' ? '!' : ' ';
  const told = [
    typeof rule === 'string' && outcome !== undefined ? `${rule}: ${what}` : what,
    ...errorLines(entry.error),
    ...(Array.isArray(violations) ? violations.map(one => `${one?.rule} at ${one?.path}`) : []),
  ];
  // A bot's errors quote its users, and what its models say.
  return `  ${mark} ${told.map(visible).join('\n      ')}\n`;
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
