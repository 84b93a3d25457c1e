import { hash } from 'node:crypto';
import { SourceMap, type SourceMapping } from 'node:module';
import { fileAtMost } from '../read-at-most.ts';
import type { Frame } from './logged-errors.ts';

/** A frame as it was written: its file from the folder that was deployed from. */
export interface Place extends Frame {
  /** The function that it is in, as far as the map tells. */
  readonly functionName: string | undefined;
  /** The beginning of the SHA-256 of the file that was deployed; empty of a package's. */
  readonly sourceHash: string;
}

/** Finds places in the sources of one build. */
export type PlacesOf = (frames: readonly Frame[]) => readonly (Place | undefined)[];

/** Node's types leave the name out. */
type Entry = SourceMapping & { readonly name?: string };

/** The bundle, the one file of a function that has a map. */
const BUNDLE = 'index.mjs';

/** @param json a source map as `cdk synth` keeps it @throws when it is none */
export function placesBy(json: string): PlacesOf {
  const { sources, sourceHashes, names, mappings } = JSON.parse(json);
  const payload = { version: 3, file: BUNDLE, sourceRoot: '', sourcesContent: [], sources, names, mappings };
  const map = new SourceMap(payload);
  const hashes = new Map<string, string>(
    sources.map((source: string, at: number) => [source, sourceHashes[at]]),
  );
  const entryOf = ({ file, line, column }: Frame): Entry | undefined => {
    if (file !== BUNDLE) return undefined;
    const entry = map.findEntry(line - 1, column - 1);
    return 'originalSource' in entry ? entry : undefined;
  };
  return frames =>
    frames.map((frame, at) => {
      const entry = entryOf(frame);
      if (entry === undefined) return undefined;
      const { [at + 1]: caller } = frames;
      return {
        file: entry.originalSource,
        line: entry.originalLine + 1,
        column: entry.originalColumn + 1,
        functionName: caller && nameAt(caller, entryOf(caller)),
        sourceHash: hashes.get(entry.originalSource) ?? '',
      };
    });
}

/** The function that is called at a place, where the bundle has made its name shorter: the map tells it. */
function nameAt({ line, column }: Frame, entry: Entry | undefined): string | undefined {
  const isHere = entry?.generatedLine === line - 1 && entry.generatedColumn === column - 1;
  return isHere ? entry.name : undefined;
}

/** No source of a program is longer. */
const MAX_SOURCE_BYTES = 4 * 1024 * 1024;

/** The source of a place as it was deployed; undefined where this folder has another, or none. */
export function sourceOf({ file, sourceHash }: Place): string | undefined {
  if (sourceHash === '') return undefined;
  try {
    const bytes = fileAtMost(file, MAX_SOURCE_BYTES);
    return bytes && hash('sha256', bytes).startsWith(sourceHash) ? bytes.toString() : undefined;
  } catch {
    return undefined;
  }
}
