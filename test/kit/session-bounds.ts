import { beforeEach, describe, expect, jest, test } from '@jest/globals';
import { Bot } from '../../lambda/bot/bot.ts';
import { deadlineAt } from '../../lambda/bot/deadline.ts';
import type { TurnRequest } from '../../lambda/bot/incoming.ts';
import { button, reply, type SettledReply, text } from '../../lambda/bot/reply.ts';
import { type UserKey, userKeyOf } from '../../lambda/bot/user.ts';
import { SessionTooLargeError } from '../../lambda/errors.ts';
import { renderMessage } from '../../lambda/smart-chat/render.ts';
import type { LateTools } from '../../lambda/turn/defer-turn.ts';
import { EMPTY_SESSION, type Session, type SessionStore } from '../../lambda/turn/session.ts';
import { type Outcome, takeTurn } from '../../lambda/turn/take-turn.ts';

const bot = new Bot({ session: () => ({ said: 0 }) })
  .hears('느린 일', () => '늦은 답', { slow: '잠시만요' })
  .hears('긴 글', () => reply('긴 글입니다. '.repeat(150), [button.message('세기', '세기', { n: 1 })]))
  .fallback(turn => `${++turn.session.said}번째`);

/** What one user says without an end; no worker takes the late turns. */
function nthTurn(store: SessionStore, key: UserKey, n: number): Promise<Outcome<unknown>> {
  const said = n % 2 === 0 ? '세기' : n % 20 === 1 ? '느린 일' : '긴 글';
  const render = (answer: SettledReply) => renderMessage(answer, bot.texts);
  const request: TurnRequest = {
    id: `turn-${n}`,
    mayRepeat: true,
    tapsTellLabels: true,
    user: { key, channelKind: 'live', isFriend: true },
    incoming: { kind: 'utterance', text: said, extra: {} },
    params: {},
  };
  const late: LateTools<unknown> = {
    defer: async () => {},
    delivery: { kind: 'room' },
    receivedAt: Date.now(),
    renderWaiting: words => words,
  };
  return takeTurn({ bot, store, render, late }, request, deadlineAt(Date.now() + 4_000));
}

/**
 * A session in which everything is as much as it may be, or more, around a state of so many bytes. In ASCII alone: of
 * other letters a local DynamoDB counts fewer bytes than the real one.
 */
function everything(stateBytes: number): Session {
  const now = Date.now();
  const long = { outputs: [text('a late answer. '.repeat(60))], quickReplies: [button.message('yes')] };
  const idOf = (n: number): string => `${n}-`.padEnd(128, 'x');
  const numbered = (length: number) => Array.from({ length }, (_, n) => n);
  return {
    state: JSON.stringify('x'.repeat(stateBytes)),
    version: 1_234_567,
    room: {
      labels: numbered(40).map(n => ({ label: `add ${n}`, text: `add latte ${n}`, extra: { n } })),
      labelsAt: now,
      rest: long,
      late: numbered(10).map(n => ({ id: idOf(n), reply: long, expiresAt: now + 600_000 })),
      turns: numbered(100).map(n => ({ id: idOf(n), at: now, reply: long })),
    },
    leases: Object.fromEntries(numbered(300).map(n => [idOf(n), now - 1 - n / 1_000])),
    revision: 0,
  };
}

/** What is large is kept whole, or refused as too large by the store itself, never by what it stands on. */
export function describeBounds(name: string, newStore: () => SessionStore): void {
  describe(`${name} keeps what is large`, () => {
    let store: SessionStore;
    const user = userKeyOf('live', { plusfriendUserKey: `${name}-large-${'가'.repeat(100)}` });

    beforeEach(async () => {
      store = newStore();
      await store.delete(user);
    });

    test('a session with everything is kept whole, but for replies of remembered turns', async () => {
      const session = everything(30_000);
      await store.save(user, EMPTY_SESSION, session);
      const { state, version, room, leases } = await store.load(user);
      expect({ state, version, leases }).toEqual({
        state: session.state,
        version: session.version,
        leases: session.leases,
      });
      expect({ ...room, turns: room.turns.map(({ id, at }) => ({ id, at })) }).toEqual({
        ...session.room,
        turns: session.room.turns.map(({ id, at }) => ({ id, at })),
      });
      expect(room.turns.at(-1)?.reply).toEqual(session.room.turns.at(-1)?.reply);
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
    const [usual = 0, ...later] = sizes.slice(4);
    expect(usual).toBeLessThan(100_000);
    // Numbers get longer; nothing else does.
    expect(Math.max(...later)).toBeLessThan(usual * 1.02);
  }, 600_000);
}
