import type { Deadline } from './deadline.ts';
import type { Extra, Group } from './incoming.ts';
import type { ChannelKind, User, UserKey } from './user.ts';

/**
 * Something that Kakao tells without expecting an answer: of a friend (the user added the channel, or blocked it), of a
 * room of two (left), of the app behind the bot (the user's account was unlinked from it), of a group room (the bot came or
 * left, or somebody invited members).
 */
export interface Notice {
  readonly kind: NoticeKind;
  /** The person it is about, with the ids that are known: a key only where the user ever spoke to this bot. */
  readonly user?: User;
  /** Every key of theirs that it is about, the user's own among them; absent where only that is known. */
  readonly keys?: readonly UserKey[];
  /** The group room that it is about. */
  readonly group?: Group;
  /** Which 카카오톡 채널 of the bot it is about; absent where nobody knows. */
  readonly channel?: ChannelKind;
  /** The things that came along with it: those of the link by which the bot was invited to a group room. */
  readonly params?: Extra;
}

/** The kind of a {@link Notice}. */
export type NoticeKind =
  | 'friend-added'
  | 'friend-blocked'
  | 'room-left'
  | 'unlinked'
  | 'group-entered'
  | 'group-left'
  | 'group-invited';

/**
 * A bot's function for notices. Kakao may tell twice, and may tell of what was never said before; what it throws is
 * logged, and changes nothing.
 * @param deadline 2.5 s from API Gateway's receipt
 */
export type NoticeHandler = (notice: Notice, deadline: Deadline) => void | Promise<void>;
