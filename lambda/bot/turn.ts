import type { TurnCounters } from './counters.ts';
import type { Deadline } from './deadline.ts';
import type { ActiveContext, Block, Extra, Group, Incoming, Knowledge, Tester, Trigger } from './incoming.ts';
import type { Params } from './params.ts';
import type { LocationResult, ProfileResult } from './plugins.ts';
import type { Answer } from './reply.ts';
import type { TurnRooms } from './turn-rooms.ts';
import type { ChannelKind, User } from './user.ts';

/** One thing the user did, as a rule sees it; the rule's return value is the bot's answer to it. */
export interface Turn<S, I extends Incoming = Incoming> {
  /** The turn's id: the same when Kakao delivers the turn again, as long as it sends an `X-Request-Id`. */
  readonly id: string;
  /** The thing that the user did, told apart by `kind`: an utterance, a file or an arrival. */
  readonly incoming: I;
  /** The utterance, composed (NFC) and without white space around it; empty for media. */
  readonly text: string;
  /** The person who did it, with the ids that Kakao gave. */
  readonly user: User;
  /**
   * The session's state: change it, or assign a new one, and it is saved when the turn is answered; undefined in a bot
   * without a session.
   * It must survive JSON. A turn that fails or is late saves nothing and may run again.
   */
  session: S;
  /** The block's parameters; none under smart-chat. */
  readonly params: Params;
  /** Whether the user typed, tapped or sent a file, as far as the protocol tells. */
  readonly trigger: Trigger;
  /** The block that answered before this turn, where Kakao says it. */
  readonly lastBlock?: Block | undefined;
  /** Which 카카오톡 채널 it came through: the operating one or the development one. */
  readonly channel: ChannelKind;
  /** The test of the 챗봇 관리자센터 that it came from; absent for users. */
  readonly tester?: Tester | undefined;
  /** The group room it was said in; absent in a room of two. */
  readonly group?: Group | undefined;
  /** The active contexts by name; none under smart-chat. */
  readonly contexts: { readonly [name: string]: ActiveContext | undefined };
  /** The entries that 지식+ found, best first; empty unless its block called the skill. */
  readonly knowledge: readonly Knowledge[];
  /** The `params` of the Event API call that brought this turn about; empty otherwise. */
  readonly eventParams: Extra;
  /** The way of a `roomSession` to what this turn's room shares; a rule needs no more of it. */
  readonly rooms: TurnRooms | undefined;
  /** The way of a conversation to what all users of the bot share; a rule needs no more of it. */
  readonly counters: TurnCounters | undefined;
  /** Whether another worker may have begun the rule for this very turn, and died: an effect elsewhere may be done. */
  readonly isRetry: boolean;
  /** The time that is left for the answer. */
  readonly deadline: Deadline;
  /** Asks Kakao what the user agreed to tell by the 프로필 plugin in this parameter; takes 2 s at most, and never throws. */
  askProfile(name: string): Promise<ProfileResult>;
  /** Asks Kakao where the user is, by the 위치 plugin in this parameter; takes 2 s at most, and never throws. */
  askLocation(name: string): Promise<LocationResult>;
}

/**
 * A rule's function, from a turn to its answer. It may run more than once for one turn, so its effects belong into the
 * session; what it throws costs the user an apology, and saves nothing.
 */
export type Handler<S, I extends Incoming = Incoming, M extends readonly unknown[] = readonly []> = (
  turn: Turn<S, I>,
  ...match: M
) => Answer | Promise<Answer>;
