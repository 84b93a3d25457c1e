import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { lineOfRequest, readable } from '../../dev/readable-log.ts';
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

test('what goes wrong beside a turn has its why, at the terminal and at the desk', () => {
  const failed = { level: 'error', what: 'smart-chat server failed', outcome: 'POST /message: status 500' };
  expect(readable(line(failed))).toBe('  ✗ smart-chat server failed\n      POST /message: status 500\n');
  expect(lineOfRequest(line(failed))).toEqual({
    requestId: 'r',
    level: 'error',
    text: 'smart-chat server failed\nPOST /message: status 500',
  });
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

describe('on the machine of whoever wrote the bot', () => {
  let folder: string;
  let place: string;
  // Two letters of Hangul stand before it: each is as wide as two others.
  const written = ['const price = 1;', '', "\tif (가격) throw new Error('no');", '}', 'last();'];
  const source = [
    '  1 | const price = 1;',
    '  2 |',
    "> 3 |  if (가격) throw new Error('no');",
    '    |                  ^',
    '  4 | }',
  ];

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'readable-'));
    writeFileSync(join(folder, 'bot.ts'), written.join('\n'));
    place = `at ${join(folder, 'bot.ts')}:3:16`;
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  test('an error is told whole: its words, its places with the line of the source, and its cause', () => {
    const cause = { name: 'RangeError', message: 'two\nlines', frames: [place] };
    const gateway = 'at lambda/turn/rule-answer.ts:1:1';
    const frames = [gateway, place, gateway, 'at node_modules/zod/index.js:1:1', place];
    const error = { name: 'TypeError', code: 'ERR_X', message: '홍길동 없음', frames, cause };
    const told = readable(line({ level: 'error', what: 'turn failed', rule: 'r', outcome: 'failed', error }));
    expect(told.split('\n')).toEqual([
      '  ✗ r: turn failed',
      '      TypeError ERR_X: 홍길동 없음',
      `        ${place}`,
      ...source.map(row => `          ${row}`),
      `        ${place}`,
      '      caused by RangeError: two',
      '      | lines',
      `        ${place}`,
      ...source.map(row => `          ${row}`),
      '',
    ]);
  });

  test.each([
    ['in the gateway', 'at lambda/turn/rule-answer.ts:3:1', /^ {8}at lambda\/turn\/rule-answer\.ts:3:1$/m],
    ['in no file', 'at nowhere.ts:3:1', /^ {8}at nowhere\.ts:3:1\n$/m],
    ['beyond its end', 'at package.json:9999:1', /^ {8}at package\.json:9999:1\n$/m],
  ])('a place is told all the same %s', (_, frame, told) => {
    const error = { name: 'Error', message: 'no', frames: [frame] };
    expect(readable(line({ level: 'error', what: 'turn failed', error }))).toMatch(told);
  });

  test('whoever is quoted breaks no line and forges none', () => {
    const error = { name: 'Error', message: `said: ${HOSTILE}\n  ✗ forged`, frames: [place] };
    const told = readable(line({ level: 'error', what: 'turn failed', error }));
    expect(unseenIn(told)).toEqual([]);
    expect(forgedIn(told)).toEqual([]);
  });
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
