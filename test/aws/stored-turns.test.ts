import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { rememberedTurns, type StoredTurn, storedTurns } from '../../lambda/aws/stored-turns.ts';
import { text } from '../../lambda/bot/reply.ts';
import type { AnsweredTurn } from '../../lambda/turn/session.ts';
import { shortIdOf } from '../../lambda/turn/short-id.ts';
import { runs } from '../kit/property.ts';

const NOW = 1_795_276_822_443;
const reply = { outputs: [text('답')] } as const;

/** A turn as it is read again: of one without anything but its time the id is short. */
function readAgain(turn: StoredTurn): StoredTurn {
  const { id, at, isBrief, ...others } = turn;
  return Object.keys(others).length > 0 ? turn : { ...turn, id: shortIdOf(id) };
}

const again = (turns: readonly StoredTurn[]) => rememberedTurns(storedTurns(turns));

describe('the remembered turns of an item', () => {
  test('are those that were stored, in their order, each with its time and all else', () => {
    const at = fc.oneof(
      fc.nat(60_000).map(ms => NOW - ms),
      fc.maxSafeInteger(),
      fc.double().filter(ms => !Object.is(ms, -0)),
    );
    const turn: fc.Arbitrary<AnsweredTurn> = fc.record(
      {
        id: fc.oneof(fc.uuid(), fc.string(), fc.uuid().map(shortIdOf)),
        at,
        isBrief: fc.constant(true as const),
        isPosted: fc.constant(true as const),
        waiting: fc.string(),
        part: fc.record({ of: fc.string(), number: fc.nat() }),
        reply: fc.constant(reply),
        packed: fc.string(),
      },
      { requiredKeys: ['id', 'at'] },
    );
    const bare = fc.record(
      { id: fc.uuid(), at, isBrief: fc.constant(true as const) },
      { requiredKeys: ['id', 'at'] },
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(bare, turn), { maxLength: 100 }), turns => {
        const read = again(turns);
        expect(read.map(({ id }) => shortIdOf(id))).toEqual(turns.map(({ id }) => shortIdOf(id)));
        for (const [place, one] of turns.entries())
          expect(read[place]).toEqual(Number.isSafeInteger(one.at) && one.at >= 0 ? readAgain(one) : one);
        expect(again(read)).toEqual(read);
      }),
      runs(200),
    );
  });

  test('cost sixteen bytes each where nothing is left but when they were answered', () => {
    const turns = Array.from({ length: 21 }, (_, n) => ({ id: `turn ${n}`, at: NOW + n * 3_000 }));
    const { answered, turns: whole } = storedTurns(turns);
    expect(whole).toEqual([]);
    // The first one has its whole time.
    expect(answered).toHaveLength(21 * 16 + 5 - 1);
  });

  test('tell a brief one, and keep the place of one that has more', () => {
    const turns: AnsweredTurn[] = [
      { id: 'a', at: NOW, reply },
      { id: 'b', at: NOW + 1 },
      { id: 'c', at: NOW - 1, waiting: '잠시만요' },
      { id: 'd', at: NOW, isBrief: true },
      { id: 'e', at: NOW, reply },
    ];
    expect(again(turns)).toEqual(turns.map(readAgain));
    expect(storedTurns(turns).turns.map(({ id }) => id)).toEqual(['a', 'c', 'e']);
  });

  test('are as before in an item of a release that knew no short ids', () => {
    const turns = [
      { id: 'a', at: NOW },
      { id: 'b', at: NOW, reply },
    ];
    expect(rememberedTurns({ turns, answered: '' })).toEqual(turns);
  });
});
