import type { ParamsData } from './params.ts';
import type { User } from './user.ts';

/** What the user did. */
export type Incoming = Utterance | Media | Arrival;

/** The user typed something or tapped something that speaks for them. */
export interface Utterance {
  readonly kind: 'utterance';
  /** Composed (NFC) and without white space around it; may be empty. */
  readonly text: string;
  /** The block of the 챗봇 관리자센터 that caught it; smart-chat has one only after a block button. */
  readonly block?: Block;
  /** What the tapped button or quick reply carried in its own `extra`; empty when typed. */
  readonly extra: Extra;
}

/** The user sent a file; `url` is an http or https URL of Kakao's, open to who has it, and short-lived (smart-chat: 20 days). */
export interface Media {
  readonly kind: 'media';
  readonly media: MediaKind;
  readonly url: string;
  readonly block?: Block;
}

/** The user came in: Open Builder's 웰컴 블록. It fires once a user and channel, or never: don't rely on it. */
export interface Arrival {
  readonly kind: 'arrival';
  readonly text: string;
  readonly block: Block;
}

/** The kinds that both protocols know; whatever else Kakao sends is `other`. */
export type MediaKind = 'photo' | 'video' | 'audio' | 'other';

/** A block of the 챗봇 관리자센터: the id is 24 hex digits of one bot, the name what the admin typed. */
export interface Block {
  readonly id: string;
  readonly name: string;
}

/** How the user came to do it: smart-chat seldom tells a tap from typing. */
export interface Trigger {
  /** `unknown` where the protocol says neither. */
  readonly how: 'typed' | 'tapped' | 'uploaded' | 'unknown';
  /** What was tapped. */
  readonly on?: 'card-button' | 'list-item' | 'list-menu' | 'quick-reply';
  /** What the tap did: said a text, or called a block. */
  readonly does?: 'message' | 'block';
  /** The block whose answer held what was tapped. */
  readonly from?: Block;
  /** Kakao's own word, of an open set: `QUICKREPLY_BUTTON_MESSAGE`. */
  readonly type?: string;
}

/** A test of the 챗봇 관리자센터: 스킬 테스트, which sends a made-up user, or 봇테스트. */
export type Tester = 'skill-test' | 'bot-test';

/** The group room in which the bot was spoken to. */
export interface Group {
  /** `botGroupKey`: the room's id for this bot; empty where Kakao names none. */
  readonly key: string;
}

/** A context of the 챗봇 관리자센터 that is active in this turn. */
export interface ActiveContext {
  /** For how many more turns it stays; 0 where Kakao says nothing. */
  readonly turnsLeft: number;
  /** For how many seconds it stays. */
  readonly ttlSeconds?: number;
  /** Resolved values by name. */
  readonly params: { readonly [name: string]: string };
}

/** An entry of 지식+ that matched what the user said. */
export interface Knowledge {
  readonly question: string;
  readonly answer: string;
  readonly categories: readonly string[];
  /** http or https. */
  readonly imageUrl?: string;
  /** http or https. */
  readonly landingUrl?: string;
}

/** What was said, as rules compare it: Macs type Hangul decomposed, 봇테스트 appends a newline. */
export function spokenText(text: string): string {
  return (COMPOSED.test(text) ? text : text.normalize('NFC')).trim();
}

/** What composing leaves as it is. */
const COMPOSED = /^[가-힣\n -~]*$/;

/** What a button gives back when it is tapped; must survive JSON. */
export type Extra = { readonly [key: string]: unknown };

/** What tells a turn from the user's others. */
export interface TurnName {
  /** `X-Request-Id`, else the gateway's own request id. */
  readonly id: string;
  /** Whether a repeated delivery would have the same id, so that it is worth remembering. */
  readonly mayRepeat: boolean;
}

/** One turn as a protocol's `parse.ts` understood it: plain JSON, which may travel through a queue; what is not known is absent. */
export interface TurnRequest extends TurnName {
  readonly user: User;
  readonly incoming: Incoming;
  readonly params: ParamsData;
  readonly trigger?: Trigger;
  /** The block before this one. */
  readonly lastBlock?: Block;
  readonly tester?: Tester;
  readonly group?: Group;
  readonly contexts?: { readonly [name: string]: ActiveContext };
  readonly knowledge?: readonly Knowledge[];
  /** What came with the request beside Kakao's own: the `params` of an Event API call. */
  readonly eventParams?: Extra;
}

/** Something smart-chat tells without expecting an answer. */
export interface Notice {
  readonly kind: 'friend-added' | 'friend-blocked' | 'room-left';
  readonly user: User;
}
