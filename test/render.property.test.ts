import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Bot } from '../lambda/bot/bot.ts';
import { present } from '../lambda/bot/counted.ts';
import type { LongReply, Output } from '../lambda/bot/reply.ts';
import { renderSkill } from '../lambda/open-builder/render.ts';
import { renderMessage } from '../lambda/smart-chat/render.ts';
import { messageProblems, skillProblems } from './kit/kakao-accepts.ts';
import { anyReply } from './kit/replies.ts';

const { texts } = new Bot({ session: () => ({}) });

const RENDERERS = {
  'a skill response': (reply: LongReply) => {
    const rendered = renderSkill(reply, texts, 'private');
    return { ...rendered, problems: skillProblems(rendered.answer) };
  },
  'a skill response in a group room': (reply: LongReply) => {
    const rendered = renderSkill(reply, texts, 'group');
    return { ...rendered, problems: skillProblems(rendered.answer, 'group') };
  },
  'a smart-chat message': (reply: LongReply) => {
    const rendered = renderMessage(reply, texts);
    return { ...rendered, problems: messageProblems(rendered.answer) };
  },
};

/** The words that no protocol may lose: not those of buttons, which may be cut by their number. */
function wordsToTell(output: Output): string[] {
  if ('simpleText' in output) return [output.simpleText.text];
  const told = (card: { readonly title?: string; readonly description?: string }) => [
    card.title ?? '',
    card.description ?? '',
  ];
  if ('carousel' in output) return present(output.carousel.items).flatMap(told);
  if ('listCard' in output) return present(output.listCard.items).flatMap(told);
  if ('simpleImage' in output) return [];
  return told(
    'textCard' in output ? output.textCard : 'basicCard' in output ? output.basicCard : output.commerceCard,
  );
}

/** What the user reads in bubbles, in order. */
function wordsOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return '';
  return Object.entries(value)
    .map(([key, member]) => {
      if (typeof member !== 'string')
        return key === 'quickReplies' || key === 'buttons' ? '' : wordsOf(member);
      return ['text', 'title', 'description'].includes(key) && member !== texts.moreFollows ? member : '';
    })
    .join('');
}

const bare = (words: string): string => words.replace(/\s/g, '');

describe.each(Object.entries(RENDERERS))('any reply as %s', (_, render) => {
  test('is one that Kakao shows, and so is each part behind 더보기, which come to an end', () => {
    fc.assert(
      fc.property(anyReply(), reply => {
        let next: LongReply | undefined = reply;
        for (let part = 0; next !== undefined; part++) {
          const { problems, rest }: { problems: string[]; rest?: LongReply } = render(next);
          expect(problems).toEqual([]);
          expect(part).toBeLessThan(100);
          next = rest;
        }
      }),
      { numRuns: 1_000 },
    );
  });

  test('loses no word on the way through its parts', () => {
    fc.assert(
      fc.property(anyReply(), reply => {
        let seen = '';
        for (let next: LongReply | undefined = reply; next !== undefined; ) {
          const { answer, rest }: { answer: unknown; rest?: LongReply } = render(next);
          seen += bare(wordsOf(answer));
          next = rest;
        }
        for (const words of present(reply.outputs).flatMap(wordsToTell)) expect(seen).toContain(bare(words));
      }),
      { numRuns: 1_000 },
    );
  });

  test('is the same each time, and leaves the reply as it was', () => {
    fc.assert(
      fc.property(anyReply(), reply => {
        const before = JSON.stringify(reply);
        expect(render(reply)).toEqual(render(reply));
        expect(JSON.stringify(reply)).toBe(before);
      }),
      { numRuns: 100 },
    );
  });
});
