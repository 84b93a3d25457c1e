import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';

const SCRIPT = fileURLToPath(new URL('../../bench/local-load.ts', import.meta.url));

/** The figures of a load, by a process of its own: it is not to wait for this one. */
async function loaded(...args: readonly string[]): Promise<Record<string, unknown>> {
  const argv = ['--import', import.meta.resolve('tsx'), SCRIPT, ...args];
  const { stdout } = await promisify(execFile)(process.execPath, argv);
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
}

test('a thousand turns a second: each is answered by the bot or refused, none by an apology, and the overload is told once', async () => {
  const figures = await loaded('turns', '1000', '5');
  expect(figures).toMatchObject({ offered: 5_000, apologies: 0, others: {}, first: [] });
  const { answered = 0, refused = 0, overloads } = figures;
  expect(Number(answered) + Number(refused)).toBe(5_000);
  expect(answered).toBeGreaterThan(0);
  expect(overloads).toBe(Number(refused) > 0 ? 1 : 0);
}, 120_000);

test('slow turns of 200 users at once are all delivered, each once, and none is an apology', async () => {
  expect(await loaded('late', '600', '200')).toMatchObject({
    offered: 600,
    delivered: 600,
    requests: 600,
    twice: 0,
    apologies: 0,
    never: 0,
    others: 0,
    first: [],
  });
}, 240_000);
