import { oneTo, present } from '../bot/at-most.ts';
import type { BasicCard, Carousel, CommerceCard, Output, TextCard } from '../bot/components.ts';
import type { GroupOutput } from '../bot/group-components.ts';
import { text } from '../bot/reply.ts';
import { priceLine } from '../bot/won.ts';
import { isWebUrl } from '../web-url.ts';

/**
 * An output that Kakao would drop the answer for, said otherwise so that its words and buttons stay: a card whose
 * picture has no URL without the picture, a price in whole won, a headless list with a head.
 */
export function mended(output: Output | GroupOutput): readonly (Output | GroupOutput)[] {
  if ('basicCard' in output && !isPictured(output.basicCard)) return cardsOfWords([output.basicCard]);
  if ('commerceCard' in output) {
    const card = withWholeWon(output.commerceCard);
    return isPictured(card) ? [{ commerceCard: card }] : cardsOfWords([card]);
  }
  if ('listCard' in output && isBlank(output.listCard.header?.title)) {
    return [{ listCard: { ...output.listCard, header: { title: HEAD } } }];
  }
  return 'carousel' in output ? mendedCarousel(output.carousel) : [output];
}

type AnyBasicCard = BasicCard | Extract<GroupOutput, { readonly basicCard: unknown }>['basicCard'];

const HEAD = '목록';

function mendedCarousel(carousel: Carousel): readonly Output[] {
  if (carousel.type !== 'basicCard' && carousel.type !== 'commerceCard') return [{ carousel }];
  const { header } = carousel;
  const hasHeader =
    header !== undefined && !isBlank(header.title) && isWebUrl(header.thumbnail?.imageUrl ?? '');
  const cards = present<BasicCard | CommerceCard>(carousel.items).map(card =>
    'price' in card ? withWholeWon(card) : card,
  );
  const items = oneTo(10, cards.filter(isPictured));
  const { header: _, ...headless } = carousel;
  // The cards that are left are of the carousel's kind.
  const rest = { ...(hasHeader ? carousel : headless), items } as Carousel;
  const lead = header && !hasHeader ? [`${header.title ?? ''}\n${header.description ?? ''}`.trim()] : [];
  return [
    ...lead.filter(Boolean).map(text),
    ...(items ? [{ carousel: rest }] : []),
    ...cardsOfWords(cards.filter(card => !isPictured(card))),
  ];
}

/** Cards without a picture: one, or several side by side. */
function cardsOfWords(cards: readonly (AnyBasicCard | CommerceCard)[]): readonly Output[] {
  const words = cards.flatMap(card => {
    const { title, description, buttons, buttonLayout } = card;
    const lines = [description, 'price' in card ? priceLine(card) : undefined].filter(Boolean).join('\n');
    if (isBlank(title) && lines === '') return [];
    // What was below a picture fits below words, too.
    return [
      {
        ...(title !== undefined && { title }),
        ...(lines !== '' && { description: lines }),
        ...(buttons && { buttons }),
        ...(buttonLayout && { buttonLayout }),
      } as TextCard,
    ];
  });
  const [only] = words;
  if (only !== undefined && words.length === 1) return [{ textCard: only }];
  const items = oneTo(10, words);
  return items ? [{ carousel: { type: 'textCard', items } }] : [];
}

function withWholeWon(card: CommerceCard): CommerceCard {
  const whole = Object.entries(card).map(([name, value]) =>
    typeof value === 'number' ? [name, Math.round(value)] : [name, value],
  );
  return Object.fromEntries(whole);
}

function isPictured(card: AnyBasicCard | CommerceCard): boolean {
  const picture = 'price' in card ? card.thumbnails?.[0] : card.thumbnail;
  return isWebUrl(picture?.imageUrl ?? '');
}

const isBlank = (words: string | undefined): boolean => (words ?? '').trim() === '';
