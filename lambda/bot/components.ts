import type { AtMost, OneTo } from './at-most.ts';
import type { Extra } from './incoming.ts';

// Kakao's components as a bot says them: plain JSON under Kakao's own names, with counts and required fields as types.
// Lengths are what KakaoTalk shows; a longer text is shortened by the app and told to the log.
// https://kakaobusiness.gitbook.io/main/tool/chatbot/skill_guide/answer_json_format

/** One bubble. */
export type Output =
  | { readonly simpleText: SimpleText }
  | { readonly simpleImage: SimpleImage }
  | { readonly textCard: TextCard }
  | { readonly basicCard: BasicCard }
  | { readonly commerceCard: CommerceCard }
  | { readonly listCard: ListCard }
  | { readonly itemCard: ItemCard }
  | { readonly carousel: Carousel };

/** Whether the user may pass the bubble on to friends; not in a carousel, nor with buttons or tappable items. */
interface Forwardable {
  readonly forwardable?: boolean;
}

/** Text of any length: past 1,000 characters it goes on in further bubbles and behind "더보기". */
export interface SimpleText extends Forwardable {
  readonly text: string;
}

/** A picture that KakaoTalk fetches itself, so its URL must be public. */
export interface SimpleImage extends Forwardable {
  readonly imageUrl: string;
  /** At most 50 characters. */
  readonly altText?: string;
}

/** A card of words, with a title (at most 50 characters), a description, or both (together at most 400; in a carousel a description of 128). */
export type TextCard<B = Buttons> = (
  | { readonly title: string; readonly description?: string }
  | { readonly title?: string; readonly description: string }
) &
  B &
  Forwardable;

/** A card with a picture; Kakao refuses one without. */
export type BasicCard<B = Buttons, Row = ButtonRow> = {
  /** At most 50 characters. */
  readonly title?: string;
  /** At most 230 characters; a carousel shows two lines. */
  readonly description?: string;
} & (({ readonly thumbnail: Thumbnail } & B) | ({ readonly thumbnail: SquareThumbnail } & Row)) &
  Forwardable;

/** A product with its price in won. */
export type CommerceCard = {
  /** Whole won. */
  readonly price: number;
  /** At most 30 characters. */
  readonly title?: string;
  /** At most 40 characters. */
  readonly description?: string;
  readonly profile?: CommerceProfile;
} & Discount &
  (
    | ({ readonly thumbnails: readonly [Thumbnail] } & Buttons)
    | ({ readonly thumbnails: readonly [SquareThumbnail] } & ButtonRow)
  ) &
  Forwardable;

/** A product's discount: won off its price, or the price to pay, and then perhaps the percentage to show. */
export type Discount =
  | { readonly discount?: number; readonly discountedPrice?: never; readonly discountRate?: never }
  | {
      /** The price to pay in won; wins over the other two. */
      readonly discountedPrice: number;
      /** Percent. */
      readonly discountRate?: number;
      readonly discount?: number;
    };

/** Who sells a product. */
export interface CommerceProfile {
  readonly nickname: string;
  /** 180 × 180 looks best. */
  readonly imageUrl?: string;
}

/** A headed list of one to five items. */
export type ListCard<B = Buttons, Most extends number = 5> = {
  readonly header: { readonly title: string };
  readonly items: OneTo<Most, ListItem>;
} & B &
  Forwardable;

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

/** A card of facts, one to ten: a ticket, a receipt, an order. */
export type ItemCard<B = Buttons> = ItemCardOf<10, ItemCardHead & ItemCardPictures & ItemCardWords & B> &
  Forwardable;

/** An item card of a carousel, whichever parts its neighbours share; to make one, let {@link UniformItemCards} infer it. */
export type CarouselItemCard = ItemCardOf<5, ItemCardHead & ItemCardPictures & ItemCardWords & Buttons>;

type ItemCardOf<Most extends number, Rest> = {
  readonly itemList: OneTo<Most, Fact>;
  /** Where the descriptions of the facts stand. Default: left. */
  readonly itemListAlignment?: 'left' | 'right';
  readonly itemListSummary?: Summary;
} & Rest;

/** One fact: a title of at most six characters, and a description of two lines. */
export interface Fact {
  readonly title: string;
  readonly description: string;
}

/** The sum of the facts: a title of at most six characters and an amount of at most 14, "33,500원". */
export interface Summary {
  readonly title: string;
  /** A currency, digits, commas, two decimals and spaces alone. */
  readonly description: string;
}

/** The begin of an item card: a head of one line, a profile (at most 15 characters, a 1:1 picture), or nothing. */
type ItemCardHead =
  | { readonly head: { readonly title: string }; readonly profile?: never }
  | { readonly head?: never; readonly profile: ItemProfile }
  | { readonly head?: never; readonly profile?: never };

/** The name, at most 15 characters, and 1:1 picture at an item card's top. */
export interface ItemProfile {
  readonly title: string;
  readonly imageUrl?: string;
  readonly width?: number;
  readonly height?: number;
}

interface ItemCardPictures {
  readonly thumbnail?: ItemThumbnail;
  readonly imageTitle?: ImageTitle;
}

/** Words of two lines with a small picture at their right. */
export interface ImageTitle {
  readonly title: string;
  readonly description?: string;
  readonly imageUrl?: string;
}

/** An item card's picture: 1:1 (800 × 800), or 2:1 (800 × 400) where its size says so; 2:1 in a carousel. */
export type ItemThumbnail = { readonly imageUrl: string; readonly altText?: string; readonly link?: Link } & (
  | { readonly width: number; readonly height: number }
  | { readonly width?: never; readonly height?: never }
);

/** An item card's last words: together at most 200 characters (100 in a carousel) and 12 lines; no description without a title. */
type ItemCardWords =
  | { readonly title: string; readonly description?: string }
  | { readonly title?: string; readonly description?: never };

/** One to ten cards of a kind side by side; with cards of lists one to five, of four items each. */
export type Carousel =
  | (CarouselOf<'textCard', OneTo<10, TextCard>> & { readonly header?: never })
  | (CarouselOf<'listCard', OneTo<5, CarouselListCard>> & { readonly header?: never })
  | (CarouselOf<'basicCard', OneTo<10, BasicCard>> & Headed)
  | (CarouselOf<'commerceCard', OneTo<10, CommerceCard>> & Headed)
  | (CarouselOf<'itemCard', UniformItemCards> & Headed);

/** A list card as it fits into a carousel: one to four items. */
export type CarouselListCard = ListCard<Buttons, 4>;

interface CarouselOf<Type, Items> {
  readonly type: Type;
  readonly items: Items;
  /** The gateway's own: how many of its cards were shown before, when it goes on behind "더보기". */
  readonly cardsShown?: number;
}

interface Headed {
  readonly header?: CarouselHeader;
}

/** The header before the first card: a title of two lines, a description of three, a picture. */
export interface CarouselHeader {
  readonly title: string;
  readonly description: string;
  readonly thumbnail: { readonly imageUrl: string };
}

/** Item cards that all begin alike, and all have a picture and words with a picture, or none does: Kakao refuses others. */
export type UniformItemCards = ListsOf<ItemCardShape>;

type ListsOf<Shape> = Shape extends unknown
  ? OneTo<10, ItemCardOf<5, Shape & ItemCardWords & Buttons>>
  : never;

type ItemCardShape = ItemCardHead &
  AllOrNone<'thumbnail', ItemThumbnail> &
  AllOrNone<'imageTitle', ImageTitle>;

type AllOrNone<Name extends string, T> = { readonly [N in Name]: T } | { readonly [N in Name]?: never };

/** A card's picture, cut to 2:1 in the middle. */
export interface Thumbnail {
  readonly imageUrl: string;
  /** At most 50 characters. */
  readonly altText?: string;
  readonly link?: Link;
  readonly fixedRatio?: false;
}

/** A card's picture, kept whole in a 1:1 frame: its buttons stand side by side, unless a layout says otherwise. */
export interface SquareThumbnail extends Omit<Thumbnail, 'fixedRatio'> {
  /** Whatever runtime says: what fits below a square picture fits below the other, too. */
  readonly fixedRatio: boolean;
}

/** Where a tap on a picture or a list item leads, http or https: a page for all, or one for PCs and one for phones. */
export type Link = { readonly web: string } | { readonly pc: string; readonly mobile: string };

/** Up to three buttons below each other, or two side by side. */
export type Buttons =
  | { readonly buttons?: AtMost<3, Button>; readonly buttonLayout?: 'vertical' }
  | { readonly buttons?: AtMost<2, Button>; readonly buttonLayout: 'horizontal' };

/** Up to two buttons side by side, or three below each other: what goes with a square picture. */
export type ButtonRow =
  | { readonly buttons?: AtMost<2, Button>; readonly buttonLayout?: 'horizontal' }
  | { readonly buttons?: AtMost<3, Button>; readonly buttonLayout: 'vertical' };

/** A card's button; its label shows at most 14 characters, side by side 8. */
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
