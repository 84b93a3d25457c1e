import { type AtMost, atMost, compact, type OneTo, oneTo } from './at-most.ts';
import type {
  BasicCard,
  Button,
  Carousel,
  CarouselHeader,
  CarouselListCard,
  CommerceCard,
  ItemCard,
  ListCard,
  Output,
  QuickReply,
  TextCard,
  UniformItemCards,
} from './components.ts';
import type { GroupButton, GroupOutput, Mention } from './group-components.ts';
import type { Extra } from './incoming.ts';

/**
 * A reply: one to three outputs, then up to ten quick replies; a group room shows these as buttons.
 * Plain JSON in Kakao's own component names, whatever protocol carries it.
 * @see https://kakaobusiness.gitbook.io/main/tool/chatbot/skill_guide/answer_json_format
 */
export interface Reply extends BlockData {
  readonly outputs: OneTo<3, Alone<Output>>;
  readonly quickReplies?: AtMost<10, QuickReply>;
}

/** A reply of a group room: one to three outputs, no quick replies, and up to 15 mentions of members. */
export interface GroupReply extends BlockData {
  readonly outputs: OneTo<3, Alone<GroupOutput>>;
  readonly mentions?: AtMost<15, Mention>;
}

/** The data and contexts that a reply gives its block of the 챗봇 관리자센터; alone they leave the words to the block's own answer. */
export interface BlockData {
  /** Read in the block's texts as `{{#webhook.<name>}}`; must survive JSON. */
  readonly data?: Extra;
  /** Contexts to begin, to go on or to end; only those that the block declares as output. */
  readonly contexts?: readonly ContextChange[];
}

/** A context that lasts so many turns of the user, or seconds, whichever ends first. */
export interface ContextChange {
  readonly name: string;
  /** Zero ends it. */
  readonly turns: number;
  readonly ttlSeconds?: number;
  readonly params?: Readonly<Record<string, string>>;
}

/**
 * An answer settled, or what is left of one: plain JSON of known members alone, of any length; renderers show it in
 * parts. No output or none that shows anything says nothing.
 */
export interface SettledReply extends BlockData {
  readonly outputs: readonly (Output | GroupOutput)[];
  readonly quickReplies?: readonly QuickReply[];
  readonly mentions?: readonly Mention[];
}

/** An answer as a rule may return it: a string is one text bubble, block data alone says nothing of its own. */
export type Answer = string | Alone<Output> | Reply | GroupReply | BlockDataAlone;

/** Block data, and no words: the block's own answer is shown. */
export type BlockDataAlone = { readonly outputs?: never } & (
  | { readonly data: Extra; readonly contexts?: readonly ContextChange[] }
  | { readonly data?: Extra; readonly contexts: readonly ContextChange[] }
);

/** A bubble of exactly one component. */
type Alone<O> = O extends unknown ? O & { readonly [K in Exclude<KeysOf<Output>, keyof O>]?: never } : never;

/** A text bubble, of any length: past 1,000 characters it goes on in further bubbles and behind "더보기". */
export const text = (words: string): { simpleText: { text: string } } => ({ simpleText: { text: words } });

/** A picture bubble: a public http or https URL, and at most 50 characters for who can't see it. */
export const image = (imageUrl: string, altText?: string): Output => ({
  simpleImage: altText === undefined ? { imageUrl } : { imageUrl, altText },
});

/** A card of words: a title, a description or both, and up to three buttons. */
export const textCard = (card: TextCard): { textCard: TextCard } => ({ textCard: card });

/** A card with a picture, words, and up to three buttons. */
export const basicCard = (card: BasicCard): { basicCard: BasicCard } => ({ basicCard: card });

/** A product card: a picture, a price in whole won, and up to three buttons. */
export const commerceCard = (card: CommerceCard): { commerceCard: CommerceCard } => ({ commerceCard: card });

/** A list card: a header, one to five items, and up to three buttons. */
export const listCard = <const C extends ListCard>(card: C & Exactly<C, ListCard>): { listCard: C } => ({
  listCard: card,
});

/** A card of one to ten facts: a ticket, a receipt, an order. */
export const itemCard = <const C extends ItemCard>(card: C & Exactly<C, ItemCard>): { itemCard: C } => ({
  itemCard: card,
});

/** Cards of one kind side by side, under a header perhaps. For cards counted at runtime: `oneTo(10, cards)`. */
export function carousel(cards: OneTo<10, { textCard: TextCard }>): Output;
export function carousel(cards: OneTo<5, { listCard: CarouselListCard }>): Output;
export function carousel(cards: OneTo<10, { commerceCard: CommerceCard }>, header?: CarouselHeader): Output;
export function carousel(cards: Boxed<UniformItemCards>, header?: CarouselHeader): Output;
export function carousel(cards: OneTo<10, { basicCard: BasicCard }>, header?: CarouselHeader): Output;
export function carousel(cards: readonly (object | undefined)[], header?: CarouselHeader): Output {
  const [first = {}] = cards;
  const [type = ''] = Object.keys(first);
  const items = compact(cards).flatMap(card => Object.values(card));
  // The overloads have seen that all cards are of the kind of the first.
  const carousel = { type, items, ...(header && { header }) } as unknown as Carousel;
  return { carousel };
}

/** Buttons and quick replies, by what a tap does. */
export const button = {
  /** Opens an http or https page. */
  webLink: (label: string, webLinkUrl: string): Button => ({ label, action: 'webLink', webLinkUrl }),
  /** Says `messageText` (the label, unless given) as the user; `extra` comes back as `turn.incoming.extra`. */
  message: (label: string, messageText: string = label, extra?: Extra): Button & QuickReply =>
    extra ? { label, action: 'message', messageText, extra } : { label, action: 'message', messageText },
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
  /** Does what only a group room has: its guide, an invitation, a mention of the bot, its settings. */
  group: (label: string, action: GroupButton['action']): GroupButton => ({ label, action }),
};

/**
 * A reply of one to three bubbles with up to ten quick replies below them; strings stand for text bubbles and for
 * `message` quick replies.
 * @throws TypeError when there is no output, as untyped code may have it
 */
export function reply(
  outputs: string | Output | OneTo<3, string | Output>,
  quickReplies: AtMost<10, string | QuickReply> = [],
  { data, contexts }: BlockData = {},
): Reply {
  const bubbles = oneTo(3, compact(isList(outputs) ? outputs : [outputs]).map(outputOf));
  if (bubbles === undefined) throw new TypeError('a reply needs at least one output');
  return {
    outputs: bubbles,
    ...(quickReplies.length > 0 && { quickReplies: atMost(10, compact(quickReplies).map(quickReplyOf)) }),
    ...(data && { data }),
    ...(contexts && { contexts }),
  };
}

/**
 * A reply of one to three bubbles in a group room, and whom their texts mention by `{{#mentions.<name>}}`.
 * @throws TypeError when there is no output, as untyped code may have it
 */
export function groupReply(
  outputs: string | GroupOutput | OneTo<3, string | GroupOutput>,
  mentions: AtMost<15, Mention> = [],
): GroupReply {
  const bubbles = oneTo(3, compact(isList(outputs) ? outputs : [outputs]).map(outputOf));
  if (bubbles === undefined) throw new TypeError('a reply needs at least one output');
  return mentions.length > 0 ? { outputs: bubbles, mentions } : { outputs: bubbles };
}

/** Several replies in one, in order; of what they give their block, the last says what counts. */
export function joined(replies: readonly SettledReply[]): SettledReply {
  const data = Object.assign({}, ...replies.map(reply => reply.data));
  const contexts = new Map(
    replies.flatMap(reply => reply.contexts ?? []).map(context => [context.name, context]),
  );
  const mentions = replies.flatMap(reply => reply.mentions ?? []);
  return {
    outputs: replies.flatMap(({ outputs }) => outputs),
    ...(replies.some(reply => reply.data) && { data }),
    ...(replies.some(reply => reply.contexts) && { contexts: [...contexts.values()] }),
    ...(mentions.length > 0 && { mentions }),
  };
}

/** A part of a reply, to be shown later: what the block was given came with the first part. */
export function laterPart(
  { quickReplies, mentions }: { readonly [K in 'quickReplies' | 'mentions']?: SettledReply[K] | undefined },
  outputs: SettledReply['outputs'],
): SettledReply {
  return { outputs, ...(quickReplies && { quickReplies }), ...(mentions && { mentions }) };
}

/** Members that `T` has not, so that a misspelt one does not compile where the card's own type is kept. */
type Exactly<C, T> = { readonly [K in Exclude<keyof C, KeysOf<T>>]: never };

type KeysOf<T> = T extends unknown ? keyof T : never;

type Boxed<Lists> = Lists extends unknown
  ? { readonly [Index in keyof Lists]: { readonly itemCard: Lists[Index] } }
  : never;

const outputOf = <O extends object>(output: string | O): O | { simpleText: { text: string } } =>
  typeof output === 'string' ? text(output) : output;

const quickReplyOf = (reply: string | QuickReply): QuickReply =>
  typeof reply === 'string' ? button.message(reply) : reply;

// Array.isArray does not narrow readonly tuples.
const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);
