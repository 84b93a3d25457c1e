import { describe, expect, test } from '@jest/globals';
import { groupReply, joined, laterPart, reply, text } from '../../lambda/bot/reply.ts';
import { settle } from '../../lambda/turn/settle.ts';

const settled = (answer: unknown) => settle(answer).reply;
const contexts = [{ name: '주문', turns: 5 }];
const mentions = [{ name: 'user1', botUserKey: 'k' }];

describe('several replies in one', () => {
  test('say all they say, in order, and of what they give their block the last counts', () => {
    const first = settled({ ...reply('하나', ['가'], { data: { n: 1, m: 1 }, contexts }), mentions });
    const second = settled(reply('둘', ['나'], { data: { n: 2 }, contexts: [{ name: '주문', turns: 0 }] }));
    expect(joined([first, second])).toEqual({
      outputs: [text('하나'), text('둘')],
      data: { n: 2, m: 1 },
      contexts: [{ name: '주문', turns: 0 }],
      mentions,
    });
  });

  test('have nothing that none of them has', () => {
    expect(joined([settled('하나'), settled('둘')])).toEqual({ outputs: [text('하나'), text('둘')] });
  });
});

test('a later part has the quick replies and the mentions, and not again what the block got', () => {
  const whole = settled({ ...reply('하나', ['가'], { data: { n: 1 }, contexts }), mentions });
  expect(laterPart(whole, [text('둘')])).toEqual({
    outputs: [text('둘')],
    quickReplies: whole.quickReplies,
    mentions,
  });
});

test.each([[[]], [[undefined]]])(
  'a reply of no output is refused where it is made, for a room of either kind: %j',
  nothing => {
    expect(() => reply(nothing as never)).toThrow('a reply needs at least one output');
    expect(() => groupReply(nothing as never)).toThrow('a reply needs at least one output');
  },
);
