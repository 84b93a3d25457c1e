import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { GatewayProcess } from '../../dev/gateway-process.ts';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'gateway-process-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const until = async (isSo: () => boolean): Promise<void> => {
  while (!isSo()) await new Promise(resolve => setTimeout(resolve, 20));
};

test('a gateway whose rule never lets go of the processor is ended, and the next one starts', async () => {
  const file = join(folder, 'busy.mjs');
  const [first, second] = ['first', 'second'].map(name => join(folder, name)) as [string, string];
  // As the gateway does, it hears of its end, but only between two turns.
  writeFileSync(
    file,
    `import { existsSync, writeFileSync } from 'node:fs';
process.on('SIGTERM', () => process.exit(0));
const isFirst = !existsSync(${JSON.stringify(first)});
writeFileSync(isFirst ? ${JSON.stringify(first)} : ${JSON.stringify(second)}, '');
// Longer than this test may take, and not for ever: where it fails, nothing of it is left.
const until = Date.now() + 10_000;
while (isFirst && Date.now() < until);
setTimeout(() => {}, 10_000);
`,
  );
  const gateway = new GatewayProcess(file);
  gateway.restart();
  await until(() => existsSync(first));
  gateway.restart();
  await until(() => existsSync(second));
  expect(gateway.isRunning).toBe(true);
  await gateway.stop();
  expect(gateway.isRunning).toBe(false);
}, 8_000);
