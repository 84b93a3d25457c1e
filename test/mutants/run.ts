import { writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { Stryker } from '@stryker-mutator/core';
import jestConfig from '../../jest.config.js';
import { type Mutant, reportOf } from './report.ts';

/** Files that are judged together, by the quick tests that are about it: each further file costs every mutant a second. */
const SETS: Readonly<
  Record<string, { readonly mutate: readonly string[]; readonly tests: readonly string[] }>
> = {
  'turn-engine': {
    mutate: [
      'lambda/turn/{take-turn,defer-turn,late-turn,draft-turn,memory,session}.ts',
      'lambda/bot/deadline.ts',
      'lambda/gateway/{late-turn,deliver-late}.ts',
    ],
    tests: [
      'test/bot/bot.test.ts',
      'test/turn/{take-turn,defer-turn,late-turn,session,session-version}.test.ts',
      'test/gateway/late-turn.test.ts',
    ],
  },
  // A reply of any form: its property tests are what they are about, at a tenth of their runs.
  settle: {
    mutate: ['lambda/turn/{settle,repair}.ts', 'lambda/check/{read,members,copy-json}.ts'],
    tests: ['test/turn/settle.test.ts'],
  },
  'lambda/aws': {
    mutate: ['lambda/aws/**/*.ts'],
    tests: ['test/aws/**/*.test.ts', 'test/gateway/log-privacy.test.ts'],
  },
};

const [target, ...others] = process.argv.slice(2);
if (target === undefined || others.length > 0) {
  console.error(
    `Usage: npm run mutants -- <folder, file or set>, such as lambda/aws or ${Object.keys(SETS).join(', ')}`,
  );
  process.exit(2);
}

const path = target.replace(/\/$/, '');
const name = path.replace(/\.ts$/, '').replaceAll('/', '-');
const { mutate, tests } = SETS[path] ?? {
  mutate: [path.endsWith('.ts') ? path : `${path}/**/*.ts`],
  tests: [`test/${path.replace(/^lambda\//, '').replace(/(\/[^/]+)?\.ts$/, '')}/**/*.test.ts`],
};
const command = `npm run mutants -- ${path}`;

const stryker = new Stryker({
  mutate: [...mutate],
  testRunner: 'jest',
  plugins: ['@stryker-mutator/jest-runner'],
  // Jest is told its transform; Stryker would read the tsconfig by TypeScript's API, and TypeScript 7 has none.
  tsconfigFile: 'none.json',
  jest: {
    projectType: 'custom',
    enableFindRelatedTests: false,
    config: {
      ...jestConfig,
      // A mutant that lets a test wait is caught soon.
      testTimeout: 5_000,
      testEnvironment: join(import.meta.dirname, 'environment.cjs'),
      testMatch: tests.map(pattern => `<rootDir>/${pattern}`),
    },
  },
  coverageAnalysis: 'perTest',
  testRunnerNodeArgs: ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'],
  concurrency: cpus().length,
  // Modules that are loaded anew for every mutant are never freed.
  maxTestRunnerReuse: 40,
  timeoutMS: 6_000,
  incremental: true,
  incrementalFile: `build/mutants/${name}.json`,
  tempDirName: 'build/mutants/sandboxes',
  ignorePatterns: ['build', 'cdk.out', 'docs', 'coverage'],
  disableTypeChecks: false,
  allowEmpty: false,
  reporters: ['progress-append-only'],
});
const mutants = await stryker.runMutationTest();
// What is recorded is a room's score; a single file's is for whoever works on it.
const file = `${path.endsWith('.ts') ? 'build' : 'test'}/mutants/${name}.md`;
const { score, text } = reportOf(mutants as readonly Mutant[], command);
await writeFile(file, text);
console.log(`${score.toFixed(1)} % of the mutants were killed; ${file} lists the others.`);
