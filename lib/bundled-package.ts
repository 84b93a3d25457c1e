import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';

/** A package in a node_modules folder. */
export interface BundledPackage {
  readonly name: string;
  readonly folder: string;
}

/** The part of a package's description that bundling goes by. */
interface Description {
  readonly main?: string;
  readonly module?: string;
  readonly exports?: unknown;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly cpu?: readonly string[];
}

const FILE = /^(.*[\\/]?node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+))[\\/]/;

/** The package that a file belongs to; undefined of the app's own files. */
export function packageOf(file: string): BundledPackage | undefined {
  const [, folder, name] = FILE.exec(file) ?? [];
  return folder && name ? { folder, name: name.replaceAll('\\', '/') } : undefined;
}

/** A package's own description; empty where it can't be read. */
export function descriptionOf(folder: string): Description {
  try {
    return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  } catch {
    return {};
  }
}

/** Whether a package has code for one kind of processor, which esbuild leaves behind. */
export function isNative(folder: string): boolean {
  if (existsSync(join(folder, 'binding.gyp')) || existsSync(join(folder, 'prebuilds'))) return true;
  const platforms = Object.keys(descriptionOf(folder).optionalDependencies ?? {});
  return (
    platforms.some(name => descriptionOf(neighbour(folder, name)).cpu !== undefined) ||
    addonsIn(folder).length > 0
  );
}

/** The native addons of a package, without those of the packages in it. */
export function addonsIn(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap(entry => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : addonsIn(path);
    return extname(entry.name) === '.node' ? [path] : [];
  });
}

// A package's dependencies are in it or beside it.
function neighbour(folder: string, name: string): string {
  const inside = join(folder, 'node_modules', name);
  if (existsSync(inside)) return inside;
  const { name: own } = packageOf(join(folder, '_')) ?? { name: '' };
  return join(folder.slice(0, folder.length - own.length), name);
}
