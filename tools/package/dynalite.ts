import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { buildSync } from 'esbuild';

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

/** The licences of the packages that these files belong to, whose words must go along. */
function licencesOf(files: readonly string[]): string {
  const folders = new Set(files.flatMap(file => packageFolder(file) ?? []));
  return [...folders].sort().map(licenceIn).join('\n\n');
}

function packageFolder(file: string): string | undefined {
  return /^.*node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+(?=[\\/])/.exec(file)?.[0];
}

function licenceIn(folder: string): string {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find(entry => /^licen[cs]e/i.test(entry));
  const words = file === undefined ? '' : `\n\n${readFileSync(join(folder, file), 'utf8').trim()}`;
  return `${name} ${version} (${license})${words}`;
}
