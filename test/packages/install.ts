import { join } from 'node:path';
import { installLocked } from '../kit/install-locked.ts';

/** Where the packages are, and the scenarios beside them: where nobody looks for the project's own files. */
export const PACKAGES: string = join(import.meta.dirname, '../../build/packages');

/** Installs the packages, unless they are those that the lock file names. */
export function installPackages(): void {
  installLocked(import.meta.dirname, PACKAGES);
}
