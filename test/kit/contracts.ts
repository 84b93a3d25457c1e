import { beforeEach, describe, expect, test } from '@jest/globals';
import { SessionConflictError } from '../../lambda/bot/errors.ts';
import { EMPTY_SESSION, type Session, type SessionStore } from '../../lambda/bot/session.ts';
import { type UserKey, userKeyOf } from '../../lambda/bot/user.ts';

const ROOM = { labels: [{ label: '담기', text: '담기 라떼', extra: { 음료: '라떼 ☕' } }], turns: [] };

/** What every {@link SessionStore} promises. */
export function describeSessionStore(
  name: string,
  newStore: (options?: { lifetimeDays: number }) => SessionStore,
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
      store.save(user, loaded, { state, room: ROOM });

    test('an unknown user has an empty session', async () => {
      expect(await store.load(user)).toEqual(EMPTY_SESSION);
    });

    test('what was saved is what is loaded', async () => {
      const state = JSON.stringify({ cart: { 라떼: 1 }, words: '👨‍👩‍👧 \ud83d' });
      await saveFrom(await store.load(user), state);
      expect(await store.load(user)).toMatchObject({ state, room: ROOM });
    });

    test('a session without state is a session', async () => {
      await store.save(user, EMPTY_SESSION, { state: undefined, room: ROOM });
      expect(await store.load(user)).toMatchObject({ state: undefined, room: ROOM });
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
      await shortLived.save(user, EMPTY_SESSION, { state: 'old', room: ROOM });
      const loaded = await shortLived.load(user);
      expect({ ...loaded, revision: 0 }).toEqual(EMPTY_SESSION);
      await shortLived.save(user, loaded, { state: 'new', room: ROOM });
      await expect(shortLived.save(user, loaded, { state: 'newer', room: ROOM })).rejects.toThrow(
        SessionConflictError,
      );
    });

    test('users do not see each other', async () => {
      await saveFrom(EMPTY_SESSION, 'mine');
      expect(await store.load(userKeyOf('dev', { plusfriendUserKey: user }))).toEqual(EMPTY_SESSION);
    });
  });
}
