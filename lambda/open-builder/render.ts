import { oneTo, present } from '../bot/at-most.ts';
import type {
  BasicCard,
  Button,
  Carousel,
  CarouselItemCard,
  CarouselListCard,
  CommerceCard,
  Fact,
  ItemCard,
  Link,
  ListItem,
  Output,
  QuickReply,
  TextCard,
} from '../bot/components.ts';
import type {
  GroupButton,
  GroupButtons,
  GroupListCard,
  GroupOutput,
  GroupText,
} from '../bot/group-components.ts';
import type { Extra } from '../bot/incoming.ts';
import type { Loss, Lost } from '../bot/loss.ts';
import { privately } from '../bot/private-reply.ts';
import { type BlockData, button, type ContextChange, type LongReply, laterPart, text } from '../bot/reply.ts';
import { cutText } from '../bot/split-text.ts';
import type { Texts } from '../bot/texts.ts';
import { priceLine } from '../bot/won.ts';
import type { Violation } from '../check/violation.ts';
import type { Rendered } from '../turn/protocol.ts';
import { isWebUrl } from '../web-url.ts';
import { checkSkillResponse } from './check.ts';
import { mended } from './mend.ts';
import { sendableSkill } from './sendable.ts';
import type {
  SkillCarousel,
  SkillCommerceCard,
  SkillContext,
  SkillItemCard,
  SkillListCard,
  SkillOutput,
  SkillResponse,
  SkillTemplate,
} from './wire.ts';

const MAX_OUTPUTS = 3;
const MAX_QUICK_REPLIES = 10;
const MAX_TEXT_LENGTH = 1000;
const MAX_LIST_ITEMS = 5;
const MAX_GROUP_BUTTONS = 5;

/** What a carousel's picture of facts has by Kakao's rule; one without a size would be 1:1. */
const WIDE = { width: 800, height: 400 };

/**
 * A reply as a skill response that Kakao shows; what does not fit into three bubbles waits behind `texts.more`.
 * A group room gets what it may show: lists instead of carousels, cards of buttons instead of quick replies.
 * What Kakao would drop the answer for is left out of it.
 */
export function renderSkill(
  reply: LongReply,
  texts: Texts,
  room: 'private' | 'group',
): Rendered<SkillResponse> {
  const lost: Loss[] = [];
  const first = wholeAnswer(reply, texts, room, lost);
  const violations = checkSkillResponse(first.whole, room);
  if (!violations.some(({ severity }) => severity === 'rejected')) {
    return rendered(reply, first, first.whole, lost, violations);
  }
  const mendedReply = { ...reply, outputs: present<Output | GroupOutput>(reply.outputs).flatMap(mended) };
  const second = wholeAnswer(mendedReply, texts, room, []);
  // A part of an answer that this module made, or the safe text.
  const { answer } = sendableSkill(second.whole, room, texts.apology);
  return rendered(reply, second, answer as SkillResponse, lost, violations);
}

function rendered(
  reply: LongReply,
  { rest }: Whole,
  answer: SkillResponse,
  lost: readonly Loss[],
  violations: readonly Violation[],
): Rendered<SkillResponse> {
  const shown = { answer, lost, violations };
  return rest.length === 0 ? shown : { ...shown, rest: laterPart(reply, rest) };
}

interface Whole {
  readonly whole: SkillResponse;
  readonly rest: readonly GroupOutput[] | readonly Output[];
}

function wholeAnswer(reply: LongReply, texts: Texts, room: 'private' | 'group', lost: Loss[]): Whole {
  const block = blockDataOf(reply);
  if (reply.outputs.length === 0 && block !== undefined) {
    return { whole: { version: '2.0', ...block }, rest: [] };
  }
  const { rest, template, extra } =
    room === 'group' ? inGroup(reply, texts, lost) : inPrivate(reply, texts, lost);
  // Most answers are no more than their template.
  const whole: SkillResponse =
    block === undefined && extra === undefined
      ? { version: '2.0', template }
      : { version: '2.0', template, ...block, ...(extra && { extra }) };
  return { whole, rest };
}

interface Parts<O> {
  readonly template: SkillTemplate;
  readonly rest: readonly O[];
  readonly extra?: SkillResponse['extra'] | undefined;
}

function inPrivate(reply: LongReply, texts: Texts, lost: Loss[]): Parts<Output> {
  const { outputs, quickReplies } = privately(reply, lost);
  const { shown, rest } = firstBubbles(bubblesOf(outputs, texts), MAX_OUTPUTS);
  const own = present(quickReplies);
  const { more } = texts;
  const offered =
    rest.length > 0 ? [button.message(more), ...own.filter(({ label }) => label !== more)] : own;
  if (offered.length > MAX_QUICK_REPLIES) lost.push({ what: 'button' });
  const kept = offered.slice(0, MAX_QUICK_REPLIES);
  return {
    template: { outputs: shown.map(renderOutput), ...(kept.length > 0 && { quickReplies: kept }) },
    rest,
  };
}

function inGroup(reply: LongReply, texts: Texts, lost: Loss[]): Parts<GroupOutput> {
  const allowed = bubblesOf(present(reply.outputs), texts).flatMap((output, index) =>
    forGroup(output, (what, card) => lost.push({ what, output: index, ...(card !== undefined && { card }) })),
  );
  const extra = renderMentions(reply);
  const whole = firstBubbles(allowed, MAX_OUTPUTS);
  if (whole.rest.length > 0) {
    const { shown, rest } = firstBubbles(allowed, MAX_OUTPUTS - 1);
    const more = choiceCard(texts.moreFollows, [button.message(texts.more)]);
    return { template: { outputs: [...shown.map(renderOutput), more] }, rest, extra };
  }
  const outputs = whole.shown.map(renderOutput);
  const choices = present(reply.quickReplies);
  let at = 0;
  for (; at < choices.length && outputs.length < MAX_OUTPUTS; at += MAX_GROUP_BUTTONS) {
    outputs.push(choiceCard(texts.choose, choices.slice(at, at + MAX_GROUP_BUTTONS)));
  }
  if (at < choices.length) lost.push({ what: 'button' });
  return { template: { outputs }, rest: [], extra };
}

function choiceCard(description: string, buttons: readonly QuickReply[]): SkillOutput {
  return { textCard: { description, buttons } };
}

function blockDataOf({ data, contexts }: BlockData): Pick<SkillResponse, 'data' | 'context'> | undefined {
  if (data === undefined && contexts === undefined) return undefined;
  return { ...(data && { data }), ...(contexts && { context: { values: contexts.map(renderContext) } }) };
}

function renderContext({ name, turns, ttlSeconds, params }: ContextChange): SkillContext {
  return {
    name,
    lifeSpan: turns,
    ...(ttlSeconds !== undefined && { ttl: ttlSeconds }),
    ...(params && { params }),
  };
}

function renderMentions({ mentions }: LongReply): SkillResponse['extra'] | undefined {
  if (mentions === undefined) return undefined;
  const told = present(mentions).map(({ name, ...id }) => [
    name,
    'botUserKey' in id ? { type: 'botUserKey', id: id.botUserKey } : { type: 'appUserId', id: id.appUserId },
  ]);
  return { mentions: Object.fromEntries(told) };
}

function bubblesOf<O extends Output | GroupOutput>(
  outputs: readonly O[],
  texts: Texts,
): readonly (O | Output)[] {
  const bubbles = outputs.filter(hasContent);
  return bubbles.length > 0 ? bubbles : [text(texts.nothingToShow)];
}

/** The first bubbles, long texts cut to bubbles; of the rest, no output is cut that need not be. */
function firstBubbles<O extends Output | GroupOutput>(
  outputs: readonly O[],
  max: number,
): { shown: readonly O[]; rest: readonly O[] } {
  if (outputs.length <= max && !outputs.some(isLong)) return { shown: outputs, rest: [] };
  const shown: O[] = [];
  const waiting = [...outputs];
  while (shown.length < max) {
    const output = waiting.shift();
    if (output === undefined) break;
    if (!isLong(output)) {
      shown.push(output);
      continue;
    }
    const { head, tail } = cutText(output.simpleText.text, MAX_TEXT_LENGTH);
    shown.push({ ...output, simpleText: { ...output.simpleText, text: head } });
    if (tail !== '') waiting.unshift({ ...output, simpleText: { ...output.simpleText, text: tail } });
  }
  return { shown, rest: waiting };
}

function isLong(output: Output | GroupOutput): output is { readonly simpleText: GroupText } {
  return 'simpleText' in output && output.simpleText.text.length > MAX_TEXT_LENGTH;
}

// Kakao drops a whole answer for one bubble without content.
function hasContent(output: Output | GroupOutput): boolean {
  if ('simpleText' in output) return output.simpleText.text.trim() !== '';
  if ('simpleImage' in output) return isWebUrl(output.simpleImage.imageUrl);
  if ('textCard' in output) return Boolean(output.textCard.title || output.textCard.description);
  return true;
}

function forGroup(
  output: Output | GroupOutput,
  report: (what: Lost, card?: number) => void,
): readonly GroupOutput[] {
  if ('commerceCard' in output) return [{ basicCard: asBasicCard(output.commerceCard) }];
  if (!('carousel' in output)) return [output];
  const { carousel } = output;
  const header = 'header' in carousel ? carousel.header : undefined;
  const before: readonly GroupOutput[] = header ? [text(`${header.title}\n${header.description}`)] : [];
  if (header) report('picture');
  if (carousel.items.length > 1) report('swiping');
  return [...before, ...cardsForGroup(carousel, report)];
}

function cardsForGroup(
  carousel: Carousel,
  report: (what: Lost, card?: number) => void,
): readonly GroupOutput[] {
  if (carousel.type === 'listCard') return present(carousel.items).map(listCard => ({ listCard }));
  if (carousel.type === 'itemCard') {
    return present<CarouselItemCard>(carousel.items).map(itemCard => ({ itemCard }));
  }
  const cards = present<TextCard | BasicCard | CommerceCard>(carousel.items).map(card =>
    'price' in card ? asBasicCard(card) : card,
  );
  const [only] = cards;
  if (only !== undefined && cards.length === 1) {
    return ['thumbnail' in only ? { basicCard: only } : { textCard: only }];
  }
  const items = cards.map((card, index) => asListItem(card, what => report(what, index)));
  const lists: GroupOutput[] = [];
  for (let start = 0; start < items.length; start += MAX_LIST_ITEMS) {
    const some = oneTo(MAX_LIST_ITEMS, items.slice(start, start + MAX_LIST_ITEMS));
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
  for (const { label: _, ...button } of present<Button>(card.buttons)) {
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
  const [title = picture?.altText || '-', ...others] = words.filter(Boolean);
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

function renderOutput(output: Output | GroupOutput): SkillOutput {
  if ('textCard' in output) return { textCard: counted(output.textCard) };
  if ('basicCard' in output) return { basicCard: counted(output.basicCard) };
  if ('commerceCard' in output) return { commerceCard: renderProduct(output.commerceCard) };
  if ('listCard' in output) return { listCard: renderList(output.listCard) };
  if ('itemCard' in output) return { itemCard: renderFacts(output.itemCard) };
  if ('carousel' in output) return renderCarousel(output.carousel);
  return output;
}

/** The card with a plain list of its buttons, and none where there are none. */
function counted<C extends { readonly buttons?: AnyButtons }>({ buttons, ...card }: C) {
  const own = present(buttons);
  return own.length > 0 ? { ...card, buttons: own } : card;
}

type AnyButtons = readonly (Button | GroupButton | undefined)[];

function renderProduct(card: CommerceCard): SkillCommerceCard {
  return { ...counted(card), currency: 'won' };
}

function renderList(card: GroupListCard | CarouselListCard): SkillListCard {
  return { ...counted(card), items: present<ListItem>(card.items) };
}

function renderFacts(card: ItemCard<GroupButtons> | CarouselItemCard): SkillItemCard {
  return { ...counted(card), itemList: present<Fact>(card.itemList) };
}

// Whether Kakao takes a carousel of one card is not documented: without a header, a card of its own shows the same.
function renderCarousel({ cardsShown: _, ...carousel }: Carousel): SkillOutput {
  const { type } = carousel;
  const items = cardsOf(carousel);
  if (items.length === 1 && !('header' in carousel)) return { [type]: items[0] } as unknown as SkillOutput;
  return { carousel: { ...carousel, items } };
}

function cardsOf(carousel: Carousel): SkillCarousel['items'] {
  switch (carousel.type) {
    case 'textCard':
      return present<TextCard>(carousel.items).map(counted);
    case 'basicCard':
      return present<BasicCard>(carousel.items).map(counted);
    case 'commerceCard':
      return present<CommerceCard>(carousel.items).map(renderProduct);
    case 'listCard':
      return present(carousel.items).map(renderList);
    case 'itemCard':
      return present<CarouselItemCard>(carousel.items).map(card => {
        const facts = renderFacts(card);
        return facts.thumbnail ? { ...facts, thumbnail: { ...WIDE, ...facts.thumbnail } } : facts;
      });
    default:
      return carousel satisfies never;
  }
}
