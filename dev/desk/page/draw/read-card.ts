import type {
  DrawnBasicCard,
  DrawnButton,
  DrawnCard,
  DrawnCommerceCard,
  DrawnFact,
  DrawnItemCard,
  DrawnListCard,
  DrawnListItem,
} from './model.ts';
import type { Place } from './place.ts';
import { readPrice } from './price.ts';
import {
  readFoot,
  readItemThumbnail,
  readLink,
  readProfile,
  readSmallPicture,
  readThumbnail,
  readWords,
} from './read-parts.ts';

/** More than Kakao takes, so that a surplus one is seen. */
const MOST_ITEMS = 20;

/** The cards that Kakao has. */
export const CARDS: Readonly<Record<string, (card: Place, isInCarousel: boolean) => DrawnCard>> = {
  textCard: readBasicCard,
  basicCard: readBasicCard,
  commerceCard: readCommerceCard,
  listCard: readListCard,
  itemCard: readItemCard,
};

function readBasicCard(card: Place): DrawnBasicCard {
  return {
    kind: 'basicCard',
    ...readFoot(card),
    ...present('picture', readThumbnail(card.member('thumbnail'))),
    ...present('profile', readProfile(card.member('profile'), 'nickname')),
    social: readSocial(card.member('social')),
    title: readWords(card.member('title')),
    description: readWords(card.member('description')),
  };
}

/** Of the former format: Kakao shows it no more. */
function readSocial(social: Place): readonly string[] {
  const names = { like: '좋아요', comment: '댓글', share: '공유' };
  return Object.entries(names).flatMap(([name, word]) => {
    const count = social.member(name).number();
    return count === undefined ? [] : [`${word} ${count.toLocaleString('ko-KR')}`];
  });
}

function readCommerceCard(card: Place): DrawnCommerceCard {
  const price = readPrice({
    price: card.member('price').number(),
    discount: card.member('discount').number(),
    discountRate: card.member('discountRate').number(),
    discountedPrice: card.member('discountedPrice').number(),
  });
  const [thumbnail] = card.member('thumbnails').items(1);
  return {
    kind: 'commerceCard',
    ...readFoot(card),
    ...present('picture', readThumbnail(thumbnail)),
    ...present('profile', readProfile(card.member('profile'), 'nickname')),
    title: readWords(card.member('title')),
    description: readWords(card.member('description')),
    ...present('price', price),
    pricePath: card.member('price').path,
  };
}

function readListCard(card: Place): DrawnListCard {
  return {
    kind: 'listCard',
    ...readFoot(card),
    header: readWords(card.member('header').member('title')),
    isRanking: card.member('listLayout').is('ranking'),
    items: card.member('items').items(MOST_ITEMS).map(readListItem),
  };
}

function readListItem(item: Place): DrawnListItem {
  const title = item.member('title').text();
  return {
    path: item.path,
    title,
    description: item.member('description').text(),
    ...present('picture', readSmallPicture(item)),
    ...present('button', readItemButton(item, title)),
  };
}

function readItemButton(item: Place, label: string): DrawnButton | undefined {
  const action = item.member('action').text();
  if (action !== '') return { path: item.path, label, action };
  const { link } = readLink(item.member('link'));
  return link === undefined ? undefined : { path: item.path, label, action: 'webLink', url: link };
}

function readItemCard(card: Place, isInCarousel: boolean): DrawnItemCard {
  const head = readWords(card.member('head').member('title'));
  return {
    kind: 'itemCard',
    ...readFoot(card),
    ...present('head', head.text === '' ? undefined : head),
    ...present('profile', readProfile(card.member('profile'), 'title')),
    ...present('picture', readItemThumbnail(card.member('thumbnail'), isInCarousel)),
    ...present('imageTitle', readImageTitle(card.member('imageTitle'))),
    facts: card.member('itemList').items(MOST_ITEMS).map(readFact),
    isRight: card.member('itemListAlignment').is('right'),
    ...present('summary', readSummary(card.member('itemListSummary'))),
    title: readWords(card.member('title')),
    description: readWords(card.member('description')),
  };
}

function readImageTitle(place: Place): DrawnItemCard['imageTitle'] {
  if (!place.isObject) return undefined;
  return {
    path: place.path,
    title: place.member('title').text(),
    description: place.member('description').text(),
    ...present('picture', readSmallPicture(place)),
  };
}

const readFact = (fact: Place): DrawnFact => ({
  path: fact.path,
  title: fact.member('title').text(),
  description: fact.member('description').text(),
});

const readSummary = (summary: Place): DrawnFact | undefined =>
  summary.isObject ? readFact(summary) : undefined;

function present<Name extends string, T>(name: Name, value: T | undefined): { readonly [N in Name]?: T } {
  return value === undefined ? {} : ({ [name]: value } as { [N in Name]?: T });
}
