import { hash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { findSourceMap } from 'node:module';
import { join, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { attempt } from './attempt.ts';

/**
 * Where an error was made: `at <file>:<line>:<column>`, innermost first. Only what V8 itself tells as data: the text of
 * a stack can be anything, and so can the names of functions and classes, which a program may make of what a user said.
 * None where somebody has replaced the stack or read it before. Never throws.
 */
export function framesOf(error: object): readonly string[] {
  // V8 tells them once, and what one call fails with, another may fail with, too.
  const known = framesByError.get(error);
  if (known) return known;
  const frames = sitesOf(error).flatMap(frameOf).slice(0, MAX_FRAMES);
  framesByError.set(error, frames);
  return frames;
}

const MAX_FRAMES = 10;

const framesByError = new WeakMap<object, readonly string[]>();

function sitesOf(error: object): readonly NodeJS.CallSite[] {
  const { prepareStackTrace } = Error;
  let sites: readonly NodeJS.CallSite[] = [];
  try {
    Error.prepareStackTrace = (of, trace) => {
      // The getter of a replaced stack may have made another error.
      if (of === error) sites = trace;
      return [of, ...trace].join('\n    at ');
    };
    Reflect.get(error, 'stack');
  } catch {
    // What throws when it is read has told its sites before, or has none.
  } finally {
    Error.prepareStackTrace = prepareStackTrace;
  }
  return sites;
}

function frameOf(site: NodeJS.CallSite): string[] {
  const file = site.getFileName();
  if (!file) return [];
  const [line, column] = [site.getLineNumber() ?? 0, site.getColumnNumber() ?? 0];
  // On a developer's machine, what runs is made of what was written.
  const written = attempt(undefined, () => findSourceMap(file)?.findEntry(line - 1, column - 1));
  const place =
    written && 'originalSource' in written
      ? { file: written.originalSource, line: written.originalLine + 1, column: written.originalColumn + 1 }
      : { file, line, column };
  const name = attempt(undefined, () => nameOf(place.file));
  return name === undefined ? [] : [`at ${name}:${place.line}:${place.column}`];
}

/** A file of the code that was deployed, from its root: any other name may have been given to code that was made up. */
function nameOf(file: string): string | undefined {
  const root = join(process.env.LAMBDA_TASK_ROOT ?? process.cwd(), sep);
  // A URL may have a query.
  const path = resolve(file.startsWith('file:') ? fileURLToPath(file) : file);
  return path.startsWith(root) && exists(path) ? path.slice(root.length) : undefined;
}

// Few files are there, and each is asked for by every frame in it.
const existingFiles = new Set<string>();

function exists(path: string): boolean {
  if (!existingFiles.has(path) && existsSync(path)) existingFiles.add(path);
  return existingFiles.has(path);
}

let build: string | undefined;

/**
 * The SHA-256 of the function's code, by which {@link framesOf} can be read against its source map; undefined where no
 * bundle is deployed. The first call reads it: nobody pays for it before an error is told.
 */
export function buildOfCode(): string | undefined {
  const { LAMBDA_TASK_ROOT: root } = process.env;
  if (root === undefined) return undefined;
  build ??= attempt(undefined, () => hash('sha256', readFileSync(join(root, 'index.mjs'))));
  return build;
}
