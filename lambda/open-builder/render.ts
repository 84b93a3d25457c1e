import type { Texts } from '../bot/bot.ts';
import { oneTo, present } from '../bot/counted.ts';
import { cutText } from '../bot/long-text.ts';
import {
  type BasicCard,
  type Button,
  button,
  type CommerceCard,
  type ListItem,
  type LongReply,
  type Output,
  type QuickReply,
  type Thumbnail,
  text,
} from '../bot/reply.ts';
import type { Rendered } from '../bot/take-turn.ts';
import { isWebUrl } from '../bot/web-url.ts';
import { priceLine } from '../bot/words.ts';
import type {
  SkillBasicCard,
  SkillButton,
  SkillListItem,
  SkillOutput,
  SkillQuickReply,
  SkillResponse,
  SkillThumbnail,
} from './wire.ts';

const MAX_OUTPUTS = 3;
const MAX_QUICK_REPLIES = 10;
const MAX_TEXT_LENGTH = 1000;
const MAX_LIST_ITEMS = 5;
const MAX_GROUP_BUTTONS = 5;

/**
 * A reply as a skill response that Kakao shows; what does not fit into three bubbles waits behind `texts.more`.
 * A group room gets what it may show: lists instead of carousels, cards of buttons instead of quick replies.
 */
export function renderSkill(
  reply: LongReply,
  texts: Texts,
  room: 'private' | 'group',
): Rendered<SkillResponse> {
  const bubbles = present(reply.outputs).filter(hasContent);
  if (bubbles.length === 0) bubbles.push(text(texts.nothingToShow));
  const { rest, ...template } =
    room === 'group' ? groupTemplate(reply, bubbles, texts) : privateTemplate(reply, bubbles, texts);
  const answer: SkillResponse = { version: '2.0', template };
  return rest.length === 0
    ? { answer, labels: [] }
    : { answer, labels: [], rest: { ...reply, outputs: rest } };
}

type Parts = SkillResponse['template'] & { readonly rest: readonly Output[] };

function privateTemplate(reply: LongReply, bubbles: readonly Output[], { more }: Texts): Parts {
  const { shown, rest } = firstBubbles(bubbles, MAX_OUTPUTS);
  const own = present(reply.quickReplies);
  const offered =
    rest.length > 0 ? [button.message(more), ...own.filter(({ label }) => label !== more)] : own;
  const quickReplies = offered.slice(0, MAX_QUICK_REPLIES).map(renderQuickReply);
  return { outputs: shown.map(renderOutput), rest, ...(quickReplies.length > 0 && { quickReplies }) };
}

function groupTemplate(reply: LongReply, bubbles: readonly Output[], texts: Texts): Parts {
  const allowed = bubbles.flatMap(forGroup);
  const whole = firstBubbles(allowed, MAX_OUTPUTS);
  if (whole.rest.length > 0) {
    const { shown, rest } = firstBubbles(allowed, MAX_OUTPUTS - 1);
    const more = choiceCard(texts.moreFollows, [button.message(texts.more)]);
    return { outputs: [...shown.map(renderOutput), more], rest };
  }
  const outputs = whole.shown.map(renderOutput);
  const choices = present(reply.quickReplies);
  for (let at = 0; at < choices.length && outputs.length < MAX_OUTPUTS; at += MAX_GROUP_BUTTONS) {
    outputs.push(choiceCard(texts.choose, choices.slice(at, at + MAX_GROUP_BUTTONS)));
  }
  return { outputs, rest: [] };
}

function choiceCard(description: string, choices: readonly QuickReply[]): SkillOutput {
  return { textCard: { description, buttons: choices.map(renderQuickReply) } };
}

/** The first bubbles, long texts cut to bubbles; of the rest, no output is cut that need not be. */
function firstBubbles(outputs: readonly Output[], max: number): { shown: Output[]; rest: Output[] } {
  const shown: Output[] = [];
  const waiting = [...outputs];
  while (shown.length < max) {
    const output = waiting.shift();
    if (output === undefined) break;
    if (!('simpleText' in output)) {
      shown.push(output);
      continue;
    }
    const { head, tail } = cutText(output.simpleText.text, MAX_TEXT_LENGTH);
    shown.push(text(head));
    if (tail !== '') waiting.unshift(text(tail));
  }
  return { shown, rest: waiting };
}

// Kakao drops a whole answer for one bubble without content.
function hasContent(output: Output): boolean {
  if ('simpleText' in output) return output.simpleText.text.trim() !== '';
  if ('simpleImage' in output) return isWebUrl(output.simpleImage.imageUrl);
  if ('textCard' in output) return Boolean(output.textCard.title || output.textCard.description);
  return true;
}

function forGroup(output: Output): Output[] {
  if ('commerceCard' in output) return [{ basicCard: asBasicCard(output.commerceCard) }];
  if (!('carousel' in output)) return [output];
  const cards = present<BasicCard>(output.carousel.items);
  const [only] = cards;
  if (only !== undefined && cards.length === 1) return [{ basicCard: only }];
  const lists: Output[] = [];
  for (let start = 0; start < cards.length; start += MAX_LIST_ITEMS) {
    const items = oneTo(MAX_LIST_ITEMS, cards.slice(start, start + MAX_LIST_ITEMS).map(asListItem));
    if (items) lists.push({ listCard: { header: { title: '목록' }, items } });
  }
  return lists;
}

function asBasicCard(card: CommerceCard): BasicCard {
  const description = [card.description, priceLine(card)].filter(Boolean).join('\n');
  return {
    thumbnail: card.thumbnails[0],
    description,
    ...(card.title !== undefined && { title: card.title }),
    ...(card.buttons && { buttons: card.buttons }),
  };
}

function asListItem(card: BasicCard): ListItem {
  const line = {
    title: card.title || card.description || card.thumbnail.altText || '-',
    ...(card.title && card.description && { description: card.description }),
    imageUrl: card.thumbnail.imageUrl,
  };
  for (const { label: _, ...tap } of present<Button>(card.buttons)) {
    if (tap.action === 'message' || tap.action === 'block') return { ...line, ...tap };
    if (tap.action === 'webLink') return { ...line, link: { web: tap.webLinkUrl } };
  }
  return card.thumbnail.link ? { ...line, link: card.thumbnail.link } : line;
}

function renderOutput(output: Output): SkillOutput {
  if ('simpleText' in output) return { simpleText: { text: output.simpleText.text } };
  if ('simpleImage' in output) {
    const { imageUrl, altText } = output.simpleImage;
    return { simpleImage: { imageUrl, ...(altText !== undefined && { altText }) } };
  }
  if ('textCard' in output) {
    const { title, description, buttons } = output.textCard;
    return {
      textCard: {
        ...(title !== undefined && { title }),
        ...(description !== undefined && { description }),
        ...renderButtons(buttons),
      },
    };
  }
  if ('basicCard' in output) return { basicCard: renderBasicCard(output.basicCard) };
  if ('commerceCard' in output) {
    const { thumbnails, buttons, price, ...card } = output.commerceCard;
    return {
      commerceCard: {
        ...card,
        price,
        currency: 'won',
        thumbnails: [renderThumbnail(thumbnails[0])],
        ...renderButtons(buttons),
      },
    };
  }
  if ('listCard' in output) {
    const { header, items, buttons } = output.listCard;
    return {
      listCard: {
        header: { title: header.title },
        items: present<ListItem>(items).map(renderListItem),
        ...renderButtons(buttons),
      },
    };
  }
  if ('carousel' in output) {
    return {
      carousel: { type: 'basicCard', items: present<BasicCard>(output.carousel.items).map(renderBasicCard) },
    };
  }
  return output satisfies never;
}

function renderBasicCard({ thumbnail, title, description, buttons }: BasicCard): SkillBasicCard {
  return {
    ...(title !== undefined && { title }),
    ...(description !== undefined && { description }),
    thumbnail: renderThumbnail(thumbnail),
    ...renderButtons(buttons),
  };
}

function renderThumbnail({ imageUrl, altText, link, fixedRatio }: Thumbnail): SkillThumbnail {
  return {
    imageUrl,
    ...(altText !== undefined && { altText }),
    ...(link && { link: { web: link.web } }),
    ...(fixedRatio !== undefined && { fixedRatio }),
  };
}

function renderListItem(item: ListItem): SkillListItem {
  const { title, description, imageUrl } = item;
  const line = {
    title,
    ...(description !== undefined && { description }),
    ...(imageUrl !== undefined && { imageUrl }),
  };
  switch (item.action) {
    case 'message':
      return {
        ...line,
        action: 'message',
        messageText: item.messageText,
        ...(item.extra && { extra: item.extra }),
      };
    case 'block':
      return { ...line, action: 'block', blockId: item.blockId, ...(item.extra && { extra: item.extra }) };
    default:
      return item.link ? { ...line, link: { web: item.link.web } } : line;
  }
}

function renderButtons(buttons: readonly (Button | undefined)[] | undefined): {
  buttons?: readonly SkillButton[];
} {
  const rendered = present(buttons).map(renderButton);
  return rendered.length > 0 ? { buttons: rendered } : {};
}

function renderButton(button: Button): SkillButton {
  const { label, action } = button;
  switch (button.action) {
    case 'webLink':
      return { label, action, webLinkUrl: button.webLinkUrl };
    case 'phone':
      return { label, action, phoneNumber: button.phoneNumber };
    case 'share':
    case 'operator':
      return { label, action };
    default:
      return renderQuickReply(button);
  }
}

function renderQuickReply(reply: QuickReply): SkillQuickReply {
  const { label, extra } = reply;
  const rest = extra ? { extra } : {};
  if (reply.action === 'message')
    return { label, action: 'message', messageText: reply.messageText, ...rest };
  const { blockId, messageText } = reply;
  return { label, action: 'block', blockId, ...(messageText !== undefined && { messageText }), ...rest };
}
