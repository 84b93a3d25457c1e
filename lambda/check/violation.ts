/** A number of characters (UTF-16 code units), lines, bytes or items; else a literal, a kind of value, or words. */
export type Limit = number | string | readonly string[];

/** Kakao's doing then: `rejected` costs the whole answer; `shortened` is cut, folded or ignored, the rest is shown. */
export interface Effect {
  readonly severity: 'rejected' | 'shortened';
  readonly en: string;
  readonly ko: string;
}

/** A limit of Kakao's as data; `source` is where Kakao says so, by the short names of the protocol's limits. */
export interface KakaoLimit {
  readonly limit: Limit;
  readonly effect: Effect;
  readonly source: string;
}

/** One thing in an answer that Kakao does not take as it stands. */
export interface Violation {
  /** Such as `template.outputs[0].basicCard.thumbnail`; empty for the answer itself. */
  readonly path: string;
  /** The id of Kakao's limit. */
  readonly rule: string;
  /** The thing that stands there: a count, a length, a kind of value or a short literal; never a user's text. */
  readonly value: number | string;
  readonly limit: Limit;
  readonly severity: 'rejected' | 'shortened';
  /** Kakao's doing then, as a clause. */
  readonly effect: { readonly en: string; readonly ko: string };
  /** Where Kakao says so, by the short names of the protocol's limits; GATEWAY where the limit is the gateway's own. */
  readonly source: string;
}

/** A step on the way to a place in an answer: a member that Kakao knows by this name, an item, or a made-up name. */
export type Step = string | number | MadeUp;

/** The name of a member that the bot made up, or that its rule did of what a user said. */
export interface MadeUp {
  readonly madeUp: string;
}

/** The step as the answer itself has it. */
export const keyOf = (step: Step): string | number => (typeof step === 'object' ? step.madeUp : step);

/** A violation whose place can still be found in the answer. */
export interface Finding extends KakaoLimit {
  /** Innermost step first: it grows on the way out. */
  readonly at: Step[];
  readonly rule: string;
  readonly value: number | string;
  /** How many of the items there may stay, where some are surplus. */
  readonly keep: number | undefined;
}

/** Adds a finding about the object that is looked at, or about what `path` leads to from there. */
export function note(
  found: Finding[],
  rule: string,
  limit: Limit,
  effect: Effect,
  source: string,
  value: number | string,
  path: readonly Step[] = [],
  keep?: number,
): void {
  found.push({ at: path.toReversed(), rule, value, limit, effect, source, keep });
}

/** The findings as they are told. */
export const violationsOf = (findings: readonly Finding[]): Violation[] =>
  findings.map(({ at, rule, value, limit, effect: { severity, ...effect }, source }) => {
    const path = at.reduceRight<string>(longer, '');
    const violation = { path, rule, value, limit, severity, effect, source };
    places.set(violation, at);
    return violation;
  });

// Beside the violations, which authors are told whole: only the log must not have the names.
const places = new WeakMap<Violation, readonly Step[]>();

/** The path of a violation for whoever must not read what users said: each made-up name in it is `[…]`. */
export function privatePath(violation: Violation): string {
  const at = places.get(violation) ?? [UNKNOWN];
  return at.reduceRight<string>(
    (path, step) => (typeof step === 'object' ? `${path}[…]` : longer(path, step)),
    '',
  );
}

const UNKNOWN: MadeUp = { madeUp: '' };

/** A literal short enough to be told; of lists and objects their kind. */
export function literalOf(value: unknown): string {
  return typeof value === 'object' || typeof value === 'function'
    ? kindOf(value)
    : String(value).replace(/^(.{20}).+/s, '$1…');
}

/** The kind of a value, in JSON's words. */
export function kindOf(value: unknown): string {
  if (value === undefined) return 'missing';
  try {
    return value === null ? 'null' : Array.isArray(value) ? 'list' : typeof value;
  } catch {
    // A proxy that was revoked is neither.
    return 'unreadable';
  }
}

function longer(path: string, step: Step): string {
  const key = keyOf(step);
  if (typeof key === 'number') return `${path}[${key}]`;
  if (!/^[\w$-]{1,40}$/.test(key)) return `${path}[${JSON.stringify(literalOf(key))}]`;
  return path === '' ? key : `${path}.${key}`;
}
