import { beginsToShow, isBlank } from '../blank.ts';
import { isObject, type JsonObject } from '../json-reader.ts';
import { isUrl, lengthOf, linesOf, MEMBER_BYTES, schemeOf, UNIT_BYTES, weigh } from './measure.ts';
import { type Effects, type Field, fieldOf, type LazyShape, type Shape } from './shape.ts';
import { type Finding, kindOf, literalOf, note } from './violation.ts';

/** Everything in a JSON value that is not as its shape wants it; never throws. */
export function inspect(value: unknown, shape: LazyShape): Finding[] {
  const found: Finding[] = [];
  inspectObject(value, shape(), found);
  return found;
}

/** An object and what is inside; the most bytes that it has. */
function inspectObject(value: unknown, shape: Shape, found: Finding[]): number {
  const { effects, source, isClosed } = shape;
  if (!isObject(value)) {
    note(found, 'type', 'object', effects.drops, source, kindOf(value));
    return 0;
  }
  let weight = MEMBER_BYTES;
  let needed = 0;
  let at = 0;
  for (const key in value) {
    const member = value[key];
    if (member === undefined) continue;
    const start = found.length;
    const field = fieldOf(shape, key, at++);
    weight += MEMBER_BYTES;
    // Most members are such texts.
    if (field?.kind === 'text' && isFine(member, field)) {
      if (field.isNeeded) needed++;
      weight += member.length * UNIT_BYTES;
    } else if (field === undefined) {
      weight += weigh(key) + weigh(member);
      noteStranger(found, key, shape);
    } else if (member === null && !isClosed) {
      if (!field.isNeeded) note(found, 'null', 'absent', effects.ignores, source, 'null');
    } else {
      if (field.isNeeded) needed++;
      weight += inspectMember(member, field, effects, found, value);
    }
    if (start === found.length) continue;
    const step = field === undefined ? { madeUp: key } : key;
    for (let index = start; index < found.length; index++) found[index]?.at.push(step);
  }
  if (needed < shape.needed) noteMissing(found, value, shape);
  shape.crossCheck?.(value, found, weight);
  return weight;
}

/** Whether a member is a text that shows something and is within its limits. */
export const isFine = (member: unknown, { max, lines }: Field): member is string =>
  typeof member === 'string' && member.length <= max && beginsToShow(member) && lines > member.length;

/** Tells of a member that Kakao does not know. */
export function noteStranger(
  found: Finding[],
  key: string,
  { fields, effects, source, isClosed }: Shape,
): void {
  const effect = isClosed ? effects.drops : effects.ignores;
  note(found, isClosed ? 'component' : 'unknown', [...fields.keys()], effect, source, literalOf(key));
}

function noteMissing(found: Finding[], value: JsonObject, { fields, effects }: Shape): void {
  for (const [key, { isNeeded, id, source }] of fields)
    if (isNeeded && (value[key] ?? undefined) === undefined)
      note(found, `${id}.required`, 'present', effects.drops, source, kindOf(value[key]), [key]);
}

/** One member by itself; the most bytes that it has. */
function inspectMember(
  value: unknown,
  field: Field,
  effects: Effects,
  found: Finding[],
  parent: JsonObject,
): number {
  const { kind, id, source } = field;
  switch (kind) {
    case 'text':
      if (typeof value !== 'string') break;
      noteText(found, value, field, effects);
      return value.length * UNIT_BYTES;
    case 'url':
      if (!isUrl(value)) noteUrl(found, value, field, effects);
      return lengthOf(value) * UNIT_BYTES;
    case 'word':
      inspectWord(value, field, effects, found, parent);
      return MEMBER_BYTES;
    case 'object':
      if (field.shape) return inspectObject(value, field.shape(), found);
      if (isObject(value)) return weigh(value);
      break;
    case 'list':
      if (!Array.isArray(value)) break;
      return inspectList(value, field, effects, found, parent);
    case 'integer':
      if (Number.isInteger(value)) return 0;
      break;
    case 'boolean':
      if (typeof value === kind) return 0;
      break;
    case 'refused':
      note(found, id, 'absent', effects.drops, source, 'present');
      return weigh(value);
    case 'ignored':
      note(found, id, 'absent', effects.ignores, source, 'present');
      return weigh(value);
    default:
      return weigh(value);
  }
  noteType(found, value, field, effects);
  return 0;
}

/** Tells of a value of another kind than its member's. */
export function noteType(
  found: Finding[],
  value: unknown,
  { kind, source }: Field,
  { drops }: Effects,
): void {
  note(found, 'type', kind, drops, source, kindOf(value));
}

/** Tells of a URL that is none; the rest of it may be a secret. */
export function noteUrl(found: Finding[], value: unknown, { kind, source }: Field, { drops }: Effects): void {
  note(found, kind, 'http or https', drops, source, schemeOf(value) ?? kindOf(value));
}

/** Tells of a text that is too long, or blank where it must not be. */
export function noteText(found: Finding[], value: string, field: Field, { cuts, drops }: Effects): void {
  const { id, max, lines, isNeeded, mayBeBlank, source } = field;
  const { length } = value;
  if (length > max) note(found, id, max, cuts, source, length);
  if (length >= lines && linesOf(value) > lines)
    note(found, `${id}.lines`, lines, cuts, source, linesOf(value));
  if (isNeeded && !mayBeBlank && isBlank(value))
    note(found, `${id}.required`, 'present', drops, source, 'blank');
}

function inspectWord(
  value: unknown,
  { id, words, source }: Field,
  { drops }: Effects,
  found: Finding[],
  parent: JsonObject,
): void {
  const beside = typeof value === 'string' ? words.get(value) : undefined;
  if (beside === undefined) {
    note(found, id, [...words.keys()], drops, source, literalOf(value));
  } else if (beside) {
    const text = parent[beside] ?? '';
    // What is no text at all is told of by its type.
    if (typeof text === 'string' && isBlank(text))
      note(found, `${id}.${value}`, beside, drops, source, text ? 'blank' : 'missing');
  }
}

function inspectList(
  value: readonly unknown[],
  field: Field,
  { drops }: Effects,
  found: Finding[],
  parent: JsonObject,
): number {
  const { id, max, min, source } = field;
  const { length } = value;
  if (length > max) note(found, id, max, drops, source, length, [], max);
  if (length < min) note(found, `${id}.min`, min, drops, source, length);
  const shape = (field.shape ?? field.shapes.get(parent.type))?.();
  let weight = MEMBER_BYTES;
  if (shape === undefined) return weight + weigh(value);
  for (let index = 0; index < length; index++) {
    const start = found.length;
    weight += inspectObject(value[index], shape, found);
    for (let at = start; at < found.length; at++) found[at]?.at.push(index);
  }
  return weight;
}
