import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Bot } from '../../lambda/bot/bot.ts';
import type { SettledReply } from '../../lambda/bot/reply.ts';
import { renderSkill } from '../../lambda/open-builder/render.ts';
import { renderMessage } from '../../lambda/smart-chat/render.ts';
import { settle } from '../../lambda/turn/settle.ts';
import { messageProblems, skillProblems } from '../kit/kakao-accepts.ts';
import { runs } from '../kit/property.ts';
import { anyGroupReply, anyReply } from '../kit/replies.ts';

// Replies come from the types: what compiles, Kakao shows.
const { texts } = new Bot({ session: () => ({}) });

const RENDERERS = {
  'a skill response': (reply: SettledReply) => {
    const rendered = renderSkill(reply, texts, 'private');
    return { ...rendered, problems: skillProblems(rendered.answer) };
  },
  'a skill response in a group room': (reply: SettledReply) => {
    const rendered = renderSkill(reply, texts, 'group');
    return { ...rendered, problems: skillProblems(rendered.answer, 'group') };
  },
  'a smart-chat message': (reply: SettledReply) => {
    const rendered = renderMessage(reply, texts);
    return { ...rendered, problems: messageProblems(rendered.answer) };
  },
};

const WORDS = ['text', 'title', 'description', 'nickname'];
const OTHERS = ['quickReplies', 'buttons', 'context', 'data', 'contexts'];

/** The words that no protocol may lose, one by one: not those of buttons, which may be cut by their number. */
function wordsToTell(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) => {
    if (typeof member === 'string') return WORDS.includes(key) ? [member] : [];
    return OTHERS.includes(key) ? [] : wordsToTell(member);
  });
}

interface Shown {
  readonly problems: readonly string[];
  readonly rest?: SettledReply;
}

/** The words that the user reads in bubbles, in order. */
function wordsOf(answer: unknown): string {
  return wordsToTell(answer)
    .filter(words => words !== texts.moreFollows)
    .join('');
}

/** A reply that compiles settles to itself: nothing has to be left out of it. */
function settled(answer: unknown): SettledReply {
  const { reply, violations } = settle(answer);
  expect(violations.filter(({ severity }) => severity === 'rejected')).toEqual([]);
  expect(reply).toEqual(answer);
  return reply;
}

const bare = (words: string): string => words.replace(/\s/g, '');

const REPLIES = { 'any reply': anyReply(), "any group room's reply": anyGroupReply() };

describe.each(
  Object.entries(RENDERERS).flatMap(([protocol, render]) =>
    Object.entries(REPLIES).map(([name, replies]) => ({ name, protocol, replies, render })),
  ),
)('$name as $protocol', ({ protocol, render, replies }) => {
  const isInGroup = protocol.includes('group');

  test('is one that Kakao shows, and so is each part behind 더보기, which come to an end', () => {
    fc.assert(
      fc.property<[SettledReply]>(replies.map(settled), reply => {
        let next: SettledReply | undefined = reply;
        for (let part = 0; next !== undefined; part++) {
          const { problems, rest }: Shown = render(next);
          expect(problems).toEqual([]);
          expect(part).toBeLessThan(100);
          next = rest;
        }
      }),
      runs(500),
    );
  });

  test('loses no word on the way through its parts', () => {
    let told = 0;
    fc.assert(
      fc.property<[SettledReply]>(replies.map(settled), reply => {
        let seen = '';
        for (let next: SettledReply | undefined = reply; next !== undefined; ) {
          const { answer, rest }: { answer: unknown; rest?: SettledReply } = render(next);
          seen += bare(wordsOf(answer));
          next = rest;
        }
        for (const words of (reply.outputs as readonly object[]).flatMap(wordsToTell)) {
          expect(seen).toContain(bare(isInGroup ? words : words.replace('{{#mentions.user1}}', '')));
          told++;
        }
      }),
      runs(500),
    );
    expect(told).toBeGreaterThan(500);
  });

  test('is the same each time, and leaves the reply as it was', () => {
    fc.assert(
      fc.property<[SettledReply]>(replies.map(settled), reply => {
        const before = JSON.stringify(reply);
        expect(render(reply)).toEqual(render(reply));
        expect(JSON.stringify(reply)).toBe(before);
      }),
      runs(100),
    );
  });
});
