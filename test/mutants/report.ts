/** One mutant, as far as the report tells of it. */
export interface Mutant {
  /** From the project's root. */
  readonly file: string;
  readonly status: string;
  readonly mutator: string;
  /** The line in which it begins. */
  readonly line: string;
  /** The code that was changed. */
  readonly code: string;
  /** The code in its place. */
  readonly replacement: string;
  readonly at: { readonly line: number; readonly column: number };
}

/** Why a mutant may live. It names the mutant by its code, not by its place, and so outlives a move. */
export interface Explanation extends Pick<Mutant, 'line' | 'code' | 'mutator' | 'replacement'> {
  readonly why: string;
}

/** The explanations of each file's survivors, by the file's path. */
export type Explanations = Readonly<Record<string, readonly Explanation[]>>;

/** A run's outcome: the page to read, and the sentences that say why it is not good enough. */
export interface Report {
  /** Percent of the judged mutants that a test caught. */
  readonly score: number;
  readonly text: string;
  readonly failures: readonly string[];
}

/** The least score that is good enough. */
export const LEAST_SCORE = 90;

/** Caught by a failing test, or by one that never ended. */
const CAUGHT: ReadonlySet<string> = new Set(['Killed', 'Timeout']);

/** Alive after the tests that reach it, or reached by none. */
const ALIVE: ReadonlySet<string> = new Set(['Survived', 'NoCoverage']);

const LONGEST_CODE = 60;

/**
 * The share of mutants that a test caught (of those that compile and are not ignored), the page that lists the others
 * with their explanations, and what is to be done: about the score, survivors without an explanation, and explanations
 * without a survivor.
 */
export function reportOf(mutants: readonly Mutant[], explanations: Explanations, command: string): Report {
  const judged = mutants.filter(({ status }) => CAUGHT.has(status) || ALIVE.has(status));
  const alive = judged.filter(({ status }) => ALIVE.has(status)).toSorted(byPlace);
  const score = scoreOf(judged);
  const files = [...new Set(mutants.map(({ file }) => file))].sort();
  const explanationOf = (mutant: Mutant): Explanation | undefined =>
    explanations[mutant.file]?.find(one => one.why.trim() !== '' && keyOf(one) === keyOf(mutant));
  const survivors = files.flatMap(file => {
    const own = alive.filter(mutant => mutant.file === file);
    return own.length === 0 ? [] : ['', `## ${file}`, '', ...own.map(one => lineOf(one, explanationOf(one)))];
  });
  const unexplained = alive.filter(mutant => explanationOf(mutant) === undefined);
  const text = [
    `# Mutants: ${score.toFixed(1)} % killed, ${unexplained.length} unexplained`,
    '',
    `Written by \`${command}\`. A line below is a change of the code that none of the quick tests about it noticed, and`,
    'why that may be so, as `explained.json` has it.',
    '',
    '| file | % | killed | timed out | survived | no test reaches it | unexplained |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...files.map(file => rowOf(file, judged, unexplained)),
    ...survivors,
    '',
  ].join('\n');
  const failures = [
    ...(score < LEAST_SCORE ? [`${score.toFixed(1)} % were killed: ${LEAST_SCORE} % must be`] : []),
    ...unexplained.map(
      mutant =>
        `${mutant.file} has a survivor that nothing explains: kill it by a test, or explain it in explained.json: ${entryOf(mutant)}`,
    ),
    ...files.flatMap(file =>
      unneeded(file, alive, explanations).map(
        ({ line, code, replacement }) =>
          `${file} has no survivor that this explains, take it out of explained.json: \`${code}\` -> \`${replacement}\` in \`${line}\``,
      ),
    ),
  ];
  return { score, text, failures };
}

function rowOf(file: string, judged: readonly Mutant[], unexplained: readonly Mutant[]): string {
  const own = judged.filter(mutant => mutant.file === file);
  const count = (status: string): number => own.filter(one => one.status === status).length;
  const counts = ['Killed', 'Timeout', 'Survived', 'NoCoverage'].map(count);
  const open = unexplained.filter(mutant => mutant.file === file).length;
  return `| ${[file, scoreOf(own).toFixed(1), ...counts, open].join(' | ')} |`;
}

function scoreOf(mutants: readonly Mutant[]): number {
  if (mutants.length === 0) return 100;
  return (100 * mutants.filter(({ status }) => CAUGHT.has(status)).length) / mutants.length;
}

function unneeded(file: string, alive: readonly Mutant[], explanations: Explanations): Explanation[] {
  const keys = new Set(alive.filter(mutant => mutant.file === file).map(keyOf));
  return (explanations[file] ?? []).filter(explanation => !keys.has(keyOf(explanation)));
}

type Key = Pick<Mutant, 'line' | 'code' | 'mutator' | 'replacement'>;

/** The members that name a mutant, as an explanation has them: each on one line, and none long. */
function namesOf({ line, code, mutator, replacement }: Key): Key {
  return { line: line.trim(), code: short(code), mutator, replacement: short(replacement) };
}

function keyOf(mutant: Key): string {
  return JSON.stringify(namesOf(mutant));
}

/** The explanation to be written, but for its reason. */
function entryOf(mutant: Mutant): string {
  return JSON.stringify({ ...namesOf(mutant), why: '' });
}

function lineOf({ at, code, mutator, replacement, status }: Mutant, explanation?: Explanation): string {
  const unseen = status === 'NoCoverage' ? ', reached by no test' : '';
  const change = [code, replacement].map(part => `\`${short(part).replaceAll('`', "'")}\``).join(' -> ');
  return `- ${at.line}:${at.column} ${mutator}: ${change}${unseen}: ${explanation?.why ?? '**unexplained**'}`;
}

function short(code: string): string {
  const flat = code.replace(/\s+/g, ' ').trim();
  return flat.length > LONGEST_CODE ? `${flat.slice(0, LONGEST_CODE)}…` : flat;
}

function byPlace(a: Mutant, b: Mutant): number {
  return a.file.localeCompare(b.file) || a.at.line - b.at.line || a.at.column - b.at.column;
}
