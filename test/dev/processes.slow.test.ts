import { execFileSync } from 'node:child_process';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type BuiltCommand, builtCommand } from '../kit/built-command.ts';
import { type CallbackSink, startCallbackSink } from '../kit/callback-sink.ts';
import { until } from '../kit/late-gateway.ts';
import { npmStart, type StartedGateway } from '../kit/npm-start.ts';

let built: BuiltCommand;
let sink: CallbackSink;
let gateway: StartedGateway;

beforeAll(async () => {
  built = await builtCommand('dev/start.ts', 'test/dev/processes-bot.ts');
  sink = await startCallbackSink();
});
afterAll(async () => {
  await built?.remove();
  await sink?.stop();
});
beforeEach(async () => {
  gateway = await npmStart({ KAKAO_CALLBACK_ORIGINS: sink.origin }, { built });
});
afterEach(async () => {
  if (isAlive(gateway.pid)) await gateway.kill();
});

const says = async (utterance: string, callbackUrl?: string): Promise<string> => {
  const user = { id: utterance };
  const body = { bot: { id: 'b' }, userRequest: { utterance, user, ...(callbackUrl && { callbackUrl }) } };
  const { json } = await gateway.call('POST', '/open-builder/skill', body, {
    'x-gateway-secret': 'local-secret',
  });
  return JSON.stringify(json);
};
const saysLate = async (utterance: string): Promise<string> => {
  const url = sink.newUrl();
  await says(utterance, url);
  await until(() => sink.postsTo(url).length > 0);
  return JSON.stringify(sink.postsTo(url)[0]?.json);
};
const pidsIn = (answer: string): number[] => /(\d+) (\d+)/.exec(answer)?.slice(1).map(Number) ?? [];
const childrenOf = (pid: number): number[] =>
  execFileSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' })
    .match(/\d+/g)
    ?.map(Number) ?? [];

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe('npm start has a process of its own', () => {
  test('for the server, the turns that are answered at once, the late ones, and the database with the queue', async () => {
    const [answering, server] = pidsIn(await says('누구'));
    expect(server).toBe(gateway.pid);
    expect(childrenOf(gateway.pid)).toHaveLength(2);
    const [late, itsServer] = pidsIn(await saysLate('늦게 누구'));
    expect(itsServer).toBe(gateway.pid);
    expect(new Set([gateway.pid, answering, late]).size).toBe(3);
    // What is said there is said here.
    expect(gateway.printed()).toContain('a word of the late rule\n');
    expect(childrenOf(gateway.pid)).toHaveLength(3);
    // Another late turn comes to the same.
    expect(pidsIn(await saysLate('늦게 누구'))[0]).toBe(late);
  });

  test("and tells the whole of a late rule's error, as of any other", async () => {
    await saysLate('늦게 던져');
    expect(gateway.printed()).toMatch(/✗ hears 늦게 던져: late turn failed\n {6}(TypeError: )?thrown late\n/);
  });

  test.each([
    ['at once', () => says('약속')],
    ['late', () => saysLate('늦게 약속')],
  ])('which outlive what a rule begins %s and does not await, and tell the whole of it', async (how, say) => {
    expect(await say()).toContain('지켰어요');
    const told = (): string =>
      /✗ unhandled rejection\n {6}(?:TypeError: )?broken (.*)/.exec(gateway.printed())?.[1] ?? '';
    await until(() => told() === how);
    expect(await say()).toContain('지켰어요');
  });

  test('which all end with it on Ctrl-C', async () => {
    await saysLate('늦게 누구');
    const children = childrenOf(gateway.pid);
    expect((await gateway.interrupt()).code).toBe(0);
    await until(() => !children.some(isAlive));
    expect(gateway.printed()).not.toContain('ended (');
  });

  test('which all end with it when it is killed, be it that a rule never lets go of the processor', async () => {
    const waits = says('늦게 돌아', sink.newUrl());
    await until(() => gateway.printed().includes('never lets go'));
    await waits;
    const children = childrenOf(gateway.pid);
    expect(children).toHaveLength(3);
    await gateway.kill();
    await until(() => !children.some(isAlive));
  });

  test.each([
    ['the turns', 'The process that answers turns has ended (3), and so does the gateway: start it again.'],
    [
      'the database',
      'The local database and queue have ended (SIGKILL), and so does the gateway: start it again.',
    ],
  ])('and ends with one sentence when that of %s does', async (whose, sentence) => {
    const [answering] = pidsIn(await says('누구'));
    const database = childrenOf(gateway.pid).find(pid => pid !== answering);
    if (whose === 'the turns') await says('끝내').catch(() => {});
    else process.kill(database ?? 0, 'SIGKILL');
    expect(await gateway.exited).toBe(1);
    expect(gateway.printed()).toContain(`${sentence}\n`);
    expect(gateway.printed()).not.toContain('    at ');
    await until(() => !isAlive(answering ?? 0) && !isAlive(database ?? 0));
  });
});
