import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import type { Message, Metafile } from 'esbuild';
import { isNative, packageOf } from './bundled-package.ts';
import { BundlingError, type BundlingSettings, isNamed } from './bundling-settings.ts';
import { modulesOf } from './own-files.ts';

/** The form of WebAssembly whose import makes an instance; that of bytes has a default export alone. */
const WASM_MODULE = /\bimport\s*(?:\*\s*as\b|\{)[^;'"{*]*\bfrom\s*(['"])[^'"]+\.wasm\1/;

const INSTALL = 'name it in "bundling.nodeModules", to have it installed beside the code';

/**
 * Sees that what is bundled has all it needs on Lambda.
 * @throws BundlingError naming the first package that would die there, and what to set
 */
export function checkBundle(metafile: Metafile, settings: BundlingSettings): void {
  const modules = modulesOf(metafile);
  const packages = modules.map(packageOf).filter(found => found !== undefined);
  for (const [folder, name] of new Map(packages.map(({ folder, name }) => [folder, name]))) {
    if (isNative(folder)) throw new BundlingError(nativeSentence(name));
  }
  for (const module of modules) {
    const name = packageOf(module)?.name;
    if (name && !settings.loader?.['.wasm'] && WASM_MODULE.test(readFileSync(module, 'utf8'))) {
      throw new BundlingError(`${name} imports WebAssembly as a module, which can't be bundled: ${INSTALL}`);
    }
  }
  const left = Object.values(metafile.outputs)
    .flatMap(({ imports }) => imports)
    .find(
      ({ path, kind, external }) =>
        external && kind === 'import-statement' && !isBuiltin(path) && !isNamed(path, settings),
    );
  if (left)
    throw new BundlingError(
      `the bundle imports "${left.path}", which is not in it: ${remedyOf(undefined, left.path)}`,
    );
}

/**
 * The sentence about packages that esbuild can't bundle.
 * @returns undefined where something of the app's own doesn't compile, which esbuild tells best, by its place
 */
export function sentenceAbout(errors: readonly Message[]): string | undefined {
  const sentences = errors.map(sentenceOf);
  return sentences.includes(undefined) ? undefined : [...new Set(sentences)].join('\n');
}

function sentenceOf({ text, location }: Message): string | undefined {
  const [, addon] = /^No loader is configured for "\.node" files: (.+)$/.exec(text) ?? [];
  if (addon) return nativeSentence(packageOf(addon)?.name ?? addon);
  const name = location ? packageOf(location.file)?.name : undefined;
  if (name === undefined || location === null) return undefined;
  const [, missing] = /^Could not resolve "(.+)"$/.exec(text) ?? [];
  if (missing) return `${name} imports "${missing}", which is not there: ${remedyOf(name, missing)}`;
  const [, ending, file] = /^No loader is configured for "([^"]+)" files: (.+)$/.exec(text) ?? [];
  if (ending) {
    return `${name} imports ${file}, which is no code: say in "bundling.loader" what "${ending}" becomes, or name ${name} in "bundling.nodeModules"`;
  }
  return `${name} can't be bundled (${text}, ${location.file}:${location.line}): ${INSTALL}`;
}

function nativeSentence(name: string): string {
  return `${name} has native code, which can't be bundled: name it in "bundling.nodeModules", to have it installed for Lambda, or in "bundling.externalModules" where the bot does without it`;
}

function remedyOf(name: string | undefined, missing: string): string {
  const installed = name ? `name ${name} in "bundling.nodeModules"` : 'name it in "bundling.nodeModules"';
  return `install or generate it, ${installed}, or name "${missing}" in "bundling.externalModules" where the bot does without it`;
}
