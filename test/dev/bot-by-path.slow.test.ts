import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { until } from '../kit/late-gateway.ts';
import { npmStart } from '../kit/npm-start.ts';

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
