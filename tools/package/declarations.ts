import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const IMPORT = /(\bfrom |\bimport\(|\bimport )(['"])([^'"\n]+)\2/g;

/**
 * Leaves of the declarations below a folder those that are reached from the doors, and no other: what nobody can name
 * needs no types. What they import is named as the JavaScript beside it, which the compiler leaves to us.
 * @param doors paths without an extension, from the folder
 * @returns the packages that they import types of
 */
export function keepReachable(folder: string, doors: readonly string[]): ReadonlySet<string> {
  const reached = new Set(doors.map(door => join(door)));
  const packages = new Set<string>();
  for (const path of reached) {
    const file = join(folder, `${path}.d.ts`);
    const types = readFileSync(file, 'utf8').replace(IMPORT, (_, before, quote, from: string) => {
      const own = /^(\..*)\.ts$/.exec(from)?.[1];
      if (own === undefined) packages.add(from);
      else reached.add(join(dirname(path), own));
      return `${before}${quote}${own === undefined ? from : `${own}.js`}${quote}`;
    });
    writeFileSync(file, types);
  }
  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (file.endsWith('.d.ts') && !reached.has(file.slice(0, -'.d.ts'.length))) rmSync(join(folder, file));
  }
  return packages;
}
