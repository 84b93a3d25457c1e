import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { text } from '../../lambda/bot/reply.ts';
import { textsOf } from '../../lambda/bot/texts.ts';
import { bytesOf } from '../../lambda/check/measure.ts';
import type { LateReply, Memory, RoomMemory } from '../../lambda/turn/session.ts';
import { shedMemory } from '../../lambda/turn/shed-memory.ts';
import { anyMemory } from '../kit/memories.ts';
import { runs } from '../kit/property.ts';

/** The last bubble of an answer that is cut, in the words of a bot. */
const KEPT = text('여기까지만 간직했어요.');
const shedTo = (memory: Memory, maxBytes: number) => shedMemory(memory, maxBytes, KEPT.simpleText.text);

const roomsOf = (memory: Memory): RoomMemory[] => [memory, ...Object.values(memory.groups ?? {})];
const toBeSeen = ({ late = [] }: RoomMemory): LateReply[] => late.filter(one => one.shownAt === undefined);

/** The bytes of the memory when nothing is left of it that may go. */
function leastOf(memory: Memory): number {
  const said = { outputs: [KEPT] };
  const least = ({ late, rest }: RoomMemory): RoomMemory => ({
    ...(late && { late: late.map(one => ({ ...one, reply: said })) }),
    ...(rest && { rest: { ...rest, reply: said } }),
  });
  return bytesOf({
    ...memory,
    ...least(memory),
    groups: Object.fromEntries(
      Object.entries(memory.groups ?? {}).map(([key, room]) => [key, { ...room, ...least(room) }]),
    ),
    turns: memory.turns.map(({ reply, ...turn }) => (reply ? { ...turn, reply: said } : turn)),
    line: memory.line?.map(({ turn: _, ...pending }) => pending),
  });
}

describe('a memory that is shed', () => {
  test('has at most so many bytes; one that has no more is as it was', () => {
    fc.assert(
      fc.property(anyMemory, fc.nat(20_000), (memory, more) => {
        const maxBytes = leastOf(memory) + more;
        const shed = shedTo(memory, maxBytes);
        expect(bytesOf(shed)).toBeLessThanOrEqual(maxBytes);
        if (bytesOf(memory) <= maxBytes) expect(shed).toEqual(memory);
      }),
      runs(2_000),
    );
  });

  test('forgets no turn, and no answer that is to be seen: one that is cut says so at its end', () => {
    fc.assert(
      fc.property(anyMemory, fc.nat(20_000), (memory, maxBytes) => {
        const shed = shedTo(memory, maxBytes);
        expect(shed.turns.map(({ id, at }) => ({ id, at }))).toEqual(
          memory.turns.map(({ id, at }) => ({ id, at })),
        );
        expect(shed.turns.at(-1)?.reply === undefined).toBe(memory.turns.at(-1)?.reply === undefined);
        expect(shed.line?.map(({ id }) => id)).toEqual(memory.line?.map(({ id }) => id));
        for (const [index, room] of roomsOf(memory).entries()) {
          const left = roomsOf(shed)[index] ?? {};
          expect(toBeSeen(left).map(({ id }) => id)).toEqual(toBeSeen(room).map(({ id }) => id));
          if (room.rest && room.rest.overAt === undefined) expect(left.rest?.id).toBe(room.rest.id);
          for (const [at, { reply }] of toBeSeen(left).entries()) {
            const whole = toBeSeen(room)[at]?.reply;
            if (JSON.stringify(reply.outputs.at(-1)) !== JSON.stringify(KEPT)) expect(reply).toEqual(whole);
            else
              expect(reply.outputs.slice(0, -2)).toEqual(
                whole?.outputs.slice(0, Math.max(0, reply.outputs.length - 2)),
              );
          }
        }
      }),
      runs(2_000),
    );
  });

  const late = (id: string, length: number, shownAt?: number): LateReply => ({
    id,
    reply: { outputs: [text('x'.repeat(length))] },
    expiresAt: 1,
    ...(shownAt !== undefined && { shownAt }),
  });
  const lengthsOf = (memory: Memory): Record<string, number> =>
    Object.fromEntries((memory.late ?? []).map(({ id, reply }) => [id, bytesOf(reply)]));

  test('loses the replies of remembered turns first, but the newest and those to be posted; then what was seen', () => {
    const reply = { outputs: [text('x'.repeat(1_000))] };
    const turns = [
      { id: 'old', at: 1, reply },
      { id: 'to post', at: 2, reply, isToPost: true as const },
      { id: 'newest', at: 3, reply },
    ];
    const memory: Memory = { turns, late: [late('seen', 1_000, 5), late('waits', 1_000)] };
    const withoutOld = { ...memory, turns: [{ id: 'old', at: 1 }, ...turns.slice(1)] };
    expect(shedTo(memory, bytesOf(memory) - 1)).toEqual(withoutOld);
    const withoutSeen = { ...withoutOld, late: [late('waits', 1_000)] };
    expect(shedTo(memory, bytesOf(withoutOld) - 1)).toEqual(withoutSeen);
  });

  test('cuts the longest answers, to one length, and the others not at all', () => {
    const memory: Memory = {
      turns: [],
      late: [late('long', 50_000), late('short', 2_000), late('longer', 90_000)],
    };
    const shed = shedTo(memory, 40_000);
    expect(bytesOf(shed)).toBeGreaterThan(39_500);
    expect(shed.late?.[1]).toEqual(memory.late?.[1]);
    const { long = 0, longer = 0 } = lengthsOf(shed);
    expect(Math.abs(long - longer)).toBeLessThan(10);
  });

  test('says once at the end of an answer that no more was kept, however often it is cut', () => {
    const once = shedTo({ turns: [], late: [late('long', 50_000)] }, 20_000);
    const twice = shedTo(once, 10_000);
    const outputs = twice.late?.[0]?.reply.outputs ?? [];
    expect(outputs.filter(one => JSON.stringify(one) === JSON.stringify(KEPT))).toHaveLength(1);
    expect(outputs.at(-1)).toEqual(KEPT);
    expect(outputs).toHaveLength(2);
  });

  test('says it in the gateway’s own words where a bot has none for it', () => {
    const { late: cut } = shedMemory({ turns: [], late: [late('long', 50_000)] }, 20_000);
    expect(cut?.[0]?.reply.outputs.at(-1)).toEqual(text(textsOf({}).keptToHere));
    expect(textsOf({}).keptToHere).toBe(
      '답이 길어서 여기까지만 보관했어요. 더 필요하시면 다시 말씀해 주세요.',
    );
  });

  test('keeps the first of the turns that wait in line where they do not fit', () => {
    const turn = { request: { incoming: { text: 'x'.repeat(3_000) } } } as never;
    const line = ['first', 'second', 'third'].map(id => ({ id, expiresAt: 1, turn }));
    const { line: left } = shedTo({ turns: [], line }, 30_000 - 22_000);
    expect(left?.map(pending => 'turn' in pending)).toEqual([false, false, false]);
    const more = shedTo({ turns: [], line, late: [late('long', 90_000)] }, 30_000);
    expect(more.line?.map(pending => 'turn' in pending)).toEqual([true, false, false]);
    // Where there is nothing else to shed, none of them has room.
    const protocol = { name: 'some', at: 1, value: 'x'.repeat(90_000) };
    const heavy: Memory = { turns: [], line, protocol };
    const none = shedTo(heavy, bytesOf({ turns: [], protocol }) + 1_000);
    expect(none.line?.map(pending => 'turn' in pending)).toEqual([false, false, false]);
  });
});
