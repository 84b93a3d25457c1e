import { isBlank } from '../blank.ts';
import { isObject, type JsonObject } from '../json-reader.ts';
import { CROSS_LIMITS } from './components.ts';
import { lengthOf, linesOf } from './measure.ts';
import type { CrossCheck } from './shape.ts';
import { type Finding, note, type Step } from './violation.ts';

type Id = keyof typeof CROSS_LIMITS;
type NumberId = { [I in Id]: (typeof CROSS_LIMITS)[I]['limit'] extends number ? I : never }[Id];
type Path = readonly Step[];

/** Where a card stands. */
interface Place {
  /** Whether it is a bubble by itself, and no card of a carousel. */
  readonly isAlone: boolean;
  /** The limit of buttons below each other; undefined where it depends on a room that is not known. */
  readonly vertical: 'buttons.vertical' | 'group.buttons' | undefined;
}

/** Checks of what a component's members tell together, by its name. */
export function componentChecks(place: Place): Readonly<Record<string, CrossCheck>> {
  const checks: Readonly<Record<string, (it: JsonObject, found: Finding[], place: Place) => void>> = {
    simpleText: checkText,
    textCard: checkTextCard,
    basicCard: (it, found) => checkCard(it, found, place),
    commerceCard: checkCommerceCard,
    listCard: checkListCard,
    itemCard: checkItemCard,
    itemListSummary: checkSummary,
    carousel: checkCarousel,
  };
  return Object.fromEntries(
    Object.entries(checks).map(([name, check]) => [
      name,
      (it: JsonObject, found: Finding[]) => check(it, found, place),
    ]),
  );
}

function add(found: Finding[], id: Id, value: number | string, path?: Path, keep?: number): void {
  const { limit, effect, source } = CROSS_LIMITS[id];
  note(found, id, limit, effect, source, value, path, keep);
}

/** Tells of a number past its limit. */
function most(found: Finding[], id: NumberId, value: number, path?: Path): void {
  if (value > CROSS_LIMITS[id].limit) add(found, id, value, path);
}

function checkText({ text }: JsonObject, found: Finding[]): void {
  most(found, 'simpleText.fold', lengthOf(text), ['text']);
}

function checkCard(
  it: JsonObject,
  found: Finding[],
  { isAlone, vertical }: Place,
  picture: unknown = it.thumbnail,
): void {
  const { buttons, forwardable } = it;
  const { length } = Array.isArray(buttons) ? buttons : '';
  if (forwardable === true && (!isAlone || length > 0)) add(found, 'forwardable', 'true', ['forwardable']);
  if (length < 2) return;
  const isInRow = isRow(it, picture);
  const id = isInRow ? 'buttons.horizontal' : vertical;
  if (id && length > CROSS_LIMITS[id].limit) add(found, id, length, ['buttons'], CROSS_LIMITS[id].limit);
  if (isInRow && length === 2 && Array.isArray(buttons))
    buttons.forEach((button: unknown, at) => {
      if (isObject(button))
        most(found, 'button.label.pair', lengthOf(button.label), ['buttons', at, 'label']);
    });
}

/** Whether a card's buttons stand side by side: below a square picture they do, unless a layout says otherwise. */
export function isRow({ buttonLayout }: JsonObject, picture: unknown): boolean {
  if (buttonLayout) return buttonLayout === 'horizontal';
  return isObject(picture) && picture.fixedRatio === true;
}

function checkTextCard(it: JsonObject, found: Finding[], place: Place): void {
  const { title, description } = it;
  if (isBlank(title) && isBlank(description)) add(found, 'textCard.words', 'missing');
  if (place.isAlone) most(found, 'textCard.length', lengthOf(title) + lengthOf(description));
  checkCard(it, found, place);
}

function checkCommerceCard(it: JsonObject, found: Finding[], place: Place): void {
  const { discountRate, discountedPrice, thumbnails } = it;
  // The discounted price of what is given away is 0.
  if (discountRate && (discountedPrice ?? undefined) === undefined)
    add(found, 'commerceCard.discountRate', 'alone', ['discountRate']);
  checkPrice(it, found);
  checkCard(it, found, place, firstOf(thumbnails));
}

/** Percentage points that a discount may be off: whoever rounds it does so up or down. */
const ROUNDED = 1;

function checkPrice(
  { price, discount, discountRate: rate, discountedPrice }: JsonObject,
  found: Finding[],
): void {
  const told = discountedPrice ?? discount;
  if (typeof price !== 'number' || typeof told !== 'number') return;
  const toPay = told === discountedPrice ? told : price - told;
  if (toPay < 0 || toPay > price)
    add(found, 'commerceCard.toPay', toPay, [discountedPrice === told ? 'discountedPrice' : 'discount']);
  else if (typeof rate === 'number' && rate !== 0 && told === discountedPrice && price > 0)
    if (Math.abs(100 - (100 * toPay) / price - rate) > ROUNDED)
      add(found, 'commerceCard.rate', rate, ['discountRate']);
}

function checkListCard(it: JsonObject, found: Finding[], place: Place): void {
  const { items, forwardable } = it;
  if (forwardable === true && Array.isArray(items) && items.some(item => item?.link ?? item?.action))
    add(found, 'forwardable', 'true', ['forwardable']);
  checkCard(it, found, place);
}

function checkItemCard(it: JsonObject, found: Finding[], place: Place): void {
  const { title, description, head, profile, thumbnail } = it;
  const { isAlone } = place;
  if (head && profile) add(found, 'itemCard.headOrProfile', 2, ['profile']);
  if (isBlank(title) && !isBlank(description)) add(found, 'itemCard.description', 'missing', ['description']);
  const length = lengthOf(title) + lengthOf(description);
  most(found, isAlone ? 'itemCard.length' : 'carousel.itemCard.length', length);
  most(found, 'itemCard.lines', linesOf(title) + linesOf(description));
  checkRatio(found, isAlone ? 'itemCard.ratio' : 'carousel.itemCard.ratio', thumbnail, 'thumbnail');
  checkRatio(found, 'itemProfile.ratio', profile, 'profile');
  checkCard(it, found, place);
}

function checkSummary({ description }: JsonObject, found: Finding[]): void {
  // A longer one is told of, and the pattern would take its time with it.
  if (
    lengthOf(description) <= 14 &&
    !/^[\p{Sc}\p{L} ]*(?:(?:[\d,]+(?:\.\d\d?)?|\.\d\d?)[\p{Sc}\p{L} ]*)?$/u.test(`${description}`)
  )
    add(found, 'itemListSummary.letters', 'others', ['description']);
}

/** Tells of cards and a header that don't go together. */
export function checkCarousel({ type, items, header, forwardable }: JsonObject, found: Finding[]): void {
  if (forwardable === true) add(found, 'forwardable', 'true', ['forwardable']);
  const isList = type === 'listCard';
  if (header && (isList || type === 'textCard')) add(found, 'carousel.header', 'present', ['header']);
  if (!Array.isArray(items)) return;
  const { limit } = CROSS_LIMITS['carousel.listCards'];
  if (isList && items.length > limit) add(found, 'carousel.listCards', items.length, ['items'], limit);
  checkRatios(items, type === 'itemCard', found);
  if (type === 'itemCard') checkUniform(items, found);
}

function checkRatios(items: readonly unknown[], isItem: boolean, found: Finding[]): void {
  let first: string | undefined;
  items.forEach((it, at) => {
    if (!isObject(it)) return;
    const picture = it.thumbnail ?? firstOf(it.thumbnails);
    if (!isObject(picture)) return;
    const ratio = ratioOf(picture) ?? (isItem ? '1:1' : '2:1');
    first ??= ratio;
    if (first !== ratio) add(found, 'carousel.imageRatio', ratio, ['items', at]);
  });
}

/** Parts that all item cards of a carousel have, or none. */
export const UNIFORM_PARTS = ['thumbnail', 'head', 'profile', 'imageTitle'] as const;

function checkUniform(items: readonly unknown[], found: Finding[]): void {
  for (const part of UNIFORM_PARTS) {
    const have = items.map(it => isObject(it) && Boolean(it[part]));
    const count = have.filter(Boolean).length;
    // The fewer cards are told of: so the least is lost.
    const told = count * 2 < have.length;
    if (count > 0)
      have.forEach((has, at) => {
        if (has === told && count < have.length)
          add(found, 'carousel.uniform', has ? 'present' : 'missing', ['items', at, part]);
      });
  }
}

const firstOf = (list: unknown): unknown => (Array.isArray(list) ? list[0] : undefined);

const ratioOf = ({ width, height, fixedRatio }: JsonObject): string | undefined => {
  if (typeof width !== 'number' || typeof height !== 'number') return fixedRatio === true ? '1:1' : undefined;
  return width === height ? '1:1' : width === 2 * height ? '2:1' : `${width}:${height}`;
};

function checkRatio(
  found: Finding[],
  id: 'itemCard.ratio' | 'carousel.itemCard.ratio' | 'itemProfile.ratio',
  picture: unknown,
  key: string,
): void {
  const ratio = isObject(picture) && ratioOf(picture);
  if (ratio && !CROSS_LIMITS[id].limit.includes(ratio)) add(found, id, ratio, [key]);
}
