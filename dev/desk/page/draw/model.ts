import type { DrawnPrice } from './price.ts';

// An answer as it is drawn: read from what a bot sent, whatever that was, with a path at each part that a limit of
// Kakao's may be about. Every text is there, be it empty.

/** One bubble, or the cards of a carousel side by side. */
export type DrawnOutput =
  | DrawnText
  | DrawnImage
  | DrawnCard
  | DrawnCarousel
  /** A component that Kakao doesn't have, or none. */
  | { readonly kind: 'unknown'; readonly path: string; readonly name: string };

/** A bubble of text. */
export interface DrawnText {
  readonly kind: 'text';
  readonly path: string;
  readonly text: string;
  readonly isMarkdown: boolean;
  readonly isForwardable: boolean;
}

/** A bubble that is a picture. */
export interface DrawnImage {
  readonly kind: 'picture';
  readonly path: string;
  readonly picture: DrawnPicture;
  readonly isForwardable: boolean;
}

/** A card, alone or in a carousel. */
export type DrawnCard = DrawnBasicCard | DrawnCommerceCard | DrawnListCard | DrawnItemCard;

/** The part below every card. */
export interface DrawnFoot {
  readonly path: string;
  readonly buttons: readonly DrawnButton[];
  readonly isRow: boolean;
  readonly isForwardable: boolean;
}

/** A card of words, with a picture or without: `textCard` and `basicCard`. */
export interface DrawnBasicCard extends DrawnFoot {
  readonly kind: 'basicCard';
  readonly picture?: DrawnPicture;
  /** Of the former format: who speaks, and how many like it. */
  readonly profile?: DrawnProfile;
  readonly social: readonly string[];
  readonly title: DrawnWords;
  readonly description: DrawnWords;
}

/** A product. */
export interface DrawnCommerceCard extends DrawnFoot {
  readonly kind: 'commerceCard';
  readonly picture?: DrawnPicture;
  readonly profile?: DrawnProfile;
  readonly title: DrawnWords;
  readonly description: DrawnWords;
  readonly price?: DrawnPrice;
  readonly pricePath: string;
}

/** A headed list. */
export interface DrawnListCard extends DrawnFoot {
  readonly kind: 'listCard';
  readonly header: DrawnWords;
  readonly isRanking: boolean;
  readonly items: readonly DrawnListItem[];
}

/** A line of a list. */
export interface DrawnListItem {
  readonly path: string;
  readonly title: string;
  readonly description: string;
  readonly picture?: DrawnPicture;
  /** Present where a tap does something. */
  readonly button?: DrawnButton;
}

/** A card of facts. */
export interface DrawnItemCard extends DrawnFoot {
  readonly kind: 'itemCard';
  readonly head?: DrawnWords;
  readonly profile?: DrawnProfile;
  readonly picture?: DrawnPicture;
  readonly imageTitle?: {
    readonly path: string;
    readonly title: string;
    readonly description: string;
    readonly picture?: DrawnPicture;
  };
  readonly facts: readonly DrawnFact[];
  readonly isRight: boolean;
  readonly summary?: DrawnFact;
  readonly title: DrawnWords;
  readonly description: DrawnWords;
}

/** A label and what stands beside it. */
export interface DrawnFact {
  readonly path: string;
  readonly title: string;
  readonly description: string;
}

/** Cards side by side. */
export interface DrawnCarousel {
  readonly kind: 'carousel';
  readonly path: string;
  readonly header?: DrawnCarouselHeader;
  readonly cards: readonly DrawnCard[];
}

/** The card before the first: a title, a description and a picture behind them. */
export interface DrawnCarouselHeader {
  readonly path: string;
  readonly title: string;
  readonly description: string;
  readonly picture?: DrawnPicture;
}

/** A text of a card and its place. */
export interface DrawnWords {
  readonly path: string;
  readonly text: string;
}

/** Somebody's name and picture. */
export interface DrawnProfile {
  readonly path: string;
  readonly name: string;
  readonly picture?: DrawnPicture;
}

/** A picture, as its answer names it. */
export interface DrawnPicture {
  readonly path: string;
  readonly url: string;
  /** For whoever can't see it; may be empty. */
  readonly description: string;
  readonly isSquare: boolean;
  /** Whether it is kept whole, and not cut to its frame. */
  readonly isWhole: boolean;
  /** Where a tap leads. */
  readonly link?: string;
}

/** Something to tap. */
export interface DrawnButton {
  readonly path: string;
  readonly label: string;
  readonly action: string;
  /** Where it leads: `webLink` alone. */
  readonly url?: string;
}

/** A skill's answer. */
export interface DrawnSkillAnswer {
  readonly outputs: readonly DrawnOutput[];
  readonly quickReplies: readonly DrawnButton[];
  /** The ids of those whom texts mention, by the names that the texts give. */
  readonly mentions: Readonly<Record<string, string>>;
}

/** smart-chat's one bubble. */
export interface DrawnMessage {
  readonly path: string;
  readonly text: DrawnWords;
  readonly picture?: DrawnPicture;
  readonly button?: DrawnButton;
}

/** Whether KakaoTalk lets a bubble be passed on: not where a tap does something, nor in a carousel. */
export function isForwardable(output: DrawnOutput): boolean {
  if (!('isForwardable' in output) || !output.isForwardable) return false;
  if ('buttons' in output && output.buttons.length > 0) return false;
  return output.kind !== 'listCard' || output.items.every(({ button }) => button === undefined);
}
