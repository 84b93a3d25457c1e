import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { ROOT } from './own-module.ts';

/** Which releases of packages are bundled stands in one of them, whatever manager made it. */
const LOCKS = ['package-lock.json', 'npm-shrinkwrap.json', 'pnpm-lock.yaml', 'yarn.lock', 'bun.lock'];

/** Always as many, so that two machines give one commit one name. */
const COMMIT_LENGTH = 7;

const GIT_WITHIN_MS = 20_000;

/**
 * The version that a gateway's functions run: this package's, and after a `+` the last commit that changed one of their
 * sources or the lock beside them, with `.dirty` where one has changed since. A commit that changes nothing of it, such as
 * one of a page, leaves the version as it is, and so the functions; in a clone without its history each commit is the last.
 * @param sources the files that the functions are bundled from
 * @param folder the app's, in the repository whose commit it is
 * @returns the package's version alone where there are no sources, or git knows none of them
 */
export function versionOf(sources: readonly string[], folder: string = process.cwd()): string {
  const own = packageVersion();
  if (sources.length === 0) return own;
  const top = git(folder, ['rev-parse', '--show-toplevel'])?.trim();
  if (!top) return own;
  const inside = `${realpathSync(top)}${sep}`;
  const files = [...sources, ...locksAbove(folder, top)]
    .filter(file => existsSync(file))
    .map(file => realpathSync(file))
    .filter(file => file.startsWith(inside))
    .map(file => relative(inside, file).split(sep).join('/'));
  if (files.length === 0) return own;
  // By the standard input: a large bot has more files than a command may have arguments.
  const asked = ['HEAD', '--', ...files, ''].join('\n');
  const commit = git(top, ['log', '-1', '--format=%H', '--stdin'], asked)?.slice(0, COMMIT_LENGTH);
  if (!commit) return own;
  return `${own}+${commit}${isChanged(top, new Set(files)) ? '.dirty' : ''}`;
}

function isChanged(top: string, files: ReadonlySet<string>): boolean {
  const status = git(top, ['status', '--porcelain', '-z', '--no-renames', '--untracked-files=all']) ?? '';
  // Each entry is two letters, a space and a path.
  return status.split('\0').some(entry => files.has(entry.slice(3)));
}

function locksAbove(folder: string, top: string): string[] {
  const locks = LOCKS.map(name => join(folder, name));
  const above = dirname(folder);
  return realpathSync(folder) === realpathSync(top) || above === folder
    ? locks
    : [...locks, ...locksAbove(above, top)];
}

/** All that git prints; undefined where it fails or is not there. */
function git(cwd: string, args: readonly string[], input = ''): string | undefined {
  const { status, stdout } = spawnSync('git', ['--literal-pathspecs', '--no-optional-locks', ...args], {
    cwd,
    input,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    timeout: GIT_WITHIN_MS,
  });
  return status === 0 ? stdout : undefined;
}

/** Compiled, our files lie deeper in the package, beside manifests that say how they are loaded alone. */
function packageVersion(folder: string = ROOT): string {
  const file = join(folder, 'package.json');
  const { version } = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  return typeof version === 'string' ? version : packageVersion(dirname(folder));
}
