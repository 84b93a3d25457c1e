import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Bot } from '../lambda/bot/bot.ts';
import type { Reply } from '../lambda/bot/reply.ts';
import { renderSkill } from '../lambda/open-builder/render.ts';
import { renderMessage } from '../lambda/smart-chat/render.ts';
import { messageProblems, skillProblems } from './kit/kakao-accepts.ts';
import { anyReply } from './kit/replies.ts';

const { texts } = new Bot({ session: () => ({}) });

const RENDERERS = {
  'a skill response': (reply: Reply) => {
    const rendered = renderSkill(reply, texts, 'private');
    return { ...rendered, problems: skillProblems(rendered.answer) };
  },
  'a skill response in a group room': (reply: Reply) => {
    const rendered = renderSkill(reply, texts, 'group');
    return { ...rendered, problems: skillProblems(rendered.answer, 'group') };
  },
  'a smart-chat message': (reply: Reply) => {
    const rendered = renderMessage(reply, texts);
    return { ...rendered, problems: messageProblems(rendered.answer) };
  },
};

describe.each(Object.entries(RENDERERS))('any reply as %s', (_, render) => {
  test('is one that Kakao shows, and so is each part behind 더보기, which come to an end', () => {
    fc.assert(
      fc.property(anyReply(), reply => {
        let next: Reply | undefined = reply;
        for (let part = 0; next !== undefined; part++) {
          const { problems, rest }: { problems: string[]; rest?: Reply } = render(next);
          expect(problems).toEqual([]);
          expect(part).toBeLessThan(100);
          next = rest;
        }
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
