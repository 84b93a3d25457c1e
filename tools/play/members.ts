import { editDistance } from '../../lib/edit-distance.ts';
import { ScriptError, type ScriptMember, type ScriptValue } from './script-value.ts';
import type { Place } from './talk.ts';

/** The members of a map by their names; a member that is not there has no value. */
export interface Members {
  readonly place: Place;
  readonly names: readonly string[];
  has(name: string): boolean;
  /** @throws ScriptError when it is missing */
  needs(name: string): ScriptValue;
  /** Reads a member, unless it is not there. */
  read<T>(name: string, reader: (value: ScriptValue, name: string) => T): T | undefined;
}

/** The members of a map. @throws ScriptError when it is none, or has one that nobody knows */
export function membersOf(value: ScriptValue, what: string, known: readonly string[]): Members {
  if (value.kind !== 'map')
    throw new ScriptError(
      value.place,
      `${what} must have members (${known.join(', ')}), and is ${kindOf(value)}`,
    );
  const { place, members } = value;
  for (const [name, { place: at }] of members) if (!known.includes(name)) refuse(at, name, what, known);
  const member = (name: string): ScriptMember | undefined => members.get(name);
  return {
    place,
    names: [...members.keys()],
    has: name => members.has(name),
    needs: name => {
      const found = member(name);
      if (found === undefined) throw new ScriptError(place, `${what} needs ${name}`);
      return found.value;
    },
    read: (name, reader) => {
      const found = member(name);
      return found && reader(found.value, name);
    },
  };
}

function refuse(place: Place, name: string, what: string, known: readonly string[]): never {
  const near = nearest(name, known);
  const advice = near === undefined ? `it knows ${known.join(', ')}` : `did you mean ${near}?`;
  throw new ScriptError(place, `${what} knows no ${name.slice(0, LONGEST_NAME)}: ${advice}`);
}

const LONGEST_NAME = 40;

/** The known word that was probably meant: a slip of the finger or two away, or of the same letters. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  const bare = (word: string): string => word.replaceAll(/[-_ ]/g, '').toLowerCase();
  const given = bare(name.slice(0, LONGEST_NAME));
  return known
    .map(one => ({ one, distance: distanceOf(given, bare(one)) }))
    .filter(({ one, distance }) => distance <= Math.min(2, one.length - 2))
    .sort((a, b) => a.distance - b.distance)[0]?.one;
}

// say for says, button for buttons, click and press for nothing.
const distanceOf = (given: string, one: string): number =>
  given.length > 2 && one.startsWith(given) ? 1 : editDistance(given, one);

/** A text, be it written as a number. @throws ScriptError when it is none, or empty */
export function textIn(value: ScriptValue, name: string): string {
  if (value.kind === 'text' && value.text !== '') return value.text;
  throw new ScriptError(value.place, `${name} must be a text, and is ${kindOf(value)}`);
}

/** One text or several. @throws ScriptError */
export function textsIn(value: ScriptValue, name: string): readonly string[] {
  return value.kind === 'list' ? value.items.map(item => textIn(item, name)) : [textIn(value, name)];
}

/** One of some words. @throws ScriptError */
export function wordIn<const T extends string>(known: readonly T[]) {
  return (value: ScriptValue, name: string): T => {
    const text = value.kind === 'text' ? value.text : undefined;
    const found = known.find(one => one === text);
    if (found !== undefined) return found;
    const near = text === undefined ? undefined : nearest(text, known);
    const given = text === undefined || text === '' ? kindOf(value) : text.slice(0, LONGEST_NAME);
    throw new ScriptError(
      value.place,
      `${name} is ${known.join(' or ')}, not ${given}${near === undefined ? '' : `: did you mean ${near}?`}`,
    );
  };
}

/** Yes or no. @throws ScriptError */
export function truthIn(value: ScriptValue, name: string): boolean {
  if (value.kind === 'text' && typeof value.value === 'boolean') return value.value;
  const text = value.kind === 'text' ? value.text.toLowerCase() : '';
  if (text === 'yes' || text === 'no') return text === 'yes';
  throw new ScriptError(value.place, `${name} is true or false`);
}

/** A whole number from 1 on. @throws ScriptError */
export function countIn(value: ScriptValue, name: string): number {
  if (value.kind === 'text' && Number.isInteger(value.value) && Number(value.value) >= 1)
    return Number(value.value);
  throw new ScriptError(value.place, `${name} is a whole number from 1 on`);
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000 };

/** A callback lives for five minutes at most, and nothing else is waited for. */
const LONGEST_MS = 600_000;

/** A length of time, in milliseconds. @throws ScriptError */
export function durationIn(value: ScriptValue, name: string): number {
  const text = value.kind === 'text' ? value.text : '';
  const [, amount, unit = ''] = /^(\d{1,7}(?:\.\d{1,3})?) ?(ms|s|m)$/.exec(text) ?? [];
  const ms = Number(amount) * (UNITS[unit] ?? Number.NaN);
  if (ms > 0 && ms <= LONGEST_MS) return ms;
  throw new ScriptError(
    value.place,
    `${name} is a length of time such as 500ms, 30s or 1m, of ten minutes at most`,
  );
}

/** Any value, as JSON has it. */
export function jsonIn(value: ScriptValue): unknown {
  if (value.kind === 'text') return value.value;
  if (value.kind === 'list') return value.items.map(jsonIn);
  return Object.fromEntries([...value.members].map(([name, member]) => [name, jsonIn(member.value)]));
}

/** Texts by their names. @throws ScriptError */
export function paramsIn(value: ScriptValue, name: string): Readonly<Record<string, string>> {
  if (value.kind !== 'map')
    throw new ScriptError(value.place, `${name} must have a name and a value each, and is ${kindOf(value)}`);
  return Object.fromEntries([...value.members].map(([key, member]) => [key, textIn(member.value, key)]));
}

/** A value's kind, for a sentence. */
export function kindOf(value: ScriptValue): string {
  if (value.kind !== 'text') return `a ${value.kind}`;
  return value.text === '' ? 'empty' : JSON.stringify(value.text.slice(0, LONGEST_NAME));
}
