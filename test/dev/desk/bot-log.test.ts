import { expect, test } from '@jest/globals';
import { BotLog } from '../../../dev/desk/bot-log.ts';
import { lineOfRequest } from '../../../dev/readable-log.ts';

const line = (entry: object): string => `${JSON.stringify({ time: '2026', level: 'info', ...entry })}\n`;

test('a line of the log is about its request, that of late work about the request which deferred it', () => {
  expect(
    lineOfRequest(line({ requestId: 'a', what: 'turn answered', outcome: 'answered', rule: '메뉴' })),
  ).toEqual({ requestId: 'a', level: 'info', text: '메뉴: turn answered' });
  expect(lineOfRequest(line({ requestId: 'b', deferredBy: 'a', level: 'error', what: 'late' }))).toEqual({
    requestId: 'a',
    level: 'error',
    text: 'late',
  });
  for (const other of ['started\n', line({ what: 'no request' }), line({ requestId: 'a' }), '{"requestId":'])
    expect(lineOfRequest(other)).toBeUndefined();
});

test('the log of a request is bounded, in its lines and their length, and so is the number of requests', () => {
  const log = new BotLog();
  for (let at = 0; at < 1_000; at++) {
    log.add({ requestId: `r${at}`, level: 'info', text: 'x' });
    log.add({ requestId: 'busy', level: 'info', text: `${at}`.padEnd(20_000, '.') });
  }
  expect(log.of('r0')).toEqual([]);
  expect(log.of('r999')).toHaveLength(1);
  const busy = log.of('busy');
  expect(busy).toHaveLength(20);
  expect(busy.at(-1)?.text).toMatch(/^999\.+$/);
  expect(busy.every(({ text }) => text.length === 8_000)).toBe(true);
  log.clear();
  expect(log.of('busy')).toEqual([]);
  expect(log.of(undefined)).toEqual([]);
});
