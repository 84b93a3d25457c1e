import type { Deadline } from './deadline.ts';
import type { ActiveContext, Block, Extra, Group, Incoming, Knowledge, Tester, Trigger } from './incoming.ts';
import type { Params } from './params.ts';
import type { LocationAnswer, ProfileAnswer } from './plugins.ts';
import type { Answer } from './reply.ts';
import type { ChannelKind, User } from './user.ts';

/** One thing the user did, as a rule sees it. */
export interface Turn<S, I extends Incoming = Incoming> {
  /** Equal when Kakao delivers the same turn again. */
  readonly id: string;
  readonly incoming: I;
  /** What the user said, composed (NFC) and without white space around it; empty for media. */
  readonly text: string;
  readonly user: User;
  /**
   * The session's state: change it, or assign a new one, and it is saved when the turn is answered.
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
  /** What 지식+ found, best first; empty unless its block called the skill. */
  readonly knowledge: readonly Knowledge[];
  /** The `params` of the Event API call that brought this turn about; empty otherwise. */
  readonly eventParams: Extra;
  readonly deadline: Deadline;
  /** Asks Kakao what the user agreed to tell by the 프로필 plugin in this parameter; takes 2 s at most, and never throws. */
  askProfile(name: string): Promise<ProfileAnswer>;
  /** Asks Kakao where the user is, by the 위치 plugin in this parameter; takes 2 s at most, and never throws. */
  askLocation(name: string): Promise<LocationAnswer>;
}

/** What a rule does with a turn; it may run more than once for one turn, so its effects belong into the session. */
export type Handler<S, I extends Incoming = Incoming> = (turn: Turn<S, I>) => Answer | Promise<Answer>;

/** What a rule says of itself when it takes longer than Kakao waits. */
export interface SlowOptions {
  /** What the user reads meanwhile: the turn is deferred at once, and the rule runs in a worker, for at most 24 s. */
  readonly slow: string;
  /** How long the reply is worth telling when no callback brings it (ms). Default: ten minutes. */
  readonly worthMs?: number;
}
