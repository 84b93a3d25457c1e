/** The protocols that Kakao speaks here. */
export type ProtocolName = 'open-builder' | 'smart-chat';

/** From where Open Builder calls a skill: a channel, or one of the testers of its admin centre (봇테스트, 스킬 테스트). */
export type Caller = 'live' | 'dev' | 'bot-test' | 'skill-test';

/** Who acts where, and what is wrong with the world: everything about a call that is not the act itself. */
export interface Scene {
  readonly protocol: ProtocolName;
  readonly caller: Caller;
  readonly user: SimulatedUser;
  readonly room: SimulatedRoom;
  readonly faults: Faults;
}

/** A person with a KakaoTalk account. */
export interface SimulatedUser {
  /** For who plays; no bot is told. */
  readonly name: string;
  /** 66 hexadecimal digits. */
  readonly botUserKey: string;
  /** 12 characters; smart-chat's `user_key`, too. */
  readonly plusfriendUserKey: string;
  /** Present where the user's account is connected to the bot's app: digits. */
  readonly appUserId?: string;
  readonly isFriend: boolean;
}

/** A chat room. */
export interface SimulatedRoom {
  /** For who plays; no bot is told. */
  readonly name: string;
  readonly kind: 'private' | 'group';
  /** A group's botGroupKey; any other is known by its user. */
  readonly id: string;
}

/** Troubles that a bot must live with. */
export interface Faults {
  /** How long the way to the bot takes beside the real one, in milliseconds; the five seconds go on meanwhile. */
  readonly networkMs: number;
  /** Each request comes twice, by the same X-Request-Id. */
  readonly isSentTwice: boolean;
  /** The fate of a callback: `late` means that its minute is over before it can be posted. */
  readonly callback: 'taken' | 'late' | 'refused';
}

/** The world as it should be. */
export const NO_FAULTS: Faults = { networkMs: 0, isSentTwice: false, callback: 'taken' };
