import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseAllDocuments,
} from 'yaml';
import { UsageError } from '../usage-error.ts';
import { type Place, placed } from './talk.ts';

/** A value of a script, and where it stands. */
export type ScriptValue = { readonly place: Place } & (
  | {
      readonly kind: 'text';
      /** As it is written, be it a number. */
      readonly text: string;
      readonly value: string | number | boolean | null;
    }
  | { readonly kind: 'list'; readonly items: readonly ScriptValue[] }
  | { readonly kind: 'map'; readonly members: ReadonlyMap<string, ScriptMember> }
);

/** A member of a map. */
export interface ScriptMember {
  readonly place: Place;
  readonly value: ScriptValue;
}

/** A sentence about a place of a script, which begins with it. */
export class ScriptError extends UsageError {
  constructor(place: Place, sentence: string) {
    super(`${placed(place)}: ${sentence}`);
  }
}

/** Nobody writes a longer script by hand; aliases may make one of a few lines. */
const MAX_VALUES = 20_000;
const MAX_DEPTH = 40;

/** The documents of a YAML text, of which JSON is one kind. @throws ScriptError where it can't be read */
export function scriptValuesOf(file: string, text: string): ScriptValue[] {
  const lines = new LineCounter();
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(1, line), column: Math.max(1, col) };
  };
  const read = valueReader(placeAt);
  // At the end of a file of several documents stands one of nothing, where its last line is ---.
  return documentsOf(text, lines, placeAt)
    .map(document => read(document.contents, document, 0))
    .filter(value => value.kind !== 'text' || value.value !== null);
}

type Documents = readonly Document.Parsed[];

function documentsOf(text: string, lines: LineCounter, placeAt: (offset: number) => Place): Documents {
  let documents: Documents;
  try {
    const parsed = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false, logLevel: 'silent' });
    documents = 'empty' in parsed ? [] : parsed;
  } catch {
    throw new ScriptError(placeAt(0), 'is nested too deeply to be read: a talk needs a few levels alone');
  }
  for (const { errors } of documents) {
    const [first] = errors;
    if (first) throw new ScriptError(placeAt(first.pos[0]), sentenceOf(first));
  }
  return documents;
}

function sentenceOf({ code, message }: { readonly code: string; readonly message: string }): string {
  if (code === 'TAB_AS_INDENT') return 'a tab stands where YAML wants spaces: indent with two spaces';
  if (code === 'DUPLICATE_KEY') return 'the same member stands twice here: keep one of them';
  if (message.includes('flow map items'))
    return 'is no YAML between { and }: put a path with [ ] in quotes, or each member on a line of its own';
  const [sentence = ''] = message.split('\n');
  return `is no YAML (${sentence}): mend this line`;
}

function valueReader(placeAt: (offset: number) => Place) {
  let count = 0;
  return function read(given: unknown, document: Document.Parsed, depth: number): ScriptValue {
    const node = isAlias(given) ? resolved(given, document, placeAt) : given;
    const place = placeAt(rangeOf(given));
    if (++count > MAX_VALUES || depth > MAX_DEPTH)
      throw new ScriptError(place, 'has more values than a script may: make several scripts of it');
    if (isSeq(node))
      return { place, kind: 'list', items: node.items.map(item => read(item, document, depth + 1)) };
    if (isMap(node)) {
      const members = node.items.map(({ key, value }): [string, ScriptMember] => [
        nameOf(key, place),
        { place: placeAt(rangeOf(key) || rangeOf(given)), value: read(value, document, depth + 1) },
      ]);
      return { place, kind: 'map', members: new Map(members) };
    }
    const value = isScalar(node) ? node.value : null;
    const isPlain = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
    return {
      place,
      kind: 'text',
      text:
        isScalar(node) && isPlain ? String(typeof value === 'string' ? value : (node.source ?? value)) : '',
      value: isPlain ? value : null,
    };
  };
}

function resolved(alias: Alias, document: Document.Parsed, placeAt: (offset: number) => Place): Node {
  const node = alias.resolve(document);
  if (node === undefined)
    throw new ScriptError(
      placeAt(rangeOf(alias)),
      `*${alias.source} names no anchor: write &${alias.source} before it`,
    );
  return node;
}

function nameOf(key: unknown, place: Place): string {
  if (isScalar(key)) return String(key.source ?? key.value);
  throw new ScriptError(place, 'has a member whose name is no text: write a name before the colon');
}

function rangeOf(node: unknown): number {
  const { range } = (node ?? {}) as Partial<Node>;
  return range?.[0] ?? 0;
}
