import { expect, test } from '@jest/globals';
import { inKorea, rangeOf } from '../../tools/trace/time-range.ts';

/** 2026-11-22 18:45:30 in Korea. */
const NOW = Date.parse('2026-11-22T09:45:30Z');

/** A range as clocks in Korea show it, without what all have. */
const range = (at?: string, within?: string): string => {
  const { from, to } = rangeOf(at, within, NOW);
  return `${inKorea(from)} – ${inKorea(to)}`.replaceAll('2026-11-', '').replaceAll('.000', '');
};

test.each([
  ['오후 6:40', '22 18:35:00 – 22 18:45:30'],
  ['오후 6:30', '22 18:25:00 – 22 18:36:00'],
  ['오후6:30', '22 18:25:00 – 22 18:36:00'],
  ['오전 12:05', '22 00:00:00 – 22 00:11:00'],
  ['오후 12:05', '22 12:00:00 – 22 12:11:00'],
  // It is no time of this day yet.
  ['오후 7:00', '21 18:55:00 – 21 19:06:00'],
  ['18:30', '22 18:25:00 – 22 18:36:00'],
  ['18:30:10', '22 18:25:10 – 22 18:35:11'],
  ['2026-11-20 18:45', '20 18:40:00 – 20 18:51:00'],
  ['2026-11-20T18:45:10', '20 18:40:10 – 20 18:50:11'],
  ['2026-11-20T09:45Z', '20 18:40:00 – 20 18:51:00'],
  ['2026-11-20T10:45:00.000+01:00', '20 18:40:00 – 20 18:50:01'],
])('%s is a time as KakaoTalk or a log shows it, and five minutes around it', (at, expected) => {
  expect(range(at)).toBe(expected);
});

test.each([
  ['90s', '20 18:43:30 – 20 18:47:30'],
  ['2h', '20 16:45:00 – 20 20:46:00'],
])('within %s is as much before and after', (within, expected) => {
  expect(range('2026-11-20 18:45', within)).toBe(expected);
});

test('without a time it is the last day, or the last so long', () => {
  expect(range()).toBe('21 18:45:30 – 22 18:45:30');
  expect(range(undefined, '7d')).toBe('15 18:45:30 – 22 18:45:30');
});
