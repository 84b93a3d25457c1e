/** Tells a short id from the ids that Kakao and the gateway give. */
const MARK = '#';

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** The characters of a short id, its mark included. */
export const SHORT_ID_LENGTH = 13;

/**
 * An id in 13 characters, the same for the same id: enough to find a turn among the hundred of its user that are remembered,
 * of which two meet less than once in 10^15 times. Not to be trusted with ids that somebody chose in order to have them meet.
 */
export function shortIdOf(id: string): string {
  if (isShortId(id)) return id;
  let one = 0xdeadbeef;
  let other = 0x41c6ce57;
  for (let at = 0; at < id.length; at++) {
    const unit = id.charCodeAt(at);
    one = Math.imul(one ^ unit, 0x9e3779b1);
    other = Math.imul(other ^ unit, 0x5f356495);
  }
  one = Math.imul(one ^ (one >>> 16), 0x85ebca6b) ^ Math.imul(other ^ (other >>> 13), 0xc2b2ae35);
  other = Math.imul(other ^ (other >>> 16), 0x85ebca6b) ^ Math.imul(one ^ (one >>> 13), 0xc2b2ae35);
  return MARK + lettersOf(one) + lettersOf(other);
}

/** Whether an id has the form of a short one. */
export function isShortId(id: string): boolean {
  return id.length === SHORT_ID_LENGTH && id.startsWith(MARK);
}

function lettersOf(bits: number): string {
  let letters = '';
  for (let left = bits >>> 0, places = 0; places < 6; left >>>= 6, places++) letters += LETTERS[left & 63];
  return letters;
}
