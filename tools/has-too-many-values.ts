/** The biggest answers have hundreds of values; more signs are allowed, since JSON inside a text has them, too. */
const MAX_SIGNS = 200_000;

/** Whether a JSON text has more values than can be looked at in time: each needs a comma or an opening bracket. */
export function hasTooManyValues(text: string): boolean {
  let signs = 0;
  for (let at = 0; at < text.length && signs <= MAX_SIGNS; at++) {
    const char = text.charAt(at);
    if (char === ',' || char === '[' || char === '{') signs++;
  }
  return signs > MAX_SIGNS;
}
