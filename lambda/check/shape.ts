import type { JsonObject } from '../json-reader.ts';
import type { Effect, Finding } from './violation.ts';

/** Limits of a member of an object, as data. */
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
  /** Whether a text that is needed may show nothing. */
  readonly mayBeBlank?: boolean;
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

/** The members of each object, by its name; `prefix.name` has only those that are otherwise in a variant. */
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
export const string = (max = Infinity, lines = Infinity): Member => ({ kind: 'text', max, lines });
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

/** Checks what no single member tells; `weight` is at least the bytes that the object's JSON has. */
export type CrossCheck = (object: JsonObject, found: Finding[], weight: number) => void;

/** The ends that Kakao makes of a member that it does not take. */
export interface Effects {
  readonly drops: Effect;
  readonly cuts: Effect;
  readonly ignores: Effect;
}

/** Kakao's limits of a family of objects. */
export interface Table {
  readonly shapes: Shapes;
  /** By the name of a shape, in a variant. */
  readonly crossChecksOf: (prefix: string) => Readonly<Record<string, CrossCheck>>;
  readonly effects: Effects;
  /** Of the limits that name none. */
  readonly source: string;
  /** The shape in which a stranger costs the answer, and null is no absence. */
  readonly closed?: string;
}

/** An object's limits, ready to be looked through. */
export interface Shape {
  readonly name: string;
  /** Of the variant, as `carousel.`; else empty. */
  readonly prefix: string;
  readonly fields: ReadonlyMap<string, Field>;
  /** The fields as they stood last: most objects of a bot have the same in the same order. */
  readonly last: Field[];
  /** Whether `type` names what other members hold. */
  readonly hasVariants: boolean;
  /** How many fields there must be. */
  readonly needed: number;
  readonly effects: Effects;
  readonly source: string;
  readonly crossCheck: CrossCheck | undefined;
  readonly isClosed: boolean;
}

/** A member of a shape, ready to be looked at. */
export interface Field extends Required<Member> {
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

/** The field of an object's member, the `at`th that it has; undefined for a stranger. */
export function fieldOf({ fields, last }: Shape, key: string, at: number): Field | undefined {
  const before = last[at];
  if (before?.key === key) return before;
  const field = fields.get(key);
  if (field !== undefined && at < last.length) last[at] = field;
  return field;
}

function shapeOf(table: Table, name: string, prefix = ''): Shape {
  const { shapes, crossChecksOf, effects, source, closed } = table;
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
      mayBeBlank: false,
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
    name,
    prefix,
    fields,
    last: [...fields.values()],
    hasVariants: [...fields.values()].some(({ shapes }) => shapes.size > 0),
    needed,
    effects,
    source,
    crossCheck: crossChecksOf(prefix)[name],
    isClosed: name === closed,
  };
}
