import { isBlank } from '../blank.ts';
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

/** One card, or one bubble without cards, in words. */
export interface CardText {
  readonly text: string;
  readonly photo?: string;
  readonly links: readonly LinkOut[];
  readonly actions: readonly Action[];
  /** Parts for which smart-chat has no form. */
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

/** The card texts of an output: one, or one a card of a carousel, whose words and labels are numbered. */
export function cardTextsOf(output: Output, texts: Texts): readonly CardText[] {
  return byComponent(output, CARD_TEXTS, texts);
}

/** The words that a tap on a button or a quick reply says. */
export function actionOf(reply: QuickReply): Action {
  const { label, extra } = reply;
  // An empty extra says no more than none, and would have to be remembered.
  const payload = extra && Object.keys(extra).length > 0 ? { extra } : {};
  if (reply.action === 'message') return { label, text: reply.messageText.trim(), ...payload };
  return { label, text: (reply.messageText ?? label).trim(), blockId: reply.blockId, ...payload };
}

const NOTHING: CardText = { text: '', links: [], actions: [], lost: [] };

const CARD_TEXTS: ByComponent<[Texts], readonly CardText[], Output> = {
  simpleText: it => alone(it, { ...NOTHING, text: it.text.trim() }),
  simpleImage: it => alone(it, imageText(it.imageUrl, it.altText)),
  textCard: (it, texts) => alone(it, textCardText(it, texts)),
  basicCard: (it, texts) => alone(it, basicCardText(it, texts)),
  commerceCard: (it, texts) => alone(it, commerceCardText(it, texts)),
  listCard: (it, texts) => alone(it, listCardText(it, texts)),
  itemCard: (it, texts) => alone(it, itemCardText(it, texts)),
  carousel: carouselTexts,
};

function alone({ forwardable }: { readonly forwardable?: boolean }, cardText: CardText): readonly CardText[] {
  return [forwardable === true ? losing(cardText, 'forwarding') : cardText];
}

function carouselTexts(carousel: Carousel, texts: Texts): CardText[] {
  const { cardsShown = 0 } = carousel;
  const header = 'header' in carousel ? carousel.header : undefined;
  const cards = textsOfCards(carousel, texts);
  const isAlone = cards.length === 1 && cardsShown === 0;
  return cards.map((card, index) => {
    const cardText = isAlone ? card : losing(numbered(card, cardsShown + index + 1), 'swiping');
    if (header === undefined || cardsShown + index > 0) return cardText;
    return losing(
      { ...cardText, text: paragraphs(header.title, header.description, cardText.text) },
      'picture',
    );
  });
}

function textsOfCards(carousel: Carousel, texts: Texts): CardText[] {
  switch (carousel.type) {
    case 'textCard':
      return compact<TextCard>(carousel.items).map(card => textCardText(card, texts));
    case 'basicCard':
      return compact<BasicCard>(carousel.items).map(card => basicCardText(card, texts));
    case 'commerceCard':
      return compact<CommerceCard>(carousel.items).map(card => commerceCardText(card, texts));
    case 'listCard':
      return compact<CarouselListCard>(carousel.items).map(card => listCardText(card, texts));
    case 'itemCard':
      return compact<CarouselItemCard>(carousel.items).map(card => itemCardText(card, texts));
    default:
      return carousel satisfies never;
  }
}

function losing(cardText: CardText, what: Lost): CardText {
  return { ...cardText, lost: [...cardText.lost, what] };
}

function imageText(url: string, altText?: string): CardText {
  if (isPhoto(url)) return { ...NOTHING, photo: url };
  return { ...NOTHING, links: [{ label: shown(altText) ?? '사진', url, isButton: false }] };
}

/** A text that shows something. */
const shown = (words: string | undefined): string | undefined => (isBlank(words) ? undefined : words);

/** A card's picture, with the link behind it. */
function pictureText(
  { imageUrl, altText, link }: { readonly imageUrl: string; readonly altText?: string; readonly link?: Link },
  title: string | undefined,
): CardText {
  const picture = imageText(imageUrl, altText);
  const url = link && webOf(link);
  if (url === undefined) return picture;
  return { ...picture, links: [{ label: shown(title) ?? '자세히 보기', url, isButton: false }] };
}

function textCardText(card: TextCard, texts: Texts): CardText {
  return withButtons({ ...NOTHING, text: paragraphs(card.title, card.description) }, card, texts);
}

function basicCardText(card: BasicCard, texts: Texts): CardText {
  const { thumbnail, title, description } = card;
  const cardText = { ...pictureText(thumbnail, title), text: lines(title, description) };
  return withButtons(thumbnail.fixedRatio ? losing(cardText, 'alignment') : cardText, card, texts);
}

function commerceCardText(card: CommerceCard, texts: Texts): CardText {
  const [thumbnail] = card.thumbnails;
  const words = lines(
    card.profile && `[${card.profile.nickname}]`,
    card.title,
    card.description,
    `가격 ${priceLine(card)}`,
  );
  const cardText = { ...pictureText(thumbnail, card.title), text: words };
  return withButtons(card.profile?.imageUrl ? losing(cardText, 'picture') : cardText, card, texts);
}

function listCardText(card: ListCard | CarouselListCard, texts: Texts): CardText {
  const list = compact<ListItem>(card.items);
  const itemLines = list.map((item, index) => {
    const line = `${index + 1}. ${[item.title, item.description].filter(Boolean).join(' – ')}`;
    const url = item.action === undefined && item.link ? webOf(item.link) : undefined;
    return url === undefined ? line : `${line}\n${url}`;
  });
  const pictures = list.flatMap(({ imageUrl }) => (imageUrl ? [imageUrl] : []));
  const photo = pictures.find(isPhoto);
  const cardText: CardText = {
    text: lines(card.header.title, ...itemLines),
    ...(photo !== undefined && { photo }),
    links: [],
    actions: list.flatMap(itemAction),
    lost: pictures.slice(photo === undefined ? 0 : 1).map(() => 'picture'),
  };
  return withButtons(cardText, card, texts);
}

function itemCardText(card: ItemCard | CarouselItemCard, texts: Texts): CardText {
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
  const cardText = thumbnail
    ? pictureText(thumbnail, shown(card.title) ?? imageTitle?.title)
    : picture === undefined
      ? NOTHING
      : imageText(picture);
  const lost: Lost[] = others.map(() => 'picture');
  if (card.itemListAlignment === 'right') lost.push('alignment');
  return withButtons({ ...cardText, text: words, lost }, card, texts);
}

function itemAction(item: ListItem): Action[] {
  if (item.action === 'message') return [actionOf({ ...item, label: item.title })];
  if (item.action === 'block') return [actionOf({ ...item, label: item.title })];
  return [];
}

function withButtons(
  cardText: CardText,
  card: { readonly buttons?: readonly (Button | undefined)[]; readonly buttonLayout?: string },
  texts: Texts,
): CardText {
  const { buttons, buttonLayout } = card;
  if (buttons === undefined) return cardText;
  const words = [cardText.text];
  const links: LinkOut[] = [];
  const actions = [...cardText.actions];
  const lost = [...cardText.lost];
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
    ...cardText,
    text: lines(...words),
    links: [...links, ...cardText.links.filter(({ url }) => links.every(link => link.url !== url))],
    actions,
    lost,
  };
}

// Where a page for PCs and one for phones are told apart, KakaoTalk is on a phone.
function webOf({ web, mobile, pc }: Partial<Record<KeysOf<Link>, string>>): string | undefined {
  return web ?? mobile ?? pc;
}

function numbered(cardText: CardText, number: number): CardText {
  return {
    ...cardText,
    text: `${number}. ${cardText.text}`,
    actions: cardText.actions.map(action => ({ ...action, label: `${number}. ${action.label}` })),
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
