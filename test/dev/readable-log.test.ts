import { expect, test } from '@jest/globals';
import { readable } from '../../dev/readable-log.ts';
import { failuresIn } from '../kit/npm-start.ts';

const line = (entry: object): string => `${JSON.stringify({ time: '2026', requestId: 'r', ...entry })}\n`;

test('a turn is its rule and how it ended', () => {
  const turn = { level: 'info', what: 'turn answered', outcome: 'answered', rule: 'hears 메뉴', Turns: 1 };
  expect(readable(line(turn))).toBe('    hears 메뉴: turn answered\n');
});

test('a failure has its cause, and where a rule threw', () => {
  const cause = { name: 'TypeError', frames: ['at lambda/scenario.ts:7:3', 'at other.ts:1:1'] };
  const failed = {
    level: 'error',
    what: 'turn failed',
    outcome: 'failed',
    rule: 'fallback',
    error: { name: 'DeadlineError', message: 'the rule did not finish', frames: [], cause },
  };
  expect(readable(line(failed))).toBe(
    '  ✗ fallback: turn failed\n      the rule did not finish\n      TypeError at lambda/scenario.ts:7:3\n',
  );
});

test('failures are found among what is printed', () => {
  const turn = { what: 'turn answered', outcome: 'answered', rule: 'hears 메뉴' };
  const error = { name: 'UnavailableError', message: 'the sessions table did not do its work', frames: [] };
  const failed = { level: 'error', what: 'late turn failed, to be retried', error };
  const entries = [{ level: 'info', ...turn }, failed, { level: 'info', ...turn }, failed];
  expect(failuresIn(entries.map(line).map(readable).join(''))).toEqual(
    Array(2).fill('  ✗ late turn failed, to be retried\n      the sessions table did not do its work'),
  );
});

test('a repaired answer has the limits that it broke', () => {
  const violations = [{ rule: 'url', path: 'template.outputs[0].simpleImage.imageUrl' }];
  expect(readable(line({ level: 'error', what: 'answer repaired', violations }))).toBe(
    '  ✗ answer repaired\n      url at template.outputs[0].simpleImage.imageUrl\n',
  );
});

test.each(['Kakao gateway, on this machine alone\n', '{"no": "log"}\n', '{broken\n', ''])(
  '%j stays as it is',
  other => {
    expect(readable(other)).toBe(other);
  },
);
