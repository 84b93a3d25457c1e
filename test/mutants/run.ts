import { existsSync, readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join, relative } from 'node:path';
import { Stryker } from '@stryker-mutator/core';
import jestConfig from '../../jest.config.js';
import { type Explanations, type Mutant, reportOf } from './report.ts';

/** Files that are judged together, by the quick tests that are about it: each further file costs every mutant a second. */
const SETS: Readonly<
  Record<string, { readonly mutate: readonly string[]; readonly tests: readonly string[] }>
> = {
  'turn-engine': {
    mutate: [
      'lambda/turn/{ask-rule,defer-turn,draft-turn,gateway-answers,join-states,late-turn,late-work,lease,memory}.ts',
      'lambda/turn/{rule-answer,session,show-late,take-back,take-turn,waiting}.ts',
      'lambda/bot/{deadline,own-button,slow-rule}.ts',
      'lambda/gateway/{late-turn,deliver-late}.ts',
    ],
    tests: [
      'test/bot/{bot,deadline,own-button,slow-rule}.test.ts',
      'test/turn/{draft-turn,take-turn,defer-turn,join-states,late-turn,session,session-version,slow-rules}.test.ts',
      'test/turn/{gateway-answers,lease,late-work,show-late,take-back,memory,rule-answer,waiting}.test.ts',
      'test/gateway/{late-turn,late-turns,group-rooms}.test.ts',
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

const [target, ...narrowed] = process.argv.slice(2);
const onlyTests = narrowed.filter(path => path.endsWith('.test.ts'));
const onlyFiles = narrowed.filter(path => !onlyTests.includes(path));
if (target === undefined) {
  console.error(
    `Usage: npm run mutants -- <folder, file or set> [files of it] [test files], such as lambda/aws or ${Object.keys(SETS).join(', ')}`,
  );
  process.exit(2);
}

const path = target.replace(/\/$/, '');
const set = SETS[path] ?? {
  mutate: [path.endsWith('.ts') ? path : `${path}/**/*.ts`],
  tests: [`test/${path.replace(/^lambda\//, '').replace(/(\/[^/]+)?\.ts$/, '')}/**/*.test.ts`],
};
const mutate = onlyFiles.length > 0 ? onlyFiles : set.mutate;
const tests = onlyTests.length > 0 ? onlyTests : set.tests;
// What is recorded is a room's score; a part of it is for whoever works on it.
const isRecorded = narrowed.length === 0 && !path.endsWith('.ts');
const name = [path, ...narrowed].join('-').replaceAll('.ts', '').replaceAll('/', '-');
const command = ['npm run mutants --', path, ...narrowed].join(' ');

const incrementalFile = `build/mutants/${name}.json`;
await forgetWhatNoTestIsKnownOf(incrementalFile);

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
  // Whoever waits for a part works on beside it.
  concurrency: isRecorded ? cpus().length : 1,
  // Modules that are loaded anew for every mutant are never freed.
  maxTestRunnerReuse: 40,
  timeoutMS: 6_000,
  incremental: true,
  incrementalFile,
  tempDirName: 'build/mutants/sandboxes',
  ignorePatterns: ['build', 'cdk.out', 'docs', 'coverage'],
  disableTypeChecks: false,
  allowEmpty: false,
  reporters: ['progress-append-only'],
});
const root = join(import.meta.dirname, '../..');
const sources = new Map<string, readonly string[]>();
const linesOf = (file: string): readonly string[] => {
  const lines = sources.get(file) ?? readFileSync(file, 'utf8').split('\n');
  sources.set(file, lines);
  return lines;
};
const mutants = (await stryker.runMutationTest()).map((found): Mutant => {
  const { fileName, status, mutatorName: mutator, replacement = '', location } = found;
  const { start, end } = location;
  const lines = linesOf(fileName);
  const part = lines.slice(start.line - 1, end.line);
  part[part.length - 1] = part.at(-1)?.slice(0, end.column - 1) ?? '';
  const code = part.join('\n').slice(start.column - 1);
  const line = lines[start.line - 1] ?? '';
  return { file: relative(root, fileName), status, mutator, line, code, replacement, at: start };
});
const explanations: Explanations = JSON.parse(
  await readFile(join(import.meta.dirname, 'explained.json'), 'utf8'),
);
const page = `${isRecorded ? 'test' : 'build'}/mutants/${name}.md`;
const { score, text, failures } = reportOf(mutants, explanations, command);
await writeFile(page, text);
console.log(`${score.toFixed(1)} % of the mutants were killed; ${page} lists the others.`);
for (const failure of failures) console.error(failure);
if (failures.length > 0) process.exitCode = 1;

/** Stryker would never judge anew what survived while a file was loaded: it knows of no test that reaches that. */
async function forgetWhatNoTestIsKnownOf(file: string): Promise<void> {
  if (!existsSync(file)) return;
  const known = JSON.parse(await readFile(file, 'utf8'));
  for (const one of Object.values<{ mutants: { static?: boolean; status: string }[] }>(known.files))
    one.mutants = one.mutants.filter(
      ({ static: isOfLoading, status }) => !isOfLoading || status !== 'Survived',
    );
  await writeFile(file, JSON.stringify(known));
}
