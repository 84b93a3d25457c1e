import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Installs the packages of a folder's lock file into another, unless it has them already: beside a copy of the folder's
 * files, where nobody looks for the project's own.
 */
export function installLocked(from: string, to: string): void {
  const lock = join(from, 'package-lock.json');
  const installed = join(to, 'node_modules/.installed.json');
  cpSync(from, to, { recursive: true, filter: file => !/node_modules|\.ts$/.test(file.slice(from.length)) });
  if (existsSync(installed) && readFileSync(installed, 'utf8') === readFileSync(lock, 'utf8')) return;
  const quiet = ['--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'];
  execFileSync('npm', ['ci', ...quiet], { cwd: to, stdio: 'inherit' });
  cpSync(lock, installed);
}
