import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readJson as readBody } from '../../dev/read-json.ts';
import { checkSkillJson, checkSmartChatJson } from '../../tools/kakao-check/check-json.ts';
import { jsonErrorOf } from '../../tools/kakao-check/json-error.ts';
import { readJson } from '../../tools/kakao-check/read-json.ts';
import { fileAtMost, streamAtMost } from '../../tools/read-at-most.ts';
import { type BuiltCommand, builtCommand } from '../kit/built-command.ts';
import { cpuMs } from '../kit/cpu.ts';
import { runs } from '../kit/property.ts';
import { kakaoCheckHere, type RanCommand, runNode } from '../kit/ran-command.ts';
import { startVisitedServer } from '../kit/visited-server.ts';

const SIZE = 1_000_000;
/** The bound of every command for a file of 1 MB, in processor time. */
const LIMIT_MS = 2_000;

let folder = '';
let commands: Readonly<Record<'check' | 'doctor' | 'secret', BuiltCommand>>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'real-length-'));
  const [check, doctor, secret] = await Promise.all([
    builtCommand('bin/kakao-check.ts'),
    builtCommand('bin/doctor.ts'),
    builtCommand('bin/secret.ts'),
  ]);
  commands = { check, doctor, secret };
});

afterAll(async () => {
  await rm(folder, { recursive: true });
  await Promise.all(Object.values(commands).map(command => command.remove()));
});

const many = (text: string, size = SIZE): string => text.repeat(Math.ceil(size / text.length));

/** A skill's answer as bots make them, but with as many cards as make 1 MB in UTF-8. */
const card = {
  basicCard: {
    title: '고흥 유자차 6,500원',
    description: '전남 고흥에서 온 유자로 담갔습니다.\n"따뜻하게" 드세요 \\o/',
    thumbnail: { imageUrl: 'https://example.com/유자.png', fixedRatio: false },
    buttons: [{ action: 'message', label: '담기', messageText: '담기 유자차' }],
  },
};
const cards = Math.ceil(SIZE / Buffer.byteLength(JSON.stringify(card, null, 1)));
const ANSWER = JSON.stringify(
  { version: '2.0', template: { outputs: Array<object>(cards).fill(card) } },
  null,
  1,
);

async function check(content: string | Uint8Array, ...args: string[]): Promise<RanCommand> {
  await writeFile(join(folder, 'answer.json'), content);
  return kakaoCheckHere([...args, 'answer.json'], { cwd: folder });
}

describe('kakao-check judges 1 MB in less than two seconds of processor time', () => {
  test.each<[what: string, content: string, code: number, sentence: string]>([
    ['an answer', ANSWER, 1, 'Kakao takes at most 3'],
    ['a quote that nothing closes', `{"text":"${many('가나다 ')}`, 2, 'close it with "'],
    ['a quote that nothing closes, before JSON', `{"a: ${ANSWER}`, 2, 'is no JSON: line 1, column 7'],
    ['a line break in a sentence', `{"text":"${many('긴 글 ')}\n끝"}`, 2, 'a line break inside a text'],
    ['lists in lists, not closed', many('['), 2, 'the end of the text where a value or ] must stand'],
    ['lists in lists', many('[', SIZE / 2) + many(']', SIZE / 2), 2, 'more than 200,000 values'],
    ['objects in objects', many('{"a":'), 2, 'the end of the text where a value'],
    ['escapes', `["${many('\\n\\u00e9')}`, 2, 'close it with "'],
    ['backslashes', `["${many('\\')}`, 2, 'close it with "'],
    ['line breaks', many('\n'), 2, 'the end of the text where a value'],
    ['as many mistakes as can be', `{"template":{"quickReplies":[${many('{},')}{}]}}`, 2, '200,000 values'],
    ['mistakes enough', `{"template":{"quickReplies":[${many('{},', 200_000)}{}]}}`, 1, 'more to mend'],
    ['one name', `{"${many('가', SIZE / 3)}":1}`, 1, 'Kakao does not know'],
    ['JSON in a text', JSON.stringify({ statusCode: 200, body: ANSWER }), 1, 'inside body'],
    [
      'broken JSON in a text',
      JSON.stringify({ statusCode: 200, body: many('{"a":', SIZE / 2) }),
      1,
      'body is no JSON',
    ],
  ])('%s', async (_, content, code, sentence) => {
    const ran = await check(content);
    expect({ code: ran.code, stderr: ran.stderr }).toEqual({ code, stderr: '' });
    expect(ran.stdout).toContain(sentence);
    expect(ran.cpuMs).toBeLessThan(LIMIT_MS);
  });

  test('wherever it is broken', () => {
    const place = fc.nat(ANSWER.length - 1);
    const letter = fc.constantFrom('"', '\\', '\n', '{', '}', '[', ',', '가', "'", '\u0000', '\ud800', '//');
    const broken = fc.oneof(
      place.map(at => ANSWER.slice(0, at)),
      fc.tuple(place, letter).map(([at, one]) => ANSWER.slice(0, at) + one + ANSWER.slice(at)),
      fc.tuple(place, letter).map(([at, one]) => ANSWER.slice(0, at) + one + ANSWER.slice(at + 1)),
    );
    fc.assert(
      fc.property(broken, text => {
        const started = cpuMs();
        const read = readJson(Buffer.from(text));
        if ('json' in read)
          for (const judge of [checkSkillJson, checkSmartChatJson]) judge(read.json, 'private');
        expect(cpuMs() - started).toBeLessThan(LIMIT_MS);
        expect('reason' in read).toBe(!isJson(text.toWellFormed()));
        if ('reason' in read) expect(read.reason.en).toMatch(/^is no JSON: line \d+, column \d+ has /);
      }),
      runs(30),
    );
  });
});

describe('the place where JSON breaks', () => {
  test('is there for whatever JSON.parse refuses, and for nothing else', () => {
    const small = JSON.stringify({ a: ['나\n"', -1.5e3, true, null, { '': {} }, []] }, null, 1);
    const texts = fc.oneof(
      fc.string({ unit: fc.constantFrom(...'"\\{}[],:0-1.eEtnu \n\t가x'), maxLength: 12 }),
      fc
        .tuple(fc.nat(small.length), fc.nat(2), fc.constantFrom(...'"\\{}[],:0- \n'))
        .map(([at, gone, one]) => small.slice(0, at) + one + small.slice(at + gone)),
    );
    fc.assert(
      fc.property(texts, text => {
        expect(jsonErrorOf(text) === undefined).toBe(isJson(text));
      }),
      runs(3_000),
    );
  });
});

describe('what is larger than an answer can be', () => {
  test('is told of in one sentence, in both languages, and not read', async () => {
    const large = many('[', 4 * 1024 * 1024 + 1);
    for (const [language, sentence] of [
      ['en', 'answer.json: is larger than 4 MB, and no answer that Kakao shows comes near'],
      ['ko', 'answer.json: 4 MB보다 큽니다'],
    ] as const) {
      const ran = await check(large, '--lang', language);
      expect(ran).toMatchObject({ code: 2, stdout: expect.stringContaining(sentence) });
    }
    expect((await check(`${ANSWER}${many(' ', 4 * 1024 * 1024 - Buffer.byteLength(ANSWER))}`)).code).toBe(1);
  });

  test('has no need to end: a device, or a pipe', async () => {
    const device = await runNode([commands.check.path, '/dev/zero'], { cwd: folder });
    expect(device).toMatchObject({ code: 2, stdout: expect.stringContaining('is larger than 4 MB') });
    const pipe = await runNode([commands.check.path], { cwd: folder, stdin: many(' ', 5 * 1024 * 1024) });
    expect(pipe).toMatchObject({ code: 2, stdout: expect.stringContaining('stdin: is larger than 4 MB') });
  });

  test('is counted where a thousand mistakes are told', async () => {
    const { stdout } = await check(
      JSON.stringify({ template: { outputs: Array(1_500).fill({}) } }),
      '--json',
    );
    const { files, rejected } = JSON.parse(stdout);
    expect(files[0].violations).toHaveLength(1_000);
    expect(rejected).toBe(1_000 - count(files[0].violations, 'shortened') + files[0].untold.rejected);
    expect(rejected).toBeGreaterThanOrEqual(1_500);
  });

  test('is read no further than asked', async () => {
    const file = join(folder, 'ten');
    await writeFile(file, '0123456789');
    expect(fileAtMost(file, 10)?.toString()).toBe('0123456789');
    expect(fileAtMost(file, 9)).toBeUndefined();
    expect(() => fileAtMost(join(folder, 'absent'), 9)).toThrow('ENOENT');
    let read = 0;
    const endless = Readable.from(
      (function* () {
        for (;;) yield Buffer.alloc(++read && 4);
      })(),
    );
    expect(await streamAtMost(endless, 10)).toBeUndefined();
    expect(endless.destroyed).toBe(true);
    expect(read).toBeLessThan(100);
    expect((await streamAtMost(Readable.from([Buffer.from('가')]), 3))?.toString()).toBe('가');
  });
});

describe('the other commands', () => {
  test('the doctor judges 1 MB of each of its calls', async () => {
    const server = await startVisitedServer(() => ({ body: JSON.parse(ANSWER) }));
    const args = ['--url', server.url, '--secret', 'of-the-doctor', '--only', 'open-builder'];
    const ran = await runNode([commands.doctor.path, ...args], { cwd: folder });
    await server.stop();
    expect({ code: ran.code, stderr: ran.stderr }).toEqual({ code: 1, stderr: '' });
    expect(ran.stdout.replace(/\s+/g, ' ')).toContain('at most 3');
    expect(ran.cpuMs).toBeLessThan(server.calls.length * LIMIT_MS);
  });

  test('the doctor and npm run secret read no secret without end, and print nothing of it', async () => {
    const stdin = many('a', 100_000);
    const doctor = await runNode(
      [commands.doctor.path, '--url', 'https://api.example.com', '--secret-stdin'],
      { cwd: folder, stdin },
    );
    expect(doctor).toMatchObject({
      code: 2,
      stderr: 'The standard input is too long: give the secret alone.\n',
    });
    const args = ['--rest-api-key', '--secret-id', 'kakao', '--set'];
    const secret = await runNode([commands.secret.path, ...args], { cwd: folder, stdin });
    expect(secret).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('nothing else') });
    expect(secret.stderr).not.toContain('aaa');
  });

  test('npm start reads no body without end for AWS', async () => {
    const body = (size: number) => Readable.from([Buffer.from(JSON.stringify(many('가', size)))]);
    expect(await readBody(body(SIZE))).toHaveLength(SIZE);
    await expect(readBody(body(3 * SIZE))).rejects.toThrow('larger than AWS takes');
  });
});

const count = (violations: readonly { severity: string }[], severity: string): number =>
  violations.filter(violation => violation.severity === severity).length;

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
