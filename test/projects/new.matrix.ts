import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { until } from '../kit/late-gateway.ts';
import { cleanEnvironment, emptyProject, nodeOf, type Project, packInto, synthesisedIn } from './project.ts';

/** From an empty folder to the bot's first answer, with what npm has in its cache already. */
const FIRST_ANSWER_WITHIN_MS = 60_000;

let project: Project;
let tarball = '';
let node = '';
let dev: Dev | undefined;
/** The folder of the bot that was made last. */
let made = '';

beforeAll(async () => {
  project = await emptyProject('workshop');
  node = await nodeOf(24);
  tarball = (await packInto(project)).replace('file:', '');
});
afterAll(async () => {
  await dev?.stop();
  await project?.remove();
});

const run = async (place: string, ...command: readonly string[]): Promise<string> => {
  const { isOk, printed } = await project.run(node, command, place);
  if (!isOk) throw new Error(printed);
  return printed;
};

type Dev = ReturnType<typeof npmRunDev>;

/** `npm run dev` in a folder of the project. */
function npmRunDev(place: string) {
  const child = spawn('npm', ['run', 'dev'], {
    cwd: join(project.folder, place),
    env: { ...cleanEnvironment(node), PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
    // npm and its shell pass no signal on that is sent to them alone.
    detached: true,
  });
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', chunk => {
    printed += chunk;
  });
  const ended = new Promise(resolve => child.once('exit', resolve));
  return {
    printed: () => printed,
    /** A page of its desk. */
    opens: (path: string): Promise<Response> => {
      const url = /Open (http:\S+)\/ and talk to it\./.exec(printed)?.[1];
      return fetch(`${url}${path}`);
    },
    /** The answer; empty while nobody listens. */
    says: async (utterance: string): Promise<string> => {
      const url = /http:\S+\/open-builder\/skill/.exec(printed)?.[0];
      if (url === undefined) return '';
      const answer = await fetch(url, {
        method: 'POST',
        headers: { 'x-gateway-secret': 'local-secret', 'content-type': 'application/json' },
        body: JSON.stringify({ userRequest: { utterance, user: { id: 'me' } } }),
      }).catch(() => undefined);
      return (await answer?.text()) ?? '';
    },
    stop: async () => {
      const isRunning = child.exitCode === null && child.signalCode === null;
      if (isRunning && child.pid !== undefined) process.kill(-child.pid, 'SIGINT');
      await ended;
    },
  };
}

async function toFirstAnswer(name: string): Promise<number> {
  const startedAt = performance.now();
  made = name;
  await run('.', 'npx', '-y', '-p', tarball, 'kakao-gateway', 'new', name);
  await run(name, 'npm', 'install', '--no-audit', '--no-fund');
  await dev?.stop();
  const started = npmRunDev(name);
  dev = started;
  await until(async () => (await started.says('메뉴')).includes('장미'), 60_000);
  return performance.now() - startedAt;
}

describe('npx kakao-gateway new, from the tarball,', () => {
  test('leads from an empty folder to the first answer within a minute', async () => {
    let ms = await toFirstAnswer('my-bot');
    // The first filled npm's cache.
    if (ms > FIRST_ANSWER_WITHIN_MS) ms = await toFirstAnswer('my-second-bot');
    process.stderr.write(`From an empty folder to the first answer: ${(ms / 1_000).toFixed(1)} s\n`);
    expect(ms).toBeLessThan(FIRST_ANSWER_WITHIN_MS);
  });

  test('made a bot with a room on the desk, whose page lies in the package', async () => {
    expect(await dev?.opens('/').then(page => page.text())).toContain('/desk/page.js');
    for (const file of ['page.js', 'page.css']) {
      const served = await dev?.opens(`/desk/${file}`);
      const packed = `${made}/node_modules/kakao-gateway/dist/esm/dev/desk/page/${file}`;
      expect(await served?.text()).toBe(await readFile(join(project.folder, packed), 'utf8'));
    }
    await expect(readFile(join(project.folder, made, 'node_modules/preact/package.json'))).rejects.toThrow(
      'ENOENT',
    );
  });

  test('made a bot that scripts are played with', async () => {
    const opened = await dev?.opens('/');
    const script = 'name: 메뉴\nprotocol: both\nsteps:\n  - says: 메뉴\n    expects: { words: 장미 }\n';
    await project.write({ [`${made}/talk.yaml`]: script });
    const { origin } = new URL(opened?.url ?? '');
    expect(await run(made, 'npx', 'kakao-gateway', 'play', 'talk.yaml', '--url', origin)).toContain(
      '2 passed, 0 failed',
    );
  });

  test('made a bot that goes on at each save, with the sessions that it had', async () => {
    expect(await dev?.says('한 송이 담기')).toContain('1송이');
    const scenario = await readFile(join(project.folder, `${made}/scenario.ts`), 'utf8');
    const edited = scenario.replace('장미와 튤립이', '수국이').replace('지금까지', '모두');
    await project.write({ [`${made}/scenario.ts`]: edited });
    await until(async () => ((await dev?.says('메뉴')) ?? '').includes('수국이'), 30_000);
    expect(await dev?.says('한 송이 담기')).toContain('모두 2송이');
    await dev?.stop();
    await project.write({ [`${made}/scenario.ts`]: scenario });
  });

  test.each([22, 24])('made a bot that its own checks and tests find well, on Node %i', async major => {
    const other = await nodeOf(major);
    const check = await project.run(other, ['npm', 'run', 'check'], made);
    expect(check).toEqual({ isOk: true, printed: expect.stringContaining('scenario.ts is well.') });
    const tests = await project.run(other, ['npm', 'test'], made);
    expect(tests).toEqual({ isOk: true, printed: expect.stringContaining('2 passed') });
  });

  test('made a bot that its checks find ill where it is', async () => {
    const scenario = await readFile(join(project.folder, `${made}/scenario.ts`), 'utf8');
    await project.write({ [`${made}/scenario.ts`]: scenario.replace('flowers += 1', "flowers += '1'") });
    const { isOk, printed } = await project.run(node, ['npm', 'run', 'check'], made);
    await project.write({ [`${made}/scenario.ts`]: scenario });
    expect([isOk, printed]).toEqual([false, expect.stringMatching(/scenario\.ts\(\d+,\d+\): error TS/)]);
  });

  test('made an app whose functions are synthesised, each with the bot', async () => {
    await run(made, 'npm', 'run', 'synth');
    const { functions, code } = await synthesisedIn(join(project.folder, `${made}/cdk.out`));
    expect(functions).toBe(4);
    for (const one of code) expect(one).toContain('작은 꽃집입니다');
  });
});
