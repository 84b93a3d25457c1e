import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { bundleHandler } from '../../lib/bundling.ts';

/** A bot whose fallback is slow. */
const SLOW = `
import { Bot } from 'kakao-gateway/bot';
export const bot = new Bot({ session: () => ({}) })
  .fallback(async turn => '네, ' + turn.text, { slow: '찾아보고 있어요.' });
`;

/** The same whose answers grow: the gateway's own part of that. */
const GROWING = `
import { Bot, growing } from 'kakao-gateway/bot';
export const bot = new Bot({ session: () => ({}) }).fallback(growing({
  slow: '찾아보고 있어요.',
  grow: async function* (turn) { yield '네, ' + turn.text; },
  then: () => undefined,
}));
`;

/** The same by a model. */
const TALKING = `
import { Bot } from 'kakao-gateway/bot';
import { conversation } from 'kakao-gateway/llm';
const chat = conversation({ limits: { turnsPerDay: 30, tokensPerDay: 60_000 } });
export const bot = new Bot({ session: () => ({}) })
  .fallback(chat.answers(({ messages }) => '네, ' + messages.length, { slow: '찾아보고 있어요.' }));
`;

describe("the worker's bundle of a bot with a model, as it is deployed", () => {
  const folder = mkdtempSync(join(tmpdir(), 'size-'));
  const bundles: Record<string, Buffer> = {};

  beforeAll(() => {
    for (const [name, scenario] of Object.entries({ SLOW, GROWING, TALKING })) {
      mkdirSync(join(folder, name));
      writeFileSync(join(folder, name, 'scenario.ts'), scenario);
      bundleHandler('late-turn', join(folder, name, 'scenario.ts'), join(folder, name));
      bundles[name] = readFileSync(join(folder, name, 'index.mjs'));
    }
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  const bytesOf = (name: string): number => bundles[name]?.length ?? 0;

  test.each([
    // Markdown is 11 KB of them, the shapes of all clients' streams 7.4 KB, counters 2 KB: docs/llm.md tells it.
    ['GROWING', 'TALKING', 'a conversation', 33_500],
    ['SLOW', 'GROWING', 'answers that grow', 11_500],
  ])('has so much more than with %s: %s, for %s', (less, more, _, most) => {
    const grown = bytesOf(more) - bytesOf(less);
    expect(grown).toBeGreaterThan(0);
    expect(grown).toBeLessThanOrEqual(most);
  });

  test('has nothing of what its bot does not use: tools, guards, cards, pictures, summaries, other messages', () => {
    const code = bundles.TALKING?.toString() ?? '';
    expect(code).toContain('앞 질문에 답하고 있어요.');
    const words = [
      ...['지난 물음이거나', '이 말씀에는 답해 드릴 수 없어요', '출처', '(사진을 읽지 못했다.)', '줄여 줘'],
      ...['idempotencyKey', 'image_url'],
    ];
    expect(words.filter(one => code.includes(one))).toEqual([]);
  });

  test('brings no package along: each client is known by its shape', () => {
    const imports = (name: string) => [...new Set(bundles[name]?.toString().match(/from"[^"]+"/g))].sort();
    expect(imports('TALKING')).toEqual(imports('SLOW'));
  });
});
