import type { JsonObject } from '../json-reader.ts';

/** An object of our own, whose members may be changed. */
export type Part = { [key: string]: unknown };

/** The members of an object, each got once; undefined for what is none, or can't be read. */
export function membersOf(value: unknown): Part | undefined {
  try {
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return readableMembersOf(value);
  }
}

function readableMembersOf(value: unknown): Part | undefined {
  const members: Part = {};
  try {
    for (const key of Object.keys(Object(value)).slice(0, MOST_KEYS))
      members[key] = got(() => (value as JsonObject)[key]);
    return members;
  } catch {
    return undefined;
  }
}

/** How many members of an object that throws are tried. */
const MOST_KEYS = 1_000;

/** What stands in the place of a member or an item that throws. */
const UNREADABLE = Symbol('unreadable');

function got(get: () => unknown): unknown {
  try {
    return get();
  } catch {
    return UNREADABLE;
  }
}

/** Whether a value is an object and no list: asked without getting any of its members. */
export const isObjectInside = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && itemsIn(value) === undefined;

/** How many items a list has; undefined for what is none, or can't be read. */
export function itemsIn(value: unknown): number | undefined {
  const length = got(() => (Array.isArray(value) ? value.length : undefined));
  return typeof length === 'number' ? Math.min(Math.max(0, Math.trunc(length) || 0), 2 ** 32) : undefined;
}

/** An item of a list that may throw. */
export const itemOf = (list: unknown, index: number): unknown =>
  got(() => (list as readonly unknown[])[index]);
