import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { runNode } from './ran-command.ts';

const ROOT = join(import.meta.dirname, '../..');
const NOT_ENDED = 'A worker process has failed to exit gracefully';

/** Takes a worker of jest's as long to end as one that has run half of the suite, and more. */
const ENDS_SLOWLY = `if (process.send) process.on('exit', () => {
  for (const until = Date.now() + 1_500; Date.now() < until; );
});`;

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'worker-exit-'));
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  const own = {
    rootDir: folder,
    testMatch: ['<rootDir>/*.test.cjs'],
    moduleNameMapper: {},
    testEnvironment: join(ROOT, 'test/kit/environment.cjs'),
    testSequencer: join(ROOT, 'test/kit/longest-first.cjs'),
    // With any, jest takes workers for however few files.
    workerIdleMemoryLimit: '4GB',
  };
  const config = `import config from ${JSON.stringify(join(ROOT, 'jest.config.js'))};
    export default { ...config, ...${JSON.stringify(own)} };`;
  writeFileSync(join(folder, 'jest.config.mjs'), config);
  writeFileSync(join(folder, 'ends-slowly.cjs'), ENDS_SLOWLY);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs two files of tests by two workers, as the suite's settings say. @returns all that jest printed */
async function printedBy(test: string, env: Record<string, string> = {}): Promise<string> {
  for (const name of ['one', 'two']) writeFileSync(join(folder, `${name}.test.cjs`), test);
  const jest = join(ROOT, 'node_modules/jest/bin/jest.js');
  const args = ['--experimental-vm-modules', jest, '--config', join(folder, 'jest.config.mjs')];
  const { stdout, stderr } = await runNode(args, { cwd: folder, env, limitMs: 60_000 });
  return stdout + stderr;
}

describe('at the end of a run of tests', () => {
  test('a worker that gives its memory back slowly is told of by nobody', async () => {
    const env = { NODE_OPTIONS: `--require ${join(folder, 'ends-slowly.cjs')}` };
    const printed = await printedBy(`test('is quick', () => {});`, env);
    expect(printed).toContain('2 passed, 2 total');
    expect(printed).not.toContain(NOT_ENDED);
  }, 60_000);

  test('a worker that a test has left something running in is', async () => {
    const printed = await printedBy(`test('leaks', () => { setInterval(() => {}, 1_000); });`);
    expect(printed).toContain('2 passed, 2 total');
    expect(printed).toContain(NOT_ENDED);
  }, 60_000);
});
