import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { Stryker } from '@stryker-mutator/core';
import jestConfig from '../../jest.config.js';
import { type Explanations, type Mutant, reportOf } from './report.ts';

/** Files that are judged under one name, and listed on one page. */
interface FileSet {
  readonly files: readonly string[];
  /** The tests that judge a file, where they are others than the one that mirrors it. */
  readonly tests?: Readonly<Record<string, readonly string[]>>;
}

/** Each file is judged by the quick tests that are about it alone: each further file of tests costs every mutant a second. */
const SETS: Readonly<Record<string, FileSet>> = {
  'turn-engine': {
    files: [
      ...named(
        'lambda/turn',
        'ask-rule defer-turn draft-turn gateway-answers join-states late-turn late-work',
      ),
      ...named('lambda/turn', 'lease memory rule-answer session show-late take-back take-turn waiting'),
      ...named('lambda/bot', 'deadline own-button slow-rule'),
      ...named('lambda/gateway', 'late-turn deliver-late'),
    ],
    tests: {
      // Its mirror plays whole late turns, which no mutant waits for.
      'lambda/gateway/late-turn.ts': ['test/gateway/late-record.test.ts'],
    },
  },
  // A reply of any form: its property tests are what they are about, at a tenth of their runs.
  settle: {
    files: [...named('lambda/turn', 'settle repair'), ...named('lambda/check', 'read members copy-json')],
    tests: {
      'lambda/turn/repair.ts': ['test/turn/settle.test.ts'],
      'lambda/check/read.ts': ['test/turn/settle.test.ts'],
      'lambda/check/members.ts': ['test/turn/settle.test.ts'],
      'lambda/check/copy-json.ts': ['test/turn/settle.test.ts'],
    },
  },
  'lambda/aws': {
    files: filesIn('lambda/aws'),
    tests: {
      'lambda/aws/error-facts.ts': [
        'test/aws/error-facts.test.ts',
        'test/aws/log.test.ts',
        'test/gateway/log-privacy.test.ts',
      ],
      'lambda/aws/log.ts': [
        'test/aws/http.test.ts',
        'test/aws/log.test.ts',
        'test/gateway/log-privacy.test.ts',
      ],
    },
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

const root = join(import.meta.dirname, '../..');
const path = target.replace(/\/$/, '');
const set: FileSet = SETS[path] ?? { files: path.endsWith('.ts') ? [path] : filesIn(path) };
// What is recorded is a set's score; a part of it is for whoever works on it.
const isRecorded = narrowed.length === 0 && !path.endsWith('.ts');
const nameOf = (...parts: string[]): string => parts.join('-').replaceAll('.ts', '').replaceAll('/', '-');
const name = nameOf(path, ...narrowed);
const command = ['npm run mutants --', path, ...narrowed].join(' ');

const files = onlyFiles.length > 0 ? onlyFiles : set.files;
const found: Result[] = [];
for (const file of files.toSorted()) found.push(...(await judged(file)));

type Result = Awaited<ReturnType<Stryker['runMutationTest']>>[number];

/** The mutants of one file, each with what became of it. */
async function judged(file: string): Promise<readonly Result[]> {
  const tests = onlyTests.length > 0 ? onlyTests : testsOf(file);
  const incrementalFile = `build/mutants/${nameOf(file, ...onlyTests)}.json`;
  await forgetWhatNoTestIsKnownOf(incrementalFile);
  const stryker = new Stryker({
    mutate: [file],
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
    ignorePatterns: ['build', 'cdk.out', 'coverage'],
    disableTypeChecks: false,
    allowEmpty: false,
    reporters: ['progress-append-only'],
  });
  console.log(`${file}, by ${tests.join(', ')}`);
  return stryker.runMutationTest();
}

function named(folder: string, names: string): string[] {
  return names.split(' ').map(name => `${folder}/${name}.ts`);
}

function filesIn(folder: string): string[] {
  const inside = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return inside.filter(file => file.endsWith('.ts')).map(file => `${folder}/${file}`);
}

/** The test that mirrors a file, or all of its folder's where none does. */
function testsOf(file: string): readonly string[] {
  const mirror = `test/${file.replace(/^lambda\//, '').replace(/\.ts$/, '.test.ts')}`;
  const named = set.tests?.[file];
  return named ?? [existsSync(join(root, mirror)) ? mirror : `${dirname(mirror)}/**/*.test.ts`];
}

const sources = new Map<string, readonly string[]>();
const linesOf = (file: string): readonly string[] => {
  const lines = sources.get(file) ?? readFileSync(file, 'utf8').split('\n');
  sources.set(file, lines);
  return lines;
};
const mutants = found.map((one): Mutant => {
  const { fileName, status, mutatorName: mutator, replacement = '', location } = one;
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
