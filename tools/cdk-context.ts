import { existsSync, readFileSync } from 'node:fs';
import { isObject, objectOrEmpty } from '../lambda/json-reader.ts';
import { UsageError } from './usage-error.ts';

type Context = Readonly<Record<string, unknown>>;

const SETTINGS_FILE = 'cdk.json';

/** The context of the cdk.json in this folder, as it is written; empty where there is none. @throws UsageError where it is no JSON */
export function contextHere(): Context {
  if (!existsSync(SETTINGS_FILE)) return {};
  try {
    // The CDK's CLI reads over the mark that some editors of Windows begin a file with.
    const settings: unknown = JSON.parse(readFileSync(SETTINGS_FILE, 'utf8').replace(/^\uFEFF/, ''));
    if (isObject(settings)) return objectOrEmpty(settings.context);
  } catch {
    // Said below.
  }
  throw new UsageError('cdk.json is no JSON: mend it, since deploy reads its settings there, too');
}

/** The stages that a context has, with their own settings; none where it has them wrong, which deploy refuses. */
export function stagesIn({ stages }: Context): Readonly<Record<string, unknown>> {
  return objectOrEmpty(fromJson(stages));
}

/** A value of a context, where a text of JSON may stand for an object or a list. */
export function fromJson(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}
