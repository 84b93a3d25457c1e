import { execFile, spawn } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { jsonErrorOf } from '../../bin/json-error.ts';

const ROOT = join(import.meta.dirname, '../..');
const RESPONSES = join(ROOT, 'test/samples/open-builder/responses');
const SMART_CHAT = join(ROOT, 'test/samples/smart-chat');

let folder = '';
let command = '';

// Bundled as `npm run prepare` does it, so that these tests run what a user runs.
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kakao-check-'));
  command = join(folder, 'kakao-check.mjs');
  const { scripts } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
  expect(scripts.prepare).toBe('node bin/prepare.mjs');
  await promisify(execFile)(process.execPath, ['bin/prepare.mjs', command], { cwd: ROOT });
});

afterAll(() => rm(folder, { recursive: true }));

interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function run(args: readonly string[], stdin = '', env: Readonly<Record<string, string>> = {}): Promise<Run> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [command, ...args], {
      cwd: folder,
      env: { PATH: process.env.PATH, LANG: 'en_US.UTF-8', ...env },
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', chunk => {
      stdout += chunk;
    });
    child.stderr.setEncoding('utf8').on('data', chunk => {
      stderr += chunk;
    });
    child.on('error', reject);
    child.on('close', code => resolve({ code, stdout, stderr }));
    // Who does not read it has closed it.
    child.stdin.on('error', () => {});
    child.stdin.end(stdin);
  });
}

const shown = { version: '2.0', template: { outputs: [{ simpleText: { text: '안녕하세요' } }] } };
const dropped = { version: '2.0', template: { outputs: [{ basicCard: { title: '라떼' } }] } };

async function file(name: string, content: unknown): Promise<string> {
  await writeFile(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
  return name;
}

describe('kakao-check', () => {
  test('runs by itself', async () => {
    expect((await readFile(command, 'utf8')).startsWith('#!/usr/bin/env node\n')).toBe(true);
    const { code, stdout } = await run(['--version']);
    expect({ code, stdout }).toEqual({ code: 0, stdout: '0.1.0\n' });
  });

  test('is left out in one line where its bundler is not installed', async () => {
    await copyFile(join(ROOT, 'bin/prepare.mjs'), join(folder, 'prepare.mjs'));
    const { stdout, stderr } = await promisify(execFile)(process.execPath, ['prepare.mjs'], { cwd: folder });
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^kakao-check is not built: esbuild is not installed .*\n$/);
  });

  test('is content with what Kakao shows', async () => {
    const { code, stdout } = await run([await file('shown.json', shown)]);
    expect(code).toBe(0);
    expect(stdout).toContain('✓ shown.json');
    expect(stdout).toContain('1 file: 1 shown, 0 dropped');
  });

  test('says where, what to do, what Kakao does, and who says so', async () => {
    const { code, stdout } = await run([await file('dropped.json', dropped)]);
    expect(code).toBe(1);
    expect(stdout).toContain('✗ dropped.json');
    expect(stdout).toContain('template.outputs[0].basicCard.thumbnail is missing');
    expect(stdout).toContain('use a textCard');
    expect(stdout).toContain('Kakao drops the whole answer');
    expect(stdout).toContain('[basicCard.thumbnail.required, FMT]');
    expect(stdout).toMatch(/^FMT: https:\/\//m);
  });

  test('looks through folders and several files, and says what is no answer of a skill', async () => {
    await file('shown.json', shown);
    const { code, stdout } = await run(['shown.json', RESPONSES]);
    expect(code).toBe(1);
    expect(stdout).toContain('✓ shown.json');
    expect(stdout).toMatch(/^✗ .*41-INVALID/m);
    expect(stdout).toMatch(
      /^✗ .*42-INVALID.*\n.*has 6 listCards, Kakao takes at most 5: drop 1, or send a second carousel/m,
    );
    expect(stdout).toMatch(/^✗ .*43-INVALID/m);
    for (const name of ['18-callback', '25-validation', '28-eventapi', '34-group-chat-rooms'])
      expect(stdout).toMatch(new RegExp(`^– .*${name}.*: not a skill answer: `, 'm'));
  });

  test('looks at group rooms', async () => {
    const names = ['20-group-simpleText-markdown', '21-group-mentions', '23-group-textCard-guide-button'];
    const files = names.map(name => join(RESPONSES, `${name}.json`));
    expect((await run(['--group', ...files])).code).toBe(0);
    const { code, stdout } = await run(files);
    expect(code).toBe(1);
    expect(stdout).toContain('which only group rooms know');
  });

  test('looks at smart-chat: bodies, and exchanges by their route', async () => {
    const { code, stdout } = await run(['--protocol', 'smart-chat', SMART_CHAT]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^✗ .*res-message-photo-string-dims/m);
    expect(stdout).toMatch(/^✗ .*res-keyboard-wrapped/m);
    expect(stdout).toMatch(/^✓ .*res-message-full/m);
    expect(stdout).toMatch(/^– .*req-message-text.*: not a smart-chat answer: /m);
    const bodies = [
      { type: 'text' },
      { message: { text: '.' } },
      { path: '/message', body: { message: { text: '.' } } },
    ];
    for (const body of bodies) {
      expect((await run(['--protocol', 'smart-chat'], JSON.stringify(body))).code).toBe(0);
    }
  });

  test('reads standard input, by itself and beside files', async () => {
    expect(await run([], JSON.stringify(shown))).toMatchObject({ code: 0 });
    const { code, stdout } = await run(
      ['-', await file('shown.json', shown)],
      `\uFEFF${JSON.stringify(dropped)}`,
    );
    expect(code).toBe(1);
    expect(stdout).toContain('✗ stdin');
    expect(stdout).toContain('2 files: 1 shown, 1 dropped');
  });

  test('takes an answer of nothing for a violation', async () => {
    const { code, stdout } = await run([], '{}');
    expect(code).toBe(1);
    expect(stdout).toContain('the answer has neither template');
  });

  test('prints JSON', async () => {
    const [bad, good] = [await file('dropped.json', dropped), await file('shown.json', shown)];
    const { code, stdout } = await run(['--json', bad, good]);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toEqual({
      files: [
        {
          file: 'dropped.json',
          status: 'rejected',
          violations: [
            {
              path: 'template.outputs[0].basicCard.thumbnail',
              rule: 'basicCard.thumbnail.required',
              value: 'missing',
              limit: 'present',
              severity: 'rejected',
              effect: { en: expect.any(String), ko: expect.any(String) },
              source: 'FMT',
              explanation: { en: expect.any(String), ko: expect.any(String) },
            },
          ],
        },
        { file: 'shown.json', status: 'ok', violations: [] },
      ],
      rejected: 1,
      shortened: 0,
    });
  });

  test.each<[string, readonly string[], Record<string, string>]>([
    ['by LANG', [], { LANG: 'ko_KR.UTF-8' }],
    ['by LC_ALL, before LANG', [], { LC_ALL: 'ko_KR.UTF-8' }],
    ['when asked', ['--lang', 'ko'], {}],
  ])('speaks Korean %s', async (_, args, env) => {
    const { stdout } = await run(args, JSON.stringify(dropped), env);
    expect(stdout).toContain('thumbnail: 없습니다');
    expect(stdout).toContain('카카오가 답변 전체를 버려');
    expect((await run(['--help', ...args], '', env)).stdout).toContain('사용법');
  });

  test('speaks English when asked', async () => {
    const { stdout } = await run(['--lang', 'en'], JSON.stringify(dropped), { LANG: 'ko_KR.UTF-8' });
    expect(stdout).toContain('Kakao drops the whole answer');
  });

  test('tells where the JSON of a file breaks, and looks at the others', async () => {
    const broken = await file('broken.json', '{\n  "version": "2.0",\n  "template": {,}\n}');
    const { code, stdout } = await run([broken, await file('dropped.json', dropped)]);
    expect(code).toBe(2);
    expect(stdout).toContain(
      'broken.json: is no JSON: line 3, column 16 has "," where a name in "..." or } must stand',
    );
    expect(stdout).toContain('✗ dropped.json');
    const json = JSON.parse((await run(['--json', broken])).stdout);
    expect(json.files).toMatchObject([
      { file: 'broken.json', status: 'unreadable', reason: { en: expect.any(String) } },
    ]);
  });

  test('tells of files and folders that are not there or empty', async () => {
    const { code, stdout } = await run(['absent.json']);
    expect(code).toBe(2);
    expect(stdout).toContain('absent.json: cannot be read (ENOENT)');
    await mkdir(join(folder, 'empty'), { recursive: true });
    const empty = await run(['empty']);
    expect(empty.code).toBe(2);
    expect(empty.stdout).toContain('empty: has no .json file');
  });

  test.each([
    [['--protocol', 'telegram'], '--protocol is open-builder or smart-chat, not telegram'],
    [['--lang', 'fr'], '--lang is en or ko, not fr'],
    [['--strict'], "Unknown option '--strict'"],
    [['--protocol'], '--protocol'],
  ])('refuses %j', async (args, sentence) => {
    const { code, stderr, stdout } = await run(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(sentence);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  test('prints long reports whole into a pipe', async () => {
    const outputs = Array(4_000).fill({ basicCard: {} });
    const { code, stdout } = await run(['--json'], JSON.stringify({ version: '2.0', template: { outputs } }));
    expect(code).toBe(1);
    expect(JSON.parse(stdout).rejected).toBe(4_001);
  });
});

describe('the place where JSON breaks', () => {
  test.each([
    ['', 1, 1, '', 'value'],
    ['{"a":1,}', 1, 8, '}', 'name'],
    ["{'a':1}", 1, 2, "'", 'name or }'],
    ['[1 2]', 1, 4, '2', 'next'],
    ['[1,]', 1, 4, ']', 'value'],
    ['{"a" 1}', 1, 6, '1', ':'],
    ['[1]\n]', 2, 1, ']', 'end'],
    ['{"a":"x\ny"}', 1, 6, '"', 'value'],
    ['{"a":01}', 1, 7, '1', 'next'],
    ['{"a":tru}', 1, 6, 't', 'value'],
    ['[1}', 1, 3, '}', 'next'],
    ['\n\n  👩', 3, 3, '👩', 'value'],
  ])('%j', (text, line, column, found, expected) => {
    expect(() => JSON.parse(text)).toThrow();
    expect(jsonErrorOf(text)).toEqual({ line, column, found, expected });
  });

  test.each(['null', ' [1e5, -0.5E+2, "\\u00e9\\n", {"a": [], "": {}}] ', '"\u007f"'])(
    'is none in %j',
    text => {
      expect(() => JSON.parse(text)).not.toThrow();
      expect(jsonErrorOf(text)).toBeUndefined();
    },
  );
});
