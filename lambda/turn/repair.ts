import { isBlank } from '../blank.ts';
import type { ComponentName } from '../bot/by-component.ts';
import type { Carousel } from '../bot/components.ts';
import { priceLine } from '../bot/won.ts';
import { checkCarousel, UNIFORM_PARTS } from '../check/cross-checks.ts';
import type { Part } from '../check/members.ts';
import type { Reading } from '../check/read.ts';
import type { Shape } from '../check/shape.ts';

/** The shapes of which a part that lacks something is repaired, rather than left out. */
export const REPAIRED: ReadonlySet<string> = new Set(['basicCard', 'commerceCard', 'listCard', 'header']);

/** The outputs that a component comes to: itself, what says its words and has its buttons, or none. */
export function repairedComponent(name: string, part: Part, reading: Reading): readonly Part[] {
  return REPAIRS[name as ComponentName](part, reading);
}

const itself =
  (name: ComponentName) =>
  (part: Part, { lacking }: Reading): readonly Part[] =>
    lacking.has(part) ? [] : [{ [name]: part }];

const REPAIRS: Readonly<Record<ComponentName, (part: Part, reading: Reading) => readonly Part[]>> = {
  simpleText: itself('simpleText'),
  simpleImage: (image, { lacking }) =>
    lacking.has(image) ? textOf(image.altText) : [{ simpleImage: image }],
  textCard: itself('textCard'),
  basicCard: (card, { lacking }) => (lacking.has(card) ? cardsOfWords([card]) : [{ basicCard: card }]),
  commerceCard: (card, { lacking }) => (lacking.has(card) ? cardsOfWords([card]) : [{ commerceCard: card }]),
  listCard: card => headed([card]).map(listCard => ({ listCard })),
  itemCard: itself('itemCard'),
  carousel: repairedCarousel,
};

/** Three buttons side by side go below each other: it is the layout that is wrong. */
export function layBelow(card: Part, { prefix }: Shape): void {
  card.buttonLayout = 'vertical';
  if (prefix !== '' && Array.isArray(card.buttons)) card.buttons = card.buttons.slice(0, MOST_IN_CAROUSEL);
}

const MOST_IN_CAROUSEL = 3;
const MOST_LISTS = 5;
const MOST_CARDS = 10;

/** A carousel of what fits into one, between the words of a header that it can't have and the cards that go on alone. */
function repairedCarousel(carousel: Part, { lacking, found }: Reading): readonly Part[] {
  checkCarousel(carousel, found);
  const isMixed = carousel.type === 'itemCard' || carousel.type === 'listCard';
  if (lacking.size === 0 && carousel.header === undefined && !isMixed) return [{ carousel }];
  const { type, items, header, ...others } = carousel;
  const cards: readonly Part[] = Array.isArray(items) ? items : [];
  const isTitled = isPart(header) && !lacking.has(header) && type !== 'textCard' && type !== 'listCard';
  const before = isPart(header) && !isTitled ? textOf(header.title, header.description) : [];
  const { kept, after } = SORTS[type as Carousel['type']]?.(cards, lacking) ?? NONE;
  if (kept.length === 0) return [...before, ...after];
  return [...before, { carousel: { type, items: kept, ...(isTitled && { header }), ...others } }, ...after];
}

/** The cards that stay in their carousel, and the outputs after it. */
interface Sorted {
  readonly kept: readonly Part[];
  readonly after: readonly Part[];
}

const NONE: Sorted = { kept: [], after: [] };

const unpictured = (cards: readonly Part[], lacking: ReadonlySet<object>): Sorted =>
  cards.some(card => lacking.has(card))
    ? {
        kept: cards.filter(card => !lacking.has(card)),
        after: cardsOfWords(cards.filter(card => lacking.has(card))),
      }
    : { kept: cards, after: [] };

const SORTS: Readonly<
  Record<Carousel['type'], (cards: readonly Part[], lacking: ReadonlySet<object>) => Sorted>
> = {
  textCard: cards => ({ kept: cards, after: [] }),
  basicCard: unpictured,
  commerceCard: unpictured,
  listCard: cards => ({ kept: headed(cards).slice(0, MOST_LISTS), after: [] }),
  itemCard: uniform,
};

/** The item cards that have what most have; the others go on alone. */
function uniform(cards: readonly Part[]): Sorted {
  const formOf = (card: Part): string => UNIFORM_PARTS.filter(part => card[part] !== undefined).join();
  const counts = new Map<string, number>();
  for (const card of cards) counts.set(formOf(card), (counts.get(formOf(card)) ?? 0) + 1);
  const [[form] = ['']] = [...counts].sort(([, one], [, other]) => other - one);
  return {
    kept: cards.filter(card => formOf(card) === form),
    after: cards.filter(card => formOf(card) !== form).map(itemCard => ({ itemCard })),
  };
}

/** Lists that have items, each with a head. */
function headed(cards: readonly Part[]): readonly Part[] {
  return cards.flatMap(card =>
    card.items === undefined ? [] : [card.header === undefined ? { header: { title: HEAD }, ...card } : card],
  );
}

const HEAD = '목록';

/** Cards without a picture or a price: one of words, or several side by side. */
function cardsOfWords(cards: readonly Part[]): readonly Part[] {
  const words = cards.flatMap(
    ({ title, description, profile, price, buttons, buttonLayout, ...discounts }) => {
      const lines = [
        isPart(profile) ? `[${profile.nickname}]` : undefined,
        description,
        typeof price === 'number'
          ? priceLine({ price, ...discounts } as Parameters<typeof priceLine>[0])
          : undefined,
      ].filter(line => typeof line === 'string' && !isBlank(line));
      if (isBlank(title) && lines.length === 0) return [];
      // What was below a picture fits below words, too.
      return [
        {
          ...(title !== undefined && { title }),
          ...(lines.length > 0 && { description: lines.join('\n') }),
          ...(buttons !== undefined && { buttons }),
          ...(buttonLayout !== undefined && { buttonLayout }),
        },
      ];
    },
  );
  const [only] = words;
  if (only !== undefined && words.length === 1) return [{ textCard: only }];
  return words.length > 0 ? [{ carousel: { type: 'textCard', items: words.slice(0, MOST_CARDS) } }] : [];
}

/** A text bubble of the lines that show something. */
function textOf(...lines: readonly unknown[]): readonly Part[] {
  const words = lines.filter(line => !isBlank(line)).join('\n');
  return words === '' ? [] : [{ simpleText: { text: words } }];
}

const isPart = (value: unknown): value is Part => typeof value === 'object' && value !== null;
