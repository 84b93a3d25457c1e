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

/** Those members of an object that don't throw, each got once; undefined where none can be read. */
export function readableMembersOf(value: unknown): Part | undefined {
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

/** Stands in the place of a member or an item that throws. */
const UNREADABLE = Symbol('unreadable');

function got(get: () => unknown): unknown {
  try {
    return get();
  } catch {
    return UNREADABLE;
  }
}

/** Whether a value is an object and no list: asked without getting any of its members. */
export function isObjectInside(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !isList(value);
}

function isList(value: unknown): value is readonly unknown[] {
  try {
    return Array.isArray(value);
  } catch {
    // A proxy that was revoked.
    return false;
  }
}

/** How many items a list has; undefined for what is none, or can't be read. */
export function itemsIn(value: unknown): number | undefined {
  if (!isList(value)) return undefined;
  try {
    const { length } = value;
    return Number.isSafeInteger(length) ? length : MOST_KEYS;
  } catch {
    return undefined;
  }
}

/** An item of a list that may throw. */
export function itemOf(list: unknown, index: number): unknown {
  try {
    return (list as readonly unknown[])[index];
  } catch {
    return UNREADABLE;
  }
}
