import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type BuiltCommand, builtCommand } from '../kit/built-command.ts';
import { runNode } from '../kit/ran-command.ts';

const SUBCOMMANDS = [
  ...['new', 'dev', 'check', 'deploy', 'doctor', 'play', 'secret', 'event', 'trace', 'user', 'restore'],
];

let built: BuiltCommand;

beforeAll(async () => {
  built = await builtCommand('bin/kakao-gateway.ts');
});
afterAll(() => built?.remove());

const run = (args: readonly string[], LANG = 'en_US.UTF-8') =>
  runNode([built.path, ...args], { cwd: tmpdir(), env: { LANG } });

describe('kakao-gateway', () => {
  test.each([
    ['en_US.UTF-8', 'Usage: kakao-gateway <command>'],
    ['ko_KR.UTF-8', '사용법: kakao-gateway <명령>'],
  ])('tells all of its commands, in the language of %s', async (LANG, usage) => {
    const { code, stdout } = await run(['--help'], LANG);
    expect(code).toBe(0);
    expect(stdout).toContain(usage);
    expect(stdout.match(/^ {2}\w+/gm)?.map(line => line.trim())).toEqual(SUBCOMMANDS);
  });

  test('tells them where none is named, too, as something that is wrong', async () => {
    const { code, stdout, stderr } = await run([]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('Usage: kakao-gateway <command>');
  });

  test('tells its version', async () => {
    const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'));
    expect((await run(['--version'])).stdout).toBe(`${version}\n`);
  });

  test.each([
    ['doctr', 'did you mean doctor?'],
    ['nwe', 'did you mean new?'],
    ['checks', 'did you mean check?'],
    ['destroy', 'it knows new, dev, check, deploy, doctor, play, secret'],
    ['toString', 'it knows new, dev, check, deploy, doctor, play, secret'],
    ['\u001b[31m', 'there is no \\u001b[31m: it knows'],
  ])('says in one sentence that it has no %s', async (name, sentence) => {
    const { code, stdout, stderr } = await run([name]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^kakao-gateway: there is no .*\n$/);
    expect(stderr).toContain(sentence);
  });

  test.each([
    ['new', 'Usage: kakao-gateway new'],
    ['doctor', "Does what Kakao's consoles do"],
    ['play', 'Usage: kakao-gateway play'],
    ['secret', '--rotate'],
    ['event', '--users'],
    ['user', '--everywhere'],
    ['restore', '--gone'],
  ])('%s is the command of that name, and what stands behind it is its own', async (name, words) => {
    expect(await run([name, '--help'])).toMatchObject({ code: 0, stdout: expect.stringContaining(words) });
  });

  test.each([
    ['secret', {}, 'Usage: npx kakao-gateway secret --stack'],
    ['secret', { npm_lifecycle_event: 'secret' }, 'Usage: npm run -s secret -- --stack'],
    ['event', {}, 'Usage: npx kakao-gateway event --name'],
    ['user', { npm_lifecycle_event: 'user' }, 'Usage: npm run -s user -- show'],
    ['restore', {}, 'Usage: npx kakao-gateway restore --stack'],
    ['doctor', { npm_lifecycle_event: 'npx' }, '  npx kakao-gateway doctor --url <url> --secret-stdin'],
    ['doctor', { npm_lifecycle_event: 'doctor' }, '  npm run -s doctor -- --url <url> --secret-stdin'],
  ])('%s explains itself by the words that it was called with: %j', async (name, env, usage) => {
    const { stdout } = await runNode([built.path, name, '--help'], { cwd: tmpdir(), env });
    expect(stdout).toContain(usage);
  });

  test.each([
    ['dev', 1, 'npx kakao-gateway dev bots/flowers.ts'],
    ['check', 2, 'npx kakao-gateway check bots/flowers.ts'],
  ])('%s says in one sentence what to name where there is no bot', async (name, code, words) => {
    const ran = await run([name]);
    expect(ran).toMatchObject({ code, stdout: '', stderr: expect.stringContaining(words) });
    expect(ran.stderr.split('\n')).toHaveLength(2);
  });
});
