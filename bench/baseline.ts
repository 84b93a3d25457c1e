import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './checkout.ts';
import { digits } from './figures.ts';
import { callsIn, type Report } from './report.ts';

/** The figures that no change may make worse unnoticed: none of them is a time, which would be the machine's. */
export interface Baseline {
  /** Of turns to their raw handlers: more is better. */
  readonly ratios: Readonly<Record<string, number>>;
  /** Bytes, write units, round trips: less is better. */
  readonly counts: Readonly<Record<string, number>>;
}

/** A figure that became worse, or has nothing to be compared with. */
export interface Regression {
  readonly row: string;
  readonly was: number | undefined;
  readonly is: number | undefined;
}

const FILE = join(ROOT, 'bench/baseline.json');

/** How much worse a figure may be: what a machine sways by is less. */
export const ALLOWED = 0.15;

/**
 * The figures of a report that a baseline holds, or that are held against one.
 * @param by the part of a ratio's rounds: a baseline has the median; what is held against it is worse only where three
 * quarters of its rounds are, since whatever else a machine does makes some of them so
 */
export function baselineOf(
  { turns, bundles, bytes, cold }: Report,
  by: 'median' | 'high' = 'median',
): Baseline {
  return {
    ratios: Object.fromEntries(turns.map(({ name, ratio }) => [name, rounded(ratio[by])])),
    counts: Object.fromEntries([
      ...bundles
        .filter(({ of }) => of !== '')
        .map(({ name, kilobytes }) => [`${name}, KB`, rounded(kilobytes)]),
      ...bytes.flatMap(({ name, paceSeconds, readsPerTurn, writeUnitsPerTurn }) => [
        [`${name} every ${paceSeconds} s, reads a turn`, readsPerTurn],
        [`${name} every ${paceSeconds} s, write units a turn`, writeUnitsPerTurn],
      ]),
      ...cold
        .filter(({ of }) => of !== '')
        .flatMap(({ name, initCalls, firstTurnCalls, connections }) => [
          [`${name}, calls of a cold start`, callsIn(initCalls) + callsIn(firstTurnCalls)],
          [`${name}, connections of a cold start`, connections],
        ]),
    ]),
  };
}

/** All figures that are worse than the baseline allows, or stand in one of the two alone. */
export function regressionsOf(baseline: Baseline, now: Baseline): readonly Regression[] {
  const worse = (
    before: Readonly<Record<string, number>>,
    after: Readonly<Record<string, number>>,
    isWorse: (was: number, is: number) => boolean,
  ): Regression[] =>
    [...new Set([...Object.keys(before), ...Object.keys(after)])]
      .map(row => ({ row, was: before[row], is: after[row] }))
      // What is missing is no number, and passes no comparison.
      .filter(({ was = Number.NaN, is = Number.NaN }) => isWorse(was, is));
  return [
    ...worse(baseline.ratios, now.ratios, (was, is) => !(is >= was * (1 - ALLOWED))),
    ...worse(baseline.counts, now.counts, (was, is) => !(is <= was * (1 + ALLOWED))),
  ];
}

/** The better of two measurements, row by row: whatever disturbs one makes it worse. */
export function betterOf(one: Baseline, other: Baseline): Baseline {
  const ratios = Object.entries(one.ratios).map(([row, ratio]) => [
    row,
    Math.max(ratio, other.ratios[row] ?? 0),
  ]);
  return { counts: one.counts, ratios: Object.fromEntries(ratios) };
}

/** The sentences about what became worse, and what to do. */
export function sentencesOf(regressions: readonly Regression[]): string {
  const figure = (value: number | undefined): string => (value === undefined ? 'nothing' : digits(value));
  return [
    ...regressions.map(({ row, was, is }) => `${row}: ${figure(is)}, where the baseline has ${figure(was)}`),
    `Worse than bench/baseline.json by more than ${ALLOWED * 100} %. Where that is meant, renew it: npm run bench -- --renew`,
  ].join('\n');
}

/** The baseline that is kept. @throws Error when there is none */
export function readBaseline(): Baseline {
  if (!existsSync(FILE))
    throw new Error('bench/baseline.json is missing: make it by npm run bench -- --renew');
  return JSON.parse(readFileSync(FILE, 'utf8'));
}

/** Keeps this baseline from now on. */
export function writeBaseline(baseline: Baseline): void {
  writeFileSync(FILE, `${JSON.stringify(baseline, undefined, 2)}\n`);
}

function rounded(figure: number): number {
  return Number(figure.toPrecision(3));
}
