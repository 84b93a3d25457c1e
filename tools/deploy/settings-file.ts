import { readFileSync } from 'node:fs';
import { isMap, isNode, isScalar, parseDocument, type YAMLMap } from 'yaml';
import { isObject } from '../../lambda/json-reader.ts';
import { UsageError } from '../usage-error.ts';

/** The file of the CDK's settings, in the folder that the command runs in. */
export const SETTINGS_FILE = 'cdk.json';

/** A cdk.json: its text, and the context that it has. */
export interface SettingsFile {
  readonly text: string;
  readonly context: Readonly<Record<string, unknown>>;
}

/** Reads the cdk.json of this folder. @throws UsageError where there is none, or no JSON */
export function readSettingsFile(): SettingsFile {
  let text: string;
  try {
    text = readFileSync(SETTINGS_FILE, 'utf8');
  } catch {
    throw new UsageError('there is no cdk.json here: run this in the folder of your bot');
  }
  try {
    const { context = {} } = JSON.parse(withoutMark(text));
    if (isObject(context)) return { text, context };
  } catch {
    // Said below.
  }
  throw new UsageError('cdk.json is no JSON with an object as its "context"');
}

/** A text without the mark that some editors of Windows begin it with, and that the CDK's CLI reads over. */
const withoutMark = (text: string): string => text.replace(/^\uFEFF/, '');

/** A file's stages with more settings for one of them; whatever else it says of them stays. @throws UsageError where they are none */
export function stagesWith(
  { context: { stages } }: SettingsFile,
  stage: string,
  settings: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const all = stagesIn(stages);
  const own = Object.hasOwn(all, stage) ? all[stage] : undefined;
  return { ...all, [stage]: { ...(isObject(own) && own), ...settings } };
}

/** The stages that a context has, where a text of them may stand for them. */
function stagesIn(stages: unknown): Readonly<Record<string, unknown>> {
  if (stages === undefined || stages === null) return {};
  try {
    const all: unknown = typeof stages === 'string' ? JSON.parse(stages) : stages;
    if (isObject(all)) return all;
  } catch {
    // Said below.
  }
  throw new UsageError('the "stages" in cdk.json are no object: {"stages": {"dev": {"memoryMb": 256}}}');
}

/** The text of a file with other stages, and every other character as it was: it has been formatted by somebody. */
export function textWith({ text: whole }: SettingsFile, stages: unknown): string {
  const text = withoutMark(whole);
  const mark = whole.slice(0, whole.length - text.length);
  const root = parseDocument(text).contents;
  if (!isMap(root)) throw new UsageError('cdk.json is no JSON object');
  const context = valueIn(root, 'context');
  return (
    mark + (isMap(context) ? put(text, context, 'stages', stages) : put(text, root, 'context', { stages }))
  );
}

/** Puts a value into an object of a JSON text, in the place of the one that it has under this key. */
function put(text: string, object: YAMLMap, key: string, value: unknown): string {
  const [from = 0, to = 0] = object.range ?? [];
  const indent = indentAt(text, from);
  const json = lines(value, `${indent}  `);
  const old = valueIn(object, key);
  if (isNode(old) && old.range) return text.slice(0, old.range[0]) + json + text.slice(old.range[1]);
  const last = object.items.at(-1)?.value;
  const member = `\n${indent}  ${JSON.stringify(key)}: ${json}`;
  if (!isNode(last) || !last.range) return `${text.slice(0, from)}{${member}\n${indent}}${text.slice(to)}`;
  return `${text.slice(0, last.range[1])},${member}${text.slice(last.range[1])}`;
}

function valueIn(object: YAMLMap, key: string): unknown {
  return object.items.find(({ key: own }) => isScalar(own) && own.value === key)?.value;
}

/** The spaces that the line of a place begins with. */
function indentAt(text: string, at: number): string {
  const line = text.slice(text.lastIndexOf('\n', at) + 1);
  return line.slice(0, line.length - line.trimStart().length);
}

/** JSON with a line for each member of an object, and lists of plain values in one. */
function lines(value: unknown, indent: string): string {
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    if (value.every(one => !isObject(one))) return `[${value.map(one => JSON.stringify(one)).join(', ')}]`;
    return `[\n${value.map(one => inner + lines(one, inner)).join(',\n')}\n${indent}]`;
  }
  if (!isObject(value)) return JSON.stringify(value);
  const members = Object.entries(value).map(
    ([key, one]) => `${inner}${JSON.stringify(key)}: ${lines(one, inner)}`,
  );
  return members.length === 0 ? '{}' : `{\n${members.join(',\n')}\n${indent}}`;
}
