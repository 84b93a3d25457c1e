import { describe, expect, test } from '@jest/globals';
import { dayOf, lengthOf, minuteOf, secondOf } from '../../../../dev/desk/page/times.ts';
import { AT } from './exchanges.ts';

describe('a time on the page', () => {
  test.each([
    ['ko', '오후 4:05', '2026년 11월 22일 일요일'],
    ['en', '4:05 PM', 'Sunday, November 22, 2026'],
  ] as const)('is written in %s', (language, minute, day) => {
    expect(minuteOf(AT, language, 'Asia/Seoul')).toBe(minute);
    expect(dayOf(AT, language, 'Asia/Seoul')).toBe(day);
  });

  test.each([
    [0, '오전 12:00', '12:00 AM'],
    [9, '오전 9:00', '9:00 AM'],
    [12, '오후 12:00', '12:00 PM'],
  ])('is told by the half of its day: %d o’clock', (hour, ko, en) => {
    const at = Date.UTC(2026, 10, 22, hour);
    expect([minuteOf(at, 'ko', 'UTC'), minuteOf(at, 'en', 'UTC')]).toEqual([ko, en]);
  });

  test('has its seconds where a developer reads it', () => {
    expect(secondOf(AT + 9_000, 'Asia/Seoul')).toBe('16:05:09');
    expect(secondOf(Date.UTC(2026, 10, 22, 15, 0), 'Asia/Seoul')).toBe('00:00:00');
  });

  test.each([
    [0.4, '0 ms', '0 ms'],
    [842.3, '842 ms', '842 ms'],
    [12_360, '12.4초', '12.4 s'],
  ])('is a length: %d', (ms, ko, en) => {
    expect([lengthOf(ms, 'ko'), lengthOf(ms, 'en')]).toEqual([ko, en]);
  });
});
