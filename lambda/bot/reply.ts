import { type AtMost, atMost, type OneTo, oneTo, present } from './counted.ts';
import { GatewayError } from './errors.ts';
import type { Extra } from './incoming.ts';

/**
 * What the bot says in one turn: one to three outputs, then up to ten quick replies.
 * Plain JSON in Kakao's own component names, whatever protocol carries it.
 * @see https://kakaobusiness.gitbook.io/main/tool/chatbot/skill_guide/answer_json_format
 */
export interface Reply {
  readonly outputs: OneTo<3, Output>;
  readonly quickReplies?: AtMost<10, QuickReply>;
}

/** A reply of any length, or what is left of one; renderers show it in parts. */
export interface LongReply {
  readonly outputs: readonly (Output | undefined)[];
  readonly quickReplies?: readonly (QuickReply | undefined)[];
}

/** One bubble. */
export type Output =
  | { readonly simpleText: SimpleText }
  | { readonly simpleImage: SimpleImage }
  | { readonly textCard: TextCard }
  | { readonly basicCard: BasicCard }
  | { readonly commerceCard: CommerceCard }
  | { readonly listCard: ListCard }
  | { readonly carousel: Carousel };

/** Text of any length: past 1,000 characters it goes on in further bubbles and behind "더보기". */
export interface SimpleText {
  readonly text: string;
}

/** A picture that KakaoTalk fetches itself, so its URL must be public. */
export interface SimpleImage {
  readonly imageUrl: string;
  /** At most 50 characters. */
  readonly altText?: string;
}

/** A card of words, with a title (at most 50 characters), a description, or both (together at most 400). */
export type TextCard = (
  | { readonly title: string; readonly description?: string }
  | { readonly title?: string; readonly description: string }
) & { readonly buttons?: AtMost<3, Button> };

/** A card with a picture; Kakao refuses one without. */
export interface BasicCard {
  readonly thumbnail: Thumbnail;
  /** At most 50 characters. */
  readonly title?: string;
  /** At most 230 characters; a carousel shows two lines. */
  readonly description?: string;
  readonly buttons?: AtMost<3, Button>;
}

/** A product with its price in won. */
export interface CommerceCard {
  /** Whole won. */
  readonly price: number;
  readonly thumbnails: readonly [Thumbnail];
  /** At most 30 characters. */
  readonly title?: string;
  /** At most 40 characters. */
  readonly description?: string;
  /** Won off the price. Without the two below, KakaoTalk shows price − discount. */
  readonly discount?: number;
  /** Percent; shown only together with `discountedPrice`. */
  readonly discountRate?: number;
  /** The price to pay, in won; wins over `discount` and `discountRate`. */
  readonly discountedPrice?: number;
  readonly profile?: { readonly nickname: string; readonly imageUrl?: string };
  readonly buttons?: AtMost<3, Button>;
}

/** A headed list of one to five items. */
export interface ListCard {
  readonly header: { readonly title: string };
  readonly items: OneTo<5, ListItem>;
  readonly buttons?: AtMost<3, Button>;
}

/** A line of a list card; a tap opens `link`, says `messageText`, or calls the block with the title as utterance. */
export type ListItem = {
  readonly title: string;
  readonly description?: string;
  readonly imageUrl?: string;
} & (
  | { readonly action?: never; readonly link?: Link }
  | { readonly action: 'message'; readonly messageText: string; readonly extra?: Extra }
  | { readonly action: 'block'; readonly blockId: string; readonly extra?: Extra }
);

/** One to ten cards side by side. */
export interface Carousel {
  readonly type: 'basicCard';
  readonly items: OneTo<10, BasicCard>;
  /** The gateway's own: how many of its cards were shown before, when it goes on behind "더보기". */
  readonly cardsShown?: number;
}

/** A card's picture: 2:1, cut in the middle, unless `fixedRatio` keeps it whole in a 1:1 frame. */
export interface Thumbnail {
  readonly imageUrl: string;
  /** At most 50 characters. */
  readonly altText?: string;
  readonly link?: Link;
  readonly fixedRatio?: boolean;
}

/** Where a tap on a picture or a list item leads: http or https. */
export interface Link {
  readonly web: string;
}

/** A card's button; its label shows at most 14 characters. */
export type Button = { readonly label: string } & (
  | { readonly action: 'webLink'; readonly webLinkUrl: string }
  | { readonly action: 'message'; readonly messageText: string; readonly extra?: Extra }
  | {
      readonly action: 'block';
      readonly blockId: string;
      readonly messageText?: string;
      readonly extra?: Extra;
    }
  | { readonly action: 'phone'; readonly phoneNumber: string }
  | { readonly action: 'share' }
  | { readonly action: 'operator' }
);

/** A reply that the user need not type; its label shows at most 14 characters. */
export type QuickReply = { readonly label: string } & (
  | { readonly action: 'message'; readonly messageText: string; readonly extra?: Extra }
  | {
      readonly action: 'block';
      readonly blockId: string;
      readonly messageText?: string;
      readonly extra?: Extra;
    }
);

/** What a rule may answer; a string is one text bubble. */
export type Answer = string | Output | Reply;

/** A text bubble. */
export const text = (words: string): Output => ({ simpleText: { text: words } });

/** A picture bubble. */
export const image = (imageUrl: string, altText?: string): Output => ({
  simpleImage: altText === undefined ? { imageUrl } : { imageUrl, altText },
});

/** A card of words. */
export const textCard = (card: TextCard): Output => ({ textCard: card });

/** A card with a picture. */
export const basicCard = (card: BasicCard): Output => ({ basicCard: card });

/** A product card. */
export const commerceCard = (card: CommerceCard): Output => ({ commerceCard: card });

/** A list card. */
export const listCard = (card: ListCard): Output => ({ listCard: card });

/** Cards side by side. For cards counted at runtime: `oneTo(10, cards)`. */
export const carousel = (items: OneTo<10, BasicCard>): Output => ({ carousel: { type: 'basicCard', items } });

/** Buttons and quick replies, by what a tap does. */
export const button = {
  /** Opens an http or https page. */
  webLink: (label: string, webLinkUrl: string): Button => ({ label, action: 'webLink', webLinkUrl }),
  /** Says `messageText` (the label, unless given) as the user; `extra` comes back as `turn.incoming.extra`. */
  message: (label: string, messageText: string = label, extra?: Extra): Button & QuickReply => ({
    label,
    action: 'message',
    messageText,
    ...(extra && { extra }),
  }),
  /** Calls a block of the 챗봇 관리자센터, whatever its utterances; `extra` comes back as `turn.incoming.extra`. */
  block: (label: string, blockId: string, extra?: Extra): Button & QuickReply => ({
    label,
    action: 'block',
    blockId,
    ...(extra && { extra }),
  }),
  /** Dials; hidden on PC. */
  phone: (label: string, phoneNumber: string): Button => ({ label, action: 'phone', phoneNumber }),
  /** Shares the bubble with a friend. */
  share: (label: string): Button => ({ label, action: 'share' }),
  /** Hands the room to a person; needs the channel's 1:1 채팅 or a 상담톡 partner. */
  operator: (label: string): Button => ({ label, action: 'operator' }),
};

/** Several bubbles, or quick replies below them; strings stand for text bubbles and for `message` quick replies. */
export function reply(
  outputs: string | Output | OneTo<3, string | Output>,
  quickReplies: AtMost<10, string | QuickReply> = [],
): Reply {
  const bubbles = oneTo(3, present(isList(outputs) ? outputs : [outputs]).map(outputOf));
  if (bubbles === undefined) throw new TypeError('a reply needs at least one output');
  if (quickReplies.length === 0) return { outputs: bubbles };
  return { outputs: bubbles, quickReplies: atMost(10, present(quickReplies).map(quickReplyOf)) };
}

/**
 * The whole reply that a rule's short answer stands for.
 * @throws GatewayError when it is none of the three forms: a rule that forgot to return
 */
export function replyOf(answer: Answer): Reply {
  if (typeof answer === 'object' && answer !== null && 'outputs' in answer) return answer;
  if (typeof answer === 'string' || (typeof answer === 'object' && answer !== null)) {
    return { outputs: [outputOf(answer)] };
  }
  throw new GatewayError(
    `a rule must answer a string, an output or a reply, not ${typeof answer}: does it return?`,
  );
}

const outputOf = (output: string | Output): Output => (typeof output === 'string' ? text(output) : output);

const quickReplyOf = (reply: string | QuickReply): QuickReply =>
  typeof reply === 'string' ? button.message(reply) : reply;

// Array.isArray does not narrow readonly tuples.
const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);
