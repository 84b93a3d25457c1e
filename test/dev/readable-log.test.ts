import { expect, test } from '@jest/globals';
import { readable } from '../../dev/readable-log.ts';
import { forgedIn, HOSTILE, unseenIn } from '../kit/hostile-texts.ts';

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

test('what a bot quotes of others is shown, and breaks no line', () => {
  const error = { message: `model said: ${HOSTILE}` };
  const violations = [{ rule: HOSTILE, path: HOSTILE }];
  const told = readable(line({ level: 'error', what: `a${HOSTILE}`, error, violations }));
  expect(unseenIn(told)).toEqual([]);
  expect(forgedIn(told)).toEqual([]);
});
