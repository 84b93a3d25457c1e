import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { KakaoGateway } from '../../lib/index.ts';
import { bareStack, synth } from './synth.ts';

const { table } = synth().sessions.stack;
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'scenario-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A gateway with these props, as JavaScript can write them: nobody asks for what is missing. */
function gatewayWith(props: object): void {
  const given: Omit<ConstructorParameters<typeof KakaoGateway>[2], 'scenario'> = { sessionsTable: table };
  Reflect.construct(KakaoGateway, [bareStack(), 'Gateway', { ...given, ...props }]);
}

function file(name: string, ...lines: readonly string[]): string {
  const path = join(folder, name);
  writeFileSync(path, lines.join('\n'));
  return path;
}

const NEEDS =
  "Default/Gateway needs a scenario: the file that exports your bot, such as scenario: 'bot/scenario.ts'";

describe('a gateway whose scenario', () => {
  test.each([
    ['is forgotten', {}],
    ['is undefined', { scenario: undefined }],
    ['is empty', { scenario: '' }],
    ['is a bot, and no file', { scenario: { bot: {} } }],
  ])('%s is refused: no other bot is deployed in its place', (_, props) => {
    expect(() => gatewayWith(props)).toThrow(new Error(NEEDS));
  });

  test('is not there is refused, with the place from which it was looked for', () => {
    mkdirSync(join(folder, 'folder.ts'), { recursive: true });
    for (const scenario of ['bot/scenario.ts', join(folder, 'folder.ts')]) {
      expect(() => gatewayWith({ scenario })).toThrow(
        new Error(
          `the scenario '${scenario}' of Default/Gateway is not there: give the file that exports your bot, by its path from ${process.cwd()} or an absolute one`,
        ),
      );
    }
  });

  test.each([
    ['an empty file', ''],
    ['a file that keeps its bot', 'const bot = 1;'],
    ['a default export', 'const bot = 1;\nexport default bot;'],
    ['another name', 'export const cafe = 1;'],
    ['the type of a bot', "export type { bot } from './bot.ts';"],
    ['a comment', '// export const bot = 1;\nexport const cafe = 1;'],
    ['CommonJS without a bot', 'exports.cafe = 1;'],
  ])('is %s is refused', (_, code) => {
    const scenario = file('no-bot.ts', code);
    expect(() => gatewayWith({ scenario })).toThrow(
      new Error(
        `the scenario '${scenario}' of Default/Gateway exports no bot: it must say export const bot = new Bot({ … })`,
      ),
    );
  });

  test.each([
    ['a constant', 'export const bot = 1;'],
    ['a name in a list', 'const mine = 1;\nexport { mine as bot };'],
    ["another file's", "export { bot } from './mine.ts';"],
    ["everything of another file's", "export * from './mine.ts';"],
    ["a package's", "export { bot } from '@mine/bots';"],
    ['a member of CommonJS', 'exports.bot = 1;'],
    ["all of CommonJS's exports", 'module.exports = { bot: 1 };'],
    ['what CommonJS requires', "module.exports = require('./mine');"],
  ])('exports its bot as %s is taken', (_, code) => {
    for (const path of [file('a-bot.ts', code), file('a-bot.js', code)]) {
      expect(() => gatewayWith({ scenario: path })).not.toThrow();
      expect(() => gatewayWith({ scenario: relative(process.cwd(), path) })).not.toThrow();
    }
  });

  test("does not compile is left to the bundle's own error, which tells the place", () => {
    expect(() => gatewayWith({ scenario: file('broken.ts', 'export const bot = ;') })).not.toThrow();
  });
});
