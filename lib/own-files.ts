import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import type { Metafile } from 'esbuild';
import { packageOf } from './bundled-package.ts';
import { BundlingError } from './bundling-settings.ts';

/** A file that a module reads by its own place, and where it finds it from the bundle's. */
export interface OwnFile {
  readonly from: string;
  /** From the bundle's folder. */
  readonly to: string;
}

/** The ways to name a file beside a module; their first group is the texts of its path. */
const WAYS: readonly RegExp[] = [
  /new URL\(\s*('[^'\n]+'|"[^"\n]+")\s*,\s*import\.meta\.url/g,
  /\b(?:join|resolve)\(\s*(?:__dirname|import\.meta\.dirname)\s*((?:,\s*(?:'[^'\n]+'|"[^"\n]+")\s*)+)\)/g,
  /(?:__dirname|import\.meta\.dirname)\s*\+\s*('[^'\n]+'|"[^"\n]+")/g,
];

/** A file of code is a module of its own, with imports of its own: a worker, which no bundle holds. */
const CODE = /^\.[cm]?[jt]sx?$/;

/**
 * The files that modules of a bundle read by their own place, such as `new URL('./menu.csv', import.meta.url)`.
 * @throws BundlingError when one would be out of the bundle's folder, or two in one place
 */
export function ownFilesOf(metafile: Metafile): readonly OwnFile[] {
  const files = modulesOf(metafile).flatMap(namedIn);
  const places = new Map<string, OwnFile>();
  for (const file of files) {
    const other = places.get(file.to) ?? file;
    if (file.to.startsWith('..')) throw new BundlingError(sentence(file, 'out of reach of a bundle'));
    if (!readFileSync(other.from).equals(readFileSync(file.from))) {
      throw new BundlingError(sentence(file, `where ${other.from} is, too`));
    }
    places.set(file.to, file);
  }
  return [...places.values()];
}

/** The files of an app and its packages that made bytes of its bundle. */
export function modulesOf({ outputs }: Metafile): readonly string[] {
  return Object.values(outputs)
    .flatMap(({ inputs }) => Object.entries(inputs))
    .filter(([file, { bytesInOutput }]) => bytesInOutput > 0 && CODE.test(extname(file)) && existsSync(file))
    .map(([file]) => file);
}

function namedIn(module: string): readonly OwnFile[] {
  const code = readFileSync(module, 'utf8');
  return (
    WAYS.flatMap(way => [...code.matchAll(way)])
      .map(([, texts = '']) => join(...[...texts.matchAll(/['"]([^'"]+)['"]/g)].map(([, text = '']) => text)))
      .map(path => ({ from: join(dirname(module), path), to: join('.', path) }))
      .filter(({ from }) => existsSync(from) && statSync(from).isFile() && !CODE.test(extname(from)))
      // `.env` and its kind are of this machine.
      .filter(({ from }) => !basename(from).startsWith('.'))
  );
}

function sentence({ from, to }: OwnFile, where: string): string {
  const name = packageOf(from)?.name;
  return name
    ? `${name} reads ${to} of its own, ${where}: name it in "bundling.nodeModules", to have it installed beside the code`
    : `${from} is read as ${to}, ${where}: move it, or import it, which makes it a part of the code`;
}
