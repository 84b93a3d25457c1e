import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { bundleFile } from '../../lib/bundling.ts';
import { installModules } from '../../lib/install-modules.ts';
import { packageFolder } from './package-folder.ts';

const app = packageFolder();

afterAll(app.remove);

/** An addon as a linker begins it. */
function addonFor(machine: number): Buffer {
  const header = Buffer.alloc(64);
  header.write('\x7fELF', 'latin1');
  header.writeUInt16LE(machine, 18);
  return header;
}

const ARM64 = addonFor(0xb7);
const X64 = addonFor(0x3e);

/** An app that has a package, with a lock file by which npm needs no registry, and others there that nobody asks for. */
function locked(name: string, files: Readonly<Record<string, string | Uint8Array>>): void {
  const description = JSON.stringify({ name, version: '1.2.3', scripts: { install: 'echo > built.node' } });
  const all = { 'package.json': description, ...files };
  app.write(
    Object.fromEntries(Object.entries(all).map(([path, text]) => [`${name}.packed/package/${path}`, text])),
  );
  app.write(
    Object.fromEntries(Object.entries(all).map(([path, text]) => [`node_modules/${name}/${path}`, text])),
  );
  const archive = join(app.path, `${name}.tgz`);
  execFileSync('tar', ['czf', archive, '-C', join(app.path, `${name}.packed`), 'package']);
  app.write({
    'package.json': JSON.stringify({ dependencies: { [name]: '^1.0.0', other: '1.0.0' }, overrides: {} }),
    'package-lock.json': JSON.stringify({
      lockfileVersion: 3,
      packages: {
        '': { dependencies: { [name]: '^1.0.0', other: '1.0.0' } },
        [`node_modules/${name}`]: { version: '1.2.3', resolved: `file://${archive}`, hasInstallScript: true },
        'node_modules/other': { version: '1.0.0', resolved: 'file:///not/there.tgz' },
      },
    }),
  });
}

const folder = (name: string): string => join(app.path, 'deployed', name);

describe('packages that are installed beside the code', () => {
  test("are those of the app's lock file, without what their scripts would build here", () => {
    locked('plain', { 'index.js': "module.exports = 'plain';" });
    app.write({ 'bot/scenario.mjs': "import plain from 'plain'; console.log(plain);" });
    bundleFile(join(app.path, 'bot/scenario.mjs'), join(app.path, 'bot'), folder('plain'), {
      nodeModules: ['plain'],
    });
    expect(readdirSync(folder('plain'), { recursive: true }).sort()).toEqual([
      'index.mjs',
      'node_modules',
      'node_modules/plain',
      'node_modules/plain/index.js',
      'node_modules/plain/package.json',
    ]);
    expect(readFileSync(join(folder('plain'), 'index.mjs'), 'utf8')).not.toContain("'plain'");
    expect(execFileSync(process.execPath, [join(folder('plain'), 'index.mjs')], { encoding: 'utf8' })).toBe(
      'plain\n',
    );
  });

  test('run their hook before, and only where there are some', () => {
    locked('hooked', {});
    app.write({ 'hooked.mjs': '' });
    const note = join(app.path, 'note');
    const settings = {
      commandHooks: { beforeInstall: (_: string, out: string) => [`ls ${out} >> ${note}`] },
    };
    bundleFile(join(app.path, 'hooked.mjs'), app.path, folder('none'), settings);
    expect(existsSync(note)).toBe(false);
    bundleFile(join(app.path, 'hooked.mjs'), app.path, folder('hooked'), {
      ...settings,
      nodeModules: ['hooked'],
    });
    expect(readFileSync(note, 'utf8')).toBe('index.mjs\n');
  });

  test('may have native code for other machines, too, but must have it for Lambda', () => {
    locked('both', { 'x64.node': X64, 'arm64.node': ARM64, 'mac.node': '' });
    installModules(['both'], app.path, folder('both'));
    expect(existsSync(join(folder('both'), 'node_modules/both/arm64.node'))).toBe(true);
  });

  test.each([
    ['has it for another machine alone', { 'build/addon.node': X64 }],
    ['has it in no form of Linux', { 'build/addon.node': 'MZ' }],
    ['would build it', { 'binding.gyp': '{}' }],
  ])('are refused where one %s', (name, files) => {
    const id = name.replaceAll(' ', '-');
    locked(id, files);
    expect(() => installModules([id], app.path, folder(id))).toThrow(
      `${id} comes without native code for Lambda (linux, arm64): name it in "bundling.externalModules", and bring it by a layer or by "bundling.commandHooks"`,
    );
    expect(existsSync(folder(id))).toBe(false);
  });

  test('are refused where the app has none', () => {
    expect(() => installModules(['not-there'], app.path, folder('none'))).toThrow(
      'bundling.nodeModules has "not-there", which is not installed: npm install not-there',
    );
  });

  test("are refused with npm's words where it fails", () => {
    locked('newer', {});
    app.write({ 'package-lock.json': 'no lock file' });
    expect(() => installModules(['newer'], app.path, folder('newer'))).toThrow(
      /^bundling\.nodeModules could not be installed, npm ci says: npm error /,
    );
  });
});
