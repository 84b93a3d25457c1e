import { useCallback } from 'preact/hooks';
import type { Tap } from '../draw/props.ts';
import { useLanguage, useSay } from '../language.tsx';
import { memo } from '../memo.ts';
import { texts } from '../texts.ts';
import { dayOf, minuteOf } from '../times.ts';
import { AnswerBubbles, SaidBubble, SentFile } from './bubbles.tsx';
import type { RoomItem } from './room-items.ts';

/** Everything that the rows of a room have in common. */
export interface RowSettings {
  readonly botName: string;
  readonly showsImages: boolean;
  readonly onTap: (item: RoomItem & { readonly kind: 'answer' }, tap: Tap) => void;
  readonly onInspect: (item: RoomItem) => void;
}

interface RowProps extends RowSettings {
  readonly item: RoomItem;
  readonly side: 'own' | 'other' | 'bot' | 'middle';
  readonly isFirst: boolean;
  readonly hasMinute: boolean;
  readonly canTap: boolean;
}

/** An item of the room. */
export const RoomRow = memo(function RoomRow(props: RowProps) {
  const { item, side } = props;
  if (item.kind === 'note') return <Note item={item} onInspect={props.onInspect} />;
  if (item.kind === 'did') return <Did item={item} />;
  return (
    <article class={`row ${side}${props.isFirst ? ' first' : ''}`} tabIndex={-1} data-key={item.key}>
      {side === 'bot' &&
        (props.isFirst ? <BotPicture name={props.botName} /> : <span class="channel-picture" />)}
      <div class="said">
        {props.isFirst && side !== 'own' && (
          <p class="name">{side === 'bot' ? props.botName : item.exchange.scene.user.name}</p>
        )}
        <div class="line">
          <Bubble {...props} />
          {props.hasMinute && <Minute at={item.at} />}
        </div>
      </div>
    </article>
  );
});

function Bubble({ item, side, isFirst, canTap, onTap, showsImages }: RowProps) {
  const tapped = useCallback(
    (tap: Tap) => {
      if (item.kind === 'answer') onTap(item, tap);
    },
    [item, onTap],
  );
  const say = useSay();
  switch (item.kind) {
    case 'said':
      return <SaidBubble text={item.text} side={side === 'own' ? 'user' : 'channel'} hasTail={isFirst} />;
    case 'waiting':
      return <SaidBubble text={item.text} side="channel" hasTail={isFirst} />;
    case 'sent':
      return <SentFile media={item.media} url={item.url} />;
    case 'answer':
      return (
        <AnswerBubbles
          scene={item.exchange.scene}
          answer={item.answer}
          violations={item.violations}
          showsImages={showsImages}
          {...(canTap && { onTap: tapped })}
        />
      );
    default:
      return <p>{say(item.says)}</p>;
  }
}

function Minute({ at }: { readonly at: number }) {
  return (
    <time class="minute" dateTime={new Date(at).toISOString()}>
      {minuteOf(at, useLanguage())}
    </time>
  );
}

/** The channel's picture: its name's first letter. */
export function BotPicture({ name }: { readonly name: string }) {
  return (
    <span class="channel-picture drawn" aria-hidden="true">
      {[...name.trim()][0]?.toUpperCase() ?? '?'}
    </span>
  );
}

/** The line where a day begins. */
export const DayLine = memo(function DayLine({ at }: { readonly at: number }) {
  return (
    <p class="day">
      <span>{dayOf(at, useLanguage())}</span>
    </p>
  );
});

function Did({ item }: { readonly item: RoomItem & { readonly kind: 'did' } }) {
  const say = useSay();
  return (
    <article class="row did" tabIndex={-1} data-key={item.key}>
      <p>
        {item.exchange.scene.user.name} · {say(item.says)}
      </p>
    </article>
  );
}

function Note(props: {
  readonly item: RoomItem & { readonly kind: 'note' };
  readonly onInspect: (item: RoomItem) => void;
}) {
  const say = useSay();
  return (
    <article class={`row note ${props.item.tone}`} tabIndex={-1} data-key={props.item.key}>
      <p>
        <strong>{say(texts.noteOfDesk)}</strong> <span>{say(props.item.says)}</span>
      </p>
      <button type="button" onClick={() => props.onInspect(props.item)}>
        {say(texts.inspect)}
      </button>
    </article>
  );
}
