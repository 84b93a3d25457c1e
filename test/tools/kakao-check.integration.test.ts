import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { explain } from '../../tools/explain/open-builder.ts';
import { explain as explainSmartChat } from '../../tools/explain/smart-chat.ts';
import { checkSkillJson, checkSmartChatJson } from '../../tools/kakao-check/check-json.ts';
import { explainJsonError, jsonErrorOf } from '../../tools/kakao-check/json-error.ts';
import { explainExchange } from '../../tools/kakao-check/open-builder.ts';
import { explainExchange as explainSmartChatExchange } from '../../tools/kakao-check/smart-chat.ts';
import { runs } from '../kit/property.ts';
import { kakaoCheckHere, type RanCommand, runNode } from '../kit/ran-command.ts';

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

/** Runs the command as a user does: for what a process alone shows, such as errors of the file system, which are not Jest's. */
const spawned = (
  args: readonly string[],
  stdin: string | Uint8Array = '',
  env: Readonly<Record<string, string>> = {},
): Promise<RanCommand> => runNode([command, ...args], { cwd: folder, stdin, env });

const run = (
  args: readonly string[],
  stdin: string | Uint8Array = '',
  env: Readonly<Record<string, string>> = {},
): Promise<RanCommand> => kakaoCheckHere(args, { cwd: folder, stdin, env });

const shown = { version: '2.0', template: { outputs: [{ simpleText: { text: '안녕하세요' } }] } };
const dropped = { version: '2.0', template: { outputs: [{ basicCard: { title: '라떼' } }] } };

async function file(name: string, content: unknown): Promise<string> {
  await writeFile(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
  return name;
}

describe('kakao-check', () => {
  test('runs by itself', async () => {
    expect((await readFile(command, 'utf8')).startsWith('#!/usr/bin/env node\n')).toBe(true);
    const { code, stdout } = await spawned(['--version']);
    expect({ code, stdout }).toEqual({ code: 0, stdout: '0.1.0\n' });
  });

  test('is left out in one line where its bundler is not installed', async () => {
    await copyFile(join(ROOT, 'bin/prepare.mjs'), join(folder, 'prepare.mjs'));
    const { stdout, stderr } = await promisify(execFile)(process.execPath, ['prepare.mjs'], { cwd: folder });
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^kakao-check is not built: esbuild is not installed .*\n$/);
  });

  test('is content with what Kakao shows', async () => {
    const { code, stdout } = await spawned([await file('shown.json', shown)]);
    expect(code).toBe(0);
    expect(stdout).toContain('✓ shown.json');
    expect(stdout).toContain('1 file: 1 shown, 0 dropped');
  });

  test('says where, what to do, what Kakao does, and who says so', async () => {
    const { code, stdout } = await spawned([await file('dropped.json', dropped)]);
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
    for (const name of ['18-callback', '28-eventapi', '34-group-chat-rooms', '35-group-members'])
      expect(stdout).toMatch(new RegExp(`^– .*${name}.*: not a skill answer: `, 'm'));
    for (const name of ['25-validation', '26-validation', '27-validation'])
      expect(stdout).toMatch(new RegExp(`^✓ .*${name}.*: looked at as .* parameter validation API`, 'm'));
  });

  test('tells of the files of a folder by name, wherever they lie in it, between those named before and after it', async () => {
    await mkdir(join(folder, 'sorted/b'), { recursive: true });
    for (const name of ['c.json', 'b/d.json', 'a.json', 'notes.txt']) await file(join('sorted', name), shown);
    await file('first.json', shown);
    const { stdout } = await run(['first.json', 'sorted', '-', 'first.json'], JSON.stringify(shown));
    expect([...stdout.matchAll(/^✓ (.*)/gm)].map(([, name]) => name)).toEqual([
      'first.json',
      'sorted/a.json',
      'sorted/b/d.json',
      'sorted/c.json',
      'stdin',
      'first.json',
    ]);
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
    expect(await spawned([], JSON.stringify(shown))).toMatchObject({ code: 0 });
    const { code, stdout } = await spawned(
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
    const { stdout } = await spawned(args, JSON.stringify(dropped), env);
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
    const { code, stdout } = await spawned([broken, await file('dropped.json', dropped)]);
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
    const { code, stdout } = await spawned(['absent.json']);
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
    const { code, stderr, stdout } = await spawned(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(sentence);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  test('prints long reports whole into a pipe', async () => {
    const outputs = Array(4_000).fill({ basicCard: {} });
    const { code, stdout } = await spawned(
      ['--json'],
      JSON.stringify({ version: '2.0', template: { outputs } }),
    );
    expect(code).toBe(1);
    expect(JSON.parse(stdout).rejected).toBe(4_001);
  });
});

describe('what is no UTF-8', () => {
  const json = JSON.stringify(shown);
  // "안녕" as old tools in Korea save it.
  const cp949 = Buffer.concat([
    Buffer.from('{"version":"2.0","template":{"outputs":[{"simpleText":{"text":"'),
    Buffer.from([0xbe, 0xc8, 0xb3, 0xe7]),
    Buffer.from('"}}]}}'),
  ]);
  const utf16 = Buffer.from(json, 'utf16le');

  test.each<[string, Uint8Array, string]>([
    ['CP949', cp949, 'is not UTF-8 (looks like CP949/EUC-KR): save it as UTF-8'],
    ['UTF-16', Buffer.concat([Buffer.from([0xff, 0xfe]), utf16]), 'is not UTF-8 (looks like UTF-16'],
    [
      'big-endian UTF-16',
      Buffer.concat([Buffer.from([0xff, 0xfe]), utf16]).swap16(),
      'is not UTF-8 (looks like UTF-16',
    ],
    ['UTF-16 without a mark', utf16, 'is not UTF-8 (looks like UTF-16'],
  ])('is not read as if it were: %s, in a file and from standard input', async (_, bytes, sentence) => {
    await writeFile(join(folder, 'encoded.json'), bytes);
    for (const { code, stdout } of [await run(['encoded.json']), await run([], bytes)]) {
      expect(code).toBe(2);
      expect(stdout).toContain(sentence);
    }
  });

  test('is not UTF-8 with a byte order mark', async () => {
    expect((await run([], `\uFEFF${json}`)).code).toBe(0);
  });
});

describe('what is not taken for something else', () => {
  test.each<[string, unknown]>([
    ['an error of the server', { status: 'ERROR', message: 'internal error' }],
    ['an API of its own', { status: 'SUCCESS', result: { text: '안녕' } }],
    ['a version and users', { version: '2.0', users: [] }],
    ['a version and a task', { version: '2.0', taskId: 'x', status: 'SUCCESS' }],
    ['a version and an event', { version: '2.0', event: { name: 'x' } }],
    ['a version inside response', { response: { version: '2.0' } }],
    ['an answer inside response', { response: shown }],
    ['a record whose answer is dropped', { request: {}, response: dropped }],
  ])('%s is looked at, and dropped', async (_, answer) => {
    const { code, stdout } = await run([], JSON.stringify(answer));
    expect({ code, stdout }).toEqual({ code: 1, stdout: expect.stringContaining('✗ stdin') });
  });

  test('data beside a task is an answer of data', async () => {
    const answer = { version: '2.0', data: { name: '라떼' }, taskId: 'x' };
    const { code, stdout } = await run([], JSON.stringify(answer));
    expect(code).toBe(0);
    expect(stdout).toContain('! Kakao does not know taskId');
  });

  test('a record of a request and its answer is looked at inside', async () => {
    const { code, stdout } = await run([], JSON.stringify({ request: {}, response: shown }));
    expect({ code, stdout }).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('✓ stdin: looked at the answer inside response'),
    });
  });

  test('a validation answer may have a version', async () => {
    const answers = [
      { version: '2.0', status: 'SUCCESS', value: '홍길동' },
      { status: 'SUCCESS', data: {} },
    ];
    for (const answer of answers) {
      const { code, stdout } = await run([], JSON.stringify(answer));
      expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining('validation API') });
    }
    expect((await run([], '{"status":"FAIL","message":3}')).code).toBe(1);
  });

  test('where nothing was an answer, nothing is well', async () => {
    const request = { userRequest: { user: { id: 'u' } } };
    for (const args of [[], ['--json']]) {
      const { code, stdout, stderr } = await run(args, JSON.stringify(request));
      expect({ code, stderr }).toEqual({
        code: 2,
        stderr: 'kakao-check: nothing to check: no file was an answer\n',
      });
      expect(stdout).toContain('skipped');
    }
    expect((await run(['-', await file('shown.json', shown)], JSON.stringify(request))).code).toBe(0);
  });

  test.each<[string, unknown, number]>([
    ['a record of a dropped answer beside its request', { request: {}, response: { status: 500 } }, 1],
    ['a record without a route', { response: { status: 200, body: {} } }, 1],
    ['a record of an unknown route', { inReplyTo: 'POST /kakao', response: { status: 200, body: {} } }, 1],
    ['a record with the body as it was sent', { path: '/message', body: '{"message":{"text":"."}}' }, 0],
    ['a record of a notice', { inReplyTo: 'POST /friend', response: { status: 200, rawBody: '' } }, 0],
    ['an error of the server', { status: 'ERROR', message: 'internal error' }, 1],
    ['an answer that names its user', { user_key: 'u', message: {} }, 1],
    ['an answer that names its protocol', { protocol: 'v2', message: {} }, 1],
    ['a request', { user_key: 'u', type: 'text', content: '안녕' }, 2],
  ])('smart-chat: %s', async (_, answer, expected) => {
    const { code } = await run(['--protocol', 'smart-chat'], JSON.stringify(answer));
    expect(code).toBe(expected);
  });

  test('a folder that links to itself is gone through once', async () => {
    const loop = join(folder, 'loop');
    await mkdir(join(loop, 'inside'), { recursive: true });
    await symlink('.', join(loop, 'a'));
    await symlink('..', join(loop, 'inside', 'b'));
    await symlink('../shown.json', join(loop, 'linked.json'));
    await file('shown.json', shown);
    await file('loop/inside/shown.json', shown);
    const { code, stdout } = await run(['loop']);
    expect(code).toBe(0);
    expect(stdout).toContain('2 files: 2 shown');
    expect((await run(['loop/a'])).stdout).toContain('2 files: 2 shown');
    await symlink('absent', join(loop, 'lost.json'));
    await symlink('self.json', join(loop, 'self.json'));
    const lost = await spawned(['loop', 'loop/self.json']);
    expect(lost.code).toBe(2);
    expect(lost.stdout).toContain('lost.json: cannot be read (ENOENT)');
    expect(lost.stdout.match(/self\.json: cannot be read \(ELOOP\)/g)).toHaveLength(2);
  });
});

describe('any JSON', () => {
  const names = [
    ...['version', 'template', 'outputs', 'contents', 'statusCode', 'status', 'body', 'headers', 'response'],
    ...['request', 'inReplyTo', 'path', 'message', 'type', 'toString', '__proto__', 'simpleText', 'value'],
  ];
  const value = fc.letrec<{ any: unknown }>(tie => ({
    any: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom<unknown>(null, 1, 200, '2.0', 'SUCCESS', '{}', '{"version":"2.0"}', '"x"', '['),
      fc.array(tie('any'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom(...names), tie('any'), { maxKeys: 5 }),
    ),
  })).any;

  test('is judged, and whatever breaks a rule is explained', () => {
    const explained = { skill: 0, smartChat: 0 };
    const many = runs(2_000);
    fc.assert(
      fc.property(value, json => {
        const sentences: string[] = [];
        for (const judged of [checkSkillJson(json, 'private'), checkSkillJson(json, 'group')])
          for (const violation of 'skipped' in judged ? [] : judged.violations) {
            sentences.push((explainExchange(violation) ?? explain(violation)).en);
            explained.skill++;
          }
        const judged = checkSmartChatJson(json);
        for (const violation of 'skipped' in judged ? [] : judged.violations) {
          sentences.push((explainSmartChatExchange(violation) ?? explainSmartChat(violation)).en);
          explained.smartChat++;
        }
        // What holds is not expected: thousands of expectations would take as long as what they are about.
        return !sentences.some(sentence => /undefined|\[object/.test(sentence));
      }),
      many,
    );
    for (const count of Object.values(explained)) expect(count).toBeGreaterThan(many.numRuns / 4);
  });
});

describe('a mistake about the whole answer', () => {
  const violationsOf = async (answer: unknown, ...args: string[]) => {
    const { code, stdout } = await run(['--json', ...args], JSON.stringify(answer));
    const [report] = JSON.parse(stdout).files;
    const violations: { rule: string; path: string; explanation: { en: string; ko: string } }[] =
      report.violations;
    return { code, note: report.note, violations, rules: violations.map(({ rule }) => rule) };
  };

  test('the format of 2018 is told in one line, with what it is now', async () => {
    const answer = { contents: [{ type: 'text', text: '안녕' }], quickReplies: [] };
    const { code, violations, rules } = await violationsOf(answer);
    expect({ code, rules }).toEqual({ code: 1, rules: ['answer.v1'] });
    const sentences = Object.values(violations[0]?.explanation ?? {});
    expect(sentences).toHaveLength(2);
    for (const sentence of sentences) {
      for (const part of ['2018', '"version": "2.0"', 'template.outputs', 'template.quickReplies'])
        expect(sentence).toContain(part);
      expect(sentence).not.toContain('context');
    }
    const both = await violationsOf({ ...shown, contents: [] });
    expect(both.violations[0]?.explanation.en).toContain('contents is of the format of 2018');
    expect(both.code).toBe(0);
  });

  test.each<[object, string, number]>([
    [{ ...shown, quickReplies: [] }, 'put it into template, as "template": {"quickReplies": [...]}', 0],
    [{ version: '2.0', outputs: [] }, 'put it into template, as "template": {"outputs": [...]}', 1],
    [{ version: '2.0', simpleText: { text: '.' } }, 'as "outputs": [{"simpleText": {...}}]', 1],
    [{ ...shown, template: { ...shown.template, textCard: {} } }, 'put it into template.outputs', 0],
  ])('what stands too high is told where it belongs: %j', async (answer, sentence, expected) => {
    const { code, violations } = await violationsOf(answer);
    expect(code).toBe(expected);
    expect(violations[0]).toMatchObject({
      rule: 'unknown',
      explanation: { en: expect.stringContaining(sentence) },
    });
  });

  test("a Lambda function's answer is looked at inside, with its status", async () => {
    const headers = { 'Content-Type': 'application/json' };
    const good = await violationsOf({ statusCode: 200, headers, body: JSON.stringify(shown) });
    expect(good).toMatchObject({ code: 0, note: { en: expect.stringContaining('inside body') } });
    const body = Buffer.from(JSON.stringify(dropped)).toString('base64');
    const bad = await violationsOf({ statusCode: 500, headers, body, isBase64Encoded: true });
    expect(bad).toMatchObject({ code: 1, rules: ['http.status', 'basicCard.thumbnail.required'] });
    expect((await violationsOf({ statusCode: 200, body: 'OK' })).rules).toEqual(['http.json']);
    const validation = { statusCode: 200, body: '{"status":"SUCCESS","value":"x"}' };
    expect((await violationsOf(validation)).code).toBe(0);
  });

  test("a Lambda function's answer is looked at inside for smart-chat, too", async () => {
    const args = ['--protocol', 'smart-chat'];
    const message = { statusCode: 200, body: '{"message":{"text":"."}}' };
    expect(await violationsOf(message, ...args)).toMatchObject({ code: 0, note: { ko: expect.any(String) } });
    const keyboard = { statusCode: '200', body: '{"type":"text"}' };
    expect((await violationsOf(keyboard, ...args)).code).toBe(0);
    const bad = { statusCode: 202, headers: { 'content-type': 'text/html' }, body: '{}' };
    expect((await violationsOf(bad, ...args)).rules).toEqual([
      'http.status',
      'http.contentType',
      'answer.message.required',
    ]);
  });

  test('what is encoded twice is told of, and looked at', async () => {
    const twice = await violationsOf(JSON.stringify(dropped));
    expect(twice).toMatchObject({ code: 1, rules: ['json.twice', 'basicCard.thumbnail.required'] });
    expect(twice.violations[0]?.explanation.en).toContain('encoded twice');
    const inside = await violationsOf({ statusCode: 200, body: JSON.stringify(JSON.stringify(shown)) });
    expect(inside.rules).toEqual(['json.twice']);
    const smartChat = await violationsOf('{"message":{"text":"."}}', '--protocol', 'smart-chat');
    expect(smartChat.rules).toEqual(['json.twice']);
    expect((await violationsOf('안녕하세요')).rules).toEqual(['type']);
  });

  test('an answer inside another member is told by that, and looked at', async () => {
    const { violations } = await violationsOf({ result: dropped });
    expect(violations).toMatchObject([
      { rule: 'answer.holder', path: 'result' },
      {
        rule: 'basicCard.thumbnail.required',
        path: 'result.template.outputs[0].basicCard.thumbnail',
      },
    ]);
  });

  test('a null beside a component is one thing to leave out', async () => {
    const answer = (output: object) => ({ version: '2.0', template: { outputs: [output] } });
    const one = await violationsOf(answer({ simpleText: { text: '.' }, basicCard: null }));
    expect(one).toMatchObject({
      code: 1,
      violations: [
        {
          rule: 'output.null',
          path: 'template.outputs[0].basicCard',
          explanation: { en: expect.stringContaining('leave the null out') },
        },
      ],
    });
    const two = await violationsOf(answer({ basicCard: null, simpleText: { text: '.' }, textCard: {} }));
    expect(two.rules).toEqual(['output.null', 'textCard.words', 'output.components']);
    const alone = await violationsOf(answer({ basicCard: null }));
    expect(alone.rules).toEqual(['type']);
    expect(alone.violations[0]?.explanation.en).toContain('is null');
  });
});

describe('the place where JSON breaks', () => {
  test.each([
    ['', 1, 1, '', 'value'],
    ['{"a":1,}', 1, 8, '}', 'name'],
    ['[1 2]', 1, 4, '2', 'next'],
    ['[1,]', 1, 4, ']', 'item'],
    ['{"a" 1}', 1, 6, '1', ':'],
    ['[1]\n]', 2, 1, ']', 'end'],
    ['{"a":01}', 1, 7, '1', 'next'],
    ['{"a":tru}', 1, 6, 't', 'value'],
    ['[1}', 1, 3, '}', 'next'],
    ['\n\n  👩', 3, 3, '👩', 'value'],
  ])('%j', (text, line, column, found, expected) => {
    expect(() => JSON.parse(text)).toThrow();
    expect(jsonErrorOf(text)).toEqual({ line, column, found, expected });
  });

  test.each([
    ['{"a":"x\ny"}', 8, 'line break', 'a line break inside a text: write \\n for it'],
    ['{"a":"x\r\ny"}', 8, 'line break', 'a line break inside a text: write \\n for it'],
    ['{"a\t":1}', 4, 'tab', 'a tab inside a text: write \\t for it'],
    ['["\u0001"]', 3, 'control', 'write "\\u0001" for it'],
    ['["C:\\Users"]', 5, 'escape', 'write \\\\ for a backslash itself'],
    ['{"a":"x', 8, 'unclosed', 'close it with "'],
    ["{'a':1}", 2, 'quotes', `has ', and JSON puts texts and names in "..." alone`],
    ['{"a":“x”}', 6, 'quotes', 'has “, and JSON'],
    ['{"a":"그는 "안녕" 했다"}', 11, 'inner quote', 'a " inside a text is written \\"'],
    ['{"a":1} // b', 9, 'comment', 'JSON has none: take it out'],
    ['{"a":None}', 6, 'null', 'has None, which JSON does not know: write null'],
    ['{"a":undefined}', 6, 'null', 'has undefined'],
    ['[NaN]', 2, 'null', 'has NaN'],
    ['[1,-Infinity]', 4, 'null', 'has -Infinity'],
    ['{"a":True}', 6, 'true', 'has True, and JSON writes true'],
    ['{"a":False}', 6, 'false', 'has False, and JSON writes false'],
  ])('%j: column %d, %s', (text, column, mistake, sentence) => {
    expect(() => JSON.parse(text)).toThrow();
    const error = jsonErrorOf(text);
    expect(error).toMatchObject({ line: 1, column, mistake });
    const { en = '', ko = '' } = error ? explainJsonError(error) : {};
    expect(en).toContain(sentence);
    expect(ko).toMatch(new RegExp(`^JSON이 아닙니다: 1번째 줄 ${column}번째 칸에 `));
  });

  test('is told with what a list may have there', () => {
    const error = jsonErrorOf('[1,]');
    expect(error && explainJsonError(error).en).toContain('a value (no comma after the last one) must stand');
  });

  test.each(['null', ' [1e5, -0.5E+2, "\\u00e9\\n", {"a": [], "": {}}] ', '"\u007f"'])(
    'is none in %j',
    text => {
      expect(() => JSON.parse(text)).not.toThrow();
      expect(jsonErrorOf(text)).toBeUndefined();
    },
  );
});
