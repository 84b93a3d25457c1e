import { createContext, runInContext } from 'node:vm';

/** No author's pattern needs longer over an answer. */
const MATCHES_WITHIN_MS = 250;

/** A pattern of a script, by the rules of Unicode; undefined where it is none. */
export function patternOf(text: string): RegExp | undefined {
  try {
    return new RegExp(text, 'su');
  } catch {
    return undefined;
  }
}

/** Whether a pattern matches somewhere in a text; `too-slow` where that takes longer than anybody waits. */
export function matches(pattern: RegExp, text: string): boolean | 'too-slow' {
  try {
    // Code that runs there can be stopped, in the middle of a match, too.
    return Boolean(
      runInContext('pattern.test(text)', createContext({ pattern, text }), { timeout: MATCHES_WITHIN_MS }),
    );
  } catch {
    return 'too-slow';
  }
}
