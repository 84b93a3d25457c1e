import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { visible } from '../terminal.ts';
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
 * @throws UsageError when that is a file that is not there, or nothing that npm could install
 */
export function gatewaySpec(from: string | undefined, running: RunningPackage, folder: string): string {
  const chosen = from ?? fileItCameFrom(running) ?? running.version;
  const isPath =
    /^[./]|^~(?!\d)|^[A-Za-z]:\\|\.(tgz|tar\.gz)$|^file:/.test(chosen) && !/^[a-z]+:\/\//.test(chosen);
  const file = chosen.replace(/^file:/, '');
  if (!isPath && !existsSync(file)) {
    if (isInstallable(chosen)) return chosen;
    throw new UsageError(
      `--from is a version, such as 0.1.0, or a file that is there, such as ../kakao-gateway-0.1.0.tgz, not ${visible(chosen)}`,
    );
  }
  if (!existsSync(file))
    throw new UsageError('--from names a file that is not there: give its path from this folder');
  return `file:${relative(folder, resolve(file)).split(sep).join('/')}`;
}

/** Whether npm knows what is meant: an address, a tag, or a range of versions. */
function isInstallable(spec: string): boolean {
  if (/^[a-z][a-z+]{1,15}:\S+$/.test(spec)) return true;
  if (/^[A-Za-z][\w.-]{0,100}$/.test(spec)) return true;
  return spec.split(' ').every(one => one === '||' || one === '-' || VERSION.test(one));
}

/** A version of a range: 1.2.3, ^1.2, >=1.2.3-beta.1, 1.x or *. */
const VERSION = /^(?:[<>]=?|[~^=])?v?(?:\d{1,9}|[x*])(?:\.(?:\d{1,9}|[x*])){0,2}(?:[-+][\w.+-]{1,100})?$/;

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
