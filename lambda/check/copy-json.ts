import { type JsonObject, setMember } from '../json-reader.ts';

/** How much more of what somebody made may be looked at: whatever it is, that comes to an end. */
export interface Effort {
  left: number;
}

/** The deepest that free data may nest: it comes back in a request, some levels deep in the 64 that are read. */
const MOST_LEVELS = 48;

/** So many bits of a text's length cost no more than one value: 64 characters. */
const FREE_BITS = 6;

/** How much of one value is looked at: the parts beside it are worth a look, too. */
const MOST_IN_ONE = 20_000;

/** A value as it survives JSON, copied; undefined where it is none, nests too deeply, or is too much. Never throws. */
export function copyJson(value: unknown, effort: Effort): unknown {
  const given = Math.min(MOST_IN_ONE, effort.left);
  const own: Effort = { left: given };
  try {
    return copy(value, own, 0, '');
  } catch {
    return undefined;
  } finally {
    effort.left -= given - Math.max(0, own.left);
  }
}

/** Objects that JSON writes as the text, number or boolean inside. */
const BOXED: ReadonlySet<unknown> = new Set([String.prototype, Number.prototype, Boolean.prototype]);

class NotJson extends Error {}

/** @throws NotJson, and whatever a getter throws; undefined for what JSON leaves out */
function copy(value: unknown, effort: Effort, level: number, key: string): unknown {
  effort.left -= typeof value === 'string' ? 1 + (value.length >> FREE_BITS) : 1;
  if (level > MOST_LEVELS || effort.left < 0) throw new NotJson();
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      return Number.isFinite(value) ? value : null;
    case 'object':
      return value === null ? null : copyObject(value, effort, level, key);
    case 'bigint':
      throw new NotJson();
    default:
      return undefined;
  }
}

function copyObject(value: object, effort: Effort, level: number, key: string): unknown {
  if ('toJSON' in value && typeof value.toJSON === 'function')
    return copy(value.toJSON(key), effort, level + 1, key);
  if (Array.isArray(value)) {
    if (value.length > effort.left) throw new NotJson();
    const items: unknown[] = [];
    for (let at = 0; at < value.length; at++) items.push(copy(value[at], effort, level + 1, `${at}`) ?? null);
    return items;
  }
  if (BOXED.has(Object.getPrototypeOf(value))) return copy(value.valueOf(), effort, level + 1, key);
  const members: { [name: string]: unknown } = {};
  for (const name of Object.keys(value)) {
    effort.left -= name.length >> FREE_BITS;
    const member = copy((value as JsonObject)[name], effort, level + 1, name);
    if (member !== undefined) setMember(members, name, member);
  }
  return members;
}
