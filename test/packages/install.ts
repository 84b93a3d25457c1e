import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where the packages are, and the scenarios beside them: where nobody looks for the project's own files. */
export const PACKAGES: string = join(import.meta.dirname, '../../build/packages');

const LOCK = join(import.meta.dirname, 'package-lock.json');
const INSTALLED = join(PACKAGES, 'node_modules/.installed.json');

/** Installs the packages, unless they are those that the lock file names. */
export function installPackages(): void {
  for (const name of ['package.json', 'package-lock.json', 'scenarios']) {
    cpSync(join(import.meta.dirname, name), join(PACKAGES, name), { recursive: true });
  }
  if (existsSync(INSTALLED) && readFileSync(INSTALLED, 'utf8') === readFileSync(LOCK, 'utf8')) return;
  const quiet = ['--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'];
  execFileSync('npm', ['ci', ...quiet], { cwd: PACKAGES, stdio: 'inherit' });
  cpSync(LOCK, INSTALLED);
}
