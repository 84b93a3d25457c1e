import { isWebUrl } from '../web-url.ts';

/** Whether a value is an http or https URL. */
export const isUrl = (value: unknown): value is string =>
  typeof value === 'string' &&
  ((value.startsWith('https://') && value.charCodeAt(8) > 47) || isWebUrl(value));

/** The scheme of a text that may be told where it is no web URL; the rest of it may be a secret. */
export const schemeOf = (value: unknown): string | undefined =>
  typeof value === 'string' ? /^[a-z][\w+.-]{0,9}:/i.exec(value)?.[0] : undefined;

/** The characters of a text, in UTF-16 code units; of anything else none. */
export const lengthOf = (text: unknown): number => (typeof text === 'string' ? text.length : 0);

/** How many lines a text has before any is wrapped; anything else has none. */
export function linesOf(text: unknown): number {
  if (typeof text !== 'string' || text === '') return 0;
  let lines = 1;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines++;
  return lines;
}

/** The bytes of a value's JSON in UTF-8; of one nested too deeply to be written, more than any limit. */
export function bytesOf(value: unknown): number {
  try {
    return Buffer.byteLength(JSON.stringify(value));
  } catch {
    return Number.MAX_SAFE_INTEGER;
  }
}

/** Escaped, a UTF-16 code unit is at most six bytes of JSON. */
export const UNIT_BYTES = 6;

/** A known name, a number, and what stands around them. */
export const MEMBER_BYTES = 48;

const MAX_DEPTH = 64;

/**
 * At least the bytes that a value's JSON has: quicker than to count them.
 * What lies deeper than any bot means is taken for heavy, and measured.
 */
export function weigh(value: unknown, depth = 0): number {
  if (typeof value !== 'object' || value === null) return lengthOf(value) * UNIT_BYTES;
  let weight = depth > MAX_DEPTH ? Infinity : MEMBER_BYTES;
  if (depth > MAX_DEPTH) return weight;
  const members = value as Readonly<Record<string, unknown>>;
  for (const key in members)
    weight += MEMBER_BYTES + key.length * UNIT_BYTES + weigh(members[key], depth + 1);
  return weight;
}
