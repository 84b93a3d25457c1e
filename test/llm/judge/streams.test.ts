import { describe, expect, test } from '@jest/globals';
import { LATE_ANSWER_WITHIN_MS } from '../../../lambda/turn/time-budget.ts';
import { numberedSentences } from '../../kit/fake-model.ts';
import { chatBot } from './chat-bot.ts';
import { Listener, WAYS, type Way, wordsOnly } from './listener.ts';
import { inWorld } from './world.ts';

/** Seconds, and the sentences of the answer: of the longest, more than three bubbles hold. */
const STREAMS = [
  [3, 12],
  [20, 40],
  [44, 60],
  [70, 150],
] as const;

/** A question whose answer streams for so long, read by somebody who taps every three seconds. */
function heard(way: Way, seconds: number, sentences: string): Promise<Listener> {
  const { bot, words, apologies } = chatBot(() => ({ words: sentences, overMs: seconds * 1_000 }));
  return inWorld(bot, { seed: 1 }, async world => {
    const listener = new Listener(world, bot.texts, way, words, apologies);
    await listener.says('알려 주세요');
    await listener.listens(() => 3_000);
    return listener;
  });
}

describe.each(WAYS)('by %s', way => {
  test.each(STREAMS)(
    'a stream of %d s is read once and whole, without an apology',
    async (seconds, count) => {
      const words = numberedSentences(count);
      const listener = await heard(way, seconds, words);
      expect(listener.readings[0]?.tookMs).toBeLessThanOrEqual(4_500);
      expect(listener.apologies).toEqual([]);
      expect(listener.problems).toEqual([]);
      expect(listener.heard()).toBe(wordsOnly(words));
    },
  );

  test('the first words of a stream of 70 s are there long before the last', async () => {
    const { readings } = await heard(way, 70, numberedSentences(150));
    const first = readings.find(({ bubbles }) => bubbles.some(one => one.includes('〈1〉')));
    // A callback takes one answer: it is used when its minute is nearly over.
    expect(first?.atMs).toBeLessThan(way === 'callback' ? LATE_ANSWER_WITHIN_MS + 1_000 : 5_000);
  });
});
