import { roomOfTwoKeyOf } from '../bot/room-key.ts';
import type { UserKey } from '../bot/user.ts';
import type { Aliases } from './aliases.ts';
import { draftKeyOf } from './drafts.ts';
import type { SessionStore } from './session.ts';

/** Erases what is kept under these keys: the session of each, its room, and the draft of an answer. Twice is as once. */
export async function forgetUser(
  store: Pick<SessionStore, 'delete'>,
  keys: readonly UserKey[],
): Promise<void> {
  await Promise.all(
    keys.flatMap(key => [key, roomOfTwoKeyOf(key), draftKeyOf(key)]).map(key => store.delete(key)),
  );
}

/**
 * Erases what is kept of a user of the app: the alias goes last, so that what fails can be done again, and what a turn has
 * added to it meanwhile goes with it.
 * @param keys of the alias, as it was loaded
 */
export async function forgetAppUser(
  { store, aliases }: { readonly store: Pick<SessionStore, 'delete'>; readonly aliases: Aliases },
  appUserId: string,
  keys: readonly UserKey[],
): Promise<void> {
  await forgetUser(store, keys);
  const left = await aliases.delete(appUserId);
  await forgetUser(
    store,
    left.filter(key => !keys.includes(key)),
  );
}
