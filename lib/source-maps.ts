import { hash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';

/** The way back from a bundle to its sources, which is deployed beside the function and never in it. */
export interface KeptSourceMap {
  /** The SHA-256 of the bundle, by which its function's log names it. */
  readonly build: string;
  /**
   * Version 3, its sources from the working directory, without what they hold: `sourceHashes` has the beginning of each
   * one's SHA-256, packages' aside, so that a source can be told from another under its name.
   */
  readonly json: string;
}

const HASH_LENGTH = 16;

/** Makes of esbuild's source map of the `index.mjs` in a folder the one that is kept. */
export function keptSourceMap(folder: string, json: string): KeptSourceMap {
  const { sources, names, mappings } = JSON.parse(json);
  const files: string[] = sources.map((source: string) => resolve(folder, source));
  const kept = {
    version: 3,
    sources: files.map(source => relative('', source).split(sep).join('/')),
    sourceHashes: files.map(hashOf),
    names,
    mappings,
  };
  return { build: hash('sha256', readFileSync(join(folder, 'index.mjs'))), json: JSON.stringify(kept) };
}

function hashOf(file: string): string {
  const isOfPackage = file.split(sep).includes('node_modules');
  return isOfPackage || !existsSync(file) ? '' : hash('sha256', readFileSync(file)).slice(0, HASH_LENGTH);
}
