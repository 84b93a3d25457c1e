import type { VNode } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { Card } from './card.tsx';
import { useDrawing } from './drawing.ts';
import type { DrawnCarousel, DrawnCarouselHeader } from './model.ts';
import { Picture } from './picture.tsx';
import { Sign } from './sign.tsx';

/** Cards side by side: the next one peeks in, a swipe, an arrow key or an arrow button goes there. */
export function Carousel({ carousel }: { readonly carousel: DrawnCarousel }): VNode {
  const { says } = useDrawing();
  const row = useRef<HTMLUListElement>(null);
  const { ends, look, go } = useRow(row);
  const { cards, header } = carousel;
  return (
    <section class="carousel" aria-label={`${says('cards')}, ${cards.length}`}>
      <Sign path={carousel.path} />
      <ul
        class="cards"
        ref={row}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls by keys.
        tabIndex={0}
        aria-label={says('cards')}
        onScroll={look}
        onKeyDown={pressed => {
          const cards = { ArrowRight: 1, ArrowLeft: -1 }[pressed.key];
          if (cards === undefined || pressed.target !== pressed.currentTarget) return;
          // The browser would scroll, too, and snap to one card more.
          pressed.preventDefault();
          go(cards);
        }}
      >
        {header ? (
          <li key={header.path}>
            <CarouselHeader header={header} />
          </li>
        ) : null}
        {cards.map((card, at) => (
          <li key={card.path} aria-label={`${says('card')} ${at + 1} / ${cards.length}`}>
            <Card card={card} />
          </li>
        ))}
      </ul>
      <button
        type="button"
        class="arrow is-left"
        aria-label={says('previousCard')}
        disabled={ends.isFirst}
        onClick={() => go(-1)}
      >
        ‹
      </button>
      <button
        type="button"
        class="arrow is-right"
        aria-label={says('nextCard')}
        disabled={ends.isLast}
        onClick={() => go(1)}
      >
        ›
      </button>
    </section>
  );
}

interface Row {
  readonly ends: { readonly isFirst: boolean; readonly isLast: boolean };
  readonly look: () => void;
  readonly go: (cards: number) => void;
}

/** Where a row of cards is scrolled to, and the way to the next. */
function useRow(row: { readonly current: HTMLUListElement | null }): Row {
  const [ends, setEnds] = useState({ isFirst: true, isLast: true });
  const look = (): void => {
    if (!row.current) return;
    const { scrollLeft, scrollWidth, clientWidth } = row.current;
    // Scrolled by fractions of a pixel on fine screens.
    const now = { isFirst: scrollLeft < 2, isLast: scrollLeft + clientWidth > scrollWidth - 2 };
    setEnds(was => (was.isFirst === now.isFirst && was.isLast === now.isLast ? was : now));
  };
  useLayoutEffect(look, []);
  const go = (cards: number): void => {
    const width = row.current?.querySelector('li')?.offsetWidth ?? 0;
    row.current?.scrollBy({ left: cards * width });
  };
  return { ends, look, go };
}

function CarouselHeader({ header }: { readonly header: DrawnCarouselHeader }): VNode {
  return (
    <article class="bubble card carousel-head">
      {header.picture ? <Picture picture={header.picture} class="head-picture" /> : null}
      <div class="head-words">
        <p class="head-title">{header.title}</p>
        <p class="head-description">{header.description}</p>
        <Sign path={header.path} />
      </div>
    </article>
  );
}
