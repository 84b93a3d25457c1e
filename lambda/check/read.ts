import { isBlank } from '../blank.ts';
import { isObject, type JsonObject } from '../json-reader.ts';
import { copyJson, type Effort } from './copy-json.ts';
import { isFine, noteStranger, noteText, noteType, noteUrl } from './inspect.ts';
import { isUrl, lengthOf, MEMBER_BYTES, UNIT_BYTES, weigh } from './measure.ts';
import { isObjectInside, itemOf, itemsIn, type Part, readableMembersOf } from './members.ts';
import { type Field, fieldOf, type Shape } from './shape.ts';
import { type Finding, keyOf, kindOf, literalOf, note, type Step } from './violation.ts';

/** The reading of an object that somebody made, be it JSON or not: whatever is right in it, in objects of its own. */
export interface Reading extends Effort {
  readonly found: Finding[];
  /** The objects that lack what Kakao needs of them. */
  readonly lacking: Set<object>;
  /** The names of the shapes whose objects are handed on though they lack something, to be repaired. */
  readonly repaired: ReadonlySet<string>;
  /** How to repair what a cross-check found, by the limit's id, rather than to leave it out. */
  readonly repairs: Readonly<Record<string, (part: Part, shape: Shape) => void>>;
  /** At least the bytes of JSON that were read. */
  weight: number;
}

/** How many items of a list are looked at: where no item is right, nobody needs to know of more. */
export const MOST_LOOKED_AT = 300;

/** How many items of a list that has no limit are kept: twice what smart-chat's keyboard holds. */
export const MOST_KEPT = 200;

/** How many violations are told. */
export const MOST_FOUND = 1_000;

/**
 * Reads an object by its shape: each member once, by its kind, into a fresh object. What is wrong is left out and told
 * of; so is what the members don't keep together. Never throws, and never changes what it was given.
 * @returns undefined for what is no object
 */
export function readObject(value: unknown, shape: Shape, reading: Reading): Part | undefined {
  const { found, weight } = reading;
  reading.weight += MEMBER_BYTES;
  const part = reading.left-- > 0 && isObjectInside(value) ? partOf(value, shape, reading) : undefined;
  if (part === undefined) {
    note(found, 'type', 'object', shape.effects.drops, shape.source, kindOf(value));
    return undefined;
  }
  if (shape.crossCheck === undefined) return part;
  const start = found.length;
  shape.crossCheck(part, found, reading.weight - weight);
  for (let index = start; index < found.length; index++) {
    const finding = found[index];
    if (finding?.effect.severity === 'rejected') mend(part, finding, shape, reading);
  }
  return part;
}

/** The right members of an object; undefined where it can't be read. */
function partOf(value: JsonObject, shape: Shape, reading: Reading): Part | undefined {
  const { found, weight } = reading;
  const start = found.length;
  try {
    // What one member says of another must not change between two looks, and prototypes may have no end.
    const isOwn = !shape.hasVariants && Object.getPrototypeOf(value) === Object.prototype;
    return readMembers(isOwn ? value : { ...value }, shape, reading);
  } catch {
    // A getter, or a trap of a proxy.
    found.length = start;
    reading.weight = weight;
    const members = readableMembersOf(value);
    return members && readMembers(members, shape, reading);
  }
}

/** The right members of an object, each got once. @throws what a getter throws */
function readMembers(value: JsonObject, shape: Shape, reading: Reading): Part {
  const { found } = reading;
  const part: Part = {};
  let needed = 0;
  let weight = 0;
  let at = 0;
  let action: Field | undefined;
  let told: Set<string> | undefined;
  for (const key in value) {
    const member = value[key];
    if (member === undefined) continue;
    const field = fieldOf(shape, key, at++);
    weight += MEMBER_BYTES;
    // Most members are such texts.
    if (field?.kind === 'text' && isFine(member, field)) {
      if (field.isNeeded) needed++;
      weight += member.length * UNIT_BYTES;
      part[key] = member;
      continue;
    }
    const beside = field?.kind === 'word' ? field.words.get(member as string) : undefined;
    if (field !== undefined && beside !== undefined) {
      if (field.isNeeded) needed++;
      if (beside !== '') action = field;
      part[key] = member;
      continue;
    }
    const start = found.length;
    const right = readMember(key, member, field, shape, value, reading);
    if (right === undefined) {
      told ??= new Set();
      told.add(key);
    } else {
      part[key] = right;
      if (field?.isNeeded) needed++;
    }
    if (start === found.length) continue;
    const step = field === undefined ? { madeUp: key } : key;
    for (let index = start; index < found.length; index++) found[index]?.at.push(step);
  }
  reading.weight += weight;
  if (needed < shape.needed) noteMissing(part, shape, told, found);
  if (action !== undefined && !keepsWord(part, action, told, shape, found) && action.isNeeded) needed--;
  if (needed < shape.needed) reading.lacking.add(part);
  return part;
}

function noteMissing(
  part: Part,
  { fields, effects }: Shape,
  told: ReadonlySet<string> | undefined,
  found: Finding[],
): void {
  for (const [key, { isNeeded, id, source }] of fields)
    if (isNeeded && part[key] === undefined && !told?.has(key))
      note(found, `${id}.required`, 'present', effects.drops, source, 'missing', [key]);
}

/** Whether a word has the text beside it that it needs; if it has not, it is left out. */
function keepsWord(
  part: Part,
  { key, id, words, source }: Field,
  told: ReadonlySet<string> | undefined,
  { effects }: Shape,
  found: Finding[],
): boolean {
  const beside = words.get(part[key] as string);
  if (!beside || !isBlank(part[beside])) return true;
  if (!told?.has(beside))
    note(found, `${id}.${part[key]}`, beside, effects.drops, source, part[beside] ? 'blank' : 'missing', [
      key,
    ]);
  delete part[key];
  return false;
}

/** The right part of a member; undefined when it is to be left out. */
function readMember(
  key: string,
  value: unknown,
  field: Field | undefined,
  shape: Shape,
  parent: JsonObject,
  reading: Reading,
): unknown {
  const { found } = reading;
  const { effects } = shape;
  if (field === undefined) {
    if (found.length < MOST_FOUND) noteStranger(found, key, shape);
    return undefined;
  }
  if (value === null) {
    const { id, isNeeded, source } = field;
    if (isNeeded) note(found, `${id}.required`, 'present', effects.drops, source, 'null');
    else note(found, 'null', 'absent', effects.ignores, shape.source, 'null');
    return undefined;
  }
  switch (field.kind) {
    case 'text':
      if (typeof value !== 'string') break;
      reading.weight += value.length * UNIT_BYTES;
      noteText(found, value, field, effects);
      return field.isNeeded && !field.mayBeBlank && isBlank(value) ? undefined : value;
    case 'url':
      reading.weight += lengthOf(value) * UNIT_BYTES;
      if (isUrl(value)) return value;
      noteUrl(found, value, field, effects);
      return undefined;
    case 'word':
      note(found, field.id, [...field.words.keys()], effects.drops, field.source, literalOf(value));
      return undefined;
    case 'object':
      return field.shape
        ? readInside(value, field.shape(), reading)
        : readAnything(value, field, shape, reading);
    case 'list':
      return readList(value, field, shape, parent, reading);
    case 'integer':
      if (Number.isSafeInteger(value)) return value;
      noteType(found, value, field, effects);
      return rounded(value);
    case 'boolean':
      if (typeof value === 'boolean') return value;
      break;
    default:
      return undefined;
  }
  noteType(found, value, field, effects);
  return undefined;
}

/** A number as a whole one: of won there are no parts. */
function rounded(value: unknown): number | undefined {
  const whole = typeof value === 'number' ? Math.round(value) + 0 : undefined;
  return Number.isSafeInteger(whole) ? whole : undefined;
}

function readInside(value: unknown, shape: Shape, reading: Reading): Part | undefined {
  const part = readObject(value, shape, reading);
  return part && isKept(part, shape, reading) ? part : undefined;
}

function isKept(part: Part, { name }: Shape, { lacking, repaired }: Reading): boolean {
  return lacking.size === 0 || !lacking.has(part) || repaired.has(name);
}

/** An object of the bot's own, whatever is inside, as long as it is JSON. */
function readAnything(value: unknown, field: Field, { effects }: Shape, reading: Reading): unknown {
  const copy = typeof value === 'object' ? copyJson(value, reading) : undefined;
  if (isObject(copy)) {
    reading.weight += weigh(copy);
    return copy;
  }
  const kind = typeof value === 'object' && copy === undefined ? 'no JSON' : kindOf(value);
  note(reading.found, 'type', 'object', effects.drops, field.source, kind);
  return undefined;
}

function readList(
  value: unknown,
  field: Field,
  { effects }: Shape,
  parent: JsonObject,
  reading: Reading,
): unknown[] | undefined {
  const { found } = reading;
  const { id, min, source } = field;
  const length = itemsIn(value);
  if (length === undefined) {
    noteType(found, value, field, effects);
    return undefined;
  }
  const shape = (field.shape ?? field.shapes.get(parent.type))?.();
  if (shape === undefined) return undefined;
  const items: Part[] = [];
  const max = Math.min(field.max, MOST_KEPT);
  for (let index = 0; index < length && index < MOST_LOOKED_AT && items.length <= max; index++) {
    const item = itemOf(value, index);
    if (item === undefined) continue;
    const start = found.length;
    const one = readInside(item, shape, reading);
    if (one !== undefined) items.push(one);
    if (start < found.length) place(found, start, index);
  }
  if (items.length > max || length > MOST_LOOKED_AT)
    note(found, id, max, effects.drops, source, length, [], max);
  if (length < min) note(found, `${id}.min`, min, effects.drops, source, length);
  return items.length < min ? undefined : items.length > max ? items.slice(0, max) : items;
}

/** Tells of an item where it stands, as far as so many violations are told. */
export function place(found: Finding[], start: number, index: number): void {
  for (let at = start; at < found.length; at++) found[at]?.at.push(index);
  if (found.length > MOST_FOUND) found.length = MOST_FOUND;
}

/** Takes out what a cross-check found, or repairs it. */
function mend(part: Part, { rule, at, keep }: Finding, shape: Shape, { lacking, repairs }: Reading): void {
  const repair = repairs[rule];
  if (repair !== undefined) repair(part, shape);
  else if (at.length === 0) lacking.add(part);
  else {
    takeOut(part, at, keep);
    const [key = ''] = at;
    if (at.length === 1 && keep === undefined && shape.fields.get(`${keyOf(key)}`)?.isNeeded)
      lacking.add(part);
  }
}

function takeOut(part: Part, at: readonly Step[], keep: number | undefined): void {
  let holder: Part | undefined = part;
  for (const step of at.slice(1).toReversed()) holder = holder && membersIn(holder[keyOf(step)]);
  const key = keyOf(at[0] ?? '');
  const list = holder?.[key];
  if (keep !== undefined && Array.isArray(list) && holder) holder[key] = list.slice(0, keep);
  else delete holder?.[key];
}

const membersIn = (value: unknown): Part | undefined =>
  typeof value === 'object' && value !== null ? (value as Part) : undefined;
