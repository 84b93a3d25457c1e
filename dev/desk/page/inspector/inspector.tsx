import { useCallback, useEffect, useRef } from 'preact/hooks';
import type { Exchange } from '../../desk-api.ts';
import { type Feed, keyOf } from '../feed.ts';
import { useSay } from '../language.tsx';
import { texts } from '../texts.ts';
import { ExchangeRow } from './exchange-row.tsx';

/** Every exchange with the bot, the newest first; those that are opened show their JSON. */
export function Inspector(props: {
  readonly feed: Feed;
  readonly opened: ReadonlySet<string>;
  readonly onToggle: (key: string) => void;
  /** The one that was asked for elsewhere. */
  readonly sought: { readonly key: string } | undefined;
}) {
  const say = useSay();
  const { exchanges, remembered } = props.feed;
  const list = useRef<HTMLOListElement>(null);
  const { onToggle, sought } = props;
  const toggle = useCallback((exchange: Exchange) => onToggle(keyOf(exchange)), [onToggle]);
  useEffect(() => {
    const row = list.current?.querySelector<HTMLElement>(`[data-key="${CSS.escape(sought?.key ?? '')}"]`);
    row?.scrollIntoView({ block: 'start' });
    row?.querySelector('button')?.focus();
  }, [sought]);
  return (
    <>
      <header class="panel-head">
        <h2>{say(texts.inspector)}</h2>
        <span class="count">{say(texts.exchanges(exchanges.length))}</span>
      </header>
      {exchanges.length === 0 && <p class="panel-empty">{say(texts.noExchanges)}</p>}
      <ol class="exchanges" ref={list}>
        {exchanges.toReversed().map(exchange => {
          const key = keyOf(exchange);
          return (
            <ExchangeRow
              key={key}
              exchange={exchange}
              isOpen={props.opened.has(key)}
              isRemembered={remembered.has(key)}
              onToggle={toggle}
            />
          );
        })}
      </ol>
    </>
  );
}
