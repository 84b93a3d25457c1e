import { useEffect, useState } from 'preact/hooks';
import { useSay } from './language.tsx';
import { texts } from './texts.ts';

/** A part of the page: where there is no place for all, one is seen at a time. */
export type Part = 'room' | 'inspector' | 'controls';

const PARTS: readonly Part[] = ['room', 'inspector', 'controls'];
const BESIDE_ROOM: readonly Part[] = ['inspector', 'controls'];
const NARROW = '(width < 760px)';

/** The parts that a screen has one place for: a narrow one for all, any other for what stands beside the room. */
function useParts(): readonly Part[] {
  const [isNarrow, setNarrow] = useState(() => matchMedia(NARROW).matches);
  useEffect(() => {
    const narrow = matchMedia(NARROW);
    const look = (): void => setNarrow(narrow.matches);
    narrow.addEventListener('change', look);
    return () => narrow.removeEventListener('change', look);
  }, []);
  return isNarrow ? PARTS : BESIDE_ROOM;
}

/** The way from part to part on a narrow screen. */
export function Tabs(props: { readonly part: Part; readonly onChoose: (part: Part) => void }) {
  const say = useSay();
  const parts = useParts();
  const shown = parts.includes(props.part) ? props.part : 'inspector';
  const names = { room: texts.conversation, inspector: texts.inspector, controls: texts.controls };
  return (
    <div
      class="tabs"
      role="tablist"
      aria-label={say(texts.parts)}
      onKeyDown={({ key, currentTarget }) => {
        const step = key === 'ArrowRight' ? 1 : key === 'ArrowLeft' ? -1 : 0;
        const next = parts.at((parts.indexOf(shown) + step) % parts.length);
        if (step === 0 || next === undefined) return;
        props.onChoose(next);
        currentTarget.querySelector<HTMLElement>(`[aria-controls=${next}]`)?.focus();
      }}
    >
      {PARTS.map(part => (
        <button
          key={part}
          type="button"
          role="tab"
          hidden={!parts.includes(part)}
          aria-selected={shown === part}
          aria-controls={part}
          tabIndex={shown === part ? 0 : -1}
          onClick={() => props.onChoose(part)}
        >
          {say(names[part])}
        </button>
      ))}
    </div>
  );
}
