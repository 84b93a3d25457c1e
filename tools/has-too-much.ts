/** As JSON that stands in a text counts, too, these are signs; each value needs one, and the biggest answers have hundreds. */
const MOST_SIGNS = 200_000;

/** Whether a JSON text has more values than can be looked at in time: a comma or an opening bracket each. */
export function hasTooMuch(text: string): boolean {
  let signs = 0;
  for (let at = 0; at < text.length && signs <= MOST_SIGNS; at++) {
    const char = text.charAt(at);
    if (char === ',' || char === '[' || char === '{') signs++;
  }
  return signs > MOST_SIGNS;
}
