// Where emphasis begins and ends: as in CommonMark, but that Korean writes particles onto the marks.

const WORD = /[\p{L}\p{N}]/u;
const ASCII_WORD = /[A-Za-z0-9]/;

/** Whether a run of `*`, `_` or `~` may open emphasis, by the characters beside it. */
export function canOpen(run: string, before: string, after: string): boolean {
  if (/\s/.test(after)) return false;
  switch (run) {
    case '*':
      return !/[\p{L}\p{N})\]}]/u.test(before);
    case '**':
    case '***':
      if (WORD.test(before) && /[(),.:;!?\]}~%/-]/.test(after)) return false;
      return !(ASCII_WORD.test(before) && ASCII_WORD.test(after));
    case '_':
    case '__':
    case '___':
      return /[\s([{"'“‘*~:,]/.test(before);
    default:
      return run === '~~' && !WORD.test(before);
  }
}

/** Whether such a run may close emphasis. */
export function canClose(run: string, before: string, after: string): boolean {
  if (/[\s([{]/.test(before)) return false;
  switch (run) {
    case '*':
      return !ASCII_WORD.test(after);
    case '**':
    case '***':
      return !(ASCII_WORD.test(before) && ASCII_WORD.test(after));
    case '_':
    case '__':
    case '___':
      return before !== '^' && !ASCII_WORD.test(after);
    default:
      return run === '~~';
  }
}
