/** One mutant, as far as the report tells of it. */
export interface Mutant {
  readonly fileName: string;
  readonly status: string;
  readonly mutatorName: string;
  readonly replacement?: string;
  readonly location: { readonly start: { readonly line: number; readonly column: number } };
}

/** Caught by a failing test, or by one that never ended. */
const CAUGHT: ReadonlySet<string> = new Set(['Killed', 'Timeout']);

/** Alive after the tests that reach it, or reached by none. */
const ALIVE: ReadonlySet<string> = new Set(['Survived', 'NoCoverage']);

const LONGEST_REPLACEMENT = 60;

/**
 * The share of mutants that a test caught (percent of those that compile and are not ignored), and the page that
 * lists the others by file and line.
 */
export function reportOf(mutants: readonly Mutant[], command: string): { score: number; text: string } {
  const judged = mutants.filter(({ status }) => CAUGHT.has(status) || ALIVE.has(status));
  const alive = judged.filter(({ status }) => ALIVE.has(status)).toSorted(byPlace);
  const score = scoreOf(judged);
  const files = [...new Set(judged.map(({ fileName }) => fileName))].sort();
  const rows = files.map(file => {
    const own = judged.filter(({ fileName }) => fileName === file);
    const count = (status: string): number => own.filter(one => one.status === status).length;
    return `| ${relative(file)} | ${scoreOf(own).toFixed(1)} | ${count('Killed')} | ${count('Timeout')} | ${count('Survived')} | ${count('NoCoverage')} |`;
  });
  const survivors = files.flatMap(file => {
    const own = alive.filter(({ fileName }) => fileName === file);
    return own.length === 0 ? [] : ['', `## ${relative(file)}`, '', ...own.map(lineOf)];
  });
  const text = [
    `# Mutants: ${score.toFixed(1)} % killed`,
    '',
    `Written by \`${command}\`. A line below is a change of the code that none of the quick tests about it noticed.`,
    '',
    '| file | % | killed | timed out | survived | no test reaches it |',
    '| --- | --- | --- | --- | --- | --- |',
    ...rows,
    ...survivors,
    '',
  ].join('\n');
  return { score, text };
}

function scoreOf(mutants: readonly Mutant[]): number {
  return (100 * mutants.filter(({ status }) => CAUGHT.has(status)).length) / Math.max(1, mutants.length);
}

function lineOf({ location: { start }, mutatorName, replacement = '', status }: Mutant): string {
  const flat = replacement.replace(/\s+/g, ' ').replaceAll('`', "'");
  const short = flat.length > LONGEST_REPLACEMENT ? `${flat.slice(0, LONGEST_REPLACEMENT)}…` : flat;
  const unseen = status === 'NoCoverage' ? ', reached by no test' : '';
  return `- ${start.line}:${start.column} ${mutatorName}: \`${short}\`${unseen}`;
}

function byPlace(a: Mutant, b: Mutant): number {
  const [one, other] = [a.location.start, b.location.start];
  return a.fileName.localeCompare(b.fileName) || one.line - other.line || one.column - other.column;
}

function relative(file: string): string {
  return file.slice(Math.max(0, file.lastIndexOf('/lambda/') + 1));
}
