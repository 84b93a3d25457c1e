import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { runNew } from '../../tools/new/command.ts';
import { bot } from '../../tools/new/template/scenario.ts';
import { openChat, PROTOCOLS } from '../kit/chat.ts';
import { runHere } from '../kit/ran-command.ts';

const ROOT = join(import.meta.dirname, '../..');
const OWN = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
const from = process.cwd();

let folder: string;

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'new-')));
  process.chdir(folder);
});
afterEach(() => {
  process.chdir(from);
  rmSync(folder, { recursive: true });
});

const running = { folder: ROOT, version: OWN.version };

const runIt = (args: readonly string[], { LANG = 'en_US.UTF-8', package_ = running } = {}) =>
  runHere(() => runNew(args, { LANG }, package_));

const read = (file: string): string => readFileSync(join(folder, file), 'utf8');

const filesOf = (place: string): string[] =>
  readdirSync(place, { recursive: true, withFileTypes: true, encoding: 'utf8' })
    .filter(
      entry => entry.isFile() && !entry.parentPath.includes('.git/') && !entry.parentPath.endsWith('.git'),
    )
    .map(entry => join(entry.parentPath, entry.name).slice(place.length + 1))
    .sort();

const gatewayOf = (name: string): string =>
  JSON.parse(read(`${name}/package.json`)).dependencies['kakao-gateway'];

describe('kakao-gateway new', () => {
  test('makes a repository with one bot, its test, its stacks, its CI, and pages for people and assistants', async () => {
    expect(await runIt(['flower-shop'])).toMatchObject({ code: 0, stderr: '' });
    expect(filesOf(join(folder, 'flower-shop'))).toEqual([
      '.github/workflows/ci.yml',
      '.gitignore',
      'AGENTS.md',
      'README.ko.md',
      'README.md',
      'app.ts',
      'cdk.json',
      'package.json',
      'scenario.ts',
      'test/scenario.test.ts',
      'tsconfig.json',
    ]);
    expect(existsSync('flower-shop/.git')).toBe(true);
    expect(read('flower-shop/.gitignore')).toContain('.local/');
    for (const file of filesOf(join(folder, 'flower-shop')))
      expect(read(`flower-shop/${file}`)).not.toContain('my-bot');
    expect(read('flower-shop/app.ts')).toMatch(/`flower-shop-sessions-\$\{stage\}`/);
    expect(JSON.parse(read('flower-shop/package.json')).name).toBe('flower-shop');
  });

  test.each([
    ['en_US.UTF-8', 'Your bot is ready.', 'README.md'],
    ['ko_KR.UTF-8', '봇이 준비되었습니다.', 'README.ko.md'],
  ])('says the next three commands, in the language of %s', async (LANG, ready, readme) => {
    const { stdout } = await runIt(['my-bot'], { LANG });
    expect(stdout).toContain(ready);
    expect(stdout).toContain('\n  cd my-bot\n  npm install\n  npm run dev\n');
    expect(stdout).toContain(readme);
  });

  test.each(['봇 모음/my-bot', "it's/my-bot", '$HOME/my-bot', './~/my-bot'])(
    'says a command that leads to %s',
    async path => {
      const { stdout } = await runIt([path]);
      const command = stdout.split('\n').find(line => line.startsWith('  cd ')) ?? '';
      const shell = (line: string): string => execFileSync('sh', ['-c', line], { encoding: 'utf8' });
      expect(shell(`${command.trim()} && pwd`)).toBe(`${join(folder, path)}\n`);
    },
  );

  test.each(['notes', 'notes/my-bot'])('says of %s that a file is there', async path => {
    writeFileSync('notes', 'milk');
    expect(await runIt([path])).toMatchObject({
      code: 2,
      stderr: `kakao-gateway new: ${join(folder, 'notes')} is a file: name a folder that is not there yet (--help tells more)\n`,
    });
    expect(read('notes')).toBe('milk');
  });

  test('makes the bot with the versions that this release is tested with, each exact', async () => {
    await runIt(['my-bot']);
    const { dependencies, devDependencies, overrides } = JSON.parse(read('my-bot/package.json'));
    const { 'kakao-gateway': gateway, ...others } = { ...dependencies, ...devDependencies };
    expect(gateway).toBe(OWN.version);
    expect(overrides).toEqual(OWN.overrides);
    for (const [name, version] of Object.entries(others))
      expect({ name, version }).toEqual({ name, version: OWN.devDependencies[name] });
    expect(JSON.parse(read('my-bot/cdk.json')).context).toEqual(
      JSON.parse(readFileSync(join(ROOT, 'cdk.json'), 'utf8')).context,
    );
  });

  test('takes another version, or a file by its path from the bot', async () => {
    writeFileSync('gateway.tgz', '');
    mkdirSync('a folder');
    for (const [name, spec, written] of [
      ['a', '1.2.3', '1.2.3'],
      ['b', './gateway.tgz', 'file:../gateway.tgz'],
      ['c', 'file:gateway.tgz', 'file:../gateway.tgz'],
      ['d', join(folder, 'gateway.tgz'), 'file:../gateway.tgz'],
      ['e', 'https://example.com/gateway.tgz', 'https://example.com/gateway.tgz'],
      ['g', '~1.2.3', '~1.2.3'],
      ['h', '>=0.1.0-beta.1 <1 || 2.x', '>=0.1.0-beta.1 <1 || 2.x'],
      ['i', 'next', 'next'],
      ['j', 'github:someone/gateway#main', 'github:someone/gateway#main'],
      ['k', 'a folder', 'file:../a folder'],
    ] as const) {
      await runIt([name, '--from', spec]);
      expect(gatewayOf(name)).toBe(written);
    }
    expect(await runIt(['f', '--from', 'not-there.tgz'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--from names a file that is not there'),
    });
    expect(existsSync('f')).toBe(false);
  });

  test('takes the file that it was itself installed from', async () => {
    writeFileSync('gateway.tgz', '');
    mkdirSync('npx/node_modules/kakao-gateway', { recursive: true });
    const package_ = { folder: join(folder, 'npx/node_modules/kakao-gateway'), version: '9.9.9' };
    await runIt(['a'], { package_ });
    expect(gatewayOf('a')).toBe('9.9.9');
    writeFileSync('npx/package.json', '{"dependencies":{"kakao-gateway":"file:../gateway.tgz"}}');
    await runIt(['b'], { package_ });
    expect(gatewayOf('b')).toBe('file:../gateway.tgz');
    writeFileSync('npx/package.json', '{"dependencies":{"kakao-gateway":"^9.0.0"}}');
    await runIt(['c'], { package_ });
    expect(gatewayOf('c')).toBe('9.9.9');
  });

  test('fills a folder that is empty, or a repository that has nothing yet, and that one is its own', async () => {
    mkdirSync('my-bot');
    execFileSync('git', ['init', '-q'], { cwd: 'my-bot' });
    process.chdir('my-bot');
    const { code, stdout } = await runIt(['.']);
    expect(code).toBe(0);
    expect(stdout).toContain('\n  npm install\n');
    expect(stdout).not.toContain('cd ');
    expect(JSON.parse(readFileSync('package.json', 'utf8')).name).toBe('my-bot');
  });

  test('is no repository in another, which has it already', async () => {
    execFileSync('git', ['init', '-q'], { cwd: folder });
    await runIt(['bots/my-bot']);
    expect(existsSync('bots/my-bot/scenario.ts')).toBe(true);
    expect(existsSync('bots/my-bot/.git')).toBe(false);
  });

  test('writes over nothing', async () => {
    mkdirSync('my-bot');
    writeFileSync('my-bot/notes.txt', 'mine');
    expect(await runIt(['my-bot'])).toMatchObject({
      code: 2,
      stderr:
        'kakao-gateway new: the folder is not empty: name one that is not there yet (--help tells more)\n',
    });
    expect(readdirSync('my-bot')).toEqual(['notes.txt']);
    writeFileSync('file', '');
    expect((await runIt(['file'])).code).toBe(2);
  });

  test.each([
    ...['My-Bot', '내봇', '1bot', 'my_bot', 'my.bot', 'my bot', 'my--bot', 'my-bot-', '@me/My'].map(
      name =>
        [
          name,
          /^kakao-gateway new: the folder's name becomes .* such as my-bot \(--help tells more\)\n$/,
        ] as const,
    ),
    ['a'.repeat(61), /at most 60 characters, not 61/],
    ...['kakao-gateway', 'jest', 'constructs', 'typescript'].map(
      name => [name, /is the name of a package that the bot needs: give the bot another/] as const,
    ),
  ])('refuses %s in one sentence, since npm or CloudFormation would later', async (name, sentence) => {
    const { code, stdout, stderr } = await runIt([name]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(sentence);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('takes the longest name that it allows', async () => {
    expect((await runIt(['a'.repeat(60)])).code).toBe(0);
  });

  test.each([
    [[], /name one folder/],
    [['a', 'b'], /name one folder/],
    [['--form', 'x', 'a'], /--form/],
    [['a', '--from', ''], /--from needs a version or a file/],
    ...['evil name', 'build/package', '최신', '1.2.3.4', 'next; rm'].map(
      spec =>
        [
          ['a', '--from', spec],
          /--from is a version, such as 0.1.0, or a file that is there, .+, not /,
        ] as const,
    ),
    [['a', '--lang', 'fr'], /--lang is en or ko/],
  ])('says what is wrong with %j', async (args, sentence) => {
    const { code, stderr } = await runIt(args);
    expect(code).toBe(2);
    expect(stderr).toMatch(sentence);
    expect(stderr.split('\n')).toHaveLength(2);
  });

  test.each([
    ['en', 'Usage: kakao-gateway new'],
    ['ko', '사용법: kakao-gateway new'],
  ])('explains itself in %s', async (language, usage) => {
    expect((await runIt(['--help', '--lang', language])).stdout).toContain(usage);
  });
});

describe('the pages of a new bot', () => {
  const PAGES = ['README.md', 'README.ko.md', 'AGENTS.md'];

  test('name scripts that it has, and pages that come with the package', async () => {
    await runIt(['my-bot']);
    const { scripts } = JSON.parse(read('my-bot/package.json'));
    for (const page of PAGES) {
      const text = read(`my-bot/${page}`);
      const named = [...text.matchAll(/npm (?:run (?:-s )?)([a-z]+)/g)].map(([, script = '']) => script);
      expect(named.length).toBeGreaterThan(2);
      for (const script of named) expect(Object.keys(scripts)).toContain(script);
      const docs = [...text.matchAll(/node_modules\/kakao-gateway\/([\w/.-]+\.md)/g)].map(
        ([, doc = '']) => doc,
      );
      expect(docs.length).toBeGreaterThan(0);
      for (const doc of docs)
        expect({ doc, isThere: existsSync(join(ROOT, doc)) }).toEqual({ doc, isThere: true });
    }
    const listed =
      /Read on, in node_modules\/kakao-gateway\/docs\n\n([\s\S]*)/.exec(read('my-bot/AGENTS.md'))?.[1] ?? '';
    const docs = listed.match(/[\w-]+\.md/g) ?? [];
    expect(docs.length).toBeGreaterThan(4);
    for (const doc of docs) expect(existsSync(join(ROOT, 'docs', doc))).toBe(true);
  });
});

describe.each(PROTOCOLS)('the new bot, under %s,', protocol => {
  test('answers, counts, and takes any word', async () => {
    const chat = openChat(bot, protocol);
    expect((await chat.says('메뉴')).words).toContain('장미');
    await chat.taps('한 송이 담기');
    expect((await chat.taps('한 송이 담기')).words).toContain('2송이');
    expect((await chat.says('외계어')).failed).toBe(false);
  });
});
