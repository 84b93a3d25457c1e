import { writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { Stryker } from '@stryker-mutator/core';
import jestConfig from '../../jest.config.js';
import { type Mutant, reportOf } from './report.ts';

/** What is mutated under a name of its own, since it is no folder. */
const SETS: Readonly<Record<string, readonly string[]>> = {
  'turn-engine': [
    'lambda/bot/{take-turn,defer-turn,late-turn,draft-turn,room,session,deadline}.ts',
    'lambda/handlers/late-turn-service.ts',
  ],
};

/** Tests that see no mutant of `lambda/`, or wait for real deadlines: over thousands of mutants that would be days. */
const LEFT_OUT = [
  'test/(?:architecture|faults|fuzz|late-load|late-turns|plugins|readme|regular-expressions|start|vintages)\\.',
  'test/(?:bin|deploy|dev|docs|kit|lib|mutants|releases|types)/',
  '\\.(?:property|slow)\\.test\\.ts$',
];

const [target, ...others] = process.argv.slice(2);
if (target === undefined || others.length > 0) {
  console.error(
    `Usage: npm run mutants -- <folder, file or set>, such as lambda/aws or ${Object.keys(SETS).join(', ')}`,
  );
  process.exit(2);
}

const name = target.replace(/\/+$/, '').replace(/\.ts$/, '').replaceAll('/', '-');
const mutate = SETS[target] ?? [target.endsWith('.ts') ? target : `${target.replace(/\/+$/, '')}/**/*.ts`];
const command = `npm run mutants -- ${target}`;

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
      testEnvironment: join(import.meta.dirname, 'environment.cjs'),
      testSequencer: join(import.meta.dirname, 'quick-first.cjs'),
      testPathIgnorePatterns: ['/node_modules/', ...LEFT_OUT],
    },
  },
  coverageAnalysis: 'perTest',
  testRunnerNodeArgs: ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'],
  // Many tests wait for short deadlines: more of them than cores keep the cores busy.
  concurrency: Number(process.env.MUTANTS_AT_ONCE ?? cpus().length * 2),
  timeoutMS: 10_000,
  dryRunTimeoutMinutes: 15,
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
const file = `${target.endsWith('.ts') ? 'build' : 'test'}/mutants/${name}.md`;
const { score, text } = reportOf(mutants as readonly Mutant[], command);
await writeFile(file, text);
console.log(`${score.toFixed(1)} % of the mutants were killed; ${file} lists the others.`);
