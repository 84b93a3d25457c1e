import type { VNode } from 'preact';
import { Buttons } from './buttons.tsx';
import { useDrawing } from './drawing.ts';
import { ItemCard } from './item-card.tsx';
import { ListCard } from './list-card.tsx';
import type { DrawnBasicCard, DrawnCard, DrawnCommerceCard } from './model.ts';
import { CardText, Profile } from './parts.tsx';
import { Picture } from './picture.tsx';
import { Sign } from './sign.tsx';

/** A card of any kind, with its buttons. */
export function Card({ card }: { readonly card: DrawnCard }): VNode {
  return (
    <article class={`bubble card is-${card.kind}`}>
      <Sign path={card.path} />
      <CardBody card={card} />
      <Buttons foot={card} />
    </article>
  );
}

function CardBody({ card }: { readonly card: DrawnCard }): VNode {
  switch (card.kind) {
    case 'basicCard':
      return <BasicCard card={card} />;
    case 'commerceCard':
      return <CommerceCard card={card} />;
    case 'listCard':
      return <ListCard card={card} />;
    case 'itemCard':
      return <ItemCard card={card} />;
  }
}

function BasicCard({ card }: { readonly card: DrawnBasicCard }): VNode {
  return (
    <>
      {card.picture ? <Picture picture={card.picture} class="card-picture" /> : null}
      <div class="card-words">
        {card.profile ? <Profile profile={card.profile} /> : null}
        <CardText words={card.title} class="card-title" />
        <CardText words={card.description} class="card-description" />
        {card.social.length > 0 ? <p class="social">{card.social.join(' · ')}</p> : null}
      </div>
    </>
  );
}

function CommerceCard({ card }: { readonly card: DrawnCommerceCard }): VNode {
  const { says } = useDrawing();
  const { price } = card;
  return (
    <>
      {card.picture ? <Picture picture={card.picture} class="card-picture" /> : null}
      <div class="card-words">
        {card.profile ? <Profile profile={card.profile} /> : null}
        <CardText words={card.title} class="product-title" />
        {price ? (
          <p class="price">
            {price.rate === undefined ? null : <span class="price-rate">{price.rate}</span>}
            <strong class="price-to-pay">{price.toPay}</strong>
            {price.before === undefined ? null : (
              <s class="price-before">
                <span class="spoken">{says('before')} </span>
                {price.before}
              </s>
            )}
          </p>
        ) : null}
        <Sign path={card.pricePath} />
        <CardText words={card.description} class="card-description" />
      </div>
    </>
  );
}
