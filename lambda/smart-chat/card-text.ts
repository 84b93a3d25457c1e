import { compact } from '../bot/at-most.ts';
import { type ByComponent, byComponent, type KeysOf } from '../bot/by-component.ts';
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
  ListCard,
  ListItem,
  Output,
  QuickReply,
  TextCard,
} from '../bot/components.ts';
import type { Extra } from '../bot/incoming.ts';
import type { Lost } from '../bot/loss.ts';
import type { Texts } from '../bot/texts.ts';
import { priceLine } from '../bot/won.ts';
import { isBlank } from '../check/measure.ts';

/** What one card, or one bubble without cards, comes to in words. */
export interface Block {
  readonly text: string;
  readonly photo?: string;
  readonly links: readonly LinkOut[];
  readonly actions: readonly Action[];
  /** What smart-chat has no form for. */
  readonly lost: readonly Lost[];
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
export function blocksOf(output: Output, texts: Texts): readonly Block[] {
  return byComponent(output, BLOCKS, texts);
}

/** What tapping a button or a quick reply says. */
export function actionOf(reply: QuickReply): Action {
  const { label, extra } = reply;
  // An empty extra says no more than none, and would have to be remembered.
  const payload = extra && Object.keys(extra).length > 0 ? { extra } : {};
  if (reply.action === 'message') return { label, text: reply.messageText.trim(), ...payload };
  return { label, text: (reply.messageText ?? label).trim(), blockId: reply.blockId, ...payload };
}

const NOTHING: Block = { text: '', links: [], actions: [], lost: [] };

const BLOCKS: ByComponent<[Texts], readonly Block[], Output> = {
  simpleText: it => alone(it, { ...NOTHING, text: it.text.trim() }),
  simpleImage: it => alone(it, imageBlock(it.imageUrl, it.altText)),
  textCard: (it, texts) => alone(it, textCardBlock(it, texts)),
  basicCard: (it, texts) => alone(it, basicCardBlock(it, texts)),
  commerceCard: (it, texts) => alone(it, commerceCardBlock(it, texts)),
  listCard: (it, texts) => alone(it, listCardBlock(it, texts)),
  itemCard: (it, texts) => alone(it, itemCardBlock(it, texts)),
  carousel: carouselBlocks,
};

function alone({ forwardable }: { readonly forwardable?: boolean }, block: Block): readonly Block[] {
  return [forwardable === true ? losing(block, 'forwarding') : block];
}

function carouselBlocks(carousel: Carousel, texts: Texts): Block[] {
  const { cardsShown = 0 } = carousel;
  const header = 'header' in carousel ? carousel.header : undefined;
  const cards = cardBlocks(carousel, texts);
  const isAlone = cards.length === 1 && cardsShown === 0;
  return cards.map((card, index) => {
    const block = isAlone ? card : losing(numbered(card, cardsShown + index + 1), 'swiping');
    if (header === undefined || cardsShown + index > 0) return block;
    return losing({ ...block, text: paragraphs(header.title, header.description, block.text) }, 'picture');
  });
}

function cardBlocks(carousel: Carousel, texts: Texts): Block[] {
  switch (carousel.type) {
    case 'textCard':
      return compact<TextCard>(carousel.items).map(card => textCardBlock(card, texts));
    case 'basicCard':
      return compact<BasicCard>(carousel.items).map(card => basicCardBlock(card, texts));
    case 'commerceCard':
      return compact<CommerceCard>(carousel.items).map(card => commerceCardBlock(card, texts));
    case 'listCard':
      return compact<CarouselListCard>(carousel.items).map(card => listCardBlock(card, texts));
    case 'itemCard':
      return compact<CarouselItemCard>(carousel.items).map(card => itemCardBlock(card, texts));
    default:
      return carousel satisfies never;
  }
}

function losing(block: Block, what: Lost): Block {
  return { ...block, lost: [...block.lost, what] };
}

function imageBlock(url: string, altText?: string): Block {
  if (isPhoto(url)) return { ...NOTHING, photo: url };
  return { ...NOTHING, links: [{ label: shown(altText) ?? '사진', url, isButton: false }] };
}

/** A text that shows something. */
const shown = (words: string | undefined): string | undefined => (isBlank(words) ? undefined : words);

/** A card's picture, with the link behind it. */
function pictureBlock(
  { imageUrl, altText, link }: { readonly imageUrl: string; readonly altText?: string; readonly link?: Link },
  title: string | undefined,
): Block {
  const picture = imageBlock(imageUrl, altText);
  const url = link && webOf(link);
  if (url === undefined) return picture;
  return { ...picture, links: [{ label: shown(title) ?? '자세히 보기', url, isButton: false }] };
}

function textCardBlock(card: TextCard, texts: Texts): Block {
  return withButtons({ ...NOTHING, text: paragraphs(card.title, card.description) }, card, texts);
}

function basicCardBlock(card: BasicCard, texts: Texts): Block {
  const { thumbnail, title, description } = card;
  const block = { ...pictureBlock(thumbnail, title), text: lines(title, description) };
  return withButtons(thumbnail.fixedRatio ? losing(block, 'alignment') : block, card, texts);
}

function commerceCardBlock(card: CommerceCard, texts: Texts): Block {
  const [thumbnail] = card.thumbnails;
  const words = lines(
    card.profile && `[${card.profile.nickname}]`,
    card.title,
    card.description,
    `가격 ${priceLine(card)}`,
  );
  const block = { ...pictureBlock(thumbnail, card.title), text: words };
  return withButtons(card.profile?.imageUrl ? losing(block, 'picture') : block, card, texts);
}

function listCardBlock(card: ListCard | CarouselListCard, texts: Texts): Block {
  const list = compact<ListItem>(card.items);
  const itemLines = list.map((item, index) => {
    const line = `${index + 1}. ${[item.title, item.description].filter(Boolean).join(' – ')}`;
    const url = item.action === undefined && item.link ? webOf(item.link) : undefined;
    return url === undefined ? line : `${line}\n${url}`;
  });
  const pictures = list.flatMap(({ imageUrl }) => (imageUrl ? [imageUrl] : []));
  const photo = pictures.find(isPhoto);
  const block: Block = {
    text: lines(card.header.title, ...itemLines),
    ...(photo !== undefined && { photo }),
    links: [],
    actions: list.flatMap(itemAction),
    lost: pictures.slice(photo === undefined ? 0 : 1).map(() => 'picture'),
  };
  return withButtons(block, card, texts);
}

function itemCardBlock(card: ItemCard | CarouselItemCard, texts: Texts): Block {
  const { head, profile, imageTitle, thumbnail, itemListSummary: summary } = card;
  const facts = compact<Fact>(card.itemList);
  const words = lines(
    head?.title,
    profile && `[${profile.title}]`,
    imageTitle && lines(imageTitle.title, imageTitle.description),
    ...[...facts, ...(summary ? [summary] : [])].map(({ title, description }) =>
      description ? `${title}: ${description}` : title,
    ),
    card.title,
    card.description,
  );
  const [picture, ...others] = [thumbnail?.imageUrl, imageTitle?.imageUrl, profile?.imageUrl].filter(Boolean);
  const block = thumbnail
    ? pictureBlock(thumbnail, shown(card.title) ?? imageTitle?.title)
    : picture === undefined
      ? NOTHING
      : imageBlock(picture);
  const lost: Lost[] = others.map(() => 'picture');
  if (card.itemListAlignment === 'right') lost.push('alignment');
  return withButtons({ ...block, text: words, lost }, card, texts);
}

function itemAction(item: ListItem): Action[] {
  if (item.action === 'message') return [actionOf({ ...item, label: item.title })];
  if (item.action === 'block') return [actionOf({ ...item, label: item.title })];
  return [];
}

function withButtons(
  block: Block,
  card: { readonly buttons?: readonly (Button | undefined)[]; readonly buttonLayout?: string },
  texts: Texts,
): Block {
  const { buttons, buttonLayout } = card;
  if (buttons === undefined) return block;
  const words = [block.text];
  const links: LinkOut[] = [];
  const actions = [...block.actions];
  const lost = [...block.lost];
  for (const button of compact(buttons)) {
    switch (button.action) {
      case 'webLink':
        links.push({ label: button.label, url: button.webLinkUrl, isButton: true });
        break;
      case 'phone':
        words.push(`전화: ${button.phoneNumber}`);
        lost.push('dialling');
        break;
      case 'operator':
        words.push(texts.operator);
        lost.push('operator-button');
        break;
      case 'share':
        lost.push('share-button');
        break;
      case 'message':
      case 'block':
        actions.push(actionOf(button));
        break;
      default:
        button satisfies never;
    }
  }
  if (buttonLayout === 'horizontal') lost.push('button-layout');
  // A picture's link stands in for a button, or becomes a line.
  return {
    ...block,
    text: lines(...words),
    links: [...links, ...block.links.filter(({ url }) => links.every(link => link.url !== url))],
    actions,
    lost,
  };
}

// Where a page for PCs and one for phones are told apart, KakaoTalk is on a phone.
function webOf({ web, mobile, pc }: Partial<Record<KeysOf<Link>, string>>): string | undefined {
  return web ?? mobile ?? pc;
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
  return !/\.(gif|webp|svg|bmp|avif|heic|tiff?)(?=[?#]|$)/i.test(url);
}
