import type { Texts } from '../bot/bot.ts';
import { present } from '../bot/counted.ts';
import type { Extra } from '../bot/incoming.ts';
import type {
  BasicCard,
  Button,
  CommerceCard,
  ListCard,
  ListItem,
  Output,
  QuickReply,
} from '../bot/reply.ts';
import { isWebUrl } from '../bot/web-url.ts';
import { priceLine } from '../bot/words.ts';

/** What one card, or one bubble without cards, comes to in words. */
export interface Block {
  readonly text: string;
  readonly photo?: string;
  readonly links: readonly LinkOut[];
  readonly actions: readonly Action[];
}

/** A link of a card; `isButton` where the card shows it as a button, and not behind a picture or an item. */
export interface LinkOut {
  readonly label: string;
  readonly url: string;
  readonly isButton: boolean;
}

/** Something a tap says; smart-chat has it as a key of the keyboard. */
export interface Action {
  readonly label: string;
  readonly text: string;
  readonly blockId?: string;
  readonly extra?: Extra;
}

/** The blocks of an output: one, or one a card of a carousel, whose words and labels are numbered. */
export function blocksOf(output: Output, texts: Texts): Block[] {
  if ('simpleText' in output) return [{ ...NOTHING, text: output.simpleText.text.trim() }];
  if ('simpleImage' in output) return [imageBlock(output.simpleImage.imageUrl, output.simpleImage.altText)];
  if ('textCard' in output) {
    const { title, description, buttons } = output.textCard;
    return [withButtons({ ...NOTHING, text: paragraphs(title, description) }, buttons, texts)];
  }
  if ('basicCard' in output) return [basicCardBlock(output.basicCard, texts)];
  if ('commerceCard' in output) return [commerceCardBlock(output.commerceCard, texts)];
  if ('listCard' in output) return [listCardBlock(output.listCard, texts)];
  if ('carousel' in output) {
    const { items, cardsShown = 0 } = output.carousel;
    const cards = present<BasicCard>(items).map(card => basicCardBlock(card, texts));
    if (cards.length === 1 && cardsShown === 0) return cards;
    return cards.map((block, index) => numbered(block, cardsShown + index + 1));
  }
  return output satisfies never;
}

/** What tapping a button or a quick reply says. */
export function actionOf(reply: QuickReply): Action {
  const { label, extra } = reply;
  // An empty extra says no more than none, and would have to be remembered.
  const payload = extra && Object.keys(extra).length > 0 ? { extra } : {};
  if (reply.action === 'message') return { label, text: reply.messageText.trim(), ...payload };
  return { label, text: (reply.messageText ?? label).trim(), blockId: reply.blockId, ...payload };
}

const NOTHING: Block = { text: '', links: [], actions: [] };

function imageBlock(url: string, altText = ''): Block {
  if (isPhoto(url)) return { ...NOTHING, photo: url };
  return isWebUrl(url)
    ? { ...NOTHING, links: [{ label: altText || '사진', url, isButton: false }] }
    : { ...NOTHING, text: altText };
}

function basicCardBlock({ thumbnail, title, description, buttons }: BasicCard, texts: Texts): Block {
  const picture = imageBlock(thumbnail.imageUrl, thumbnail.altText);
  const link = thumbnail.link?.web;
  const block = {
    ...picture,
    text: lines(title, description),
    links:
      link !== undefined && isWebUrl(link)
        ? [{ label: title || '자세히 보기', url: link, isButton: false }]
        : picture.links,
  };
  return withButtons(block, buttons, texts);
}

function commerceCardBlock(card: CommerceCard, texts: Texts): Block {
  const words = lines(
    card.profile && `[${card.profile.nickname}]`,
    card.title,
    card.description,
    `가격 ${priceLine(card)}`,
  );
  const block = basicCardBlock({ thumbnail: card.thumbnails[0] }, texts);
  return withButtons({ ...block, text: words }, card.buttons, texts);
}

function listCardBlock({ header, items, buttons }: ListCard, texts: Texts): Block {
  const list = present<ListItem>(items);
  const itemLines = list.map((item, index) => {
    const line = `${index + 1}. ${[item.title, item.description].filter(Boolean).join(' – ')}`;
    return item.action === undefined && item.link ? `${line}\n${item.link.web}` : line;
  });
  const photo = list.find(item => item.imageUrl !== undefined && isPhoto(item.imageUrl))?.imageUrl;
  const block: Block = {
    text: lines(header.title, ...itemLines),
    ...(photo !== undefined && { photo }),
    links: [],
    actions: list.flatMap(itemAction),
  };
  return withButtons(block, buttons, texts);
}

function itemAction(item: ListItem): Action[] {
  if (item.action === 'message') return [actionOf({ ...item, label: item.title })];
  if (item.action === 'block') return [actionOf({ ...item, label: item.title })];
  return [];
}

function withButtons(
  block: Block,
  buttons: readonly (Button | undefined)[] | undefined,
  texts: Texts,
): Block {
  const words = [block.text];
  const links: LinkOut[] = [];
  const actions = [...block.actions];
  for (const button of present(buttons)) {
    switch (button.action) {
      case 'webLink':
        if (isWebUrl(button.webLinkUrl))
          links.push({ label: button.label, url: button.webLinkUrl, isButton: true });
        else words.push(`${button.label}: ${button.webLinkUrl}`);
        break;
      case 'phone':
        words.push(`전화: ${button.phoneNumber}`);
        break;
      case 'operator':
        words.push(texts.operator);
        break;
      case 'share':
        break;
      default:
        actions.push(actionOf(button));
    }
  }
  // A picture's link only stands in for a button.
  return { ...block, text: lines(...words), links: links.length > 0 ? links : block.links, actions };
}

function numbered(block: Block, number: number): Block {
  return {
    ...block,
    text: `${number}. ${block.text}`,
    actions: block.actions.map(action => ({ ...action, label: `${number}. ${action.label}` })),
  };
}

function lines(...parts: readonly (string | undefined)[]): string {
  return parts.filter(part => part?.trim()).join('\n');
}

function paragraphs(...parts: readonly (string | undefined)[]): string {
  return parts.filter(part => part?.trim()).join('\n\n');
}

// Smart-chat shows JPEG and PNG; a URL without an extension may well be one.
function isPhoto(url: string): boolean {
  return isWebUrl(url) && !/\.(gif|webp|svg|bmp|avif|heic|tiff?)(?=[?#]|$)/i.test(url);
}
