import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './checkout.ts';
import { digits, type Figure, withSpread } from './figures.ts';
import { DEPLOYED_MB } from './goals.ts';
import { callsIn, type Report } from './report.ts';

/** The pages that hold the figures, and how their table is headed: of one checkout, or of two. */
const PAGES = {
  'docs/performance.md': { one: ['figure', 'measured'], two: ['figure', 'before', 'after'] },
  'docs/performance.ko.md': { one: ['수치', '측정값'], two: ['수치', '전', '후'] },
} as const;

const BEGIN = '<!-- figures: npm run bench -- --docs -->';
const END = '<!-- end of figures -->';

/** A row by its name: before and after, or a peer's figure alone. */
type Rows = Map<string, (string | undefined)[]>;

/** Writes the figures of a run into the pages: of this checkout, and beside them of another, as they were before. */
export function writePages(report: Report, sides: readonly string[]): void {
  const rows = rowsOf(report, sides);
  for (const [page, { one, two }] of Object.entries(PAGES)) {
    const file = join(ROOT, page);
    const head = sides.length === 1 ? one : two;
    writeFileSync(file, withFigures(readFileSync(file, 'utf8'), report, head, rows));
  }
}

/** A page with the figures between its marks. @throws Error when it has no marks */
export function withFigures(page: string, report: Report, head: readonly string[], rows: Rows): string {
  const [start = '', rest] = page.split(`${BEGIN}\n`);
  const end = rest?.split(END)[1];
  if (end === undefined) throw new Error(`a page of the figures must have ${BEGIN} and ${END}`);
  const { date, node, machine } = report;
  const table = [head, head.map(() => '---'), ...[...rows].map(([name, cells]) => [`\`${name}\``, ...cells])]
    .map(cells => `| ${cells.map(cell => cell ?? '').join(' | ')} |`)
    .join('\n');
  return `${start}${BEGIN}\n\n${date}, Node ${node}, ${machine}\n\n${table}\n\n${END}${end}`;
}

/** All figures of one checkout, or of two side by side; the peers' are in the last column. */
export function rowsOf({ turns, cold, bytes, bundles }: Report, sides: readonly string[]): Rows {
  const rows: Rows = new Map();
  const put = (row: string, of: string, cell: string): void => {
    const side = of === '' || !sides.includes(of) ? sides.length - 1 : sides.indexOf(of);
    const name = of === '' || sides.includes(of) ? row : `${row}, ${of}`;
    const cells = rows.get(name) ?? sides.map(() => undefined);
    cells[side] = cell;
    rows.set(name, cells);
  };
  for (const { name, of, ratio, turnUs } of turns) {
    // Beside the SDK, a raw handler is nothing.
    if (name.includes(',')) put(`${name}: µs`, of, withSpread(turnUs));
    else put(`${name}: ratio`, of, withSpread(ratio));
  }
  for (const { name, of, memoryMb, ...one } of cold) {
    const isOwn = of !== '';
    if (!isOwn && memoryMb !== DEPLOYED_MB) continue;
    const tell = (what: string, figure: Figure): void =>
      put(`${name}, ${memoryMb} MB: ${what}`, of, withSpread(figure));
    tell('first turn ms', one.firstTurnMs);
    if (isOwn) tell('tenth turn ms', one.tenthTurnMs);
    tell('total ms', one.totalMs);
    if (memoryMb !== DEPLOYED_MB) continue;
    tell('init ms', one.initMs);
    tell('total by empty', one.ofEmpty);
    tell('processor by empty', one.cpuOfEmpty);
    if (!isOwn) continue;
    put(`${name}: calls of a cold start`, of, String(callsIn(one.initCalls) + callsIn(one.firstTurnCalls)));
    put(`${name}: connections of a cold start`, of, String(one.connections));
  }
  for (const { name, of, paceSeconds, ...one } of bytes) {
    const pace = `${name} every ${paceSeconds} s`;
    put(`${pace}: reads a turn`, of, String(one.readsPerTurn));
    put(`${pace}: write units a turn`, of, String(one.writeUnitsPerTurn));
    put(`${pace}: bytes a save`, of, one.bytesPerSave.toFixed(0));
  }
  for (const { name, of, kilobytes, importRatio } of bundles) {
    put(`${name}: KB`, of, digits(kilobytes));
    if (importRatio) put(`${name}: import by client-dynamodb`, of, withSpread(importRatio));
  }
  return rows;
}
