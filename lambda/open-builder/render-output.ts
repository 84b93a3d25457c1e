import { compact } from '../bot/at-most.ts';
import { type ByComponent, byComponent } from '../bot/by-component.ts';
import type {
  BasicCard,
  Button,
  Carousel,
  CarouselItemCard,
  CarouselListCard,
  CommerceCard,
  Fact,
  ItemCard,
  ListItem,
  Output,
  TextCard,
} from '../bot/components.ts';
import type { GroupButton, GroupButtons, GroupListCard, GroupOutput } from '../bot/group-components.ts';
import type { SkillCarousel, SkillCommerceCard, SkillItemCard, SkillListCard, SkillOutput } from './wire.ts';

/** The size of a picture of facts in a carousel, by Kakao's limit; one without a size would be 1:1. */
const WIDE = { width: 800, height: 400 };

/** A bubble in Kakao's spelling. */
export const renderOutput = (output: Output | GroupOutput): SkillOutput => byComponent(output, RENDERED);

const RENDERED: ByComponent<[], SkillOutput> = {
  simpleText: simpleText => ({ simpleText }),
  simpleImage: simpleImage => ({ simpleImage }),
  textCard: card => ({ textCard: renderCard(card) }),
  basicCard: card => ({ basicCard: renderCard(card) }),
  commerceCard: card => ({ commerceCard: renderProduct(card) }),
  listCard: card => ({ listCard: renderList(card) }),
  itemCard: card => ({ itemCard: renderFacts(card) }),
  carousel: renderCarousel,
};

/** The card with a plain list of its buttons, and none where there are none: most cards as they are. */
function renderCard<C extends { readonly buttons?: AnyButtons }>(whole: C) {
  if (isPlain(whole)) return whole;
  const { buttons, ...card } = whole;
  const own = compact(buttons);
  return own.length > 0 ? { ...card, buttons: own } : card;
}

function isPlain<C extends { readonly buttons?: AnyButtons }>(
  card: C,
): card is C & { readonly buttons?: readonly (Button | GroupButton)[] } {
  const { buttons } = card;
  return buttons === undefined || (buttons.length > 0 && !buttons.includes(undefined));
}

type AnyButtons = readonly (Button | GroupButton | undefined)[];

function renderProduct(card: CommerceCard): SkillCommerceCard {
  return { ...renderCard(card), currency: 'won' };
}

function renderList(card: GroupListCard | CarouselListCard): SkillListCard {
  return { ...renderCard(card), items: compact<ListItem>(card.items) };
}

function renderFacts(card: ItemCard<GroupButtons> | CarouselItemCard): SkillItemCard {
  return { ...renderCard(card), itemList: compact<Fact>(card.itemList) };
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
      return compact<TextCard>(carousel.items).map(renderCard);
    case 'basicCard':
      return compact<BasicCard>(carousel.items).map(renderCard);
    case 'commerceCard':
      return compact<CommerceCard>(carousel.items).map(renderProduct);
    case 'listCard':
      return compact(carousel.items).map(renderList);
    case 'itemCard':
      return compact<CarouselItemCard>(carousel.items).map(card => {
        const facts = renderFacts(card);
        return facts.thumbnail ? { ...facts, thumbnail: { ...WIDE, ...facts.thumbnail } } : facts;
      });
    default:
      return carousel satisfies never;
  }
}
