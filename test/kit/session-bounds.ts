import { beforeEach, describe, expect, jest, test } from '@jest/globals';
import { Bot } from '../../lambda/bot/bot.ts';
import { deadlineAt } from '../../lambda/bot/deadline.ts';
import type { TurnRequest } from '../../lambda/bot/incoming.ts';
import { button, reply, text } from '../../lambda/bot/reply.ts';
import { type UserKey, userKeyOf } from '../../lambda/bot/user.ts';
import { SessionTooLargeError } from '../../lambda/errors.ts';
import { smartChat } from '../../lambda/smart-chat/protocol.ts';
import type { DeferredTurn } from '../../lambda/turn/deferred-turn.ts';
import { answeredBefore } from '../../lambda/turn/memory.ts';
import type { Outcome } from '../../lambda/turn/outcome.ts';
import {
  EMPTY_SESSION,
  type Memory,
  type RoomMemory,
  type Session,
  type SessionStore,
} from '../../lambda/turn/session.ts';
import { MOST_REPLY_BYTES } from '../../lambda/turn/settle.ts';
import { takeTurn } from '../../lambda/turn/take-turn.ts';

const bot = new Bot({ session: () => ({ said: 0 }) })
  .hears('느린 일', () => '늦은 답', { slow: '잠시만요' })
  .hears('긴 글', () => reply('긴 글입니다. '.repeat(150), [button.message('세기', '세기', { n: 1 })]))
  .fallback(turn => `${++turn.session.said}번째`);

/** The turns of one user who says things without an end; no worker takes the late ones. */
function nthTurn(store: SessionStore, key: UserKey, n: number): Promise<Outcome<unknown>> {
  const said = n % 2 === 0 ? '세기' : n % 20 === 1 ? '느린 일' : '긴 글';
  const request: TurnRequest = {
    id: `turn-${n}`,
    mayRepeat: true,
    user: { key, channelKind: 'live', isFriend: true },
    incoming: { kind: 'utterance', text: said, extra: {} },
    params: {},
  };
  const engine = { bot, store, protocol: smartChat, defer: async () => {} };
  return takeTurn(engine, { request, receivedAt: Date.now() }, deadlineAt(Date.now() + 4_000));
}

const long = { outputs: [text('a late answer. '.repeat(60))], quickReplies: [button.message('yes')] };
const idOf = (n: number): string => `${n}-`.padEnd(128, 'x');
const numbered = (length: number) => Array.from({ length }, (_, n) => n);

/**
 * A session in which everything is as much as it may be, or more, around a state of so many bytes. In ASCII alone: of
 * other letters a local DynamoDB counts fewer bytes than the real one.
 */
function everything(stateBytes: number): Session {
  const now = Date.now();
  return {
    state: JSON.stringify('x'.repeat(stateBytes)),
    version: 1_234_567,
    memory: {
      protocol: {
        name: smartChat.name,
        at: now,
        value: numbered(40).map(n => ({ label: `add ${n}`, text: `add latte ${n}`, extra: { n } })),
      },
      rest: { id: idOf(1), reply: long, next: 1 },
      late: numbered(10).map(n => ({ id: idOf(n), reply: long, expiresAt: now + 600_000 })),
      turns: numbered(100).map(n => ({ id: idOf(n), at: now, reply: long })),
    },
    leases: Object.fromEntries(numbered(300).map(n => [idOf(n), now - 1 - n / 1_000])),
    revision: 0,
  };
}

/** The session with what it keeps of ten group rooms, of ten turns in line, and of a limited rule. */
function withRooms(session: Session): Session {
  const now = Date.now();
  const late = { reply: long, expiresAt: now + 600_000, shownAt: now };
  const roomOf = (id: string) => ({
    at: now,
    rest: { id, reply: long, next: 2, overAt: now },
    late: [{ id, ...late }],
  });
  const memory = {
    ...session.memory,
    groups: Object.fromEntries(numbered(10).map(n => [idOf(n), roomOf(idOf(n))])),
    line: numbered(10).map(n => ({
      id: idOf(n),
      room: idOf(n),
      expiresAt: now + 65_000,
      turn: waitingTurn(idOf(n)),
    })),
    begun: { 'hears slow': numbered(100).map(n => now - n) },
  };
  return { ...session, memory };
}

/** A session whose every answer, waiting turn and text is as long as the gateway lets it be, around a state of so many bytes. */
function everythingLong(stateBytes: number): Session {
  const session = withRooms(everything(stateBytes));
  const { memory } = session;
  const words = 'x'.repeat(MOST_REPLY_BYTES - 100);
  const reply = { outputs: [text(words)] };
  const lateIn = (room: string) =>
    numbered(10).map(n => ({ id: `${room}-${n}`, reply, expiresAt: Date.now() + 600_000 }));
  const roomOf = (room: string) => ({ late: lateIn(room), rest: { id: room, reply, next: 1 } });
  return {
    ...session,
    memory: {
      ...memory,
      ...roomOf('own'),
      groups: Object.fromEntries(numbered(10).map(n => [idOf(n), { at: Date.now(), ...roomOf(`${n}`) }])),
      turns: memory.turns.map(turn => ({ ...turn, reply })),
      line: numbered(10).map(n => {
        const turn = waitingTurn(idOf(n));
        const incoming = { kind: 'utterance', text: 'x'.repeat(15_000), extra: {} } as const;
        return { id: idOf(n), expiresAt: 1, turn: { ...turn, request: { ...turn.request, incoming } } };
      }),
    },
  };
}

/** A late turn that waits for the one before it, and its user. */
function waitingTurn(id: string): DeferredTurn {
  const key = userKeyOf('live', { plusfriendUserKey: 'someone' });
  const incoming = { kind: 'utterance', text: 'a slow thing', extra: {} } as const;
  return {
    key,
    request: {
      id,
      mayRepeat: true,
      user: { key, channelKind: 'live', isFriend: true },
      incoming,
      params: {},
    },
    delivery: { protocol: 'open-builder', address: `https://callback.example.com/${id}` },
    rule: 'hears slow',
    receivedAt: Date.now(),
    deferredAt: Date.now(),
    worthMs: 600_000,
  };
}

/** When each of these turns was answered, by a memory in which they are all, and no other: a store may know short ids alone. */
function timesOf(memory: Memory, { turns }: Memory): (number | undefined)[] {
  expect(memory.turns).toHaveLength(turns.length);
  return turns.map(({ id }) => answeredBefore(memory, id)?.at);
}

/** A large session is kept whole, or refused as too large by the store itself, never by what it stands on. */
export function describeBounds(name: string, newStore: () => SessionStore): void {
  describe(`${name} keeps what is large`, () => {
    let store: SessionStore;
    const user = userKeyOf('live', { plusfriendUserKey: `${name}-large-${'가'.repeat(100)}` });

    beforeEach(async () => {
      store = newStore();
      await store.delete(user);
    });

    test('a session with everything is kept whole, but for replies of remembered turns', async () => {
      const session = withRooms(everything(30_000));
      await store.save(user, EMPTY_SESSION, session);
      const { state, version, memory, leases } = await store.load(user);
      expect({ state, version, leases }).toEqual({
        state: session.state,
        version: session.version,
        leases: session.leases,
      });
      expect({ ...memory, turns: timesOf(memory, session.memory) }).toEqual({
        ...session.memory,
        turns: timesOf(session.memory, session.memory),
      });
      expect(memory.turns.at(-1)?.reply).toEqual(session.memory.turns.at(-1)?.reply);
    });

    test('a state of 100 KB is kept whatever waits beside it, and every answer of that at least in part', async () => {
      const session = everythingLong(100_000);
      await store.save(user, EMPTY_SESSION, session);
      const { state, memory, leases } = await store.load(user);
      expect({ state, leases }).toEqual({ state: session.state, leases: session.leases });
      expect(timesOf(memory, session.memory)).toEqual(timesOf(session.memory, session.memory));
      expect(memory.line?.map(({ id }) => id)).toEqual(session.memory.line?.map(({ id }) => id));
      const rooms = (of: Memory): RoomMemory[] => [of, ...Object.values(of.groups ?? {})];
      const answersIn = (of: Memory) =>
        rooms(of).flatMap(({ late = [], rest }) => [...late, ...(rest ? [rest] : [])]);
      const answers = answersIn(memory);
      expect(answers.map(({ id }) => id)).toEqual(answersIn(session.memory).map(({ id }) => id));
      for (const { reply } of answers) expect(reply.outputs.length).toBeGreaterThan(0);
      const [turnId = ''] = Object.keys(session.leases);
      expect(await store.claim(user, turnId, Date.now() + 1_000)).toMatchObject({ state });
    });

    test('a session of any size is kept, and claimed, or is refused as too large and changes nothing', async () => {
      const kept = async (stateBytes: number): Promise<boolean> => {
        const before = await store.load(user);
        const session = everything(stateBytes);
        try {
          await store.save(user, before, session);
        } catch (error) {
          expect(error).toBeInstanceOf(SessionTooLargeError);
          expect(await store.load(user)).toEqual(before);
          return false;
        }
        const [turnId = ''] = Object.keys(session.leases);
        expect(await store.claim(user, turnId, Date.now() + 27_999.123)).toMatchObject({
          state: session.state,
        });
        return true;
      };
      let [small, large] = [200_000, 500_000];
      expect(await kept(small)).toBe(true);
      if (await kept(large)) return;
      while (large - small > 1_000) {
        const between = Math.floor((small + large) / 2);
        if (await kept(between)) small = between;
        else large = between;
      }
      // Not much less than an item of DynamoDB may have.
      expect(small).toBeGreaterThan(300_000);
    });
  });
}

/** A store's session stays as small as it was, however many turns its user has. */
export function describeGrowth(name: string, newStore: () => SessionStore, turns: number): void {
  test(`${name} keeps a session that does not grow in ${turns} turns`, async () => {
    const store = newStore();
    const user = userKeyOf('live', { plusfriendUserKey: `${name}-many-turns` });
    const now = Date.now();
    const clock = jest.spyOn(Date, 'now');
    const burst = turns / 16;
    const sizes: number[] = [];
    try {
      for (let n = 0; n < turns; n++) {
        // Several turns a second, then some minutes without any.
        clock.mockReturnValue(now + n * 200 + Math.floor(n / burst) * 300_000);
        const { kind } = await nthTurn(store, user, n);
        if (kind === 'failed') throw new Error(`turn ${n} failed`);
        if ((n + 1) % burst === 0) sizes.push(JSON.stringify(await store.load(user)).length);
      }
      expect((await store.load(user)).state).toBe(JSON.stringify({ said: turns / 2 }));
    } finally {
      clock.mockRestore();
    }
    // How many turns wait in line differs from burst to burst, and comes round again.
    const usual = Math.max(...sizes.slice(4, 8));
    const later = sizes.slice(8);
    expect(usual).toBeLessThan(100_000);
    // Numbers get longer; nothing else does.
    expect(Math.max(...later)).toBeLessThan(usual * 1.02);
  }, 600_000);
}
