import type { Sentence } from '../../../../tools/language.ts';
import { texts } from '../texts.ts';

/** Values by their names, as they were typed; or why they can't be read. */
export type ReadParams = { readonly params: Readonly<Record<string, string>> } | { readonly says: Sentence };

/** Reads lines of `name=value`; an empty line is none. */
export function readParams(typed: string): ReadParams {
  const lines = typed
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '');
  const wrong = lines.find(line => line.indexOf('=') < 1);
  if (wrong !== undefined) return { says: texts.notAParam(wrong) };
  return {
    params: Object.fromEntries(
      lines.map(line => {
        const at = line.indexOf('=');
        return [line.slice(0, at).trim(), line.slice(at + 1).trim()];
      }),
    ),
  };
}
