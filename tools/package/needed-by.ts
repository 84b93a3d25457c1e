import { join } from 'node:path';
import { buildSync } from 'esbuild';

/** The files that these modules are made of, themselves included, and the packages that those import. */
export interface Needed {
  readonly files: readonly string[];
  readonly packages: ReadonlySet<string>;
}

/** Follows the imports of modules below a folder. @param modules paths without an extension, from the folder */
export function neededBy(folder: string, modules: readonly string[]): Needed {
  const { metafile } = buildSync({
    entryPoints: modules.map(path => join(folder, `${path}.js`)),
    bundle: true,
    packages: 'external',
    alias: {
      '#counters': join(folder, 'lambda/handlers/counters.js'),
      '#drafts': join(folder, 'lambda/handlers/drafts.js'),
      '#growing': join(folder, 'lambda/turn/growing-answers.js'),
      '#rooms': join(folder, 'lambda/handlers/rooms.js'),
      '#secrets': join(folder, 'lambda/bot/local-secret-texts.js'),
    },
    platform: 'node',
    format: 'esm',
    outdir: join(folder, '..', 'unwritten'),
    write: false,
    metafile: true,
    absWorkingDir: folder,
  });
  const inputs = Object.entries(metafile.inputs);
  return {
    files: inputs.map(([file]) => join(folder, file)),
    packages: new Set(
      inputs.flatMap(([, { imports }]) =>
        imports.filter(({ external }) => external === true).map(({ path }) => path),
      ),
    ),
  };
}
