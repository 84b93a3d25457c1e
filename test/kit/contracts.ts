import { beforeEach, describe, expect, test } from '@jest/globals';
import { text } from '../../lambda/bot/reply.ts';
import { type UserKey, userKeyOf } from '../../lambda/bot/user.ts';
import { SessionConflictError } from '../../lambda/errors.ts';
import { answeredBefore } from '../../lambda/turn/memory.ts';
import {
  type AnsweredTurn,
  EMPTY_SESSION,
  isNew,
  type Session,
  type SessionStore,
} from '../../lambda/turn/session.ts';
import { describeBounds, describeGrowth } from './session-bounds.ts';

const LEASES = {};
const LABELS = [{ label: '담기', text: '담기 라떼', extra: { 음료: '라떼 ☕' } }];
const MEMORY = { protocol: { name: 'some', at: 1_700_000_000_000, value: LABELS }, turns: [] };

/** The promises of every {@link SessionStore}. */
export function describeSessionStore(
  name: string,
  newStore: (options?: { lifetimeDays: number }) => SessionStore,
  { turns = 2_400 } = {},
): void {
  describe(`${name} keeps sessions`, () => {
    let store: SessionStore;
    let user: UserKey;
    let users = 0;

    beforeEach(() => {
      store = newStore();
      user = userKeyOf('live', { plusfriendUserKey: `${name}-${++users}-한글 👋 "quoted"` });
    });

    const saveFrom = async (loaded: Session, state: string): Promise<void> =>
      store.save(user, loaded, { state, version: 1, memory: MEMORY, leases: LEASES });

    test('an unknown user has an empty session', async () => {
      expect(await store.load(user)).toEqual(EMPTY_SESSION);
    });

    test('what was saved is what is loaded', async () => {
      const state = JSON.stringify({ cart: { 라떼: 1 }, words: '👨‍👩‍👧 \ud83d' });
      await saveFrom(await store.load(user), state);
      expect(await store.load(user)).toMatchObject({ state, memory: MEMORY, leases: LEASES });
    });

    test('a state keeps the version that it was saved with', async () => {
      await store.save(user, EMPTY_SESSION, { ...EMPTY_SESSION, state: 'new', version: 7 });
      const loaded = await store.load(user);
      expect(loaded).toMatchObject({ state: 'new', version: 7 });
      await store.save(user, loaded, { ...loaded, leases: { late: Date.now() - 1 } });
      expect(await store.claim(user, 'late', Date.now() + 1_000)).toMatchObject({ state: 'new', version: 7 });
    });

    test('who was never saved, or has expired, is new', async () => {
      expect(isNew(await store.load(user))).toBe(true);
      await store.save(user, EMPTY_SESSION, { ...EMPTY_SESSION, memory: MEMORY });
      expect(isNew(await store.load(user))).toBe(false);
      const shortLived = newStore({ lifetimeDays: -1 });
      await shortLived.save(user, await shortLived.load(user), { ...EMPTY_SESSION, memory: MEMORY });
      expect(isNew(await shortLived.load(user))).toBe(true);
    });

    test('remembered turns are found by their ids; the newest has its reply, as has one that a worker may have to post', async () => {
      const now = Date.now();
      const reply = { outputs: [text('답 '.repeat(300))] };
      const ids = Array.from({ length: 50 }, (_, n) => `${name} turn ${n}`);
      const turns = ids.map(
        (id, n): AnsweredTurn => ({
          id,
          at: now - 50 + n,
          reply,
          ...(n === 10 && { isToPost: true }),
          ...(n === 20 && { isPosted: true }),
        }),
      );
      await store.save(user, EMPTY_SESSION, { ...EMPTY_SESSION, memory: { turns } });
      const { memory } = await store.load(user);
      const found = ids.map(id => answeredBefore(memory, id));
      expect(found.map(turn => turn?.at)).toEqual(turns.map(({ at }) => at));
      expect([10, 20, 49].map(place => found[place])).toEqual([turns[10], turns[20], turns[49]]);
      expect(answeredBefore(memory, `${name} turn 50`)).toBeUndefined();
      // The same again, whatever the first save has made of it.
      const loaded = await store.load(user);
      await store.save(user, loaded, loaded);
      expect((await store.load(user)).memory).toEqual(memory);
    });

    test('a session without state is a session', async () => {
      await store.save(user, EMPTY_SESSION, { state: undefined, version: 1, memory: MEMORY, leases: LEASES });
      expect(await store.load(user)).toMatchObject({ state: undefined, memory: MEMORY, leases: LEASES });
    });

    test('a save follows the load it is based on', async () => {
      for (const state of ['1', '2', '3']) await saveFrom(await store.load(user), state);
      expect((await store.load(user)).state).toBe('3');
    });

    test('of two saves based on one load the second is a conflict, and changes nothing', async () => {
      const loaded = await store.load(user);
      await saveFrom(loaded, 'first');
      await expect(saveFrom(loaded, 'second')).rejects.toThrow(SessionConflictError);
      const again = await store.load(user);
      await saveFrom(again, 'third');
      await expect(saveFrom(again, 'fourth')).rejects.toThrow(SessionConflictError);
      expect((await store.load(user)).state).toBe('third');
    });

    test('of fifty saves at once exactly one wins', async () => {
      const loaded = await store.load(user);
      const saves = await Promise.allSettled(Array.from({ length: 50 }, (_, n) => saveFrom(loaded, `${n}`)));
      expect(saves.filter(save => save.status === 'fulfilled')).toHaveLength(1);
    });

    test('a deleted session is empty', async () => {
      await saveFrom(await store.load(user), 'gone');
      await store.delete(user);
      expect(await store.load(user)).toEqual(EMPTY_SESSION);
      await store.delete(user);
    });

    test('a save based on a session that was deleted meanwhile is a conflict, even when it was born again', async () => {
      await saveFrom(await store.load(user), 'old life');
      const loaded = await store.load(user);
      await store.delete(user);
      await expect(saveFrom(loaded, 'ghost')).rejects.toThrow(SessionConflictError);
      await new Promise(resolve => setTimeout(resolve, 2));
      await saveFrom(await store.load(user), 'new life');
      await expect(saveFrom(loaded, 'ghost')).rejects.toThrow(SessionConflictError);
    });

    test('an expired session is absent, and the next save starts anew', async () => {
      const shortLived = newStore({ lifetimeDays: -1 });
      await shortLived.save(user, EMPTY_SESSION, {
        state: 'old',
        version: 1,
        memory: MEMORY,
        leases: LEASES,
      });
      const loaded = await shortLived.load(user);
      expect({ ...loaded, revision: 0 }).toEqual(EMPTY_SESSION);
      await shortLived.save(user, loaded, { state: 'new', version: 1, memory: MEMORY, leases: LEASES });
      await expect(
        shortLived.save(user, loaded, { state: 'newer', version: 1, memory: MEMORY, leases: LEASES }),
      ).rejects.toThrow(SessionConflictError);
    });

    describe('a late turn', () => {
      const ID = '__proto__';
      const deferred = async (id: string): Promise<void> => {
        const leases = JSON.parse(JSON.stringify({ id: Date.now() - 1 }).replace('id', id));
        await store.save(user, await store.load(user), { state: '1', version: 1, memory: MEMORY, leases });
      };

      test('is claimed with its session in one go, by one worker', async () => {
        await deferred(ID);
        const until = Date.now() + 60_000;
        const claims = await Promise.all(Array.from({ length: 20 }, () => store.claim(user, ID, until)));
        const won = claims.filter(claim => claim !== undefined);
        expect(won).toHaveLength(1);
        expect(won[0]).toEqual(await store.load(user));
        expect(won[0]).toMatchObject({ state: '1', memory: MEMORY });
        expect(Object.entries(won[0]?.leases ?? {})).toEqual([[ID, until]]);
      });

      test('is claimed again when its worker is dead', async () => {
        await deferred(ID);
        expect(await store.claim(user, ID, Date.now() - 1)).toBeDefined();
        expect(await store.claim(user, ID, Date.now() + 1_000)).toBeDefined();
        expect(await store.claim(user, ID, Date.now() + 1_000)).toBeUndefined();
      });

      test('that nobody deferred, or that is answered, is not claimed', async () => {
        expect(await store.claim(user, ID, Date.now() + 1_000)).toBeUndefined();
        await deferred('other');
        expect(await store.claim(user, ID, Date.now() + 1_000)).toBeUndefined();
        expect(await store.load(user)).toMatchObject({ state: '1' });
      });

      test('of a user who left is not claimed', async () => {
        await deferred(ID);
        await store.delete(user);
        expect(await store.claim(user, ID, Date.now() + 1_000)).toBeUndefined();
        expect(await store.load(user)).toEqual(EMPTY_SESSION);
      });

      test('of a session that has expired is not claimed, and stays absent', async () => {
        const shortLived = newStore({ lifetimeDays: -1 });
        const leases = { turn: Date.now() - 1 };
        await shortLived.save(user, EMPTY_SESSION, { state: 'old', version: 1, memory: MEMORY, leases });
        expect(await shortLived.claim(user, 'turn', Date.now() + 1_000)).toBeUndefined();
        expect(await shortLived.load(user)).toMatchObject({ state: undefined, leases: {} });
      });

      test('that is claimed makes a save that was loaded before it a conflict', async () => {
        await deferred(ID);
        const loaded = await store.load(user);
        await store.claim(user, ID, Date.now() + 1_000);
        await expect(saveFrom(loaded, '2')).rejects.toThrow(SessionConflictError);
      });
    });

    test('users do not see each other', async () => {
      await saveFrom(EMPTY_SESSION, 'mine');
      expect(await store.load(userKeyOf('dev', { plusfriendUserKey: user }))).toEqual(EMPTY_SESSION);
    });
  });
  describeBounds(name, newStore);
  describeGrowth(name, newStore, turns);
}
