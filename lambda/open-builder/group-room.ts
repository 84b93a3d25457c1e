// Smart-chat has no group rooms.

import { isBlank } from '../blank.ts';
import { compact, oneTo } from '../bot/at-most.ts';
import { type ByComponent, byComponent } from '../bot/by-component.ts';
import type {
  BasicCard,
  Button,
  Carousel,
  CarouselItemCard,
  CommerceCard,
  Link,
  ListItem,
  QuickReply,
  TextCard,
} from '../bot/components.ts';
import type { GroupButton, GroupOutput } from '../bot/group-components.ts';
import type { Extra } from '../bot/incoming.ts';
import type { Loss, Lost } from '../bot/loss.ts';
import { type SettledReply, text } from '../bot/reply.ts';
import { priceLine } from '../bot/won.ts';
import { bytesOf } from '../check/measure.ts';
import { CROSS_LIMITS } from './limits.ts';
import type { SkillOutput } from './wire.ts';

const MOST_LIST_ITEMS = 5;
const MOST_BUTTONS = CROSS_LIMITS['group.buttons'].limit;

/** A reply of any length as far as a group room shows it. */
export interface GroupRoomReply {
  readonly outputs: readonly GroupOutput[];
  /** The quick replies, which a group room has not, and the buttons for which a card has no room. */
  readonly choices: readonly QuickReply[];
}

/** The reply in what a group room has: lists instead of carousels, cards with prices in words instead of products. */
export function forGroupRoom(reply: SettledReply, lost: Loss[]): GroupRoomReply {
  const choices: QuickReply[] = [...(reply.quickReplies ?? [])];
  const outputs = reply.outputs.flatMap((output, index) => {
    const report = (what: Lost, card?: number): void => {
      lost.push({ what, output: index, ...(card !== undefined && { card }) });
    };
    return byComponent(output, GROUP_FORMS, { report, choices });
  });
  return { outputs, choices };
}

interface Rest {
  readonly report: (what: Lost, card?: number) => void;
  readonly choices: QuickReply[];
}

/** A component as a group room shows it; what has no room in it is told, or handed on. */
const GROUP_FORMS: ByComponent<[Rest], readonly GroupOutput[]> = {
  simpleText: simpleText => [{ simpleText }],
  simpleImage: simpleImage => [{ simpleImage }],
  textCard: (card, rest) => [{ textCard: withFewButtons(card, rest) }],
  basicCard: (card, rest) => [{ basicCard: withFewButtons(card, rest) }],
  commerceCard: (card, rest) => [{ basicCard: withFewButtons(asBasicCard(card), rest) }],
  listCard: (card, rest) => [{ listCard: withFewButtons(card, rest) }],
  itemCard: (card, rest) => [{ itemCard: withFewButtons(card, rest) }],
  carousel: (carousel, { report }) => cardsOneByOne(carousel, report),
};

function withFewButtons<C extends { readonly buttons?: readonly (Button | GroupButton | undefined)[] }>(
  card: C,
  { report, choices }: Rest,
): C {
  const { buttons } = card;
  if (buttons === undefined || buttons.length <= MOST_BUTTONS) return card;
  for (const button of compact(buttons.slice(MOST_BUTTONS))) {
    if (button.action === 'message' || button.action === 'block') choices.push(button);
    else report('button');
  }
  return { ...card, buttons: buttons.slice(0, MOST_BUTTONS) };
}

/** Cards of choices, as many as there is room for; the others are told as lost. */
export function choiceCards(
  description: string,
  choices: readonly QuickReply[],
  most: number,
  lost: Loss[],
): readonly SkillOutput[] {
  const room = CROSS_LIMITS['output.bytes'].limit - bytesOf(choiceCard(description, []));
  const cards: QuickReply[][] = [];
  let left = 0;
  let isFull = false;
  for (const choice of choices) {
    const bytes = bytesOf(choice) + 1;
    const card = cards.at(-1);
    if (card !== undefined && card.length < MOST_BUTTONS && bytes <= left) card.push(choice);
    else if (cards.length < most && bytes <= room) {
      cards.push([choice]);
      left = room;
    } else {
      isFull = true;
      continue;
    }
    left -= bytes;
  }
  if (isFull) lost.push({ what: 'button' });
  return cards.map(buttons => choiceCard(description, buttons));
}

/** A card of words and what can be chosen. */
export function choiceCard(description: string, buttons: readonly QuickReply[]): SkillOutput {
  return { textCard: { description, buttons } };
}

function cardsOneByOne(carousel: Carousel, report: Rest['report']): readonly GroupOutput[] {
  const header = 'header' in carousel ? carousel.header : undefined;
  const before: readonly GroupOutput[] = header ? [text(`${header.title}\n${header.description}`)] : [];
  if (header) report('picture');
  if (carousel.items.length > 1) report('swiping');
  return [...before, ...cardsOf(carousel, report)];
}

function cardsOf(carousel: Carousel, report: Rest['report']): readonly GroupOutput[] {
  switch (carousel.type) {
    case 'listCard':
      return compact(carousel.items).map(listCard => ({ listCard }));
    case 'itemCard':
      return compact<CarouselItemCard>(carousel.items).map(itemCard => ({ itemCard }));
    case 'textCard': {
      const [only, ...others] = compact<TextCard>(carousel.items);
      if (only === undefined) return [];
      return others.length === 0 ? [{ textCard: only }] : listsOf([only, ...others], report);
    }
    case 'basicCard':
    case 'commerceCard': {
      const cards = compact<BasicCard | CommerceCard>(carousel.items);
      const [only, ...others] = cards.map(card => ('price' in card ? asBasicCard(card) : card));
      if (only === undefined) return [];
      return others.length === 0 ? [{ basicCard: only }] : listsOf([only, ...others], report);
    }
    default:
      return carousel satisfies never;
  }
}

function listsOf(cards: readonly (TextCard | BasicCard)[], report: Rest['report']): readonly GroupOutput[] {
  const items = cards.map((card, index) => asListItem(card, what => report(what, index)));
  const lists: GroupOutput[] = [];
  for (let start = 0; start < items.length; start += MOST_LIST_ITEMS) {
    const some = oneTo(MOST_LIST_ITEMS, items.slice(start, start + MOST_LIST_ITEMS));
    if (some) lists.push({ listCard: { header: { title: '목록' }, items: some } });
  }
  return lists;
}

function asBasicCard(card: CommerceCard): BasicCard {
  const { thumbnails, profile, title, buttons, buttonLayout } = card;
  const description = [profile && `[${profile.nickname}]`, card.description, priceLine(card)];
  // Which picture goes with how many buttons, a product's type says as a card's does.
  return {
    thumbnail: thumbnails[0],
    ...(title !== undefined && { title }),
    description: description.filter(Boolean).join('\n'),
    ...(buttons && { buttons }),
    ...(buttonLayout && { buttonLayout }),
  } as BasicCard;
}

/** A card as a line of a list: its first tap stays, its numbers are told. */
function asListItem(card: TextCard | BasicCard, report: (what: Lost) => void): ListItem {
  const picture = 'thumbnail' in card ? card.thumbnail : undefined;
  const words = [card.title, card.description];
  let tap: Tap | undefined;
  for (const { label: _, ...button } of compact<Button>(card.buttons)) {
    if (button.action === 'phone') words.push(`전화: ${button.phoneNumber}`);
    if (button.action === 'phone' || button.action === 'share' || button.action === 'operator') {
      report(LOST_BUTTONS[button.action]);
    } else if (tap !== undefined) {
      report('button');
    } else {
      tap = button.action === 'webLink' ? { link: { web: button.webLinkUrl } } : button;
    }
  }
  if (tap !== undefined && picture?.link) report('button');
  const [title = '-', ...others] = [...words, ...(words.every(isBlank) ? [picture?.altText] : [])].filter(
    one => !isBlank(one),
  );
  return {
    title,
    ...(others.length > 0 && { description: others.join('\n') }),
    ...(picture && { imageUrl: picture.imageUrl }),
    ...(tap ?? (picture?.link && { link: picture.link })),
  };
}

type Tap =
  | { readonly link: Link }
  | { readonly action: 'message'; readonly messageText: string; readonly extra?: Extra }
  | { readonly action: 'block'; readonly blockId: string; readonly extra?: Extra };

const LOST_BUTTONS = { phone: 'dialling', share: 'share-button', operator: 'operator-button' } as const;
