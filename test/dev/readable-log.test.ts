import { expect, jest, test } from '@jest/globals';
import { readable } from '../../dev/readable-log.ts';
import { log } from '../../lambda/aws/log.ts';
import { Bot } from '../../lambda/bot/bot.ts';
import { openBuilderHandler } from '../../lambda/gateway/open-builder.ts';
import { MemorySessionStore } from '../../lambda/turn/session.ts';
import { forgedIn, HOSTILE, unseenIn } from '../kit/hostile-texts.ts';
import { invoke, skillCall, testSecret } from '../kit/http.ts';
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

test('a failure has the errors beside one another, and what is known of those without a place', () => {
  const errors = [{ name: 'Error', code: 'ECONNREFUSED', frames: [] }, { name: 'unreadable' }];
  const error = { name: 'AggregateError', frames: ['at lambda/scenario.ts:7:3'], errors };
  expect(readable(line({ level: 'error', what: 'turn failed', outcome: 'failed', error }))).toBe(
    '  ✗ turn failed\n      AggregateError at lambda/scenario.ts:7:3\n      Error ECONNREFUSED\n      unreadable\n',
  );
});

test('what a rule throws is read without a word of what was said, and with its place', async () => {
  const written: string[] = [];
  const bot = new Bot({ session: () => ({}) }).fallback(turn => {
    throw Object.assign(new TypeError(turn.text, { cause: turn.text }), { name: turn.text });
  });
  jest.spyOn(process.stdout, 'write').mockImplementation(chunk => written.push(readable(String(chunk))) > 0);
  const tools = { bot, store: new MemorySessionStore(), secret: testSecret, log };
  await invoke(
    openBuilderHandler(tools),
    skillCall({ userRequest: { utterance: '홍길동', user: { id: 'u' } } }),
  );
  jest.restoreAllMocks();
  expect(written).toEqual([
    expect.stringMatching(
      /^ {2}✗ fallback: turn failed\n {6}TypeError at test\/dev\/readable-log\.test\.ts:\d+:\d+\n {6}string\n$/,
    ),
  ]);
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

test('what a bot quotes of others is shown, and breaks no line', () => {
  const error = { message: `model said: ${HOSTILE}` };
  const violations = [{ rule: HOSTILE, path: HOSTILE }];
  const told = readable(line({ level: 'error', what: `a${HOSTILE}`, error, violations }));
  expect(unseenIn(told)).toEqual([]);
  expect(forgedIn(told)).toEqual([]);
});
