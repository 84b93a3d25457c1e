/** Whether a value is no text that shows anything. */
export const isBlank = (value: unknown): boolean =>
  typeof value !== 'string' || (!beginsToShow(value) && value.replace(INVISIBLE, '') === '');

/** White space, controls, joiners and Hangul's fillers. */
const INVISIBLE = /[\s\p{C}\u115f\u1160\u3164\uffa0]/gu;

/** Whether a text's first character tells that it shows something: Latin, Hangul and emoji, without a look at all of it. */
export function beginsToShow(text: string): boolean {
  const first = text.charCodeAt(0);
  return first < 0x7f ? first > 0x20 : first >= 0xac00 && first < 0xe000;
}
