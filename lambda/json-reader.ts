import { InvalidRequestError } from './errors.ts';

/** An object of unknown members, as JSON from outside comes. */
export type JsonObject = { readonly [key: string]: unknown };

/** Kakao's ids are at most 70 characters; twice that still fits a DynamoDB key, whatever its characters. */
const MAX_ID_LENGTH = 140;

/** How deep a request may nest: Kakao's own have ten levels at most, and an author's `extra` has room for the rest. */
export const MAX_NESTING = 64;

/** Tells an object from arrays, null and primitives. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value where it is an object, else an empty one: for the places where Kakao sends null or "null". */
export function objectOrEmpty(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}

/** @throws InvalidRequestError naming `field` when the value is no object */
export function requireObject(value: unknown, field: string): JsonObject {
  if (!isObject(value)) throw new InvalidRequestError(field, 'an object');
  return value;
}

/**
 * The text, or undefined where it is missing or null.
 * @throws InvalidRequestError naming `field` when something else stands there
 */
export function optionalText(value: unknown, field: string): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw new InvalidRequestError(field, 'a string');
  return value;
}

/** The first of the values that is a non-empty string: camel and snake case twins, values that moved. */
export function firstText(...values: readonly unknown[]): string | undefined {
  for (const value of values) if (typeof value === 'string' && value !== '') return value;
  return undefined;
}

/** The first of the values that can be an id; a number is one, as text. */
export function firstId(...values: readonly unknown[]): string | undefined {
  for (const value of values) {
    if (typeof value === 'string' && value !== '') return value;
    if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  }
  return undefined;
}

/** The member of this camel case name, else its snake case twin. */
export function memberOf(object: JsonObject, name: string): unknown {
  return object[name] ?? object[name.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`)];
}

/** Adds a member, whatever its name: an assignment to `__proto__` would add none. */
export function setMember<T>(object: { [name: string]: T }, name: string, value: T): void {
  if (name !== '__proto__') object[name] = value;
  else Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
}

/** Whether objects and lists stand in each other more than `levels` deep; never looks deeper, whatever stands there. */
export function isNestedDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  for (const name in value) if (isNestedDeeper((value as JsonObject)[name], levels - 1)) return true;
  return false;
}

/** JSON, also where values are left out as in `{"unit": }`, which Kakao has sent; undefined where it is none. */
export function parseLooseJson(text: string): unknown {
  for (const json of [text, text.replace(/:\s*(?=[,}])/g, ':null')]) {
    try {
      return JSON.parse(json);
    } catch {
      // Text that is no JSON is a value like any other.
    }
  }
  return undefined;
}

/** Whether a text is neither empty nor too long for an id of Kakao's. */
export function isId(text: string): boolean {
  return text !== '' && text.length <= MAX_ID_LENGTH;
}

/**
 * An id that can be a key: well-formed Unicode, at most 140 characters.
 * @throws InvalidRequestError naming `field` when it is missing, empty or too long
 */
export function requireId(value: string | undefined, field: string): string {
  if (value === undefined || !isId(value)) {
    throw new InvalidRequestError(field, `a string of 1 to ${MAX_ID_LENGTH} characters`);
  }
  return value.toWellFormed();
}
