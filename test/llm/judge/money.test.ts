import { describe, expect, test } from '@jest/globals';
import type { Usage } from '../../../lambda/llm/index.ts';
import { type FakeAnswer, type FakeCall, numberedSentences } from '../../kit/fake-model.ts';
import { STARTS_AT } from '../../kit/virtual-time.ts';
import { CHAT_WORDS, chatBot } from './chat-bot.ts';
import { Listener } from './listener.ts';
import { inWorld } from './world.ts';

const ANSWER: FakeAnswer = { words: numberedSentences(20), overMs: 10_000 };
const RESERVE = 1_000;
const QUESTION = '알려 주세요';

const pause = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms));

const paidFor = (calls: readonly FakeCall[]): number =>
  calls.reduce((sum, { input, output }) => sum + input + output, 0);

const usageAsked = async (listener: Listener): Promise<Usage> =>
  JSON.parse((await listener.says('사용량')).bubbles.at(-1) ?? '');

/** A question that is answered so; what the user read and has used then, and the model's account book. */
function asked(answer: FakeAnswer) {
  const { bot, model, words } = chatBot(() => answer, { reserve: RESERVE });
  return inWorld(bot, { seed: 1 }, async world => {
    const listener = new Listener(world, bot.texts, 'room', words);
    await listener.says(QUESTION);
    await listener.listens(() => 3_000);
    const read = listener.readings.flatMap(({ bubbles }) => bubbles).join('\n');
    return { read, usage: await usageAsked(listener), calls: model.calls };
  });
}

describe('an answer is charged', () => {
  test('to the token as the model counts', async () => {
    const { usage, calls } = await asked(ANSWER);
    expect(calls).toMatchObject([{ end: 'whole' }]);
    expect(usage).toEqual({ turns: 1, tokens: paidFor(calls), unknownTokens: 0 });
  });

  test('by an estimate, and no less than it took, where the model tells no usage', async () => {
    const { usage, calls } = await asked({ ...ANSWER, tellsUsage: false });
    expect(usage).toMatchObject({ turns: 1, unknownTokens: 0 });
    expect(usage.tokens).toBeGreaterThanOrEqual(paidFor(calls));
    expect(usage.tokens).toBeLessThan(paidFor(calls) * 6);
  });

  test('as far as it came, where the model fails in the middle', async () => {
    const { usage, calls, read } = await asked({ ...ANSWER, breaks: { afterMs: 5_000, by: 'an error' } });
    expect(read).toContain('〈8〉');
    expect(read).toContain(CHAT_WORDS.cut);
    expect(usage).toMatchObject({ turns: 1, unknownTokens: 0 });
    expect(usage.tokens).toBeGreaterThanOrEqual(paidFor(calls));
  });

  test('as unknown, and never returned, where the model is silent in all its time', async () => {
    const { usage, read } = await asked({ ...ANSWER, breaks: { afterMs: 0, by: 'silence' } });
    expect(read).toContain(CHAT_WORDS.timeout);
    expect(usage.turns).toBe(1);
    expect(usage.unknownTokens).toBe(usage.tokens);
    expect(usage.unknownTokens).toBeGreaterThan(RESERVE);
  });

  test.each([
    [429, CHAT_WORDS.rateLimited],
    [529, CHAT_WORDS.rateLimited],
    [500, CHAT_WORDS.rateLimited],
    [401, CHAT_WORDS.failed],
  ] as const)('with nothing, where the model takes no call (%d)', async (refusesWith, words) => {
    const { usage, calls, read } = await asked({ ...ANSWER, refusesWith });
    expect(read).toContain(words);
    expect(calls.length).toBeLessThanOrEqual(2);
    expect(usage).toEqual({ turns: 0, tokens: 0, unknownTokens: 0 });
  });
});

describe("at Seoul's midnight", () => {
  const MIDNIGHT = Date.UTC(2026, 10, 21, 15);
  const until = (at: number): Promise<void> => pause(at - Date.now());

  test('a day of turns begins, and an answer that goes on is of the day before', async () => {
    expect(MIDNIGHT).toBeGreaterThan(STARTS_AT);
    const { bot, model, words } = chatBot(() => ANSWER, { limits: { turnsPerDay: 1 } });
    await inWorld(bot, { seed: 1 }, async world => {
      const listener = new Listener(world, bot.texts, 'callback', words);
      await until(MIDNIGHT - 40_000);
      await listener.says(QUESTION);
      await until(MIDNIGHT - 20_000);
      expect((await listener.says(QUESTION)).bubbles).toEqual([CHAT_WORDS.spent]);
      expect(await usageAsked(listener)).toMatchObject({
        turns: 1,
        turnsLeft: 0,
        tokens: paidFor(model.calls),
      });
      await until(MIDNIGHT + 1);
      expect(await usageAsked(listener)).toMatchObject({ turns: 0, turnsLeft: 1, tokens: 0 });
      expect((await listener.says(QUESTION)).bubbles).toEqual([CHAT_WORDS.slow]);
      await pause(20_000);
      expect(await usageAsked(listener)).toMatchObject({
        turns: 1,
        turnsLeft: 0,
        tokens: paidFor(model.calls.slice(1)),
      });
    });
    expect(model.calls).toHaveLength(2);
  });

  test('an answer that goes on is of the day of its question', async () => {
    const { bot, words } = chatBot(() => ANSWER, { limits: { turnsPerDay: 1 } });
    await inWorld(bot, { seed: 1 }, async world => {
      const listener = new Listener(world, bot.texts, 'callback', words);
      await until(MIDNIGHT - 5_000);
      await listener.says(QUESTION);
      await until(MIDNIGHT + 20_000);
      expect(listener.readings.at(-1)).toMatchObject({ how: 'post' });
      expect(await usageAsked(listener)).toMatchObject({ turns: 0, turnsLeft: 1, tokens: 0 });
      expect((await listener.says(QUESTION)).bubbles).toEqual([CHAT_WORDS.slow]);
    });
  });
});
