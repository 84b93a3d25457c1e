import type { Notice } from '../notice.ts';
import { channelUserOf, type User } from '../user.ts';

/** The user that Kakao's own test was. */
const TEST_USER = 'test';

/**
 * An old server's `user_key` of a user: the channel's, which Open Builder calls `plusfriendUserKey`. Where there is none
 * (testers, group rooms) it is one of the same form, made of the session's key, so that it is nobody else's.
 */
export function oldUserKey({ plusfriendUserKey, key }: Pick<User, 'plusfriendUserKey' | 'key'>): string {
  return plusfriendUserKey ?? (key === undefined ? TEST_USER : madeUpOf(key));
}

function madeUpOf(key: string): string {
  const { createHash } = process.getBuiltinModule('node:crypto');
  return createHash('sha256').update(`smart-chat user of ${key}`).digest('base64url').slice(0, 12);
}

/** An old server's keys of whom a notice is about: one who is unlinked may have talked in groups, too. */
export function oldUserKeysOf({ user, keys }: Notice): readonly string[] {
  if (keys !== undefined) return keys.map(key => oldUserKey({ key, ...channelUserOf(key) }));
  return user?.key === undefined && user?.plusfriendUserKey === undefined ? [] : [oldUserKey(user)];
}
