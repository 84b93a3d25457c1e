import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { useSay } from '../language.tsx';
import { texts } from '../texts.ts';
import { CopyMenu, useCopyMenu } from './copy-menu.tsx';
import type { RoomItem } from './room-items.ts';

const NEAR_END_PX = 48;

/** The log of the room: it stays at its end, unless somebody reads further up. */
export function Conversation(props: {
  readonly items: readonly RoomItem[];
  /** Whoever looks at it: what they did themselves leads to its end. */
  readonly userKey: string;
  readonly children: ComponentChildren;
}) {
  const say = useSay();
  const log = useRef<HTMLDivElement>(null);
  const { hasNew, toEnd, onScroll } = useEnd(log, props.items, props.userKey);
  const copying = useCopyMenu(props.items);
  return (
    <div class="conversation">
      <div
        ref={log}
        class="log"
        role="log"
        aria-label={say(texts.conversation)}
        aria-live="polite"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard, too.
        tabIndex={0}
        onScroll={onScroll}
        onKeyDown={key => {
          if (log.current && moveAmongRows(log.current, key)) key.preventDefault();
          else copying.onKeyDown(key);
        }}
        onContextMenu={copying.onContextMenu}
        onPointerDown={copying.onPointerDown}
        onPointerMove={copying.onPointerMove}
        onPointerUp={copying.onPointerUp}
        onPointerCancel={copying.onPointerUp}
      >
        <div class="lines">{props.children}</div>
      </div>
      {hasNew && (
        <button type="button" class="new-below" onClick={toEnd}>
          {say(texts.newBelow)}
        </button>
      )}
      {copying.open && <CopyMenu {...copying.open} onClose={copying.close} />}
    </div>
  );
}

/** Keeps the log at its end as long as it is there, whatever grows in it; what its own user did leads there again. */
function useEnd(
  log: { readonly current: HTMLDivElement | null },
  items: readonly RoomItem[],
  userKey: string,
) {
  const isAtEnd = useRef(true);
  const [hasNew, setHasNew] = useState(false);
  const lastBubble = items.findLast(({ kind }) => kind !== 'note');
  const lastKey = lastBubble?.key;
  const isOwnLast =
    lastBubble?.exchange.scene.user.botUserKey === userKey &&
    lastBubble.kind !== 'answer' &&
    lastBubble.kind !== 'waiting';

  const toEnd = (): void => {
    isAtEnd.current = true;
    setHasNew(false);
    log.current?.scrollTo({ top: log.current.scrollHeight });
  };
  useLayoutEffect(() => {
    if (isAtEnd.current || isOwnLast) toEnd();
    else if (lastKey !== undefined) setHasNew(true);
  }, [lastKey]);
  useLayoutEffect(() => {
    const lines = log.current?.firstElementChild;
    if (!log.current || !lines) return undefined;
    const grown = new ResizeObserver(() => {
      if (isAtEnd.current) log.current?.scrollTo({ top: log.current.scrollHeight });
    });
    grown.observe(lines);
    grown.observe(log.current);
    return () => grown.disconnect();
  }, [log]);
  const onScroll = (): void => {
    if (!log.current) return;
    const { scrollTop, clientHeight, scrollHeight } = log.current;
    isAtEnd.current = scrollTop + clientHeight >= scrollHeight - NEAR_END_PX;
    if (isAtEnd.current) setHasNew(false);
  };
  return { hasNew, toEnd, onScroll };
}

/** Moves among the bubbles by arrow keys, so that one of them can be copied without a mouse. */
function moveAmongRows(log: HTMLElement, key: KeyboardEvent): boolean {
  const rows = [...log.querySelectorAll<HTMLElement>('.row[tabindex]')];
  const at = rows.indexOf(document.activeElement as HTMLElement);
  if (document.activeElement !== log && at < 0) return false;
  const aim = {
    ArrowDown: at < 0 ? -1 : at + 1,
    ArrowUp: at < 0 ? rows.length - 1 : at - 1,
    Home: 0,
    End: rows.length - 1,
  };
  const next = rows[aim[key.key as keyof typeof aim] ?? -1];
  next?.focus();
  return next !== undefined;
}
