import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { NO_FAULTS } from '../../../tools/kakao-simulator/scene.ts';
import { type BuiltCommand, builtCommand } from '../../kit/built-command.ts';
import { visitorOf } from '../../kit/desk.ts';
import { npmStart, type StartedGateway } from '../../kit/npm-start.ts';

let built: BuiltCommand;
let gateway: StartedGateway;

beforeAll(async () => {
  built = await builtCommand('dev/start.ts', 'test/dev/desk/plugin-bot.ts');
  gateway = await npmStart({ GATEWAY_SECRET: 'a-secret' }, { built });
});
afterAll(async () => {
  await gateway?.interrupt();
  await built?.remove();
});

describe('npm start, again', () => {
  let folder = '';
  let started: StartedGateway[] = [];
  beforeEach(async () => {
    started = [];
    folder = await mkdtemp(join(tmpdir(), 'desk-'));
  });
  afterEach(async () => {
    for (const one of started) await one.interrupt();
    await rm(folder, { recursive: true });
  });

  test('gives curl lines that work when pasted, with its default secret and with one of its own', async () => {
    started.push(await npmStart({}, { built, folder }));
    for (const [{ url }, environment] of [
      [started[0] ?? gateway, {}],
      [gateway, { GATEWAY_SECRET: 'a-secret' }],
    ] as const) {
      const itsPage = await visitorOf(url).look();
      const { id } = await itsPage.plays({ kind: 'says', text: '네' });
      itsPage.close();
      const line = (await visitorOf(url).call('GET', `/desk/curl/${encodeURIComponent(id)}`)).text;
      expect(line).not.toContain('a-secret');
      const { PATH = '' } = process.env;
      const { stdout } = await promisify(execFile)('/bin/sh', ['-c', line], {
        env: { PATH, ...environment },
      });
      expect(stdout).toContain('번째');
    }
  });

  test('goes on with the users, the room and the sessions of before', async () => {
    const first = await npmStart({}, { built, folder });
    started.push(first);
    const itsPage = await visitorOf(first.url).look();
    await first.call('PATCH', '/desk/scene', { room: '모임' });
    await first.call('PATCH', '/desk/scene', {
      user: '단골',
      isFriend: false,
      isLinked: true,
      room: '1:1 채팅방',
    });
    await first.call('PATCH', '/desk/scene', { protocol: 'smart-chat', faults: { networkMs: 1 } });
    expect((await itsPage.plays({ kind: 'says', text: '네' })).answer?.text).toContain('1번째');
    const { scene, users, rooms } = itsPage.state();
    itsPage.close();
    await started.pop()?.interrupt();
    const second = await npmStart({}, { built, folder });
    started.push(second);
    const later = await visitorOf(second.url).look();
    expect(later.state()).toMatchObject({ scene, users, rooms });
    expect((await later.plays({ kind: 'says', text: '네' })).answer?.text).toContain('2번째');
    later.close();
  });

  test('forgets users, rooms and faults with --fresh', async () => {
    const first = await npmStart({}, { built, folder });
    started.push(first);
    await first.call('PATCH', '/desk/scene', { user: '단골', faults: { networkMs: 6_000 } });
    await started.pop()?.interrupt();
    const second = await npmStart({}, { built, folder, args: ['--fresh'] });
    started.push(second);
    const later = await visitorOf(second.url).look();
    expect(later.state().users).toHaveLength(1);
    expect(later.state().scene.faults).toEqual(NO_FAULTS);
    later.close();
  });
});

describe.each([
  ['npm start -- --skill', 'dev/start.ts', []],
  ['npm run dev -- --skill', 'dev/watch.ts', []],
  ['kakao-gateway dev --skill', 'bin/kakao-gateway.ts', ['dev']],
])('%s', (_, entry, before) => {
  let command: BuiltCommand;
  let child: ChildProcess | undefined;
  beforeAll(async () => {
    command = await builtCommand(entry, 'test/dev/desk/plugin-bot.ts');
  });
  afterEach(() => void child?.kill('SIGKILL'));
  afterAll(() => command?.remove());

  /** Runs it until it has printed something that is looked for, or to its end. */
  const run = async (args: readonly string[], isPrinted = /Ctrl-C/) => {
    const run = spawn(process.execPath, [command.path, ...before, ...args], {
      env: { ...process.env, PORT: '0' },
    });
    child = run;
    let printed = '';
    const exited = new Promise<number | null>(resolve => run.once('exit', resolve));
    const seen = new Promise<void>(resolve => {
      for (const stream of [run.stdout, run.stderr]) {
        stream.setEncoding('utf8').on('data', chunk => {
          printed += chunk;
          if (isPrinted.test(printed)) resolve();
        });
      }
    });
    await Promise.race([seen, exited]);
    return { exited, printed: () => printed };
  };

  test('opens a desk for that bot alone: no gateway, nothing of AWS', async () => {
    const bot = `${gateway.url}/open-builder/skill`;
    const { exited, printed } = await run(['--skill', bot, '--header', 'x-gateway-secret: a-secret']);
    const url = /Open (http:\/\/127\.0\.0\.1:\d+)\/ and talk to it\./.exec(printed())?.[1] ?? '';
    expect(printed()).toContain(`  skill URL   ${bot}\n              with the headers x-gateway-secret\n`);
    expect(printed()).toMatch(
      /^ {2}Kakao {7}is played at http:\/\/127\.0\.0\.1:\d+: callbacks and plugins lead there$/m,
    );
    const itsPage = await visitorOf(url).look();
    expect((await itsPage.plays({ kind: 'says', text: '누구' })).answer?.text).toContain('번째');
    itsPage.close();
    child?.kill('SIGINT');
    expect(await exited).toBe(0);
    expect(printed()).not.toMatch(/a-secret|AWS/);
  });

  test('says in one sentence what is wrong', async () => {
    const { exited, printed } = await run(['--skill', 'my-secret']);
    expect({ code: await exited, printed: printed() }).toEqual({
      code: 1,
      printed: '--skill must be a URL like https://bot.example.com/skill\n',
    });
  });
});
