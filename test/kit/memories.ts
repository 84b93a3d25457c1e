import fc from 'fast-check';
import { text } from '../../lambda/bot/reply.ts';
import type { Memory } from '../../lambda/turn/session.ts';

const anyWords = fc
  .tuple(fc.constantFrom('가나다 ', 'abc', '👨‍👩‍👧', '"\n', ''), fc.oneof(fc.nat(3), fc.nat(300)))
  .map(([words, times]) => words.repeat(times));
const anyReply = fc.record(
  {
    outputs: fc.array(anyWords.map(text), { maxLength: 4 }),
    quickReplies: fc.array(
      anyWords.map(label => ({ label, action: 'message' as const, messageText: label })),
      { maxLength: 3 },
    ),
  },
  { requiredKeys: ['outputs'] },
);
const anyId = fc.oneof(fc.constantFrom('__proto__', 'constructor'), fc.uuid());
const anyRoom = fc.record(
  {
    rest: fc.record(
      { id: anyId, reply: anyReply, next: fc.nat(9), overAt: fc.nat() },
      { requiredKeys: ['id', 'reply', 'next'] },
    ),
    late: fc.array(
      fc.record(
        { id: anyId, reply: anyReply, expiresAt: fc.nat(), shownAt: fc.nat() },
        { requiredKeys: ['id', 'reply', 'expiresAt'] },
      ),
      { maxLength: 10 },
    ),
  },
  { requiredKeys: [] },
);
const anyTurns = fc.array(
  fc.record(
    { id: anyId, at: fc.nat(), reply: anyReply, waiting: fc.constant('잠시만요') },
    { requiredKeys: ['id', 'at'] },
  ),
  { maxLength: 20 },
);
const anyLine = fc.array(
  fc.record({
    id: anyId,
    expiresAt: fc.nat(),
    turn: anyWords.map(words => ({ request: { incoming: { text: words } } }) as never),
  }),
  { maxLength: 10 },
);

/** Any memory that a gateway could have, and some that none has. */
export const anyMemory: fc.Arbitrary<Memory> = fc
  .tuple(
    anyRoom,
    fc.dictionary(anyId, anyRoom, { maxKeys: 4 }),
    anyTurns,
    fc.option(anyLine, { nil: undefined }),
  )
  .map(([room, groups, turns, line]) => ({
    ...room,
    turns,
    ...(line && { line }),
    groups: Object.fromEntries(Object.entries(groups).map(([key, group]) => [key, { ...group, at: 1 }])),
  }));
