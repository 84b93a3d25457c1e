import { readFileSync } from 'node:fs';
import { createRequire, isBuiltin } from 'node:module';
import { join, resolve } from 'node:path';
import type { Metafile } from 'esbuild';
import { packageOf } from './bundled-package.ts';
import { BundlingError, type BundlingSettings, isNamed } from './bundling-settings.ts';
import { modulesOf } from './own-files.ts';

/** A package that a module loads by a `require` of its own making, which esbuild does not see. */
export interface HiddenImport {
  readonly specifier: string;
  /** The file that it means. */
  readonly file: string;
  /** Where a bundle's `require` finds it, from the bundle's folder. */
  readonly place: string;
}

const MADE = /\b(?:const|let|var)\s+([\w$]+)\s*=\s*(?:[\w$]+\.)?([\w$]+)\([^()]*(?:\([^()]*\))?\)(?!\s*\()/g;
const MADE_AND_CALLED = /(?<![\w$])([\w$]+)\([^()]*(?:\([^()]*\))?\)\(\s*['"]([^'"]+)['"]\s*\)/g;
const CALLED = /(?<![\w$.])([\w$]+)\(\s*['"]([^'"]+)['"]\s*\)/g;
const MAKER = 'createRequire';

/**
 * The packages that a bundle loads unseen, where they are installed: who names what is not there does without.
 * @throws BundlingError when a module loads a part of its own package so, which has no place beside a bundle
 */
export function hiddenImports(metafile: Metafile, settings: BundlingSettings): readonly HiddenImport[] {
  return modulesOf(metafile).flatMap(module =>
    hiddenIn(module)
      .filter(specifier => !isBuiltin(specifier) && !isNamed(specifier, settings))
      .flatMap(specifier => {
        if (/^[.#/]/.test(specifier)) throw new BundlingError(sentence(module, specifier));
        const file = installed(module, specifier);
        return file === undefined ? [] : { specifier, file, place: placeOf(specifier) };
      }),
  );
}

function hiddenIn(module: string): readonly string[] {
  const code = readFileSync(module, 'utf8');
  if (!code.includes(MAKER)) return [];
  const made = [...code.matchAll(MADE)].filter(([, , maker]) => maker?.includes(MAKER));
  const names = new Set(made.map(([, name]) => name));
  return [
    ...[...code.matchAll(MADE_AND_CALLED)].filter(([, maker]) => maker?.includes(MAKER)),
    ...[...code.matchAll(CALLED)].filter(([, name]) => names.has(name)),
  ].map(([, , specifier = '']) => specifier);
}

function installed(module: string, specifier: string): string | undefined {
  try {
    return createRequire(resolve(module)).resolve(specifier);
  } catch {
    return undefined;
  }
}

function placeOf(specifier: string): string {
  const isWhole = packageOf(join('node_modules', specifier, '_'))?.name === specifier;
  return join('node_modules', isWhole ? join(specifier, 'index.js') : `${specifier}.js`);
}

function sentence(module: string, specifier: string): string {
  const name = packageOf(module)?.name;
  return name
    ? `${name} loads "${specifier}" of its own by createRequire, which can't be bundled: name it in "bundling.nodeModules", to have it installed beside the code`
    : `${module} loads "${specifier}" by createRequire, which can't be bundled: import it`;
}
