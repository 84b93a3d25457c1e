import { isObject, type JsonObject } from '../json-reader.ts';
import { isWebUrl } from '../web-url.ts';
import { type Effect, type Finding, kindOf, literalOf, note } from './violation.ts';

/** What a member of an object may be, as data. */
export interface Member {
  readonly kind:
    | 'any'
    | 'text'
    | 'url'
    | 'object'
    | 'list'
    | 'word'
    | 'integer'
    | 'boolean'
    | 'refused'
    | 'ignored';
  readonly isNeeded?: boolean;
  /** The most characters of a text, or items of a list. */
  readonly max?: number;
  /** The fewest items. */
  readonly min?: number;
  /** The most lines, before any is wrapped. */
  readonly lines?: number;
  /** The words it may be; each may need another member beside it. */
  readonly words?: ReadonlyMap<string, string>;
  /**
   * The name of the shape of the object or of each item: the member's own, unless given. `variant.*` is the one that the
   * parent's `type` names.
   */
  readonly of?: string;
  /** The table's, unless given. */
  readonly source?: string;
}

/** What each object may hold, by name; `prefix.name` tells only what a variant has otherwise. */
export type Shapes = Readonly<Record<string, Readonly<Record<string, Member>>>>;

/** Any value. */
export const ANY: Member = { kind: 'any' };
/** An http or https URL. */
export const URL_TEXT: Member = { kind: 'url' };
/** A whole number. */
export const INTEGER: Member = { kind: 'integer' };
/** True or false. */
export const BOOLEAN: Member = { kind: 'boolean' };
/** An object of a shape. */
export const OBJECT: Member = { kind: 'object' };
/** Nothing: being there costs the answer. */
export const REFUSED: Member = { kind: 'refused', source: 'GRP' };
/** Nothing that counts. */
export const IGNORED: Member = { kind: 'ignored', source: 'GRP' };
/** A text of at most `max` characters and `lines` lines. */
export const text = (max = Infinity, lines = Infinity): Member => ({ kind: 'text', max, lines });
/** One of the words, which may need another member: `'share message:messageText'`. */
export const word = (words: string): Member => ({
  kind: 'word',
  words: new Map(
    words.split(' ').map(one => {
      const [word = '', beside = ''] = one.split(':');
      return [word, asName(beside)];
    }),
  ),
});
// A string cut from another is no name to V8: it would optimise a lookup by it in vain, again and again.
const asName = (text: string): string => Object.keys({ [text]: true }).join();

/** A list of `min` to `max` objects of a shape. */
export const list = (of: string, max = Infinity, min = 0): Member => ({ kind: 'list', of, max, min });
/** The member, where there must be one. */
export const needed = (member: Member): Member => ({ ...member, isNeeded: true });
/** The member, where another source says so. */
export const from = (source: string, member: Member): Member => ({ ...member, source });

/** Looks at what no single member tells; `weight` is at least the bytes that the object's JSON has. */
export type Look = (object: JsonObject, found: Finding[], weight: number) => void;

/** What Kakao does about a member. */
export interface Effects {
  readonly drops: Effect;
  readonly cuts: Effect;
  readonly ignores: Effect;
}

/** What a protocol says of its objects. */
export interface Table {
  readonly shapes: Shapes;
  /** By the name of a shape, in a variant. */
  readonly looksOf: (prefix: string) => Readonly<Record<string, Look>>;
  readonly effects: Effects;
  /** Of the rules that name none. */
  readonly source: string;
  /** The shape in which a stranger costs the answer, and null is no absence. */
  readonly closed?: string;
}

/** What an object may hold, ready to be looked through. */
export interface Shape {
  readonly fields: ReadonlyMap<string, Field>;
  /** The fields as they stood last: most objects of a bot have the same in the same order. */
  readonly last: Field[];
  /** How many fields there must be. */
  readonly needed: number;
  readonly effects: Effects;
  readonly source: string;
  readonly look: Look | undefined;
  readonly isClosed: boolean;
}

interface Field extends Required<Member> {
  readonly key: string;
  readonly id: string;
  /** Undefined where anything may be inside. */
  readonly shape: LazyShape | undefined;
  /** By the parent's `type`. */
  readonly shapes: ReadonlyMap<unknown, LazyShape>;
}

/** A shape that is made when it is first needed: most answers have few kinds of objects. */
export type LazyShape = () => Shape;

/** Makes a shape ready when it is asked for, and those inside when they are. */
export function lazyShape(table: Table, name: string, prefix = ''): LazyShape {
  let made: Shape | undefined;
  return () => {
    made ??= shapeOf(table, name, prefix);
    return made;
  };
}

function shapeOf(table: Table, name: string, prefix = ''): Shape {
  const { shapes, looksOf, effects, source, closed } = table;
  const own = shapes[prefix + name] ?? {};
  const members = { ...shapes[name], ...own };
  const fields = new Map<string, Field>();
  let needed = 0;
  for (const [key, member] of Object.entries(members)) {
    const { of = key, isNeeded } = member;
    const types = of.endsWith('*') ? [...(members.type?.words?.keys() ?? [])] : [];
    if (isNeeded) needed++;
    fields.set(key, {
      key,
      isNeeded: false,
      max: Infinity,
      min: 0,
      lines: Infinity,
      words: new Map(),
      of,
      source,
      ...member,
      id: `${key in own ? prefix : ''}${name}.${key}`,
      shape: of in shapes && /object|list/.test(member.kind) ? lazyShape(table, of, prefix) : undefined,
      shapes: new Map(types.map(type => [type, lazyShape(table, type, of.slice(0, -1))])),
    });
  }
  return {
    fields,
    last: [...fields.values()],
    needed,
    effects,
    source,
    look: looksOf(prefix)[name],
    isClosed: name === closed,
  };
}

/** What in a JSON value is not as its shape wants it; never throws. */
export function inspect(value: unknown, shape: LazyShape): Finding[] {
  const found: Finding[] = [];
  walk(value, shape(), found);
  return found;
}

/** Whether a value is no text that shows anything. */
export const isBlank = (value: unknown): boolean =>
  typeof value !== 'string' || (!beginsToShow(value) && value.replace(INVISIBLE, '') === '');

/** White space, controls, joiners and Hangul's fillers. */
const INVISIBLE = /[\s\p{C}\u115f\u1160\u3164\uffa0]/gu;

// Latin, Hangul and emoji, without a look at all of it.
function beginsToShow(text: string): boolean {
  const first = text.charCodeAt(0);
  return first < 0x7f ? first > 0x20 : first >= 0xac00 && first < 0xe000;
}

/** The characters of a text, in UTF-16 code units; of anything else none. */
export const lengthOf = (text: unknown): number => (typeof text === 'string' ? text.length : 0);

/** How many lines a text has before any is wrapped; anything else has none. */
export function linesOf(text: unknown): number {
  if (typeof text !== 'string' || text === '') return 0;
  let lines = 1;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines++;
  return lines;
}

/** The bytes of a value's JSON in UTF-8; of one nested too deeply to be written, more than any limit. */
export function bytesOf(value: unknown): number {
  try {
    return Buffer.byteLength(JSON.stringify(value));
  } catch {
    return Number.MAX_SAFE_INTEGER;
  }
}

/** Escaped, a UTF-16 code unit is at most six bytes of JSON. */
const UNIT_BYTES = 6;
/** A known name, a number, and what stands around them. */
const MEMBER_BYTES = 48;
const MAX_DEPTH = 64;

function walk(value: unknown, shape: Shape, found: Finding[]): number {
  const { fields, last, effects, source, isClosed } = shape;
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
    let field = last[at];
    if (field?.key !== key) {
      field = fields.get(key);
      if (field !== undefined && at < last.length) last[at] = field;
    }
    at++;
    weight += MEMBER_BYTES;
    // Most members are such texts.
    if (
      field?.kind === 'text' &&
      typeof member === 'string' &&
      member.length <= field.max &&
      beginsToShow(member) &&
      field.lines > member.length
    ) {
      if (field.isNeeded) needed++;
      weight += member.length * UNIT_BYTES;
    } else if (field === undefined) {
      weight += weigh(key, 0) + weigh(member, 0);
      note(
        found,
        isClosed ? 'component' : 'unknown',
        [...fields.keys()],
        isClosed ? effects.drops : effects.ignores,
        source,
        literalOf(key),
      );
    } else if (member === null && !isClosed) {
      if (!field.isNeeded) note(found, 'null', 'absent', effects.ignores, source, 'null');
    } else {
      if (field.isNeeded) needed++;
      weight += look(member, field, effects, found, value);
    }
    if (start === found.length) continue;
    const step = field === undefined ? { madeUp: key } : key;
    for (let index = start; index < found.length; index++) found[index]?.at.push(step);
  }
  if (needed < shape.needed) {
    for (const [key, { isNeeded, id, source }] of fields)
      if (isNeeded && (value[key] ?? undefined) === undefined)
        note(found, `${id}.required`, 'present', effects.drops, source, kindOf(value[key]), [key]);
  }
  shape.look?.(value, found, weight);
  return weight;
}

/** One member by itself; the most bytes that it has. */
function look(value: unknown, field: Field, effects: Effects, found: Finding[], parent: JsonObject): number {
  const { kind, id, max, min, lines, source } = field;
  const { drops, cuts, ignores } = effects;
  switch (kind) {
    case 'text': {
      if (typeof value !== 'string') break;
      const { length } = value;
      if (length > max) note(found, id, max, cuts, source, length);
      if (length >= lines && linesOf(value) > lines)
        note(found, `${id}.lines`, lines, cuts, source, linesOf(value));
      if (field.isNeeded && isBlank(value)) note(found, `${id}.required`, 'present', drops, source, 'blank');
      return length * UNIT_BYTES;
    }
    case 'url':
      // The rest of one that is none may be a secret.
      if (!isUrl(value))
        note(
          found,
          kind,
          'http or https',
          drops,
          source,
          /^[a-z][\w+.-]{0,9}:/i.exec(`${value}`)?.[0] ?? kindOf(value),
        );
      return lengthOf(value) * UNIT_BYTES;
    case 'word': {
      const beside = typeof value === 'string' ? field.words.get(value) : undefined;
      if (beside === undefined) {
        note(found, id, [...field.words.keys()], drops, source, literalOf(value));
      } else if (beside) {
        const text = parent[beside] ?? '';
        // What is no text at all is told of by its type.
        if (typeof text === 'string' && isBlank(text))
          note(found, `${id}.${value}`, beside, drops, source, text ? 'blank' : 'missing');
      }
      return MEMBER_BYTES;
    }
    case 'object':
      if (field.shape) return walk(value, field.shape(), found);
      if (isObject(value)) return weigh(value, 0);
      break;
    case 'list': {
      if (!Array.isArray(value)) break;
      const { length } = value;
      if (length > max) note(found, id, max, drops, source, length, [], max);
      if (length < min) note(found, `${id}.min`, min, drops, source, length);
      const shape = (field.shape ?? field.shapes.get(parent.type))?.();
      let weight = MEMBER_BYTES;
      if (shape === undefined) return weight + weigh(value, 0);
      for (let index = 0; index < length; index++) {
        const start = found.length;
        weight += walk(value[index], shape, found);
        for (let at = start; at < found.length; at++) found[at]?.at.push(index);
      }
      return weight;
    }
    case 'integer':
      if (Number.isInteger(value)) return 0;
      break;
    case 'boolean':
      if (typeof value === kind) return 0;
      break;
    case 'refused':
      note(found, id, 'absent', drops, source, 'present');
      return weigh(value, 0);
    case 'ignored':
      note(found, id, 'absent', ignores, source, 'present');
      return weigh(value, 0);
    default:
      return weigh(value, 0);
  }
  note(found, 'type', kind, drops, source, kindOf(value));
  return 0;
}

// What lies deeper than any bot means is taken for heavy, and measured.
function weigh(value: unknown, depth: number): number {
  if (typeof value !== 'object' || value === null) return lengthOf(value) * UNIT_BYTES;
  let weight = depth > MAX_DEPTH ? Infinity : MEMBER_BYTES;
  if (depth <= MAX_DEPTH)
    for (const [key, member] of Object.entries(value))
      weight += MEMBER_BYTES + lengthOf(key) * UNIT_BYTES + weigh(member, depth + 1);
  return weight;
}

const isUrl = (value: unknown): boolean =>
  typeof value === 'string' &&
  ((value.startsWith('https://') && value.charCodeAt(8) > 47) || isWebUrl(value));
