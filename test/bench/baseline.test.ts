import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { type Baseline, baselineOf, betterOf, regressionsOf, sentencesOf } from '../../bench/baseline.ts';
import { figureOf } from '../../bench/figures.ts';
import type { Report } from '../../bench/report.ts';

const BASELINE: Baseline = {
  ratios: { echo: 0.2, 메뉴: 0.3 },
  counts: { 'open-builder, KB': 300, '담기 라떼 every 10 s, write units a turn': 1 },
};

const withRatio = (echo: number): Baseline => ({ ...BASELINE, ratios: { ...BASELINE.ratios, echo } });
const withUnits = (units: number): Baseline => ({
  ...BASELINE,
  counts: { ...BASELINE.counts, '담기 라떼 every 10 s, write units a turn': units },
});

describe('the short form of the bench', () => {
  test.each([0.171, 0.2, 5])('is content with a ratio of %d where there were 0.2', ratio => {
    expect(regressionsOf(BASELINE, withRatio(ratio))).toEqual([]);
  });

  test.each([0.169, 0.1, 0, Number.NaN])('names a ratio of %d where there were 0.2', ratio => {
    expect(regressionsOf(BASELINE, withRatio(ratio))).toEqual([{ row: 'echo', was: 0.2, is: ratio }]);
  });

  test.each([0, 1, 1.14])('is content with %d write units where there was 1', units => {
    expect(regressionsOf(BASELINE, withUnits(units))).toEqual([]);
  });

  test.each([1.16, 2.3, Number.NaN])('names %d write units where there was 1', units => {
    expect(regressionsOf(BASELINE, withUnits(units))).toMatchObject([{ was: 1, is: units }]);
  });

  test('names what was read nothing of, once it is read', () => {
    const none = { ratios: {}, counts: { 'echo every 3 s, reads a turn': 0 } };
    const some = { ratios: {}, counts: { 'echo every 3 s, reads a turn': 0.1 } };
    expect(regressionsOf(none, some)).toHaveLength(1);
  });

  test('names what stands in one of the two alone: a row that is no longer measured guards nothing', () => {
    const { echo: _, ...ratios } = BASELINE.ratios;
    expect(regressionsOf(BASELINE, { ...BASELINE, ratios })).toEqual([
      { row: 'echo', was: 0.2, is: undefined },
    ]);
    expect(regressionsOf({ ...BASELINE, ratios }, BASELINE)).toEqual([
      { row: 'echo', was: undefined, is: 0.2 },
    ]);
  });

  test('takes the better of several measurements, row by row', () => {
    const one = { ratios: { echo: 0.1, 메뉴: 0.3 }, counts: {} };
    const other = { ratios: { echo: 0.2, 메뉴: 0.2 }, counts: {} };
    expect(betterOf(one, other).ratios).toEqual({ echo: 0.2, 메뉴: 0.3 });
  });

  test('says which figure it is, what it was, and how to renew the baseline', () => {
    const said = sentencesOf(regressionsOf(BASELINE, withRatio(0.1)));
    expect(said).toContain('echo: 0.100, where the baseline has 0.200');
    expect(said).toContain('npm run bench -- --renew');
  });
});

test('a baseline holds ratios and counts, and no time', () => {
  const figure = figureOf([1, 2, 3]);
  const cold = { initMs: figure, firstTurnMs: figure, tenthTurnMs: figure, totalMs: figure };
  const report: Report = {
    date: '2026-11-22',
    node: 'v24.0.0',
    machine: '2 × a processor',
    quota: 'none',
    turns: [
      {
        name: 'echo',
        of: 'here',
        turnUs: figure,
        rawUs: figure,
        ratio: figureOf([0.1, 0.15, 0.19, 0.3, 0.4]),
      },
    ],
    bundles: [
      { name: 'client-dynamodb alone', of: '', kilobytes: 166, gzippedKilobytes: 55 },
      { name: 'smart-chat', of: 'here', kilobytes: 306.4, gzippedKilobytes: 103 },
    ],
    bytes: [
      {
        name: '담기 라떼',
        of: 'here',
        paceSeconds: 3,
        readsPerTurn: 1,
        writesPerTurn: 1,
        writeUnitsPerTurn: 2.4,
        bytesPerSave: 1_896,
        mostBytes: 3_311,
      },
    ],
    cold: [
      {
        ...cold,
        name: 'café',
        of: 'here',
        memoryMb: 512,
        totalCpuMs: figure,
        ofEmpty: figure,
        cpuOfEmpty: figure,
        initCalls: { GetSecretValue: 2 },
        firstTurnCalls: { GetItem: 1, PutItem: 1 },
        connections: 3,
      },
    ],
  };
  expect(baselineOf(report)).toEqual({
    ratios: { echo: 0.19 },
    counts: {
      'smart-chat, KB': 306,
      '담기 라떼 every 3 s, reads a turn': 1,
      '담기 라떼 every 3 s, write units a turn': 2.4,
      'café, calls of a cold start': 4,
      'café, connections of a cold start': 3,
    },
  });
  // What is held against one is worse only where three quarters of its rounds are.
  expect(baselineOf(report, 'high').ratios).toEqual({ echo: 0.3 });
});

test('CI runs the short form, against a baseline of what it measures', () => {
  const read = (file: string): string => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
  expect(read('.ci/run')).toMatch(
    /^bench\(\) \{ npm run bench -- --short; \}$[\s\S]*^for name in own integration slow browser projects bench; /m,
  );
  const { ratios, counts }: Baseline = JSON.parse(read('bench/baseline.json'));
  expect(Object.keys(ratios).sort()).toEqual(
    ['echo', '메뉴', '담기 라떼'].flatMap(name => [name, `core ${name}`]).sort(),
  );
  expect(Object.keys(counts).length).toBeGreaterThan(15);
});
