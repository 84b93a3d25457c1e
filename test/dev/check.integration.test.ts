import { execFile, execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { runCheck } from '../../dev/check.ts';
import { runDev } from '../../dev/watch-gateway.ts';
import { runHere } from '../kit/ran-command.ts';

const ROOT = join(import.meta.dirname, '../..');
const from = process.cwd();

let folder: string;

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'check-')));
  process.chdir(folder);
});
afterEach(() => {
  process.chdir(from);
  rmSync(folder, { recursive: true });
});

const check = (...args: readonly string[]) => runHere(() => runCheck(args));

const BOT = `import { Bot } from 'kakao-gateway/bot';
export const bot = new Bot<{ cups: number }>({ session: () => ({ cups: 0 }) }).fallback(() => '네');
`;

describe('kakao-gateway check', () => {
  test.each<[string, string | undefined, RegExp]>([
    ['a bot that is well', BOT, /^scenario\.ts에 잘못된 것이 없습니다\.\n$/],
    ['a file without a bot', 'export const robot = 1;', /^scenario\.ts: 봇을 내보내지 않습니다\. /],
    [
      'a session that is no JSON',
      BOT.replace('{ cups: 0 }', '{ cups: 0, at: new Date() }'),
      /^scenario\.ts: 새 사용자의 세션은 /,
    ],
    ['a folder without a bot', undefined, /^scenario\.ts, .* 어디에도 봇이 없습니다\. /],
  ])('says of %s in Korean what it says in English', async (_, text, sentence) => {
    const { LC_ALL } = process.env;
    process.env.LC_ALL = 'ko_KR.UTF-8';
    if (text !== undefined) writeFileSync('scenario.ts', text);
    const { stdout, stderr } = await check().finally(() => {
      process.env.LC_ALL = LC_ALL;
    });
    expect(stdout + stderr).toMatch(sentence);
  });

  test('says that a bot is well, and leaves nothing behind that git would see', async () => {
    writeFileSync('scenario.ts', BOT);
    expect(await check()).toMatchObject({ code: 0, stdout: 'scenario.ts is well.\n', stderr: '' });
    expect(readdirSync('.local')).toEqual(['.gitignore']);
    const git = (...args: readonly string[]) => execFileSync('git', args, { encoding: 'utf8' });
    git('init', '-q');
    expect(git('status', '--short')).toBe('?? scenario.ts\n');
  });

  test('says so of a bot without sessions', async () => {
    writeFileSync('scenario.ts', BOT.replace('<{ cups: number }>({ session: () => ({ cups: 0 }) })', '()'));
    expect(await check()).toMatchObject({ code: 0, stdout: 'scenario.ts is well.\n', stderr: '' });
  });

  test.each([
    ['check', runCheck],
    ['dev', runDev],
  ])('%s has its help in both languages, as the list of commands says', async (name, run) => {
    const language = process.env.LC_ALL;
    try {
      for (const [LC_ALL, word] of [
        ['en_US.UTF-8', 'Usage'],
        ['ko_KR.UTF-8', '사용법'],
      ] as const) {
        process.env.LC_ALL = LC_ALL;
        const stdout = expect.stringContaining(`${word}: kakao-gateway ${name} [`);
        for (const arg of ['--help', '-h'])
          expect(await runHere(() => run([arg]))).toMatchObject({ code: 0, stdout, stderr: '' });
      }
    } finally {
      if (language === undefined) delete process.env.LC_ALL;
      else process.env.LC_ALL = language;
    }
  });

  test('says so beside others that run at once', async () => {
    writeFileSync('scenario.ts', BOT);
    const words = ['--import', import.meta.resolve('tsx'), join(ROOT, 'bin/kakao-gateway.ts'), 'check'];
    const told = await Promise.all(
      Array.from({ length: 3 }, () => promisify(execFile)(process.execPath, words, { cwd: folder })),
    );
    for (const { stdout } of told) expect(stdout).toBe('scenario.ts is well.\n');
    expect(readdirSync('.local')).toEqual(['.gitignore']);
  });

  test('takes the path of another', async () => {
    writeFileSync('flowers.ts', BOT);
    expect(await check('flowers.ts')).toMatchObject({ code: 0, stdout: 'flowers.ts is well.\n' });
    expect(await check('flowers.ts', 'roses.ts')).toMatchObject({
      code: 2,
      stderr: 'it takes the path of one bot, or none: npx kakao-gateway check bots/flowers.ts\n',
    });
    expect((await check('--all')).code).toBe(2);
  });

  test.each([
    ['no bot', 'export const robot = 1;', /^scenario\.ts: it exports no bot: it must say export const bot/],
    ['another thing', 'export const bot = {};', /^scenario\.ts: it exports no bot/],
    [
      'a session that JSON loses something of',
      BOT.replace('{ cups: 0 }', '{ cups: 0, at: new Date() }'),
      /^scenario\.ts: a new user's session\.at is a Date, which JSON does not keep: keep date\.toISOString\(\).*\n$/,
    ],
    [
      'a session that is nothing',
      BOT.replace('({ cups: 0 })', 'undefined'),
      /^scenario\.ts: a new user's session is not the same after JSON/,
    ],
    [
      'a rule that clashes with another',
      `${BOT}bot.hears('결과 확인', () => '네'); bot.hears('추천', () => '네', { slow: '잠시만요' });`,
      /^scenario\.ts: a rule hears "결과 확인", the word of texts\.collect.*\n$/,
    ],
    [
      'an error of its own',
      `${BOT}const colours: string[] | undefined = undefined;\nexport const first = colours.length;`,
      /^scenario\.ts: TypeError: Cannot read properties of undefined.*\n.*scenario\.ts:4:/,
    ],
    ['an end', `${BOT}process.exit(0);`, /^scenario\.ts: it is not loaded within .* or ends its process/],
    [
      'an error of syntax',
      'export const bot = ;',
      /scenario\.ts:1:19[\s\S]*\nscenario\.ts: it can't be read\n$/,
    ],
    [
      'a package that is not there',
      `import 'not-installed-anywhere';\n${BOT}`,
      /Could not resolve "not-installed-anywhere"[\s\S]*scenario\.ts:1:7[\s\S]*Install it with npm install, or/,
    ],
  ])('says what is wrong with a scenario that has %s', async (_, source, sentence) => {
    writeFileSync('scenario.ts', source);
    const { code, stdout, stderr } = await check();
    expect(stderr).toMatch(sentence);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  });

  test('says in one sentence that there is no place to build the bot', async () => {
    writeFileSync('scenario.ts', BOT);
    writeFileSync('.local', '');
    const sentence =
      ".local can't be written (EEXIST): it must be a folder that is yours, since the bot is built there\n";
    expect(await check()).toMatchObject({ code: 2, stderr: sentence });
  });

  test('gives a scenario what .env.local says', async () => {
    writeFileSync('scenario.ts', `${BOT}if (process.env.FLOWER !== '동백') throw new Error('no flower');`);
    expect(await check()).toMatchObject({ code: 1, stderr: expect.stringContaining('no flower') });
    writeFileSync('.env.local', 'FLOWER=동백\n');
    expect(await check()).toMatchObject({ code: 0 });
  });

  test("tells what the project's own compiler finds, and of the bot beside it", async () => {
    mkdirSync('node_modules/@typescript', { recursive: true });
    symlinkSync(join(ROOT, 'node_modules/typescript'), 'node_modules/typescript');
    writeFileSync('tsconfig.json', '{"compilerOptions":{"types":[]},"include":["wrong.ts"]}');
    writeFileSync('wrong.ts', "export const cups: number = 'two';\n");
    writeFileSync('scenario.ts', 'export const robot = 1;');
    const { code, stderr } = await check();
    expect(code).toBe(1);
    expect(stderr).toContain(
      "wrong.ts(1,14): error TS2322: Type 'string' is not assignable to type 'number'.",
    );
    expect(stderr).toContain('scenario.ts: it exports no bot');
    writeFileSync('scenario.ts', BOT);
    expect(await check()).toMatchObject({ code: 1, stdout: '' });
    writeFileSync('wrong.ts', 'export const cups: number = 2;\n');
    expect(await check()).toMatchObject({ code: 0, stderr: '' });
  });
});
