import { useEffect, useRef, useState } from 'preact/hooks';
import { useLanguage, useSay } from '../language.tsx';
import { useCopy } from '../tell.tsx';
import { texts } from '../texts.ts';
import type { RoomItem } from './room-items.ts';
import { wordsOf } from './words-of.ts';

const LONG_PRESS_MS = 500;
const STILL_PX = 8;

interface OpenMenu {
  readonly text: string;
  /** In the conversation. */
  readonly left: number;
  readonly top: number;
  readonly row: HTMLElement;
}

const MENU_PX = { width: 140, height: 56 };

/** KakaoTalk's menu of a bubble that is pressed long; a right click and the keyboard open it, too. */
export function useCopyMenu(items: readonly RoomItem[]) {
  const language = useLanguage();
  const [open, setOpen] = useState<OpenMenu>();
  const press = useRef<{ timer: ReturnType<typeof setTimeout>; x: number; y: number }>(undefined);

  const openAt = (target: EventTarget | null, x: number, y: number): boolean => {
    const row = target instanceof Element ? target.closest<HTMLElement>('.row') : null;
    const item = items.find(({ key }) => key === row?.dataset.key);
    const text = item === undefined ? '' : wordsOf(item, language);
    if (row === null || text === '') return false;
    const frame = row.closest('.conversation')?.getBoundingClientRect() ?? new DOMRect();
    const left = Math.min(x - frame.left, frame.width - MENU_PX.width);
    const top = Math.min(y - frame.top, frame.height - MENU_PX.height);
    setOpen({ text, left, top, row });
    return true;
  };
  const onPointerUp = (): void => clearTimeout(press.current?.timer);
  return {
    open,
    close: () => {
      open?.row.focus();
      setOpen(undefined);
    },
    onContextMenu: (pointed: MouseEvent) => {
      if (openAt(pointed.target, pointed.clientX, pointed.clientY)) pointed.preventDefault();
    },
    onPointerDown: (down: PointerEvent) => {
      if (down.pointerType === 'mouse') return;
      const { target, clientX: x, clientY: y } = down;
      press.current = { timer: setTimeout(() => openAt(target, x, y), LONG_PRESS_MS), x, y };
    },
    onPointerMove: ({ clientX, clientY }: PointerEvent) => {
      const { x = 0, y = 0 } = press.current ?? {};
      if (Math.hypot(clientX - x, clientY - y) > STILL_PX) onPointerUp();
    },
    onPointerUp,
    onKeyDown: (key: KeyboardEvent) => {
      const row = key.target;
      if (key.key !== 'Enter' || !(row instanceof HTMLElement) || !row.classList.contains('row')) return;
      const { left, top } = row.getBoundingClientRect();
      if (openAt(row, left + 56, top + 24)) key.preventDefault();
    },
  };
}

/** The menu itself, where the bubble was pressed. */
export function CopyMenu(props: OpenMenu & { readonly onClose: () => void }) {
  const say = useSay();
  const copy = useCopy();
  const item = useRef<HTMLButtonElement>(null);
  const { left, top, onClose } = props;
  useEffect(() => item.current?.focus(), []);
  useEffect(() => {
    const dismiss = (pointed: PointerEvent): void => {
      if (pointed.target !== item.current) onClose();
    };
    addEventListener('pointerdown', dismiss);
    return () => removeEventListener('pointerdown', dismiss);
  }, [onClose]);
  return (
    <div
      class="menu copy-menu"
      role="menu"
      tabIndex={-1}
      style={{ left: `${left}px`, top: `${top}px` }}
      onKeyDown={key => {
        if (key.key === 'Escape' || key.key === 'Tab') onClose();
      }}
    >
      <button
        ref={item}
        type="button"
        role="menuitem"
        onClick={() => {
          void copy(props.text);
          onClose();
        }}
      >
        {say(texts.copy)}
      </button>
    </div>
  );
}
