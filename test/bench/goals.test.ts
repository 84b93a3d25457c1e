import { expect, test } from '@jest/globals';
import { figureOf } from '../../bench/figures.ts';
import { goalsOf, missedOf } from '../../bench/goals.ts';
import type { Report } from '../../bench/report.ts';

const turn = (name: string, of: string, ratio: number): Report['turns'][number] => ({
  name,
  of,
  turnUs: figureOf([1]),
  rawUs: figureOf([1]),
  ratio: figureOf([ratio]),
});

const REPORT: Report = {
  date: '',
  node: '',
  machine: '',
  quota: '',
  bundles: [],
  bytes: [],
  cold: [],
  turns: [
    turn('echo', 'here', 0.2),
    turn('echo', 'before', 0.01),
    turn('echo', 'Slack Bolt', 0.06),
    turn('echo', 'Hono', 0.14),
    turn('core echo', 'here', 0.6),
    turn('echo, table', 'here', 0.001),
    turn('smart-chat 메뉴', 'here', 0.01),
  ],
};

const missedWith = (...turns: Report['turns']): readonly string[] =>
  missedOf(goalsOf({ ...REPORT, turns: [...turns, ...REPORT.turns] }, 'here'));

test('a run that reaches every goal says nothing, and judges one checkout alone', () => {
  expect(goalsOf(REPORT, 'here')).toHaveLength(4);
  expect(missedOf(goalsOf(REPORT, 'here'))).toEqual([]);
});

test('a goal that is missed is told with its figure', () => {
  expect(missedWith(turn('메뉴', 'here', 0.1))).toEqual([
    '메뉴: the handler by raw: 0.100, not at least 0.180',
  ]);
  expect(missedWith(turn('core 메뉴', 'here', 0.4))).toEqual(['core 메뉴 by raw: 0.400, not at least 0.500']);
});

test('a peer that is faster is told, and Bolt where it is half as fast', () => {
  expect(missedWith(turn('echo', 'Slack Bolt', 0.11))).toHaveLength(1);
  expect(missedWith(turn('echo', 'Hono', 0.21))).toEqual([
    'echo: the handler by 1 × Hono: 0.200, not at least 0.210',
  ]);
});

test('a save of more than one write unit is told', () => {
  const bytes = [1, 2.3].map(writeUnitsPerTurn => ({
    name: '담기 라떼',
    of: 'here',
    paceSeconds: writeUnitsPerTurn,
    readsPerTurn: 1,
    writesPerTurn: 1,
    writeUnitsPerTurn,
    bytesPerSave: 0,
    mostBytes: 0,
  }));
  expect(missedOf(goalsOf({ ...REPORT, bytes }, 'here'))).toEqual([
    '담기 라떼 every 2.3 s: write units a turn: 2.30, not at most 1.00',
  ]);
});
