import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { readOtherBot } from '../../dev/other-bot.ts';

const ROOT = join(import.meta.dirname, '../..');
const TSX = join(ROOT, 'node_modules/tsx/dist/loader.mjs');
const SKILL = 'https://bot.example.com/skill?v=1';
const read = (...args: string[]) => readOtherBot(args, {}, 'npm start');

describe("another bot's server", () => {
  test('is none where no option names it', () => {
    for (const args of [[], ['--fresh'], ['bots/flowers.ts'], ['--skills', SKILL]]) {
      expect(read(...args)).toBeUndefined();
    }
  });

  test('is a skill, with its headers and its validation', () => {
    expect(read('--skill', SKILL)).toEqual({ skill: { url: SKILL, headers: {} } });
    expect(
      read(
        ...['--skill', 'http://192.168.0.7:8080/'],
        ...['--header', 'X-Key: a: b ', '--header=Authorization:Bearer x=='],
        ...['--validation', 'https://bot.example.com/validation/<parameter>'],
      ),
    ).toEqual({
      skill: {
        url: 'http://192.168.0.7:8080/',
        headers: { 'x-key': 'a: b', authorization: 'Bearer x==' },
      },
      validationUrl: 'https://bot.example.com/validation/<parameter>',
    });
  });

  test('is an app of smart-chat, alone or beside a skill', () => {
    expect(read('--smart-chat=https://bot.example.com/app')).toEqual({
      appUrl: 'https://bot.example.com/app',
    });
    expect(read('--smart-chat', 'https://bot.example.com/app', '--skill', SKILL)).toEqual({
      skill: { url: SKILL, headers: {} },
      appUrl: 'https://bot.example.com/app',
    });
  });

  test('takes what a header leaves open from .env.local, unless the environment says it', () => {
    const from = process.cwd();
    const folder = mkdtempSync(join(tmpdir(), 'other-bot-'));
    process.chdir(folder);
    try {
      writeFileSync('.env.local', 'MY_KEY=of-the-file\nOTHER=too\n');
      const args = ['--skill', SKILL, '--header', 'x-key: $MY_KEY', '--header', 'x-other: $OTHER'];
      const headers = (environment: NodeJS.ProcessEnv) =>
        readOtherBot(args, environment, 'npm start')?.skill?.headers;
      expect(headers({})).toEqual({ 'x-key': 'of-the-file', 'x-other': 'too' });
      expect(headers({ MY_KEY: 'of-the-shell' })).toEqual({ 'x-key': 'of-the-shell', 'x-other': 'too' });
    } finally {
      process.chdir(from);
      rmSync(folder, { recursive: true });
    }
  });

  test('is talked to at the PORT of .env.local', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'other-bot-'));
    writeFileSync(join(folder, '.env.local'), 'PORT=no-port\n');
    const child = spawn(process.execPath, ['--import', TSX, join(ROOT, 'dev/start.ts'), '--skill', SKILL], {
      cwd: folder,
      env: { PATH: process.env.PATH },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let told = '';
    child.stderr.setEncoding('utf8').on('data', chunk => {
      told += chunk;
    });
    const code = await new Promise(resolve => child.once('close', resolve));
    rmSync(folder, { recursive: true });
    expect({ code, told }).toEqual({
      code: 1,
      told: 'PORT must be a number from 0 to 65535, not "no-port"\n',
    });
  });

  test.each([
    [['--skill'], '--skill needs a value after it'],
    [['--skill='], '--skill needs a value after it'],
    [['--skill', 'my-secret'], '--skill must be a URL like https://bot.example.com/skill'],
    [['--skill', 'ftp://my-secret/'], '--skill must be a URL like'],
    [['--smart-chat', 'javascript:my-secret'], '--smart-chat must be a URL like'],
    [['--skill', `${SKILL}#my-secret`], '--skill must be a URL like'],
    [['--skill', 'https://user:my-secret@bot.example.com/'], "by --header 'authorization: Basic …'"],
    [['--skill', SKILL, '--skill', SKILL], '--skill is given twice: once is enough'],
    [['--skill', SKILL, '--header', 'my-secret'], "such as --header 'x-key: $MY_KEY'"],
    [['--skill', SKILL, '--header', 'my secret: my-secret'], "such as --header 'x-key: $MY_KEY'"],
    [
      ['--skill', SKILL, '--header', 'x-key: a\r\nx-other: my-secret'],
      '--header x-key must have a value of ASCII alone',
    ],
    [
      ['--skill', SKILL, '--header', 'x-key: 시크릿 my-secret'],
      '--header x-key must have a value of ASCII alone',
    ],
    [['--skill', SKILL, '--header', 'Host: my-secret'], "--header can't be host: that is the request's own"],
    [['--header', 'x-key: my-secret'], '--header and --validation belong to a skill'],
    [['--smart-chat', SKILL, '--validation', SKILL], '--header and --validation belong to a skill'],
    [['--skill', SKILL, '--fresh'], 'and nothing beside them'],
    [['--skill', SKILL, 'my-secret'], 'and nothing beside them'],
  ])('is told what is wrong in a sentence, which repeats no value: %j', (args, sentence) => {
    expect(() => read(...args)).toThrow(sentence);
    expect(() => read(...args)).not.toThrow(/my-secret|\n/);
  });

  test.each(['npm_config_skill', 'npm_config_smart_chat'])(
    'is told from an option that npm took: %s',
    name => {
      expect(() => readOtherBot([], { [name]: 'my-secret' }, 'npm run dev')).toThrow(
        'npm takes an option for its own without a -- before it: npm run dev -- --skill https://…',
      );
    },
  );
});
