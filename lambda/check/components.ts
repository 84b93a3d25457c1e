import type { Component, ComponentName, KeysOf } from '../bot/by-component.ts';
import type {
  BasicCard,
  Button,
  CarouselHeader,
  CarouselItemCard,
  CommerceProfile,
  Fact,
  ImageTitle,
  ItemCard,
  ItemThumbnail,
  Link,
  ListCard,
  ListItem,
  Output,
  QuickReply,
  SquareThumbnail,
  Summary,
  Thumbnail,
} from '../bot/components.ts';
import type { GroupButton, GroupOutput, GroupText } from '../bot/group-components.ts';
import {
  BOOLEAN,
  type Effects,
  from,
  INTEGER,
  list,
  type Member,
  needed,
  OBJECT,
  string,
  URL_TEXT,
  word,
} from './shape.ts';
import type { Effect } from './violation.ts';

/** The ends that Kakao makes of a part that it does not take. */
export const EFFECTS = {
  drops: {
    severity: 'rejected',
    en: 'Kakao drops the whole answer, and the user sees nothing',
    ko: '카카오가 답변 전체를 버려 아무것도 보이지 않습니다',
  },
  cuts: {
    severity: 'shortened',
    en: 'KakaoTalk may not show all of it',
    ko: '카카오톡이 다 보여 주지 않습니다',
  },
  ignores: { severity: 'shortened', en: 'Kakao ignores it', ko: '카카오가 무시합니다' },
} as const satisfies Effects;

type Inside<T, K extends string> = T extends { readonly [N in K]?: infer M } ? NonNullable<M> : never;

/** The objects inside the components, by the names of their shapes. */
interface Parts {
  output: Output | GroupOutput;
  textExtra: Inside<GroupText, 'extra'>;
  listHeader: ListCard['header'];
  listItem: ListItem;
  item: Fact;
  head: Inside<ItemCard | CarouselItemCard, 'head'>;
  itemProfile: Inside<ItemCard | CarouselItemCard, 'profile'>;
  imageTitle: ImageTitle;
  itemListSummary: Summary;
  header: CarouselHeader;
  thumbnail: Thumbnail | SquareThumbnail | ItemThumbnail;
  link: Link;
  profile: CommerceProfile;
  button: Button | GroupButton;
  quickReply: QuickReply;
}

type Objects = Parts & { readonly [N in ComponentName]: Component<N> };

/** Members that Kakao knows, and that a bot need not say. */
interface KakaosOwn {
  readonly commerceCard: 'currency';
  readonly carousel: 'forwardable';
}

type MembersOf<N extends keyof Objects> = Readonly<Record<KeysOf<Objects[N]>, Member>> &
  (N extends keyof KakaosOwn ? Readonly<Record<KakaosOwn[N], Member>> : unknown);

/** Every object of the types, with every member; a variant has those that are otherwise in it. */
type Known = { readonly [N in keyof Objects]: MembersOf<N> } & {
  readonly [N in keyof Objects as `carousel.${N}`]?: Partial<MembersOf<N>>;
};

/** A button's actions in any room, each with the member that it needs. */
export const ACTIONS =
  'webLink:webLinkUrl message:messageText phone:phoneNumber block:blockId share operator';

/** A button's actions in group rooms alone. */
export const GROUP_ACTIONS = 'guide invite inviteMember mention settings';

const url = from('FAQ', URL_TEXT);
const words = { title: string(), description: string() };
const tap = { messageText: string(), blockId: string() };
const card = {
  buttons: list('button'),
  buttonLayout: word('vertical horizontal'),
  forwardable: BOOLEAN,
} satisfies Readonly<Record<KeysOf<BasicCard> & ('buttons' | 'buttonLayout' | 'forwardable'), Member>>;

/**
 * Kakao's components as a bot says them, in private and group rooms: the most characters and lines of a text, the most
 * and the fewest items of a list, the words, and what must be there. Too much text is shortened, all else is rejected.
 * Characters are UTF-16 code units, lines those before any is wrapped. `carousel.…` tells what is otherwise in a
 * carousel. What a component's type has and this table has not does not compile, nor the other way round.
 * Sources: FMT the response format (where none is named), GRP the guide for group rooms, FAQ the customer centre,
 * SDK what kakao-chatbot and others practise.
 * @see https://kakaobusiness.gitbook.io/main/tool/chatbot/skill_guide/answer_json_format
 */
export const COMPONENTS = {
  output: {
    simpleText: OBJECT,
    simpleImage: OBJECT,
    textCard: OBJECT,
    basicCard: OBJECT,
    commerceCard: OBJECT,
    listCard: OBJECT,
    itemCard: OBJECT,
    carousel: OBJECT,
  },
  simpleText: {
    // A longer text goes on in further bubbles, a blank one is none.
    text: { ...needed(string()), mayBeBlank: true },
    extra: { ...OBJECT, of: 'textExtra' },
    forwardable: BOOLEAN,
  },
  textExtra: { markdown: BOOLEAN },
  simpleImage: { imageUrl: needed(url), altText: string(50), forwardable: BOOLEAN },
  textCard: { ...words, title: string(50), ...card },
  'carousel.textCard': { description: string(128) },
  basicCard: { title: string(50), description: string(230), thumbnail: needed(OBJECT), ...card },
  'carousel.basicCard': { title: string(50, 2), description: string(230, 2) },
  commerceCard: {
    title: string(30),
    description: string(40),
    price: needed(INTEGER),
    currency: word('won'),
    discount: INTEGER,
    discountRate: INTEGER,
    discountedPrice: INTEGER,
    thumbnails: needed(list('thumbnail', 1, 1)),
    profile: OBJECT,
    ...card,
  },
  listCard: {
    header: needed({ ...OBJECT, of: 'listHeader' }),
    items: needed(list('listItem', 5, 1)),
    listLayout: from('GRP', word('ranking')),
    ...card,
  },
  'carousel.listCard': { items: needed(list('listItem', 4, 1)) },
  listHeader: { title: needed(string()) },
  listItem: {
    title: needed(string()),
    description: string(),
    imageUrl: url,
    link: OBJECT,
    action: word('block:blockId message:messageText'),
    ...tap,
    extra: OBJECT,
  },
  itemCard: {
    ...words,
    itemList: needed(list('item', 10, 1)),
    head: OBJECT,
    profile: { ...OBJECT, of: 'itemProfile' },
    imageTitle: OBJECT,
    thumbnail: OBJECT,
    itemListAlignment: word('left right'),
    itemListSummary: OBJECT,
    ...card,
  },
  'carousel.itemCard': { itemList: needed(list('item', 5, 1)) },
  item: { title: needed(string(6)), description: string(Infinity, 2) },
  head: { title: needed(string(Infinity, 1)) },
  itemProfile: { title: needed(string(15)), imageUrl: url, width: INTEGER, height: INTEGER },
  imageTitle: { title: needed(string(Infinity, 2)), description: string(Infinity, 1), imageUrl: url },
  itemListSummary: { title: needed(string(6)), description: needed(string(14)) },
  carousel: {
    type: needed(word('textCard basicCard commerceCard listCard itemCard')),
    items: needed(list('carousel.*', 10, 1)),
    header: OBJECT,
    cardsShown: INTEGER,
    forwardable: BOOLEAN,
  },
  header: {
    title: needed(string(Infinity, 2)),
    description: needed(string(Infinity, 3)),
    thumbnail: needed(OBJECT),
  },

  thumbnail: {
    imageUrl: needed(url),
    altText: string(50),
    link: OBJECT,
    fixedRatio: BOOLEAN,
    width: INTEGER,
    height: INTEGER,
  },
  link: { web: url, pc: url, mobile: url },
  profile: { nickname: needed(string()), imageUrl: url },
  button: {
    label: needed(string(14)),
    action: from('GRP', needed(word(`${ACTIONS} ${GROUP_ACTIONS}`))),
    webLinkUrl: url,
    ...tap,
    phoneNumber: string(),
    extra: OBJECT,
  },
  quickReply: {
    label: from('SDK', needed(string(14))),
    action: needed(word('message block:blockId')),
    ...tap,
    extra: OBJECT,
  },
} satisfies Known;

/** Nothing: what stands in the table and is unknown to the types would be named here. */
export type Strangers = Nothing<
  {
    [N in keyof Objects]: `${N}.${Exclude<keyof (typeof COMPONENTS)[N], keyof MembersOf<N>> & string}`;
  }[keyof Objects]
>;

type Nothing<T extends never> = T;

const limit =
  (effect: Effect) =>
  <L extends number | string>(limit: L, source = 'FMT') => ({ limit, effect, source });
const drops = limit(EFFECTS.drops);
const cuts = limit(EFFECTS.cuts);
const ignores = limit(EFFECTS.ignores);
const misleads = limit({
  severity: 'shortened',
  en: 'the card tells its reader another price',
  ko: '카드가 보는 사람에게 다른 가격을 말합니다',
});

/** Limits that no single member of {@link COMPONENTS} tells, by their ids. */
export const CROSS_LIMITS = {
  'output.components': drops(1),
  'output.bytes': drops(30_720, 'FAQ'),
  'simpleText.fold': cuts(500),
  'textCard.words': drops('title or description'),
  'textCard.length': cuts(400),
  'commerceCard.discountRate': ignores('discountedPrice'),
  'commerceCard.toPay': misleads('0 to price', 'GATEWAY'),
  'commerceCard.rate': misleads('that of price and discountedPrice', 'GATEWAY'),
  'itemCard.headOrProfile': drops(1),
  'itemCard.description': drops('title'),
  'itemCard.length': cuts(200),
  'carousel.itemCard.length': cuts(100),
  'itemCard.lines': cuts(12),
  'itemCard.ratio': cuts('2:1 or 1:1'),
  'carousel.itemCard.ratio': cuts('2:1'),
  'itemProfile.ratio': cuts('1:1'),
  'itemListSummary.letters': cuts('currency, digits, commas, letters, two decimals'),
  'carousel.listCards': drops(5),
  'carousel.header': drops('absent'),
  'carousel.uniform': drops('all cards or none'),
  'carousel.imageRatio': cuts('one ratio'),
  forwardable: ignores('neither carousel, buttons nor taps'),
  'buttons.vertical': drops(3),
  'buttons.horizontal': drops(2),
  'group.buttons': drops(5, 'GRP'),
  'button.label.pair': cuts(8),
};
