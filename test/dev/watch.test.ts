import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { until } from '../kit/late-gateway.ts';
import { npmStart, WITH_CAFE } from '../kit/npm-start.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'watch-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const SCRIPT = [
  '--import',
  import.meta.resolve('tsx'),
  fileURLToPath(new URL('../../dev/watch.ts', import.meta.url)),
];

/** `npm run dev`, as npm runs it, with the café. */
function npmRunDev(...args: readonly string[]) {
  const child = spawn(process.execPath, [...SCRIPT, ...args], {
    cwd: folder,
    env: { ...process.env, ...WITH_CAFE, PORT: '0' },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let printed = '';
  for (const output of [child.stdout, child.stderr]) {
    output.setEncoding('utf8').on('data', chunk => {
      printed += chunk;
    });
  }
  const exited = new Promise<number | null>(resolve => child.once('exit', resolve));
  const urls = (): string[] =>
    printed.match(/http:\/\/127\.0\.0\.1:\d+\/open-builder\/skill(?=\n.*Ctrl-C stops)/gs) ?? [];
  return {
    exited,
    printed: () => printed,
    stop: async () => {
      child.kill('SIGINT');
      await exited;
    },
    /** Presses Enter, at which tsx does as at each save. */
    restart: () => child.stdin.write('\n'),
    /** How often the gateway was started. */
    starts: () => urls().length,
    says: async (utterance: string): Promise<string> => {
      const answer = await fetch(urls().at(-1) ?? '', {
        method: 'POST',
        headers: { 'x-gateway-secret': 'local-secret', 'content-type': 'application/json' },
        body: JSON.stringify({ bot: { id: 'b' }, userRequest: { utterance, user: { id: 'u' } } }),
      });
      return answer.text();
    },
  };
}

test('npm run dev goes on with a dialogue at each restart; with --fresh it forgets what was before it, and that once', async () => {
  const before = await npmStart({}, { folder });
  const body = { bot: { id: 'b' }, userRequest: { utterance: '담기 라떼', user: { id: 'u' } } };
  await before.call('POST', '/open-builder/skill', body, { 'x-gateway-secret': 'local-secret' });
  await before.interrupt();
  expect(readFileSync(join(folder, '.local/sessions.json'), 'utf8')).toContain('라떼');

  const dev = npmRunDev('--fresh');
  try {
    await until(() => dev.starts() === 1, 20_000);
    expect(await dev.says('장바구니')).toContain('비어 있어요');
    await dev.says('주문');
    for (const [starts, utterance, next] of [
      [2, '라떼', '어떤 크기로'],
      [3, '톨', '몇 잔'],
    ] as const) {
      dev.restart();
      await until(() => dev.starts() === starts, 20_000);
      expect(await dev.says(utterance)).toContain(next);
    }
    expect(dev.printed()).not.toContain('in memory alone');
  } finally {
    await dev.stop();
  }
});

test('npm run dev says in one sentence which option there is, and ends', async () => {
  const dev = npmRunDev('--frehs');
  expect(await dev.exited).toBe(1);
  expect(dev.printed()).toMatch(/^the one option is --fresh, which forgets all sessions first; .*\n/m);
  expect(dev.printed()).not.toContain('    at ');
});
