import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { buildSync } from 'esbuild';
import { licencesOf } from './licences.ts';

/**
 * Packs the DynamoDB that `kakao-gateway dev` plays into one file, beside the code that starts it: as a dependency it
 * would bring a native database to everybody who deploys.
 * @param folder of `local-dynamo.js`
 */
export function packDynalite(folder: string): void {
  const entry = createRequire(import.meta.url).resolve('dynalite');
  // esbuild knows the files that such a call may mean by their whole names.
  const contents = readFileSync(entry, 'utf8').replace(/(require\('\.\/\w+\/' \+ action)\)/g, "$1 + '.js')");
  const { metafile } = buildSync({
    stdin: { contents, resolveDir: dirname(entry), sourcefile: entry },
    outfile: join(folder, 'dynalite.cjs'),
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    minify: true,
    metafile: true,
    // Its database on a disk, which it asks for in vain: sessions are in memory.
    alias: { level: join(import.meta.dirname, 'no-level.cjs') },
    logLevel: 'warning',
  });
  writeFileSync(join(folder, 'dynalite.LICENSES.txt'), licencesOf(Object.keys(metafile.inputs)));
}
