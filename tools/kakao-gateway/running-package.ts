import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { RunningPackage } from '../new/gateway-spec.ts';

/** This package, wherever it runs: compiled, its files lie deeper in it. */
export function runningPackage(): RunningPackage {
  let folder = import.meta.dirname;
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return { folder, version };
}
