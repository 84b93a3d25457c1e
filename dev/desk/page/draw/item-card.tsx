import type { VNode } from 'preact';
import type { DrawnFact, DrawnItemCard } from './model.ts';
import { CardText, Profile } from './parts.tsx';
import { Picture } from './picture.tsx';
import { Sign } from './sign.tsx';

/** A card of facts, from its head to its last words. */
export function ItemCard({ card }: { readonly card: DrawnItemCard }): VNode {
  const { picture, imageTitle } = card;
  return (
    <>
      {card.head ? <CardText words={card.head} class="item-head one-line" /> : null}
      {card.profile ? <Profile profile={card.profile} /> : null}
      {picture ? <Picture picture={picture} class="card-picture" /> : null}
      {imageTitle ? <ImageTitle imageTitle={imageTitle} /> : null}
      <dl class={`facts${card.isRight ? ' is-right' : ''}`}>
        {card.facts.map(fact => (
          <Fact key={fact.path} fact={fact} />
        ))}
        {card.summary ? <Fact fact={card.summary} isSummary={true} /> : null}
      </dl>
      {card.title.text === '' && card.description.text === '' ? null : (
        <div class="item-words">
          <CardText words={card.title} class="card-title" />
          <CardText words={card.description} class="card-description" />
        </div>
      )}
    </>
  );
}

function ImageTitle(props: { readonly imageTitle: NonNullable<DrawnItemCard['imageTitle']> }): VNode {
  const { path, title, description, picture } = props.imageTitle;
  return (
    <div class="image-title">
      <div>
        <p class="image-title-words">{title}</p>
        {description === '' ? null : <p class="image-title-description one-line">{description}</p>}
        <Sign path={path} />
      </div>
      {picture ? <Picture picture={picture} class="title-picture" /> : null}
    </div>
  );
}

function Fact({
  fact,
  isSummary = false,
}: {
  readonly fact: DrawnFact;
  readonly isSummary?: boolean;
}): VNode {
  return (
    <div class={`fact${isSummary ? ' is-summary' : ''}`}>
      <dt>{fact.title}</dt>
      <dd>
        {fact.description}
        <Sign path={fact.path} />
      </dd>
    </div>
  );
}
