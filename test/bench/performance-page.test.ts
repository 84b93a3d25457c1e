import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { figureOf } from '../../bench/figures.ts';
import { rowsOf, withFigures } from '../../bench/performance-page.ts';
import type { Report } from '../../bench/report.ts';

const turn = (name: string, of: string, ratio: number): Report['turns'][number] => ({
  name,
  of,
  turnUs: figureOf([1 / ratio]),
  rawUs: figureOf([1]),
  ratio: figureOf([ratio]),
});

const REPORT: Report = {
  date: '2026-11-22',
  node: 'v24.0.0',
  machine: '2 × a processor',
  quota: 'none',
  turns: [
    turn('echo', 'before', 0.1),
    turn('echo', 'here', 0.2),
    turn('echo', 'Hono', 0.4),
    turn('echo, table', 'here', 0.01),
  ],
  bundles: [
    { name: 'client-dynamodb alone', of: '', kilobytes: 166, gzippedKilobytes: 55 },
    { name: 'smart-chat', of: 'before', kilobytes: 306, gzippedKilobytes: 103 },
    { name: 'smart-chat', of: 'here', kilobytes: 290, gzippedKilobytes: 100 },
  ],
  bytes: [],
  cold: [],
};

test('before and after stand side by side, and what belongs to neither stands last', () => {
  expect(Object.fromEntries(rowsOf(REPORT, ['before', 'here']))).toEqual({
    'echo: ratio': ['0.100 (0.100–0.100)', '0.200 (0.200–0.200)'],
    'echo: ratio, Hono': [undefined, '0.400 (0.400–0.400)'],
    'echo, table: µs': [undefined, '100 (100–100)'],
    'client-dynamodb alone: KB': [undefined, '166'],
    'smart-chat: KB': ['306', '290'],
  });
});

test('a page takes the figures between its marks, over those that were there, and nowhere else', () => {
  const rows = new Map([['echo: ratio', ['0.1']]]);
  const page = 'first\n<!-- figures: npm run bench -- --docs -->\nold\n<!-- end of figures -->\nlast\n';
  const filled = withFigures(page, REPORT, ['figure', 'measured'], rows);
  expect(filled).toBe(
    `first
<!-- figures: npm run bench -- --docs -->

2026-11-22, Node v24.0.0, 2 × a processor

| figure | measured |
| --- | --- |
| \`echo: ratio\` | 0.1 |

<!-- end of figures -->
last
`,
  );
  expect(withFigures(filled, REPORT, ['figure', 'measured'], rows)).toBe(filled);
  expect(() => withFigures('no marks', REPORT, [], rows)).toThrow('a page of the figures must have');
});

test.each(['docs/performance.md', 'docs/performance.ko.md'])('%s has figures of every part', file => {
  const page = readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
  for (const row of [
    'echo: ratio',
    'core echo: ratio',
    'echo: ratio, Hono',
    'echo: ratio, Slack Bolt',
    '담기 라떼, table: µs',
    'café, 담기 라떼, 512 MB: first turn ms',
    '담기 라떼 every 10 s: write units a turn',
    'open-builder: KB',
  ])
    expect(page).toContain(`| \`${row}\` | `);
});
