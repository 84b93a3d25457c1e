/**
 * A skill's answer, in Kakao's spelling.
 * @see https://kakaobusiness.gitbook.io/main/tool/chatbot/skill_guide/answer_json_format
 */
export interface SkillResponse {
  /** Without it Kakao reads the answer as the format of 2018 and shows nothing. */
  readonly version: '2.0';
  /** Absent where the block's own answer is to be shown, with `data` in it. */
  readonly template?: SkillTemplate;
  readonly context?: { readonly values: readonly SkillContext[] };
  /** Read in the block's texts as `{{#webhook.<name>}}`. */
  readonly data?: { readonly [name: string]: unknown };
  /** In group rooms alone: at most 15 mentions. */
  readonly extra?: { readonly mentions: { readonly [name: string]: SkillMention } };
}

/** The bubbles of an answer, and the quick replies below them. */
export interface SkillTemplate {
  /** One to three; none only in answer to a group room's webhook, where it means "say nothing". */
  readonly outputs: readonly SkillOutput[];
  /** At most ten; none in a group room. */
  readonly quickReplies?: readonly SkillQuickReply[];
}

/** A context to set; a request spells it `lifespan`. */
export interface SkillContext {
  readonly name: string;
  readonly lifeSpan: number;
  /** In seconds. */
  readonly ttl?: number;
  readonly params?: { readonly [name: string]: string };
}

/** A member of a group room. */
export interface SkillMention {
  readonly type: 'botUserKey' | 'appUserId';
  readonly id: string;
}

/** The first answer of a turn that will be answered by a callback; the block's waiting text shows `data.text`. */
export interface CallbackResponse {
  readonly version: '2.0';
  readonly useCallback: true;
  readonly data: { readonly text: string };
}

/** One bubble: an object of one member, the component's name. */
export type SkillOutput =
  | { readonly simpleText: SkillSimpleText }
  | { readonly simpleImage: SkillSimpleImage }
  | { readonly textCard: SkillTextCard }
  | { readonly basicCard: SkillBasicCard }
  | { readonly commerceCard: SkillCommerceCard }
  | { readonly listCard: SkillListCard }
  | { readonly itemCard: SkillItemCard }
  | { readonly carousel: SkillCarousel };

/** A bubble of text. */
export interface SkillSimpleText {
  readonly text: string;
  /** In group rooms alone. */
  readonly extra?: { readonly markdown: boolean };
  readonly forwardable?: boolean;
}

/** A bubble that is a picture. */
export interface SkillSimpleImage {
  readonly imageUrl: string;
  readonly altText?: string;
  readonly forwardable?: boolean;
}

/** The part below every card. */
export interface SkillCard {
  /** Three below each other, two side by side; five in a group room. */
  readonly buttons?: readonly SkillButton[];
  readonly buttonLayout?: 'vertical' | 'horizontal';
  readonly forwardable?: boolean;
}

/** A card of words. */
export interface SkillTextCard extends SkillCard {
  readonly title?: string;
  readonly description?: string;
}

/** A card with a picture. */
export interface SkillBasicCard extends SkillCard {
  readonly thumbnail: SkillThumbnail;
  readonly title?: string;
  readonly description?: string;
}

/** A product, with its price. */
export interface SkillCommerceCard extends SkillCard {
  readonly title?: string;
  readonly description?: string;
  readonly price: number;
  readonly currency: 'won';
  readonly discount?: number;
  readonly discountRate?: number;
  readonly discountedPrice?: number;
  readonly thumbnails: readonly [SkillThumbnail];
  readonly profile?: { readonly nickname: string; readonly imageUrl?: string };
}

/** A headed list. */
export interface SkillListCard extends SkillCard {
  readonly header: { readonly title: string };
  readonly items: readonly SkillListItem[];
  /** In group rooms alone. */
  readonly listLayout?: 'ranking';
}

/** A line of a list. */
export interface SkillListItem {
  readonly title: string;
  readonly description?: string;
  readonly imageUrl?: string;
  readonly link?: SkillLink;
  readonly action?: 'block' | 'message';
  readonly blockId?: string;
  readonly messageText?: string;
  readonly extra?: object;
}

/** A card of facts. */
export interface SkillItemCard extends SkillCard {
  readonly itemList: readonly { readonly title: string; readonly description: string }[];
  readonly itemListAlignment?: 'left' | 'right';
  readonly itemListSummary?: { readonly title: string; readonly description: string };
  readonly head?: { readonly title: string };
  readonly profile?: {
    readonly title: string;
    readonly imageUrl?: string;
    readonly width?: number;
    readonly height?: number;
  };
  readonly imageTitle?: { readonly title: string; readonly description?: string; readonly imageUrl?: string };
  readonly thumbnail?: {
    readonly imageUrl: string;
    readonly altText?: string;
    readonly link?: SkillLink;
    readonly width?: number;
    readonly height?: number;
  };
  readonly title?: string;
  readonly description?: string;
}

/** Cards of one kind, side by side. */
export interface SkillCarousel {
  readonly type: 'textCard' | 'basicCard' | 'commerceCard' | 'listCard' | 'itemCard';
  /** At most ten; five list cards. */
  readonly items: readonly (
    | SkillTextCard
    | SkillBasicCard
    | SkillCommerceCard
    | SkillListCard
    | SkillItemCard
  )[];
  /** Not above text cards and list cards. */
  readonly header?: {
    readonly title: string;
    readonly description: string;
    readonly thumbnail: { readonly imageUrl: string };
  };
}

/** A card's picture. */
export interface SkillThumbnail {
  readonly imageUrl: string;
  readonly altText?: string;
  readonly link?: SkillLink;
  readonly fixedRatio?: boolean;
}

/** `web` wins over the other two. */
export interface SkillLink {
  readonly web?: string;
  readonly pc?: string;
  readonly mobile?: string;
}

/** A button of a card. */
export interface SkillButton {
  readonly label: string;
  readonly action:
    | 'webLink'
    | 'message'
    | 'block'
    | 'phone'
    | 'share'
    | 'operator'
    // In group rooms alone.
    | 'guide'
    | 'invite'
    | 'inviteMember'
    | 'mention'
    | 'settings';
  readonly webLinkUrl?: string;
  readonly messageText?: string;
  readonly blockId?: string;
  readonly phoneNumber?: string;
  readonly extra?: object;
}

/** A button below the bubbles. */
export interface SkillQuickReply {
  readonly label: string;
  readonly action: 'message' | 'block';
  readonly messageText?: string;
  readonly blockId?: string;
  readonly extra?: object;
}

/** An answer of the parameter validation API. */
export type ValidationResponse =
  /** `value` takes the place of the parameter's. */
  | { readonly status: 'SUCCESS'; readonly value?: string }
  /** Kakao shows `message` and asks again. */
  | { readonly status: 'FAIL'; readonly message: string }
  /** Kakao goes on as if it had not asked. */
  | { readonly status: 'IGNORE' };
