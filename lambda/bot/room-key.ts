import type { Group } from './incoming.ts';
import type { ChannelKind, User, UserKey } from './user.ts';

declare const brand: unique symbol;

/** The key of what one room shares in the store; made by {@link roomKeyOf} and {@link groupRoomKeyOf} alone. Never log it. */
export type RoomKey = string & { readonly [brand]: 'RoomKey' };

/** The longest key of a group room that can be a key here: Kakao's have 66 characters. */
const MAX_GROUP_KEY_LENGTH = 140;

/**
 * The key of what a room shares: the group room's own, or that of the user's room of two. Undefined where nobody can know
 * the room again: Kakao named no group, or the user is a synthetic one.
 */
export function roomKeyOf(
  { key, channelKind }: Pick<User, 'key' | 'channelKind'>,
  group: Group | undefined,
): RoomKey | undefined {
  if (group !== undefined) return groupRoomKeyOf(channelKind, group);
  return key && roomOfTwoKeyOf(key);
}

/** The key of what is kept of a user's room of two beside the session. */
export function roomOfTwoKeyOf(user: UserKey): RoomKey {
  return `${user}/room` as RoomKey;
}

/** The key of what a group room shares, whoever speaks in it. */
export function groupRoomKeyOf(channelKind: ChannelKind, { key }: Group): RoomKey | undefined {
  if (key === '' || key.length > MAX_GROUP_KEY_LENGTH) return undefined;
  return `${channelKind}/room/${key.toWellFormed()}` as RoomKey;
}
