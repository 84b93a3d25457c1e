import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { type BuildOptions, buildSync } from 'esbuild';
import { neededBy } from './needed-by.ts';

/** Each file for itself: what is one class in ESM is one class here. */
const EACH_FILE = {
  format: 'cjs',
  platform: 'node',
  target: 'node20',
  charset: 'utf8',
  sourcemap: 'linked',
  // jest runs what it requires in a context that can't import.
  supported: { 'dynamic-import': false },
  logLevel: 'warning',
} as const satisfies BuildOptions;

/**
 * Adds a second form of what the doors need: for those who `require`, such as jest, whose Node can't require ESM.
 * @param esm the folder with the first form
 * @param doors paths without an extension, from that folder
 */
export function addCommonJs(esm: string, cjs: string, doors: readonly string[]): void {
  const { files } = neededBy(esm, doors);
  const [placed, others] = partition(files, file => readFileSync(file, 'utf8').includes('import.meta.'));
  buildSync({ ...EACH_FILE, entryPoints: others, outdir: cjs, outbase: esm });
  for (const file of placed) buildSync({ ...withPlace(esm, cjs, file), outdir: cjs, outbase: esm });
  for (const file of readdirSync(esm, { recursive: true, encoding: 'utf8' })) {
    if (file.endsWith('.d.ts')) cpSync(join(esm, file), join(cjs, file));
  }
  mkdirSync(cjs, { recursive: true });
  writeFileSync(join(cjs, 'package.json'), '{ "type": "commonjs" }\n');
  for (const file of files) nameParts(cjs, join(cjs, relative(esm, file)));
}

/** The modules that only some bundles have, as whatever is not deployed has them. */
const PARTS = {
  '#secrets': 'lambda/bot/local-secret-texts.js',
  '#growing': 'lambda/turn/growing-answers.js',
} as const;

/** No bundle is made of CommonJS, and not every tool reads the imports of a package.json that is not the root's. */
function nameParts(cjs: string, file: string): void {
  const code = readFileSync(file, 'utf8');
  let named = code;
  for (const [part, module] of Object.entries(PARTS)) {
    const path = relative(dirname(file), join(cjs, module));
    named = named.replaceAll(`require("${part}")`, `require("./${path}")`);
  }
  if (named !== code) writeFileSync(file, named);
}

/** A file that asks where it is is told the place of its ESM form: bundles are always made of that. */
function withPlace(esm: string, cjs: string, file: string): BuildOptions {
  const path = relative(esm, file);
  const toEsm = JSON.stringify(relative(join(cjs, dirname(path)), file));
  return {
    ...EACH_FILE,
    entryPoints: [file],
    define: { 'import.meta.dirname': 'esmPlace.dirname', 'import.meta.filename': 'esmPlace.filename' },
    banner: {
      js: [
        'const esmPlace = (({ dirname, join }) => {',
        `  const filename = join(__dirname, ${toEsm});`,
        '  return { filename, dirname: dirname(filename) };',
        "})(require('node:path'));",
      ].join('\n'),
    },
  };
}

function partition<T>(all: readonly T[], isFirst: (one: T) => boolean): [T[], T[]] {
  return [all.filter(isFirst), all.filter(one => !isFirst(one))];
}
