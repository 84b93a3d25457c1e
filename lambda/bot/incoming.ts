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

/** What was said, as rules compare it: Macs type Hangul decomposed, 봇테스트 appends a newline. */
export function spokenText(text: string): string {
  return text.normalize('NFC').trim();
}

/** What a button gives back when it is tapped; must survive JSON. */
export type Extra = { readonly [key: string]: unknown };

/** What tells a turn from the user's others. */
export interface TurnName {
  /** `X-Request-Id`, else the gateway's own request id. */
  readonly id: string;
  /** Whether a repeated delivery would have the same id, so that it is worth remembering. */
  readonly mayRepeat: boolean;
}

/** One turn as a protocol's `parse.ts` understood it. */
export interface TurnRequest extends TurnName {
  /** Whether a tap tells no more than its label, as in smart-chat: the room then remembers what labels mean. */
  readonly tapsTellLabels: boolean;
  readonly user: User;
  readonly incoming: Incoming;
  /** The block's parameters: `detailParams` values first, then `params`; as Kakao sent them. */
  readonly params: Extra;
}

/** Something smart-chat tells without expecting an answer. */
export interface Notice {
  readonly kind: 'friend-added' | 'friend-blocked' | 'room-left';
  readonly user: User;
}
