declare const brand: unique symbol;

/** The key of one user's session in the store; made by {@link userKeyOf} alone, so two ways of writing a user can't part. Never log it. */
export type UserKey = string & { readonly [brand]: 'UserKey' };

/** Which 카카오톡 채널 of the bot the user talks to: the operating one or the development one. */
export type ChannelKind = 'live' | 'dev';

/** The person who speaks, with every id that Kakao gave for this turn. */
export interface User {
  /** The key of the user's session. Absent for Kakao's synthetic users (API test, replays without a key): nothing is remembered of them. */
  readonly key?: UserKey;
  /** The kind of the channel that the user talks to; `live` where the protocol knows no other. */
  readonly channelKind: ChannelKind;
  /** One bot's id of the user, at most 70 characters. */
  readonly botUserKey?: string;
  /** The channel's id of the user: smart-chat's `user_key`. Absent for testers and in group rooms. */
  readonly plusfriendUserKey?: string;
  /** The Kakao Login id, when the bot's app and the user are connected. */
  readonly appUserId?: string;
  /** Kakao's word for how the user is connected to the bot's app: `REGISTERED`; other words are not documented. */
  readonly appUserStatus?: string;
  /** Whether the user added the channel; false where Kakao says nothing. */
  readonly isFriend: boolean;
}

/**
 * The key of the session that a user keeps: by channel where there is a channel key, else by bot.
 * A user who came by smart-chat keeps the session under Open Builder, whose `plusfriendUserKey` is the same key.
 */
export function userKeyOf(
  channelKind: ChannelKind,
  ids: { readonly plusfriendUserKey: string } | { readonly botId: string; readonly botUserKey: string },
): UserKey {
  const key =
    'plusfriendUserKey' in ids
      ? `${channelKind}/channel/${ids.plusfriendUserKey}`
      : `${channelKind}/bot/${encodeURIComponent(ids.botId)}/${ids.botUserKey}`;
  return key as UserKey;
}

/** The channel's id of the user in a key of a session by channel; undefined in one by bot. */
export function channelUserOf(
  key: UserKey,
): Required<Pick<User, 'channelKind' | 'plusfriendUserKey'>> | undefined {
  const [, channelKind, plusfriendUserKey] = /^(live|dev)\/channel\/(.*)$/s.exec(key) ?? [];
  if (plusfriendUserKey === undefined) return undefined;
  return { channelKind: channelKind === 'dev' ? 'dev' : 'live', plusfriendUserKey };
}
