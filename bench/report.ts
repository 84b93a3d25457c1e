import type { BundleFigure } from './bundles.ts';
import type { BytesFigure } from './bytes.ts';
import type { ColdFigure } from './cold.ts';
import { digits, withSpread } from './figures.ts';
import type { TurnFigure } from './turns.ts';

/** All that one run of the bench measured. */
export interface Report {
  readonly date: string;
  readonly node: string;
  /** The processor, and how many of them. */
  readonly machine: string;
  /** How the processor was shared out in cold starts. */
  readonly quota: string;
  readonly turns: readonly TurnFigure[];
  readonly bundles: readonly BundleFigure[];
  readonly bytes: readonly BytesFigure[];
  readonly cold: readonly ColdFigure[];
}

type Cells = readonly string[];

/** The report as the tables of `docs/performance.md`: medians, with quartiles where there are rounds. */
export function tablesOf({ turns, bundles, bytes, cold }: Report): string {
  const tables: readonly (readonly [Cells, readonly Cells[]])[] = [
    [
      ['turn', 'of', 'processor µs', 'raw µs', 'ratio'],
      turns.map(({ name, of, turnUs, rawUs, ratio }) => [
        name,
        of,
        withSpread(turnUs),
        withSpread(rawUs),
        withSpread(ratio),
      ]),
    ],
    [
      [
        'cold start',
        'of',
        'MB',
        'init ms',
        'first turn ms',
        'tenth turn ms',
        'total ms',
        '× empty',
        'processor ms',
        '× empty',
      ],
      cold.map(one => [
        one.name,
        one.of,
        String(one.memoryMb),
        ...[
          one.initMs,
          one.firstTurnMs,
          one.tenthTurnMs,
          one.totalMs,
          one.ofEmpty,
          one.totalCpuMs,
          one.cpuOfEmpty,
        ].map(withSpread),
      ]),
    ],
    [
      ['calls of a cold start', 'of', 'in init', 'in the first turn', 'connections'],
      cold
        .filter(({ memoryMb }) => memoryMb === cold[0]?.memoryMb)
        .map(one => [
          one.name,
          one.of,
          callsOf(one.initCalls),
          callsOf(one.firstTurnCalls),
          String(one.connections),
        ]),
    ],
    [
      [
        'ten turns',
        'of',
        'pace s',
        'reads a turn',
        'writes a turn',
        'write units a turn',
        'bytes a save',
        'most',
      ],
      bytes.map(one => [
        one.name,
        one.of,
        ...[one.paceSeconds, one.readsPerTurn, one.writesPerTurn, one.writeUnitsPerTurn].map(String),
        one.bytesPerSave.toFixed(0),
        String(one.mostBytes),
      ]),
    ],
    [
      ['bundle', 'of', 'KB', 'gzip KB', 'import ms', '× client-dynamodb'],
      bundles.map(({ name, of, kilobytes, gzippedKilobytes, importMs, importRatio }) => [
        name,
        of,
        digits(kilobytes),
        digits(gzippedKilobytes),
        importMs ? withSpread(importMs) : '–',
        importRatio ? withSpread(importRatio) : '–',
      ]),
    ],
  ];
  return tables
    .filter(([, rows]) => rows.length > 0)
    .map(([head, rows]) =>
      [head, head.map(() => '---'), ...rows].map(cells => `| ${cells.join(' | ')} |`).join('\n'),
    )
    .join('\n\n');
}

function callsOf(calls: ColdFigure['initCalls']): string {
  const told = Object.entries(calls).map(([operation, times]) =>
    times > 1 ? `${times} ${operation}` : operation,
  );
  return told.join(', ') || '–';
}

/** How many calls these are, whatever their operations. */
export function callsIn(calls: ColdFigure['initCalls']): number {
  return Object.values(calls).reduce((total, times) => total + times, 0);
}
