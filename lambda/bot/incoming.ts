import type { ParamsData } from './params.ts';
import type { User } from './user.ts';

/** One thing that the user did, told apart by `kind`. */
export type Incoming = Utterance | Media | Arrival;

/** The user typed something or tapped something that speaks for them. */
export interface Utterance {
  readonly kind: 'utterance';
  /** Composed (NFC) and without white space around it; may be empty. */
  readonly text: string;
  /** The block of the 챗봇 관리자센터 that caught it; smart-chat has one only after a block button. */
  readonly block?: Block;
  /** The `extra` of the button or quick reply that was tapped, without the reserved `kakaoGateway`; empty when typed. */
  readonly extra: Extra;
}

/** The user sent a file. */
export interface Media {
  readonly kind: 'media';
  readonly media: MediaKind;
  /** An http or https URL of Kakao's, open to who has it, and short-lived (smart-chat: 20 days). */
  readonly url: string;
  /** The block of the 챗봇 관리자센터 that caught it; none under smart-chat. */
  readonly block?: Block;
}

/** The user came in: Open Builder's 웰컴 블록. It fires once a user and channel, or never: don't rely on it. */
export interface Arrival {
  readonly kind: 'arrival';
  /** Kakao's utterance of the welcome, not the user's words. */
  readonly text: string;
  readonly block: Block;
}

/** The kind of a file; whatever Kakao sends that is none of the first three is `other`. */
export type MediaKind = 'photo' | 'video' | 'audio' | 'other';

/** Kakao's block: one intent of the bot in the 챗봇 관리자센터. */
export interface Block {
  /** 24 hex digits, the bot's own. */
  readonly id: string;
  /** The name that the admin typed; empty under smart-chat, which knows the id alone. */
  readonly name: string;
}

/**
 * How the user came to do it: smart-chat seldom tells a tap from typing.
 * @see https://kakaobusiness.gitbook.io/main/tool/chatbot/skill_guide/answer_json_format
 */
export interface Trigger {
  /** `unknown` where the protocol says neither. */
  readonly how: 'typed' | 'tapped' | 'uploaded' | 'unknown';
  /** The thing that was tapped. */
  readonly on?: 'card-button' | 'list-item' | 'list-menu' | 'quick-reply';
  /** The tap's action: it said a text, or called a block. */
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

/**
 * A context of the 챗봇 관리자센터 that is active in this turn.
 * @see https://kakaobusiness.gitbook.io/main/tool/chatbot/skill_guide/answer_json_format
 */
export interface ActiveContext {
  /** For how many more turns it stays; 0 where Kakao says nothing. */
  readonly turnsLeft: number;
  /** For how many seconds it stays. */
  readonly ttlSeconds?: number;
  /** The parameters' resolved values by name. */
  readonly params: { readonly [name: string]: string };
}

/**
 * An entry of 지식+ that matched what the user said.
 * @see https://kakaobusiness.gitbook.io/main/tool/chatbot/skill_guide/answer_json_format
 */
export interface Knowledge {
  readonly question: string;
  readonly answer: string;
  readonly categories: readonly string[];
  /** http or https. */
  readonly imageUrl?: string;
  /** http or https. */
  readonly landingUrl?: string;
}

/** A text composed (NFC) and without white space around it: Macs type Hangul decomposed, 봇테스트 appends a newline. */
export function normalizedText(text: string): string {
  return (COMPOSED.test(text) ? text : text.normalize('NFC')).trim();
}

/** Texts that composing leaves as they are. */
const COMPOSED = /^[가-힣\n -~]*$/;

/** An object that travels with a button and comes back when it is tapped, or that Kakao hands over; must survive JSON. */
export type Extra = { readonly [key: string]: unknown };

/** A turn's identity among the user's others. */
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
  /** The `params` of an Event API call: all that came with the request beside Kakao's own. */
  readonly eventParams?: Extra;
}
