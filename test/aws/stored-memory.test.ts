import { createHash } from 'node:crypto';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { itemSize } from '../../lambda/aws/item-size.ts';
import { memoryOf, storedMemory } from '../../lambda/aws/stored-memory.ts';
import { type SettledReply, text } from '../../lambda/bot/reply.ts';
import {
  type AnsweredTurn,
  isReplyNeeded,
  type Memory,
  withNeededReplies,
} from '../../lambda/turn/session.ts';
import { shortIdOf } from '../../lambda/turn/short-id.ts';
import { anyMemory } from '../kit/memories.ts';
import { runs } from '../kit/property.ts';

const UNIT = 1_024;
const MAX_BYTES = 398_000;
const NOW = 1_795_276_822_443;

/** The memory as it is stored beside so many bytes, as it is loaded then, and the write units of the item. */
function kept(memory: Memory, besideBytes = 200, maxBytes = MAX_BYTES) {
  const item = storedMemory(memory, { besideBytes, maxBytes, keptToHere: undefined });
  const bytes = besideBytes + itemSize(item);
  return { item, bytes, units: Math.ceil(bytes / UNIT), memory: memoryOf(item) };
}

const plain = <T>(value: T): T => (value === undefined ? value : JSON.parse(JSON.stringify(value)));
const said = (words: string): SettledReply => ({ outputs: [text(words)] });
const turnsOf = (replies: readonly SettledReply[]) =>
  replies.map((reply, n): AnsweredTurn => ({ id: `a turn ${n}`, at: NOW + n, reply }));
const repliesIn = ({ turns }: Memory) => turns.map(({ reply }) => reply);
/** Words that nothing makes shorter. */
const noise = (length: number): string =>
  Array.from({ length: Math.ceil(length / 88) }, (_, n) =>
    createHash('sha512').update(`${n}`).digest('base64'),
  )
    .join('')
    .slice(0, length);

const anyTurn = fc.record(
  {
    id: fc.oneof(fc.uuid(), fc.constantFrom('__proto__', 'turn')),
    at: fc.nat(60_000).map(ms => NOW - ms),
    reply: fc
      .tuple(fc.constantFrom('가나다 ', 'abc', '\n"'), fc.nat(200))
      .map(([words, n]) => said(words.repeat(n))),
    isPosted: fc.constant(true as const),
    isToPost: fc.constant(true as const),
    isBrief: fc.constant(true as const),
    part: fc.record({ of: fc.uuid(), number: fc.nat(9) }),
    waiting: fc.constant('잠시만요'),
  },
  { requiredKeys: ['id', 'at'] },
);
const anyTurns = fc.array(anyTurn, { maxLength: 100 });

describe('a memory in an item', () => {
  test('is read back as it was, but for replies that nobody needs, and costs no write unit for these', () => {
    fc.assert(
      fc.property(anyMemory, anyTurns, fc.nat(2_000), (others, turns, besideBytes) => {
        const memory: Memory = { ...others, turns };
        const { memory: read, units } = kept(memory, besideBytes);
        const { turns: readTurns, ...readOthers } = read;
        const { turns: _, ...before } = memory;
        expect(plain(readOthers)).toEqual(plain(before));
        expect(readTurns).toHaveLength(turns.length);
        for (const [place, turn] of turns.entries()) {
          const { id, reply, ...facts } = turn;
          const { id: readId, reply: readReply, ...readFacts } = readTurns[place] ?? { id: '' };
          expect(shortIdOf(readId)).toBe(shortIdOf(id));
          expect(readFacts).toEqual(facts);
          // Of what is needed or waits, whatever release reads it, nothing is missing.
          if (isReplyNeeded(memory, place))
            expect([readId, plain(readReply)]).toEqual([reply ? id : readId, plain(reply)]);
          else if (readReply !== undefined) expect(plain(readReply)).toEqual(plain(reply));
        }
        expect(units).toBeLessThanOrEqual(kept(withNeededReplies(memory), besideBytes).units);
        // A second save of what was loaded finds the same room.
        const again = kept(read, besideBytes);
        expect(plain(again.memory)).toEqual(plain(read));
        expect(again.units).toBe(units);
      }),
      runs(150),
    );
  });

  test('has the newest of the older replies that there is room for in its last write unit, and no other', () => {
    const turns = turnsOf([1, 2, 3, 4, 5].map(n => said(noise(120 + n))));
    const { memory, units, bytes } = kept({ turns });
    expect(units).toBe(1);
    const [, , third, fourth, fifth] = repliesIn({ turns });
    expect(repliesIn(memory)).toEqual([undefined, undefined, third, fourth, fifth]);
    expect(UNIT - bytes).toBeLessThan(itemSize({ memory: { S: JSON.stringify(turns[1]) } }));
  });

  test('has older replies between turns that have none', () => {
    const [one, two, three] = turnsOf([said('하나'), said('둘'), said('셋')]) as [
      AnsweredTurn,
      AnsweredTurn,
      AnsweredTurn,
    ];
    const turns = [{ id: 'a', at: NOW }, one, { id: 'b', at: NOW, isBrief: true as const }, two, three];
    expect(kept({ turns }).memory.turns).toEqual([
      { id: shortIdOf('a'), at: NOW },
      one,
      { id: shortIdOf('b'), at: NOW, isBrief: true },
      two,
      three,
    ]);
  });

  test('has no more than the item may have, be its last write unit longer', () => {
    const turns = turnsOf([said('하나'), said('둘')]);
    const whole = kept({ turns }).bytes;
    expect(repliesIn(kept({ turns }, 200, whole + 20).memory)).toEqual(repliesIn({ turns }));
    expect(repliesIn(kept({ turns }, 200, whole - 1).memory)).toEqual([undefined, said('둘')]);
  });
});

describe('the newest reply', () => {
  afterEach(() => {
    jest.restoreAllMocks();
  });
  const long = said('주문을 받았어요. 준비되는 대로 불러 드릴게요. '.repeat(14));

  test('is packed where that saves a write unit, and read by nobody who does not ask for it', () => {
    const load = jest.spyOn(process, 'getBuiltinModule');
    const turns = turnsOf([said('하나'), long]);
    const { item, units, memory } = kept({ turns });
    expect(units).toBe(1);
    expect(item.memory?.S).toContain('packed');
    expect(kept({ turns: turns.map(({ reply: _, ...others }) => others) }).units).toBe(1);
    load.mockClear();
    const more = { ...memory, turns: [...memory.turns, { id: 'next', at: NOW + 5, reply: said('다음') }] };
    const next = kept(more);
    expect(load).not.toHaveBeenCalled();
    // It stays packed when it is older, while there is room.
    expect(next.item.memory?.S).toContain('packed');
    expect(next.units).toBe(1);
    expect(plain(repliesIn(next.memory).slice(1))).toEqual([long, said('다음')]);
    expect(load).toHaveBeenCalled();
  });

  test('stays as it is where that saves none: be it that it fits, or that it would not fit either', () => {
    const load = jest.spyOn(process, 'getBuiltinModule');
    for (const reply of [said('하나'), said(noise(1_500))]) {
      const { item, memory } = kept({ turns: turnsOf([reply]) });
      expect(item.memory?.S).toContain('"reply"');
      expect(repliesIn(memory)).toEqual([reply]);
    }
    // Most of the unit is another's.
    expect(kept({ turns: turnsOf([said('하나')]) }, 5 * UNIT - 20).item.memory?.S).toContain('"reply"');
    expect(load.mock.calls.length).toBeLessThanOrEqual(2);
  });

  test.each(['isToPost', 'isPosted'])(
    'that a worker may have to post (%s) is as any release reads it',
    name => {
      const turns = turnsOf([long]).map(turn => ({ ...turn, [name]: true }));
      const { item, units, memory } = kept({ turns });
      expect(units).toBe(2);
      expect(item.memory?.S).toContain('"reply"');
      expect(memory).toEqual({ turns });
    },
  );
});

test('an item of a release that knew neither short ids nor packed replies is read as it was', () => {
  const turns: AnsweredTurn[] = [{ id: 'a turn', at: NOW }, ...turnsOf([said('하나')])];
  expect(memoryOf({ memory: { S: JSON.stringify({ turns }) } })).toEqual({ turns });
});
