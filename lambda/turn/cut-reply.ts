import { isBlank } from '../blank.ts';
import type { SettledReply } from '../bot/reply.ts';
import { cutText } from '../bot/split-text.ts';
import { bytesOf, UNIT_BYTES } from '../check/measure.ts';

/** A reply that is no longer than it may be. */
export interface CutReply {
  readonly reply: SettledReply;
  /** The places at which something was left out, outermost step first. */
  readonly cuts: readonly (readonly [string] | readonly [string, number])[];
}

type Output = SettledReply['outputs'][number];

/** The bytes of a member of an object, and what stands around it. */
const memberBytes = (name: string, value: unknown): number => name.length + 4 + bytesOf(value);

/**
 * The reply in at most so many bytes of JSON. What stands beside the outputs has half of them at most, or is left out,
 * one member after the other; the first output that does not fit is the last, a text as far as it fits.
 */
export function cutReply({ outputs, ...others }: SettledReply, maxBytes: number): CutReply {
  const cuts: CutReply['cuts'][number][] = [];
  let left = maxBytes / 2;
  const beside = Object.entries(others).filter(([name, value]) => {
    const bytes = memberBytes(name, value);
    const fits = bytes <= left;
    if (fits) left -= bytes;
    else cuts.push([name]);
    return fits;
  });
  left += maxBytes / 2 - memberBytes('outputs', []);
  const kept: Output[] = [];
  for (const [index, output] of outputs.entries()) {
    const shown = outputWithin(output, left - 1);
    if (shown) kept.push(shown);
    if (shown !== output) {
      cuts.push(['outputs', index]);
      break;
    }
    left -= bytesOf(shown) + 1;
  }
  return { reply: { outputs: kept, ...Object.fromEntries(beside) }, cuts };
}

/** The output itself where it fits, of a longer text its beginning; else nothing. */
function outputWithin(output: Output, maxBytes: number): Output | undefined {
  // Any unit has a byte at least: of a text that is far too long nothing needs to be written to see that.
  if (!('simpleText' in output)) return bytesOf(output) <= maxBytes ? output : undefined;
  const { text, ...beside } = output.simpleText;
  if (text.length <= maxBytes && bytesOf(output) <= maxBytes) return output;
  const words = text.trimStart();
  let units = unitsWithin(words, maxBytes - bytesOf({ simpleText: { text: '', ...beside } }));
  for (; units >= SHORTEST_CUT; units = Math.floor(units / 2)) {
    // What follows the cut tells whether it would divide a character, or a URL.
    const { head } = cutText(words.slice(0, 2 * units), units);
    const shorter = { simpleText: { text: head, ...beside } };
    if (bytesOf(shorter) <= maxBytes) return isBlank(head) ? undefined : shorter;
  }
  return undefined;
}

/** A character may have two UTF-16 units. */
const SHORTEST_CUT = 2;

/** About how many UTF-16 units of a text have so many bytes in JSON. */
function unitsWithin(text: string, maxBytes: number): number {
  let bytes = 0;
  for (let at = 0; at < text.length; at++) {
    bytes += unitBytes(text.charCodeAt(at));
    if (bytes > maxBytes) return at;
  }
  return text.length;
}

function unitBytes(unit: number): number {
  if (unit < 0x20) return unit === 0x0a ? 2 : UNIT_BYTES;
  if (unit < 0x80) return unit === 0x22 || unit === 0x5c ? 2 : 1;
  // Halves of a character in two units have two each.
  return unit < 0x800 || (unit >= 0xd800 && unit < 0xe000) ? 2 : 3;
}
