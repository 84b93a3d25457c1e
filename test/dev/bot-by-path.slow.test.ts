import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { until } from '../kit/late-gateway.ts';
import { npmStart, npmStartFails } from '../kit/npm-start.ts';

const BOT = `import { Bot } from 'kakao-gateway/bot';

export const bot = new Bot();
bot.hears('펑', () => {
  throw new Error('우유가 없어요');
});
bot.fallback(() => '네');
`;

test('npm start of a bot by its path tells where in its sources a rule throws', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'bot-by-path-'));
  writeFileSync(join(folder, 'flowers.ts'), BOT);
  const gateway = await npmStart({}, { folder, args: ['flowers.ts'] });
  try {
    const body = { userRequest: { utterance: '펑', user: { id: 'me' } } };
    await gateway.call('POST', '/open-builder/skill', body, { 'x-gateway-secret': 'local-secret' });
    await until(() => gateway.printed().includes('우유가 없어요'));
    expect(gateway.printed()).toContain('at flowers.ts:5:9');
    expect(gateway.printed()).not.toContain('gateway.mjs');
  } finally {
    await gateway.interrupt();
    rmSync(folder, { recursive: true });
  }
});

test.each([
  [
    'has an error of syntax',
    'export const bot = ;\n',
    /flowers\.ts:1:19[\s\S]*flowers\.ts can't be read: mend it, and start again\.\n$/,
  ],
  [
    'exports its bot otherwise',
    BOT.replace('export const bot', 'export default bot; const bot'),
    /^flowers\.ts: it exports no bot: it must say export const bot = .*\n.*mend it, and start again\.\n$/,
  ],
  [
    'forgets to export it',
    BOT.replace('export const', 'const'),
    /^flowers\.ts: it exports no bot: it must say export const bot = .*\n$/m,
  ],
  [
    'exports another thing',
    'export const bot = {};\n',
    /^flowers\.ts: it exports no bot: it must say .*\n$/m,
  ],
])('npm start of a file that %s says so, and names no file of the gateway', async (_, source, sentence) => {
  const folder = mkdtempSync(join(tmpdir(), 'bot-by-path-'));
  writeFileSync(join(folder, 'flowers.ts'), source);
  try {
    const { code, stderr } = await npmStartFails({ PORT: '0' }, { folder, args: ['flowers.ts'] });
    expect(stderr).toMatch(sentence);
    expect(stderr).not.toContain('handlers');
    expect(code).toBe(1);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('npm start of a bot that waits for something while it loads says so', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'bot-by-path-'));
  // Else it would wait for ever.
  const end = 'setTimeout(() => process.exit(3), 12_000);';
  writeFileSync(join(folder, 'flowers.ts'), `${BOT}${end}\nawait new Promise(() => {});\n`);
  try {
    const { stderr } = await npmStartFails({ PORT: '0' }, { folder, args: ['flowers.ts'] });
    expect(stderr).toContain('flowers.ts is still not loaded after 10 s: a scenario declares rules');
  } finally {
    rmSync(folder, { recursive: true });
  }
});
