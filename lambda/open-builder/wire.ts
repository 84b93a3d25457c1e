/**
 * What a skill answers, in Kakao's spelling.
 * @see https://kakaobusiness.gitbook.io/main/tool/chatbot/skill_guide/answer_json_format
 */
export interface SkillResponse {
  /** Without it Kakao reads the answer as the format of 2018 and shows nothing. */
  readonly version: '2.0';
  readonly template: {
    /** One to three; none only in answer to a group room's webhook, where it means "say nothing". */
    readonly outputs: readonly SkillOutput[];
    /** At most ten; none in a group room. */
    readonly quickReplies?: readonly SkillQuickReply[];
  };
}

/** The first answer of a turn that will be answered by a callback; the block's waiting text shows `data.text`. */
export interface CallbackResponse {
  readonly version: '2.0';
  readonly useCallback: true;
  readonly data: { readonly text: string };
}

/** One bubble: an object of one member, the component's name. */
export type SkillOutput =
  | { readonly simpleText: { readonly text: string } }
  | { readonly simpleImage: { readonly imageUrl: string; readonly altText?: string } }
  | { readonly textCard: SkillTextCard }
  | { readonly basicCard: SkillBasicCard }
  | { readonly commerceCard: SkillCommerceCard }
  | { readonly listCard: SkillListCard }
  | { readonly carousel: { readonly type: 'basicCard'; readonly items: readonly SkillBasicCard[] } };

export interface SkillTextCard {
  readonly title?: string;
  readonly description?: string;
  readonly buttons?: readonly SkillButton[];
}

export interface SkillBasicCard {
  readonly thumbnail: SkillThumbnail;
  readonly title?: string;
  readonly description?: string;
  readonly buttons?: readonly SkillButton[];
}

export interface SkillCommerceCard {
  readonly title?: string;
  readonly description?: string;
  readonly price: number;
  readonly currency: 'won';
  readonly discount?: number;
  readonly discountRate?: number;
  readonly discountedPrice?: number;
  readonly thumbnails: readonly [SkillThumbnail];
  readonly profile?: { readonly nickname: string; readonly imageUrl?: string };
  readonly buttons?: readonly SkillButton[];
}

export interface SkillListCard {
  readonly header: { readonly title: string };
  readonly items: readonly SkillListItem[];
  readonly buttons?: readonly SkillButton[];
}

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

export interface SkillThumbnail {
  readonly imageUrl: string;
  readonly altText?: string;
  readonly link?: SkillLink;
  readonly fixedRatio?: boolean;
}

export interface SkillLink {
  readonly web: string;
}

export interface SkillButton {
  readonly label: string;
  readonly action: 'webLink' | 'message' | 'block' | 'phone' | 'share' | 'operator';
  readonly webLinkUrl?: string;
  readonly messageText?: string;
  readonly blockId?: string;
  readonly phoneNumber?: string;
  readonly extra?: object;
}

export interface SkillQuickReply {
  readonly label: string;
  readonly action: 'message' | 'block';
  readonly messageText?: string;
  readonly blockId?: string;
  readonly extra?: object;
}

/** What the parameter validation API answers. */
export type ValidationResponse =
  /** `value` takes the place of the parameter's. */
  | { readonly status: 'SUCCESS'; readonly value?: string }
  /** Kakao shows `message` and asks again. */
  | { readonly status: 'FAIL'; readonly message: string }
  /** Kakao goes on as if it had not asked. */
  | { readonly status: 'IGNORE' };
