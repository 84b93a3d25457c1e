import { afterEach, expect, jest, test } from '@jest/globals';
import { Bot } from '../../lambda/bot/index.ts';
import { openChat, PROTOCOLS } from './chat.ts';

afterEach(() => {
  jest.restoreAllMocks();
});

function written(): string[] {
  const lines: string[] = [];
  jest.spyOn(process.stderr, 'write').mockImplementation(chunk => lines.push(String(chunk)) > 0);
  return lines;
}

test.each(PROTOCOLS)(
  'a test whose rule throws is told why, with the line of its source: %s',
  async protocol => {
    const bot = new Bot({ session: () => ({}) }).hears('메뉴', turn => {
      throw new TypeError(`no ${turn.text}`, { cause: new RangeError('sold out') });
    });
    const told = written();
    expect(await openChat(bot, protocol).says('메뉴')).toMatchObject({ failed: true });
    const text = told.join('');
    expect(text).toMatch(
      /^ {4}hears 메뉴: turn failed\n {4}TypeError: no 메뉴\n {6}at test\/kit\/chat\.test\.ts:\d+:\d+\n/,
    );
    const [, number, line = ''] = /> (\d+) \| (.*)/.exec(text) ?? [];
    expect(line).toContain('throw new TypeError');
    expect(text).toContain(`at test/kit/chat.test.ts:${number}:`);
    expect(text).toContain('caused by RangeError: sold out');
  },
);

test('a test whose rules answer is told nothing', async () => {
  const told = written();
  const bot = new Bot({ session: () => ({}) }).fallback(() => '네');
  expect(await openChat(bot, 'open-builder').says('메뉴')).toMatchObject({ failed: false });
  expect(told).toEqual([]);
});
