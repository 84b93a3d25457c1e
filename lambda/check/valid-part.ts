import { isObject } from '../json-reader.ts';
import { type Finding, keyOf, type Step } from './violation.ts';

/** Whether Kakao drops the whole answer for it. */
export const isRejected = ({ effect }: Finding): boolean => effect.severity === 'rejected';

/**
 * What is left of an answer when surplus items are cut off and whatever else costs the whole answer is taken out:
 * the member or the item itself, and where something is missing, what misses it; undefined when nothing is left.
 * The answer itself is not changed.
 */
export function validPart(answer: unknown, inspect: (answer: unknown) => readonly Finding[]): unknown {
  let part = answer;
  for (;;) {
    const wrong = inspect(part).filter(isRejected);
    if (wrong.length === 0) return part;
    const whole: Cut = { keep: Infinity, inside: new Map() };
    // Surplus is told of last: it may go with what is wrong.
    const mistakes = wrong.filter(({ keep }) => keep === undefined);
    for (const { at, keep } of mistakes.length > 0 ? mistakes : wrong) mark(whole, part, at, keep);
    if (whole.keep === GONE) return undefined;
    part = cut(part, whole);
  }
}

/** How many members or items of a value stay, and what is cut in each. */
interface Cut {
  keep: number;
  readonly inside: Map<string, Cut>;
}
const GONE = -1;

function mark(whole: Cut, part: unknown, at: readonly Step[], keep = GONE): void {
  let cut = whole;
  let place = part;
  for (const step of at.toReversed().map(keyOf)) {
    const key = String(step);
    place = memberOf(place, step);
    if (place === undefined) break;
    const next = cut.inside.get(key) ?? { keep: Infinity, inside: new Map() };
    cut.inside.set(key, next);
    cut = next;
  }
  cut.keep = Math.min(cut.keep, keep);
}

function memberOf(value: unknown, step: string | number): unknown {
  if (typeof step === 'number') return Array.isArray(value) ? value[step] : undefined;
  return isObject(value) && Object.hasOwn(value, step) ? value[step] : undefined;
}

function cut(value: unknown, { keep, inside }: Cut): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value)
    .filter(([key]) => inside.get(key)?.keep !== GONE)
    .map(([key, member]): [string, unknown] => {
      const inner = inside.get(key);
      return [key, inner ? cut(member, inner) : member];
    })
    .slice(0, keep);
  return Array.isArray(value) ? kept.map(([, member]) => member) : Object.fromEntries(kept);
}
