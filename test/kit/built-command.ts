import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { promisify } from 'node:util';

/** A command of this project in JavaScript, which Node runs by itself. */
export interface BuiltCommand {
  readonly path: string;
  remove(): Promise<void>;
}

const ROOT = join(import.meta.dirname, '../..');
const BUILD = join(ROOT, 'build');
const CAFE = join(ROOT, 'lambda/scenarios/cafe.ts');

/**
 * Bundles a command such as `bin/doctor.ts`, with the café as its bot: tsx would cost each run of it half a second of processor time.
 * @param scenario the file of another bot, from the project
 */
export async function builtCommand(entry: string, scenario = CAFE): Promise<BuiltCommand> {
  await mkdir(BUILD, { recursive: true });
  // Within the project: the packages are loaded from its node_modules.
  const folder = await mkdtemp(join(BUILD, 'test-'));
  const options = ['--bundle', '--platform=node', '--format=esm', '--target=node20', '--packages=external'];
  // What a command imports when it needs it stays apart, with the packages that only that loads.
  const apart = ['--splitting', '--out-extension:.js=.mjs', `--outdir=${folder}`];
  // By its own program: a Node around it would cost more than the bundle does.
  await promisify(execFile)(
    join(ROOT, 'node_modules/.bin/esbuild'),
    [
      entry,
      ...options,
      ...apart,
      `--alias:#scenario=${resolve(ROOT, scenario)}`,
      '--charset=utf8',
      '--log-level=warning',
    ],
    { cwd: ROOT },
  );
  const path = join(folder, basename(entry).replace(/\.ts$/, '.mjs'));
  return { path, remove: () => rm(folder, { recursive: true }) };
}
