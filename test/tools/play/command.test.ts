import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { runPlay } from '../../../tools/play/command.ts';
import { junitXml } from '../../../tools/play/junit.ts';
import { readTalks } from '../../../tools/play/read-talks.ts';
import type { Result } from '../../../tools/play/report.ts';
import { HOSTILE, UNSEEN_CHARACTERS, unseenIn } from '../../kit/hostile-texts.ts';
import { runs } from '../../kit/property.ts';
import { runHere } from '../../kit/ran-command.ts';
import { wellBehaved } from '../../kit/visited-server.ts';
import { bubbles, type PlayedBot, startPlayedBot, text } from './some-talk.ts';
import { elementsOf } from './xml.ts';

let bot: PlayedBot;
beforeAll(async () => {
  bot = await startPlayedBot(({ text: said }) => bubbles([text(said)]));
});
afterAll(() => bot?.stop());

const run = (args: readonly string[], environment: Readonly<Record<string, string>> = {}) =>
  runHere(() => runPlay(args, { LANG: 'en_US.UTF-8', ...environment }));

const THREE = `name: 하나
steps: [says: 안녕]
---
name: 둘
steps:
  - says: 안녕
    expects: { words: 없는 말 }
---
name: 셋
protocol: both
steps: [says: 안녕]
`;

describe('kakao-gateway play', () => {
  test.each([
    ['en_US.UTF-8', 'Usage: kakao-gateway play <talk.yaml ...>'],
    ['ko_KR.UTF-8', '사용법: kakao-gateway play <talk.yaml ...>'],
  ])('explains itself in the language of %s', async (LANG, usage) => {
    expect(await run(['--help'], { LANG })).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(usage),
    });
  });

  test.each<[args: readonly string[], sentence: string, environment?: Readonly<Record<string, string>>]>([
    [[], 'name a script, such as talk.yaml'],
    [['a.yaml'], 'say which bot: --url for a gateway of this project, --skill or --smart-chat for any other'],
    [
      ['a.yaml', '--url', 'http://127.0.0.1:1', '--skill', 'http://127.0.0.1:1'],
      'give --url for a gateway of this project, or --skill',
    ],
    [['a.yaml', '--url', 'https://gateway.example.com'], 'the secret is missing: set GATEWAY_SECRET'],
    [
      ['a.yaml', '--url', 'http://gateway.example.com'],
      '--url must be https: over http the secret could be read',
    ],
    [
      ['a.yaml', '--url', 'https://a.example.com'],
      'GATEWAY_SECRET must be letters',
      { GATEWAY_SECRET: 'a b' },
    ],
    [['a.yaml', '--skill', 'skill'], '--skill must be a whole URL that begins with https:// or http://'],
    [['a.yaml', '--smart-chat', 'ftp://a'], '--smart-chat must be a whole URL'],
    [
      ['a.yaml', '--skill', 'http://me:password@a.example.com'],
      '--skill must have no user name and password in it',
    ],
    [['a.yaml', '--smart-chat', 'http://a', '--header', 'a: b'], '--header belongs to a skill'],
    [
      ['a.yaml', '--skill', 'http://a', '--header', 'password'],
      "--header must be a name and a value, such as --header 'x-key: $MY_KEY'",
    ],
    [
      ['a.yaml', '--skill', 'http://a', '--header', 'x: $password'],
      '--header x takes password from the environment: set it',
    ],
    [
      ['a.yaml', '--skill', 'http://a', '--header', 'x: $KEY'],
      '--header x must have a value of ASCII alone',
      { KEY: '열쇠' },
    ],
    [
      ['a.yaml', '--skill', 'http://a', '--callback-port', '0'],
      '--callback-port is a number from 1 to 65535',
    ],
    [['a.yaml', '--skill', 'http://a', '--only', ''], '--only needs a value'],
    [['a.yaml', '--skill', 'http://a', '--lang', 'jp'], '--lang is en or ko, not jp'],
    [['a.yaml', '--skil', 'http://a'], "Unknown option '--skil'"],
    [['absent.yaml', '--skill', 'http://a'], 'absent.yaml: cannot be read (ENOENT)'],
  ])('says in one sentence what is wrong with %j', async (args, sentence, environment = {}) => {
    const ran = await run(args, environment);
    expect(ran).toMatchObject({ code: 2, stdout: '' });
    expect(ran.stderr).toMatch(/^kakao-gateway play: .*\(--help tells more\)\n$/);
    expect(ran.stderr).toContain(sentence);
    expect(ran.stderr).not.toMatch(/password@|열쇠/);
  });

  test.each([
    ['is no script', 'name: a\nstep: []', 'talk.yaml:2:1: a talk knows no step: did you mean steps?'],
    ['is not UTF-8', Buffer.from([0xb0, 0xa1]), 'talk.yaml: is not UTF-8'],
    ['is too long', '#'.repeat(256 * 1024 + 1), 'talk.yaml: is larger than 256 KB'],
    [
      'has mistakes that a terminal would obey',
      `name: a\n"${HOSTILE.replaceAll('\n', '')}": 1`,
      'talk.yaml:2:1: a talk knows no \\u001b[2J',
    ],
  ])('plays nothing where a file %s', async (_, script, sentence) => {
    await writeFile(bot.path('talk.yaml'), script);
    const before = bot.calls.length;
    const ran = await run([bot.path('talk.yaml'), '--skill', `${bot.url}/skill`]);
    expect(ran).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(sentence) });
    expect(unseenIn(ran.stderr)).toEqual([]);
    expect(ran.stderr.trim().split('\n')).toHaveLength(1);
    expect(bot.calls.length).toBe(before);
  });

  test('plays every talk, and ends with 1 where one did not go as expected', async () => {
    const { code, stdout } = await bot.play(THREE);
    expect(code).toBe(1);
    expect(stdout.match(/^ {2}[✓✗] \S+ \(\S+\)/gm)).toEqual([
      '  ✓ 하나 (open-builder)',
      '  ✗ 둘 (open-builder)',
      '  ✓ 셋 (open-builder)',
      '  ✓ 셋 (smart-chat)',
    ]);
    expect(stdout).toMatch(/\n3 passed, 1 failed\n$/);
  });

  test('ends at the first that fails with --bail', async () => {
    const { code, stdout } = await bot.play(THREE, ['--bail']);
    expect([code, stdout.match(/^ {2}[✓✗] \S+/gm)]).toEqual([1, ['  ✓ 하나', '  ✗ 둘']]);
  });

  test('plays those alone that --only names', async () => {
    const { code, stdout } = await bot.play(THREE, ['--only', '셋']);
    expect([code, stdout.match(/^ {2}[✓✗] \S+/gm)]).toEqual([0, ['  ✓ 셋', '  ✓ 셋']]);
    expect(await bot.play(THREE, ['--only', '넷'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('no talk has "넷" in its name'),
    });
  });

  test('leaves out what the bot has no address for, and tells that nothing was played', async () => {
    const skill = ['--skill', `${bot.url}/skill`];
    const { code, stdout } = await bot.play(THREE, [...skill, '--only', '셋']);
    expect(code).toBe(0);
    expect(stdout).toContain(
      "– 셋 (smart-chat): not played: the bot's smart-chat is not known: give --smart-chat with its app URL",
    );
    expect(stdout).toContain('\n1 passed, 0 failed, 1 not played\n');
    const script = 'name: a\nprotocol: smart-chat\nsteps: [enters]';
    expect(await bot.play(script, skill)).toMatchObject({ code: 2 });
    expect(await bot.play('name: a\nsteps: [says: 안녕]', ['--smart-chat', `${bot.url}/app`])).toMatchObject({
      code: 0,
    });
  });

  test('plays with a gateway of ours by its URL alone, with the secret of this machine or another', async () => {
    for (const [environment, secret] of [
      [{}, 'local-secret'],
      [{ GATEWAY_SECRET: 'a/secret' }, 'a/secret'],
    ] as const) {
      const serve = wellBehaved(secret);
      const ours = await startPlayedBot(
        () => 'hang',
        ({ call }) => serve(call),
      );
      const script = 'name: a\nprotocol: both\nsteps:\n  - says: 안녕\n    expects: { words: 안녕하세요 }';
      const ran = await ours.play(script, ['--url', ours.url], environment);
      expect(ran).toMatchObject({
        code: 0,
        stderr: '',
        stdout: expect.stringContaining('2 passed, 0 failed'),
      });
      await ours.stop();
    }
  });

  test('has its callbacks at the port that it is told, or says that it is taken', async () => {
    const { port } = new URL(bot.url);
    const ran = await bot.play(THREE, ['--callback-port', port]);
    expect(ran).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(`--callback-port ${port} is taken`),
    });
  });
});

describe('--junit', () => {
  test('writes what was played, as CI servers read it', async () => {
    const file = bot.path('report.xml');
    const script = `${THREE}---\nname: <넷> & "다섯"\nprotocol: smart-chat\nsteps: [enters]\n`;
    await bot.play(script, ['--skill', `${bot.url}/skill`, '--junit', file]);
    const elements = elementsOf(await readFile(file, 'utf8'));
    const counts = { tests: '5', failures: '1', errors: '0', skipped: '2' };
    expect(
      elements
        .filter(({ name }) => name.startsWith('testsuite'))
        .map(({ name, attributes }) => [name, attributes]),
    ).toEqual([
      ['testsuites', expect.objectContaining(counts)],
      ['testsuite', expect.objectContaining({ ...counts, name: bot.path('talk.yaml') })],
    ]);
    expect(
      elements.filter(({ name }) => name === 'testcase').map(({ attributes }) => attributes.name),
    ).toEqual([
      '하나 (open-builder)',
      '둘 (open-builder)',
      '셋 (open-builder)',
      '셋 (smart-chat)',
      '<넷> & "다섯" (smart-chat)',
    ]);
    const [failure] = elements.filter(({ name }) => name === 'failure');
    expect(failure?.attributes.message).toBe('the words "없는 말" are not shown');
    expect(failure?.text).toContain(
      `${bot.path('talk.yaml')}:6:5  says 안녕\n  the words "없는 말" are not shown\n  came:\n    simpleText  안녕`,
    );
  });

  test('says so where it can not be written', async () => {
    const ran = await bot.play(THREE, ['--junit', bot.path('absent/report.xml')]);
    expect(ran).toMatchObject({ code: 2, stderr: expect.stringContaining('cannot be written (ENOENT)') });
  });

  test('is XML, whatever a script and a bot say', () => {
    const [talk] = readTalks('a.yaml', 'name: a\nsteps: [enters]');
    if (talk === undefined) throw new Error('there is no talk');
    const [step] = talk.steps;
    if (step === undefined) throw new Error('there is no step');
    const odd = fc.constantFrom(
      ...UNSEEN_CHARACTERS,
      '\ud800',
      '\udfff',
      '\ufffe',
      '<',
      '>',
      '&',
      '"',
      "'",
      ']]>',
      '\n',
      '😀',
    );
    const words = fc.array(fc.oneof(odd, fc.string()), { maxLength: 20 }).map(parts => parts.join(''));
    fc.assert(
      fc.property(words, words, (name, problem) => {
        const result: Result = {
          kind: 'played',
          talk: { ...talk, name },
          protocol: 'open-builder',
          played: 1,
          ms: 1,
          failure: { step, problems: [{ en: problem, ko: problem }] },
        };
        const elements = elementsOf(junitXml([{ file: name, results: [result] }], 'en', one => one));
        expect(elements.map(element => element.name)).toEqual([
          'testsuites',
          'testsuite',
          'testcase',
          'failure',
        ]);
        // What XML can write is there.
        const kept = [...problem.toWellFormed()]
          .filter(one => /[ -~\u00a0-\ud7ff\u{10000}-\u{10ffff}]/u.test(one))
          .join('');
        const told = [...(elements[3]?.text ?? '')]
          .filter(one => /[ -~\u00a0-\ud7ff\u{10000}-\u{10ffff}]/u.test(one))
          .join('');
        expect(told).toContain(kept);
      }),
      runs(1_000),
    );
  });
});
