/** A UTF-16 unit of a text has so many bytes of UTF-8 at most. */
const MOST_BYTES = 3;

/** Whether a text or bytes are more than so many bytes; what can't be is not counted. */
export function isLonger(coded: string | Buffer, bytes: number): boolean {
  return coded.length * MOST_BYTES > bytes && Buffer.byteLength(coded) > bytes;
}
