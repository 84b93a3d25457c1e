import { describe, expect, test } from '@jest/globals';
import { Bot } from '../../lambda/bot/index.ts';
import { conversation, enough, markdownCards, type Talking } from '../../lambda/llm/index.ts';
import { openChat } from '../kit/chat.ts';
import { LLM_ANSWERS } from '../kit/llm-answers.ts';

/** A model's stream of an answer, in chunks of a few characters. */
async function* streamed(markdown: string): AsyncGenerator<string, void, undefined> {
  for (const chunk of markdown.match(/.{1,7}/gs) ?? []) yield chunk;
}

const lettersOf = (text: string): string => (text.match(/[가-힣]/g) ?? []).sort().join('');

describe.each(['open-builder', 'smart-chat'] as const)('a model that answers in Markdown: %s', protocol => {
  test.each(LLM_ANSWERS)(
    'is read whole, in bubbles that Kakao shows: $question',
    async ({ question, markdown }) => {
      const chat = conversation<Talking>();
      const bot = new Bot<Talking>({ session: () => ({}) }).fallback(
        chat.answers(() => streamed(markdown), { cards: markdownCards() }),
      );
      // An answer that Kakao would drop is thrown by the room.
      const answer = await openChat(bot, protocol).says(question);
      expect(answer.failed).toBe(false);
      const shown = lettersOf(JSON.stringify(answer.answer));
      for (const letter of new Set(lettersOf(markdown)))
        expect(shown.split(letter).length).toBeGreaterThanOrEqual(lettersOf(markdown).split(letter).length);
    },
  );
});

test('a model is stopped where three bubbles are full, and what it said is kept', async () => {
  let said = 0;
  async function* endless(): AsyncGenerator<string, void, undefined> {
    for (;;) yield `${++said}번째 문장이에요. `;
  }
  const chat = conversation<Talking>();
  const bot = new Bot<Talking>({ session: () => ({}) }).fallback(chat.answers(endless, { stopWhen: enough }));
  const room = openChat(bot, 'open-builder');
  expect((await room.says('끝없이')).failed).toBe(false);
  expect(said).toBeGreaterThan(200);
  expect(said).toBeLessThan(300);
  expect((await room.taps('더보기')).words).toContain(`${said}번째`);
});
