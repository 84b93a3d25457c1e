import { isObject } from '../json-reader.ts';
import { copyJson, type Effort } from './copy-json.ts';
import { isFine, noteStranger, noteText, noteType, noteUrl } from './inspect.ts';
import { isBlank, isUrl, lengthOf, MEMBER_BYTES, UNIT_BYTES, weigh } from './measure.ts';
import { itemOf, itemsIn, membersOf, type Part } from './members.ts';
import type { Field, Shape } from './shape.ts';
import { type Finding, keyOf, kindOf, literalOf, note, type Step } from './violation.ts';

/** What is read of an object that somebody made, be it JSON or not: what is right in it, in objects of its own. */
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
  const { found, lacking } = reading;
  const part = reading.left-- > 0 ? membersOf(value) : undefined;
  if (part === undefined) {
    note(found, 'type', 'object', shape.effects.drops, shape.source, kindOf(value));
    return undefined;
  }
  const weight = reading.weight;
  reading.weight += MEMBER_BYTES;
  if (readMembers(part, shape, reading) < shape.needed) lacking.add(part);
  const start = found.length;
  shape.crossCheck?.(part, found, reading.weight - weight);
  for (let index = start; index < found.length; index++) {
    const finding = found[index];
    if (finding?.effect.severity === 'rejected') mend(part, finding, shape, reading);
  }
  return part;
}

/** Leaves the right members in a part; @returns how many of those are there that there must be */
function readMembers(part: Part, shape: Shape, reading: Reading): number {
  const { fields, last } = shape;
  const { found } = reading;
  let needed = 0;
  let at = 0;
  let action: Field | undefined;
  let told: Set<string> | undefined;
  for (const key in part) {
    const member = part[key];
    if (member === undefined) {
      delete part[key];
      continue;
    }
    let field = last[at];
    if (field?.key !== key) {
      field = fields.get(key);
      if (field !== undefined && at < last.length) last[at] = field;
    }
    at++;
    reading.weight += MEMBER_BYTES;
    // Most members are such texts.
    if (field?.kind === 'text' && isFine(member, field)) {
      if (field.isNeeded) needed++;
      reading.weight += member.length * UNIT_BYTES;
      continue;
    }
    const start = found.length;
    const right = readMember(key, member, field, shape, part, reading);
    if (right === undefined) {
      delete part[key];
      told ??= new Set();
      told.add(key);
    } else {
      part[key] = right;
      if (field?.isNeeded) needed++;
      if (field?.kind === 'word') action = field;
    }
    const step = field === undefined ? { madeUp: key } : key;
    for (let index = start; index < found.length; index++) found[index]?.at.push(step);
  }
  if (needed < shape.needed) noteMissing(part, shape, told, found);
  if (action === undefined || keepsWord(part, action, told, shape, found)) return needed;
  return action.isNeeded ? needed - 1 : needed;
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
  const beside = words.get(`${part[key]}`);
  if (!beside || !isBlank(part[beside])) return true;
  if (!told?.has(beside))
    note(found, `${id}.${part[key]}`, beside, effects.drops, source, part[beside] ? 'blank' : 'missing', [
      key,
    ]);
  delete part[key];
  return false;
}

/** What is right of a member; undefined when it is to be left out. */
function readMember(
  key: string,
  value: unknown,
  field: Field | undefined,
  shape: Shape,
  part: Part,
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
      if (typeof value === 'string' && field.words.has(value)) return value;
      note(found, field.id, [...field.words.keys()], effects.drops, field.source, literalOf(value));
      return undefined;
    case 'object':
      return field.shape
        ? readInside(value, field.shape(), reading)
        : readAnything(value, field, shape, reading);
    case 'list':
      return readList(value, field, shape, part, reading);
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
  part: Part,
  reading: Reading,
): unknown[] | undefined {
  const { found } = reading;
  const { id, min, source } = field;
  const length = itemsIn(value);
  if (length === undefined) {
    noteType(found, value, field, effects);
    return undefined;
  }
  const shape = (field.shape ?? field.shapes.get(part.type))?.();
  if (shape === undefined) return undefined;
  const items: Part[] = [];
  const max = Math.min(field.max, MOST_KEPT);
  forEachItem(value, length, reading, item => {
    const one = readInside(item, shape, reading);
    if (one !== undefined) items.push(one);
    return items.length <= max;
  });
  if (items.length > max || length > MOST_LOOKED_AT)
    note(found, id, max, effects.drops, source, length, [], max);
  if (length < min) note(found, `${id}.min`, min, effects.drops, source, length);
  return items.length < min ? undefined : items.slice(0, max);
}

/** Hands over the first items of a list, until one is enough; what is found of an item is told with its place. */
export function forEachItem(
  list: unknown,
  length: number,
  { found }: Reading,
  take: (item: unknown) => boolean,
): void {
  const most = Math.min(length, MOST_LOOKED_AT);
  for (let index = 0; index < most; index++) {
    const item = itemOf(list, index);
    if (item === undefined) continue;
    const start = found.length;
    const wantsMore = take(item);
    for (let at = start; at < found.length; at++) found[at]?.at.push(index);
    if (found.length > MOST_FOUND) found.length = MOST_FOUND;
    if (!wantsMore) return;
  }
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
  let place: Part | undefined = part;
  for (const step of at.slice(1).toReversed()) place = place && membersIn(place[keyOf(step)]);
  const key = keyOf(at[0] ?? '');
  const list = place?.[key];
  if (keep !== undefined && Array.isArray(list) && place) place[key] = list.slice(0, keep);
  else delete place?.[key];
}

const membersIn = (value: unknown): Part | undefined =>
  typeof value === 'object' && value !== null ? (value as Part) : undefined;
