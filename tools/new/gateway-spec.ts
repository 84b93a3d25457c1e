import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { UsageError } from '../usage-error.ts';

/** The kakao-gateway that runs. */
export interface RunningPackage {
  /** The folder of its package.json. */
  readonly folder: string;
  readonly version: string;
}

/**
 * The version of kakao-gateway that npm is to install in a new folder, or a file by its path from there.
 * @param from the author's own choice
 * @throws UsageError when that is a file that is not there
 */
export function gatewaySpec(from: string | undefined, running: RunningPackage, folder: string): string {
  const chosen = from ?? fileItCameFrom(running) ?? running.version;
  const isPath = /^[./~]|^[A-Za-z]:\\|\.(tgz|tar\.gz)$|^file:/.test(chosen) && !/^[a-z]+:\/\//.test(chosen);
  const file = chosen.replace(/^file:/, '');
  if (!isPath && !existsSync(file)) return chosen;
  if (!existsSync(file))
    throw new UsageError('--from names a file that is not there: give its path from this folder');
  return `file:${relative(folder, resolve(file)).split(sep).join('/')}`;
}

/** Who runs a package that is a file, as npx does, has it from there, and no registry may have this version. */
function fileItCameFrom({ folder }: RunningPackage): string | undefined {
  const host = dirname(dirname(folder));
  try {
    const { dependencies = {} } = JSON.parse(readFileSync(join(host, 'package.json'), 'utf8'));
    const spec: unknown = dependencies['kakao-gateway'];
    if (typeof spec !== 'string' || !spec.startsWith('file:')) return undefined;
    const file = resolve(host, spec.slice('file:'.length));
    return existsSync(file) ? file : undefined;
  } catch {
    return undefined;
  }
}
