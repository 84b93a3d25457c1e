import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = join(import.meta.dirname, '../..');

/** Why a file may see more of this machine than its own modules: it starts processes, makes bundles or names the deployed bot. */
const LOOKS_OUTSIDE = /'node:child_process'|'esbuild'|scenario\.ts\b|playwright/;

/** The tests of the house itself: of the words, the arrows, the README. */
const READS_SOURCES = /^test\/[^/]+$/;

/** The files of {@link quickSuites}, by what they depend on. `.ci/run` runs all of them on one Node, and these sets on others. */
export const SETS = {
  /** Files that the deployed bot can change, or the Node of processes that are started: the rest talks to the café within jest. */
  outside: (file: string): boolean => READS_SOURCES.test(file) || reachedFrom(file).some(looksOutside),
  /**
   * Files about what meets Lambda's Node and its interfaces first, and every property test: with all of their runs those are
   * the longest look at everything else. The slow suites and the deployment are run by that Node, too.
   */
  lambda: (file: string): boolean =>
    /^test\/(handlers|aws)\//.test(file) ||
    // CDK runs where somebody deploys, and takes minutes.
    (file !== 'test/lib/cdk.integration.test.ts' && reachedFrom(file).includes('test/kit/property.ts')),
} as const satisfies Readonly<Record<string, (file: string) => boolean>>;

/** The files of a set, from the project's folder on, in the order of their names. */
export function testsOf(set: keyof typeof SETS): readonly string[] {
  return quickSuites().filter(SETS[set]);
}

/** Every file that `npm test` or `npm run test:integration` runs, from the project's folder on. */
export function quickSuites(): readonly string[] {
  return readdirSync(join(ROOT, 'test'), { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith('.test.ts') && !file.endsWith('.slow.test.ts'))
    .map(file => `test/${file.replaceAll('\\', '/')}`)
    .sort();
}

/** The files of the project that a file imports, itself and what those import included, but for what only types come from. */
function reachedFrom(entry: string): readonly string[] {
  const reached = new Set<string>();
  const visit = (file: string): void => {
    if (reached.has(file)) return;
    reached.add(file);
    for (const next of importsOf(file)) visit(next);
  };
  visit(entry);
  return [...reached];
}

const texts = new Map<string, string>();

function textOf(file: string): string {
  const text = texts.get(file) ?? readFileSync(join(ROOT, file), 'utf8');
  texts.set(file, text);
  return text;
}

const found = new Map<string, readonly string[]>();

function importsOf(file: string): readonly string[] {
  if (!/\.[cm]?[jt]sx?$/.test(file)) return [];
  const statements = textOf(file).matchAll(/\b(?:from |import |import\()'(\.[^']+|kakao-gateway\/[^']+)'/g);
  const imports =
    found.get(file) ??
    [...statements]
      .map(([, name = '']) => (name.startsWith('.') ? join(dirname(file), name) : doorOf(name)))
      .filter(path => existsSync(join(ROOT, path)));
  found.set(file, imports);
  return imports;
}

const { exports: doors } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));

const doorOf = (name: string): string => relative('.', doors[name.replace('kakao-gateway', '.')] ?? name);

// Of lambda/ and lib/ the scenario's name stands in comments, too.
const looksOutside = (file: string): boolean =>
  (!/^(lambda|lib)\//.test(file) || file === 'lib/bundling.ts') && LOOKS_OUTSIDE.test(textOf(file));

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [set = ''] = process.argv.slice(2);
  if (!(set in SETS)) throw new Error(`no set ${set}: ${Object.keys(SETS).join(', ')}`);
  console.log(testsOf(set as keyof typeof SETS).join('\n'));
}
