import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { App, Duration, Stack, Stage } from 'aws-cdk-lib/core';
import { BUNDLING, buildWithNeeds } from '../../lib/bundling.ts';
import { GatewayFunction } from '../../lib/gateway-function.ts';
import { ROOT } from '../../lib/own-module.ts';

const SCENARIO = 'lambda/scenarios/cafe.ts';

let folder: string;
let build: string;
let code: Buffer;

/** The files of the cloud assembly of an app with one function, and its template but for what is named after the code. */
function synthesised(outdir: string, options: { readonly isBundled: boolean; readonly isStaged?: boolean }) {
  const context = options.isBundled ? {} : { 'aws:cdk:bundling-stacks': [] };
  const app = new App({ outdir, context, treeMetadata: false, builtinCloudFormationValidation: false });
  const stack = new Stack(options.isStaged ? new Stage(app, 'Prod') : app, 'Only');
  new GatewayFunction(stack, 'Validation', {
    handler: 'validation',
    scenario: SCENARIO,
    timeout: Duration.seconds(5),
    memoryMb: 512,
  });
  const { directory } = app.synth();
  const inside = options.isStaged ? join(directory, 'assembly-Prod') : directory;
  const read = (kind: string): string =>
    readFileSync(join(inside, `${stack.artifactId}.${kind}.json`), 'utf8');
  return {
    directory,
    assets: JSON.parse(read('assets')).files,
    template: read('template').replace(/[0-9a-f]{64}/g, 'hash'),
  };
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'source-maps-'));
  const { outputFiles } = buildWithNeeds({
    ...BUNDLING,
    alias: { ...BUNDLING.alias, '#scenario': join(ROOT, SCENARIO) },
    entryPoints: [join(ROOT, 'lambda/handlers/validation.ts')],
    outfile: 'index.mjs',
  });
  code = Buffer.from(outputFiles[0]?.contents ?? []);
  build = createHash('sha256').update(code).digest('hex');
});

afterAll(() => rmSync(folder, { recursive: true }));

describe("a function's source map", () => {
  test('is deployed beside it, under the hash of the code, which is what it was without a map', () => {
    const { directory, assets } = synthesised(join(folder, 'one'), { isBundled: true });
    const { source, destinations } = assets[build];
    expect(source).toEqual({ path: `index.mjs.${build}.map`, packaging: 'file' });
    expect(Object.values(destinations)).toEqual([expect.objectContaining({ objectKey: `${build}.map` })]);
    const bundles = readdirSync(directory).filter(name => /^asset\.[0-9a-f]{64}$/.test(name));
    expect(bundles.map(name => readdirSync(join(directory, name)))).toEqual([['index.mjs']]);
    for (const name of bundles)
      expect(readFileSync(join(directory, name, 'index.mjs')).equals(code)).toBe(true);
  });

  test('tells sources from the folder that deploys, by their hashes and without what they hold', () => {
    const { directory } = synthesised(join(folder, 'two'), { isBundled: true });
    const map = JSON.parse(readFileSync(join(directory, `index.mjs.${build}.map`), 'utf8'));
    expect(map).not.toHaveProperty('sourcesContent');
    const hashes = new Map<string, string>(
      map.sources.map((source: string, at: number) => [source, map.sourceHashes[at]]),
    );
    const hash = createHash('sha256').update(readFileSync(SCENARIO)).digest('hex');
    expect(hashes.get(SCENARIO)).toMatch(/^[0-9a-f]{16}$/);
    expect(hash.startsWith(hashes.get(SCENARIO) ?? '-')).toBe(true);
    expect(map.sources.filter((source: string) => source.startsWith('node_modules/')).length).toBeGreaterThan(
      50,
    );
    for (const [source, hash] of hashes) {
      expect([source, source.startsWith('/')]).toEqual([source, false]);
      if (source.startsWith('node_modules/')) expect([source, hash]).toEqual([source, '']);
    }
  });

  test('leaves the template as it is', () => {
    const bundled = synthesised(join(folder, 'three'), { isBundled: true });
    const bare = synthesised(join(folder, 'four'), { isBundled: false });
    expect(bundled.template).toBe(bare.template);
  });

  test('is found by the assembly of a stage, too', () => {
    const { directory, assets } = synthesised(join(folder, 'five'), { isBundled: true, isStaged: true });
    expect(assets[build].source.path).toBe(`../index.mjs.${build}.map`);
    expect(readdirSync(directory)).toContain(`index.mjs.${build}.map`);
  });
});
