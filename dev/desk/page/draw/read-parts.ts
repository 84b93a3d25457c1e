import type { DrawnButton, DrawnFoot, DrawnPicture, DrawnProfile, DrawnWords } from './model.ts';
import type { Place } from './place.ts';
import { webLink } from './web-link.ts';

// The parts that several components share.

/** More than Kakao takes, so that a surplus one is seen. */
const MOST_BUTTONS = 10;

/** The words at a place. */
export const readWords = (place: Place): DrawnWords => ({ path: place.path, text: place.text() });

/** A button of a card, or a quick reply. */
export function readButton(place: Place): DrawnButton {
  const url = webLink(place.member('webLinkUrl').text());
  const action = place.member('action').text();
  return {
    path: place.path,
    label: place.member('label').text(),
    action,
    ...(action === 'webLink' && url !== undefined ? { url } : {}),
  };
}

/** The buttons of a card: side by side where it says so, or where its picture is square and it says nothing. */
export function readFoot(card: Place): DrawnFoot {
  const layout = card.member('buttonLayout');
  const isSquare = card.member('thumbnail').member('fixedRatio').is(true) || isSquareProduct(card);
  return {
    path: card.path,
    buttons: card.member('buttons').items(MOST_BUTTONS).map(readButton),
    isRow: layout.is('horizontal') || (isSquare && !layout.is('vertical')),
    isForwardable: card.member('forwardable').is(true),
  };
}

function isSquareProduct(card: Place): boolean {
  const [first] = card.member('thumbnails').items(1);
  return first?.member('fixedRatio').is(true) === true;
}

/** A card's picture, cut to 2:1 in the middle, or whole in a 1:1 frame; undefined where there is none. */
export function readThumbnail(place: Place | undefined): DrawnPicture | undefined {
  if (!place?.isObject) return undefined;
  const isFixed = place.member('fixedRatio').is(true);
  return {
    ...pictureAt(place, place.member('altText').text()),
    isSquare: isFixed,
    isWhole: isFixed,
    ...readLink(place.member('link')),
  };
}

/** An item card's picture: square unless its size says otherwise, and never square in a carousel. */
export function readItemThumbnail(place: Place, isInCarousel: boolean): DrawnPicture | undefined {
  const picture = readThumbnail(place);
  const width = place.member('width').number() ?? 1;
  const height = place.member('height').number() ?? 1;
  return picture && { ...picture, isSquare: !isInCarousel && width < height * 1.5, isWhole: false };
}

/** A small picture beside words; undefined where no URL stands there. */
export function readSmallPicture(place: Place): DrawnPicture | undefined {
  const picture = pictureAt(place, '');
  return picture.url === '' ? undefined : { ...picture, isSquare: true };
}

/** The picture of a bubble that is nothing else. */
export function readImage(place: Place): DrawnPicture {
  return pictureAt(place, place.member('altText').text());
}

function pictureAt(place: Place, description: string): DrawnPicture {
  const url = place.member('imageUrl');
  return { path: url.path, url: url.text(), description, isSquare: false, isWhole: false };
}

/** Where a link leads on a phone: `web` wins. */
export function readLink(link: Place): { readonly link?: string } {
  for (const name of ['web', 'mobile', 'pc']) {
    const url = webLink(link.member(name).text());
    if (url !== undefined) return { link: url };
  }
  return {};
}

/** Somebody's name and picture; undefined where there is neither. */
export function readProfile(place: Place, nameOf: 'nickname' | 'title'): DrawnProfile | undefined {
  if (!place.isObject) return undefined;
  const picture = readSmallPicture(place);
  return { path: place.path, name: place.member(nameOf).text(), ...(picture ? { picture } : {}) };
}
