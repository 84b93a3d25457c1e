import { describe, expect, test } from '@jest/globals';
import { outputsOf } from '../../../lambda/bot/pieces.ts';
import { toPieces } from '../../../lambda/llm/index.ts';
import { LLM_ANSWERS } from '../../kit/llm-answers.ts';
import { chatBot } from './chat-bot.ts';
import { Listener, shownIn, WAYS, wordsOnly } from './listener.ts';
import { inWorld } from './world.ts';

describe.each(WAYS)('a model that writes Markdown is read by %s', way => {
  test.each(LLM_ANSWERS.map(({ question, markdown }) => [question, markdown] as const))(
    'to "%s": whole, and once',
    async (_, markdown) => {
      const { bot, words, apologies } = chatBot(() => ({ words: markdown, overMs: 8_000 }));
      const read = await inWorld(bot, { seed: 1 }, async world => {
        const listener = new Listener(world, bot.texts, way, words, apologies);
        await listener.says('알려 주세요');
        await listener.listens(() => 2_500);
        return listener;
      });
      expect(read.problems).toEqual([]);
      expect(read.apologies).toEqual([]);
      expect(read.words).toBe(wordsOnly(outputsOf(toPieces(markdown)).map(shownIn).join('\n')));
    },
  );
});
