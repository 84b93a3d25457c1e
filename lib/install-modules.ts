import { execFileSync } from 'node:child_process';
import {
  closeSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { addonsIn, isNative } from './bundled-package.ts';
import { BundlingError } from './bundling-settings.ts';

/** Lambda's processor, and as a test may have it its own. */
export type Cpu = 'arm64' | 'x64';

/** By what an addon names its processor: the machine of an ELF header. */
const MACHINES: Readonly<Record<Cpu, number>> = { arm64: 0xb7, x64: 0x3e };

const LOCK = 'package-lock.json';

/** The folders that are installed already, by all that decides them: four functions have the same. */
const installed = new Map<string, string>();

/**
 * Installs packages for Lambda into a folder's node_modules: what the nearest package-lock.json says, else the versions
 * that the app has.
 * @param from where the app's packages are looked for, upwards
 * @throws BundlingError when one is not installed in the app, npm fails, or there is no native code for Lambda
 */
export function installModules(
  names: readonly string[],
  from: string,
  folder: string,
  cpu: Cpu = 'arm64',
): void {
  const dependencies = Object.fromEntries(names.map(name => [name, versionOf(name, from)]));
  const lock = upwards(from, LOCK);
  const key = JSON.stringify([dependencies, cpu, lock, lock && readFileSync(lock, 'utf8')]);
  const modules = installed.get(key) ?? installAside(dependencies, lock, cpu);
  installed.set(key, modules);
  cpSync(modules, join(folder, 'node_modules'), {
    recursive: true,
    // npm's notes, which differ by how it was called, and commands that nobody calls.
    filter: path => !['.bin', '.package-lock.json'].includes(basename(path)),
  });
}

function versionOf(name: string, from: string): string {
  const path = upwards(from, join('node_modules', name, 'package.json'));
  if (path) return JSON.parse(readFileSync(path, 'utf8')).version;
  throw new BundlingError(`bundling.nodeModules has "${name}", which is not installed: npm install ${name}`);
}

function upwards(from: string, name: string): string | undefined {
  const path = join(from, name);
  if (existsSync(path)) return path;
  return dirname(from) === from ? undefined : upwards(dirname(from), name);
}

function installAside(
  dependencies: Readonly<Record<string, string>>,
  lock: string | undefined,
  cpu: Cpu,
): string {
  const folder = mkdtempSync(join(tmpdir(), 'kakao-gateway-modules-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const { overrides } = lock ? JSON.parse(readFileSync(join(dirname(lock), 'package.json'), 'utf8')) : {};
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ dependencies, overrides }));
  if (lock) {
    copyFileSync(lock, join(folder, LOCK));
    const npmrc = join(dirname(lock), '.npmrc');
    if (existsSync(npmrc)) copyFileSync(npmrc, join(folder, '.npmrc'));
  }
  runNpm(lock ? ['ci'] : ['install', '--no-package-lock'], folder, cpu);
  const modules = join(folder, 'node_modules');
  requireAddons(modules, cpu);
  return modules;
}

function runNpm(command: readonly string[], folder: string, cpu: Cpu): void {
  const place = ['--os=linux', `--cpu=${cpu}`, '--libc=glibc', `--prefix=${folder}`];
  // What they build is for this machine, and is taken on Lambda for its own.
  const scripts = '--ignore-scripts';
  const quiet = ['--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'];
  try {
    execFileSync('npm', [...command, ...place, scripts, ...quiet], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      encoding: 'utf8',
      shell: process.platform === 'win32',
    });
  } catch (error) {
    const { stderr = error } = error as { readonly stderr?: unknown };
    const said = String(stderr).trim();
    throw new BundlingError(`bundling.nodeModules could not be installed, npm ${command[0]} says: ${said}`);
  }
}

function requireAddons(modules: string, cpu: Cpu): void {
  const folders = packagesIn(modules);
  const addons = folders.flatMap(addonsIn);
  const strangers = folders.filter(folder => {
    const own = addonsIn(folder);
    return own.length > 0 && !own.some(addon => isFor(addon, cpu));
  });
  const [lacking] =
    strangers.length > 0
      ? strangers
      : addons.some(addon => isFor(addon, cpu))
        ? []
        : folders.filter(isNative);
  if (lacking === undefined) return;
  const name = lacking.slice(modules.length + 1).replaceAll('\\', '/');
  throw new BundlingError(
    `${name} comes without native code for Lambda (linux, ${cpu}): name it in "bundling.externalModules", and bring it by a layer or by "bundling.commandHooks"`,
  );
}

function packagesIn(modules: string): readonly string[] {
  if (!existsSync(modules)) return [];
  return readdirSync(modules)
    .flatMap(name =>
      name.startsWith('@') ? readdirSync(join(modules, name)).map(one => join(name, one)) : name,
    )
    .map(name => join(modules, name))
    .filter(folder => existsSync(join(folder, 'package.json')))
    .flatMap(folder => [folder, ...packagesIn(join(folder, 'node_modules'))]);
}

function isFor(addon: string, cpu: Cpu): boolean {
  const header = Buffer.alloc(20);
  const file = openSync(addon, 'r');
  try {
    readSync(file, header, 0, header.length, 0);
  } finally {
    closeSync(file);
  }
  return header.toString('latin1', 0, 4) === '\x7fELF' && header.readUInt16LE(18) === MACHINES[cpu];
}
