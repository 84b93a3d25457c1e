import { isObject, type JsonObject } from '../lambda/json-reader.ts';
import { visible } from '../tools/terminal.ts';

/** The line of a function's log as a person at a terminal reads it; whatever is no such line stays as it is. */
export function readable(line: string): string {
  const entry = parsed(line);
  if (entry === undefined || typeof entry.what !== 'string') return line;
  const { level, what, rule, outcome, violations } = entry;
  const mark = level === 'error' ? '✗' : level === 'warn' ? '!' : ' ';
  const told = [
    typeof rule === 'string' && outcome !== undefined ? `${rule}: ${what}` : what,
    ...causesOf(entry.error),
    ...(Array.isArray(violations) ? violations.map(one => `${one?.rule} at ${one?.path}`) : []),
  ];
  // A bot's errors quote its users, and what its models say.
  return `  ${mark} ${told.map(visible).join('\n      ')}\n`;
}

/** Each error's message, or its kind and where it was thrown: a rule's own message may quote the user. */
function causesOf(error: unknown): string[] {
  if (!isObject(error)) return [];
  const { name, code, message, frames, cause, errors } = error;
  const [frame] = Array.isArray(frames) ? frames : [];
  const words = typeof message === 'string' ? [message] : [name, code, frame];
  const beside = Array.isArray(errors) ? errors : [];
  return [
    words.filter(word => word !== undefined).join(' '),
    ...beside.flatMap(causesOf),
    ...causesOf(cause),
  ];
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
