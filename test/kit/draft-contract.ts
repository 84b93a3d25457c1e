import { beforeEach, describe, expect, test } from '@jest/globals';
import { text } from '../../lambda/bot/reply.ts';
import { type UserKey, userKeyOf } from '../../lambda/bot/user.ts';
import { UnavailableError } from '../../lambda/errors.ts';
import type { Draft, DraftStore } from '../../lambda/turn/drafts.ts';

/** The promises of every {@link DraftStore}. */
export function describeDraftStore(
  name: string,
  newStore: (options?: { livesMs: number }) => DraftStore,
): void {
  describe(`${name} keeps drafts`, () => {
    let store: DraftStore;
    let user: UserKey;
    let users = 0;

    beforeEach(() => {
      store = newStore();
      user = userKeyOf('live', { plusfriendUserKey: `${name}-${++users}-한글 👋 "quoted"` });
    });

    const DRAFT: Draft = {
      turn: 'turn-1',
      pieces: ['라떼는 ', '부드러워요.\n\n', text('카드'), '👨‍👩‍👧 \ud83d'],
    };

    test('an unknown user has none', async () => {
      expect(await store.load(user)).toBeUndefined();
    });

    test('what was saved is what is loaded', async () => {
      await store.save(user, DRAFT);
      expect(await store.load(user)).toEqual(DRAFT);
    });

    test('a save replaces the one before, of whatever turn', async () => {
      await store.save(user, DRAFT);
      await store.save(user, { turn: 'turn-1', pieces: [...DRAFT.pieces, '끝'] });
      expect((await store.load(user))?.pieces).toHaveLength(DRAFT.pieces.length + 1);
      await store.save(user, { turn: 'turn-2', pieces: [] });
      expect(await store.load(user)).toEqual({ turn: 'turn-2', pieces: [] });
    });

    test('each user has their own', async () => {
      const other = userKeyOf('live', { plusfriendUserKey: `${name}-other-${users}` });
      await store.save(user, DRAFT);
      await store.save(other, { turn: 'turn-2', pieces: ['다른'] });
      expect(await store.load(user)).toEqual(DRAFT);
    });

    test('a deleted one is gone, and deleting none is no failure', async () => {
      await store.save(user, DRAFT);
      await store.delete(user);
      await store.delete(user);
      expect(await store.load(user)).toBeUndefined();
    });

    test('one that has expired is none', async () => {
      const shortLived = newStore({ livesMs: -1_000 });
      await shortLived.save(user, DRAFT);
      expect(await shortLived.load(user)).toBeUndefined();
    });

    test('as much as an answer may have is kept', async () => {
      const pieces = Array.from({ length: 60 }, (_, place) => `${place}${'가'.repeat(330)}`);
      await store.save(user, { turn: 'turn-1', pieces });
      expect(await store.load(user)).toEqual({ turn: 'turn-1', pieces });
    });

    test('a save or load whose time is over is not begun', async () => {
      await expect(store.save(user, DRAFT, AbortSignal.abort())).rejects.toThrow(UnavailableError);
      await expect(store.load(user, AbortSignal.abort())).rejects.toThrow(UnavailableError);
      expect(await store.load(user)).toBeUndefined();
    });
  });
}
