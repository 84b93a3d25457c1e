import type { JsonObject } from '../json-reader.ts';

/** The kinds of ids by which Kakao finds who gets an event: a user's three, and a group room's. */
export type IdKind = 'appUserId' | 'plusfriendUserKey' | 'botUserKey' | 'botGroupKey';

/** One of those whom a request names. */
export interface WireRecipient {
  readonly type: IdKind;
  readonly id: string;
  readonly properties?: JsonObject;
}

/** The event of a request: the name that a block has in the 챗봇 관리자센터, and what the block's texts may show. */
export interface WireEvent {
  readonly name: string;
  readonly data?: JsonObject;
}

/**
 * The body of `POST /v2/bots/{botId}/talk`.
 * @see https://kakaobusiness.gitbook.io/main/tool/chatbot/skill_guide/event_api_guide
 */
export interface TalkRequest {
  readonly event: WireEvent;
  readonly user: readonly WireRecipient[];
  readonly params?: JsonObject;
}

/** The body of `POST /v2/bots/{botId}/group`. */
export interface GroupRequest {
  readonly chat: readonly WireRecipient[];
  readonly event: WireEvent;
}

/** The most users or rooms of one request; none of them twice. */
export const MOST_OF_A_REQUEST = 100;

/** The price of a message in won, without VAT, on the development channel, too. */
export const WON_A_MESSAGE = 15;

/** The one host that is told the key. */
export const KAKAO_EVENT_ORIGIN = 'https://bot-api.kakao.com';
