import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { refuseUndeclared } from '../../tools/package/build.ts';
import { keepReachable } from '../../tools/package/declarations.ts';
import { manifestOf } from '../../tools/package/manifest.ts';

const own = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8'));

describe('the package.json that is published', () => {
  const packed: Record<string, unknown> = { ...manifestOf(own, { 'kakao-check': './dist/kakao-check.mjs' }) };

  test('can be published, with where it comes from', () => {
    expect(packed).toMatchObject({
      name: 'kakao-gateway',
      version: own.version,
      license: 'MIT',
      repository: own.repository,
      publishConfig: { access: 'public', provenance: true },
    });
    expect(packed).not.toHaveProperty('private');
    expect(packed).not.toHaveProperty('scripts');
    expect(packed).not.toHaveProperty('devDependencies');
  });

  test('leads each door to types and code of the same form, and nowhere else', () => {
    const { exports } = JSON.parse(JSON.stringify(packed));
    expect(Object.keys(exports)).toEqual([
      '.',
      './bot',
      './event-api',
      './llm',
      './testing',
      './package.json',
    ]);
    for (const door of ['.', './bot', './event-api', './llm', './testing']) {
      for (const [condition, form] of [
        ['import', 'esm'],
        ['require', 'cjs'],
      ]) {
        const { types, default: code } = exports[door][`${condition}`];
        expect(code).toMatch(new RegExp(`^\\./dist/${form}/[\\w/-]+\\.js$`));
        expect(types).toBe(code.replace(/\.js$/, '.d.ts'));
      }
    }
  });

  test("takes the app's own CDK, and newer releases of what it brings", () => {
    expect(packed.peerDependencies).toEqual({
      'aws-cdk-lib': expect.stringMatching(/^\^2\./),
      constructs: expect.stringMatching(/^\^10\./),
      jest: expect.any(String),
    });
    expect(packed.peerDependenciesMeta).toEqual({ jest: { optional: true } });
    expect(packed.dependencies).toHaveProperty('esbuild', `^${own.dependencies.esbuild}`);
  });
});

describe('packages that are imported', () => {
  const declared = {
    dependencies: { '@middy/core': '^7.0.0' },
    peerDependencies: { 'aws-cdk-lib': '^2.0.0' },
  };

  test('are those that are installed with ours, by any of their paths', () => {
    const imported = ['@middy/core', 'aws-cdk-lib/core', 'node:fs', 'path', '#scenario'];
    expect(() => refuseUndeclared(imported, declared)).not.toThrow();
  });

  test('and would be missing are refused by their names', () => {
    expect(() => refuseUndeclared(['aws-cdk-library', 'pg', 'pg'], declared)).toThrow(
      'the package imports aws-cdk-library, pg: add it to "dependencies" or "peerDependencies" in package.json',
    );
  });
});

describe('the declarations', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'declarations-'));
    await mkdir(join(folder, 'bot'));
    await writeFile(join(folder, 'index.d.ts'), "export { Bot } from './bot/bot.ts';\n");
    await writeFile(
      join(folder, 'bot/bot.d.ts'),
      'import type { App } from \'aws-cdk-lib/core\';\nexport declare class Bot { turn: import("../turn.ts").Turn; app: App }\n',
    );
    await writeFile(join(folder, 'turn.d.ts'), 'export interface Turn {}\n');
    await writeFile(join(folder, 'http.d.ts'), "import type { Context } from 'aws-lambda';\nexport {};\n");
  });
  afterAll(() => rm(folder, { recursive: true }));

  test('that are reached from the doors stay, name the JavaScript beside them, and tell their packages', async () => {
    expect([...keepReachable(folder, ['index'])]).toEqual(['aws-cdk-lib/core']);
    const left = await readdir(folder, { recursive: true });
    expect(left.filter(file => file.endsWith('.d.ts')).sort()).toEqual([
      'bot/bot.d.ts',
      'index.d.ts',
      'turn.d.ts',
    ]);
    expect(await readFile(join(folder, 'index.d.ts'), 'utf8')).toContain("from './bot/bot.js'");
    expect(await readFile(join(folder, 'bot/bot.d.ts'), 'utf8')).toContain('import("../turn.js").Turn');
  });
});
