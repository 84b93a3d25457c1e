import type { VNode } from 'preact';
import { TapButton } from './buttons.tsx';
import { useDrawing } from './drawing.ts';
import type { DrawnListCard, DrawnListItem } from './model.ts';
import { Picture } from './picture.tsx';
import { Sign } from './sign.tsx';

/** A list below its head; in a group room perhaps numbered. */
export function ListCard({ card }: { readonly card: DrawnListCard }): VNode {
  const { isGroup } = useDrawing();
  const isRanking = card.isRanking && isGroup;
  return (
    <>
      <p class="list-head">{card.header.text}</p>
      <Sign path={card.header.path} />
      <ol class="list-items">
        {card.items.map((item, at) => (
          <li key={item.path}>
            <ListItem item={item} rank={isRanking ? at + 1 : undefined} />
            <Sign path={item.path} />
          </li>
        ))}
      </ol>
    </>
  );
}

function ListItem({
  item,
  rank,
}: {
  readonly item: DrawnListItem;
  readonly rank: number | undefined;
}): VNode {
  const inside = (
    <>
      {rank === undefined ? null : <span class="rank">{rank}</span>}
      <span class="list-words">
        <span class="list-title">{item.title}</span>
        {item.description === '' ? null : <span class="list-description">{item.description}</span>}
      </span>
      {item.picture ? <Picture picture={item.picture} class="list-picture" /> : null}
    </>
  );
  if (!item.button) return <div class="list-item">{inside}</div>;
  return (
    <TapButton button={item.button} class="list-item">
      {inside}
    </TapButton>
  );
}
