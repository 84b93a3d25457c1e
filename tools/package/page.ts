import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { PAGE_BUILD, PAGE_ENTRY, PAGE_NAME } from '../../dev/desk/page-build.ts';
import { licencesOf } from './licences.ts';

/**
 * Packs the page of the desk as the browser takes it: whoever installs the package needs nothing of what it is made of.
 * @param sources the folder that it is made of
 */
export function packPage(sources: string, folder: string): void {
  mkdirSync(folder, { recursive: true });
  const { metafile } = buildSync({
    ...PAGE_BUILD,
    entryPoints: [join(sources, PAGE_ENTRY)],
    outfile: join(folder, `${PAGE_NAME}.js`),
    metafile: true,
    logLevel: 'warning',
  });
  // Without a style there is no file of it.
  if (!Object.keys(metafile.outputs).some(file => file.endsWith('.css'))) {
    writeFileSync(join(folder, `${PAGE_NAME}.css`), '');
  }
  writeFileSync(join(folder, `${PAGE_NAME}.LICENSES.txt`), licencesOf(Object.keys(metafile.inputs)));
}
