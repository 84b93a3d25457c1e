import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isShortId, shortIdOf } from '../../lambda/turn/short-id.ts';
import { anyCharacter } from '../kit/any-character.ts';
import { runs } from '../kit/property.ts';

describe('a short id', () => {
  test('is the same for the same id in every release: turns are found by it in what was stored before', () => {
    expect(shortIdOf('7f9695bb-7667-46b7-b135-14a7aac2def4')).toBe('#7o_LIABBedpD');
    expect(shortIdOf('')).toBe('#D2o7aA4y9iIB');
    expect(shortIdOf('한글 👋')).toBe('#D12CiBnDhwQA');
  });

  test('has thirteen characters, none of which stands between two, whatever the id', () => {
    fc.assert(
      fc.property(fc.string({ unit: anyCharacter }), id => {
        expect(shortIdOf(id)).toMatch(/^#[\w-]{12}$/);
        expect(isShortId(shortIdOf(id))).toBe(true);
        expect(shortIdOf(shortIdOf(id))).toBe(shortIdOf(id));
      }),
      runs(100),
    );
  });

  test('is another for another id, be it of the next second or with one letter more', () => {
    const ids = Array.from({ length: 10_000 }, (_, n) => [
      `${n}`,
      `request-${1_795_276_822_443 + n}`,
      randomUUID(),
    ]);
    expect(new Set(ids.flat().map(shortIdOf)).size).toBe(30_000);
    // Nor does half of one tell less than half of the ids apart.
    for (const half of [(id: string) => id.slice(1, 7), (id: string) => id.slice(7)])
      expect(new Set(ids.flat().map(id => half(shortIdOf(id)))).size).toBeGreaterThan(29_990);
  });

  test('is no id that Kakao or the gateway gives', () => {
    for (const id of [randomUUID(), '', 'turn 1', '#', `#${randomUUID()}`]) expect(isShortId(id)).toBe(false);
  });
});
