import { useSay } from './language.tsx';
import { texts } from './texts.ts';

/** A part of the page: where there is no place for all, one is seen at a time. */
export type Part = 'room' | 'inspector' | 'controls';

const PARTS = ['room', 'inspector', 'controls'] as const;

/** The way from part to part on a narrow screen. */
export function Tabs(props: { readonly part: Part; readonly onChoose: (part: Part) => void }) {
  const say = useSay();
  const names = { room: texts.conversation, inspector: texts.inspector, controls: texts.controls };
  return (
    <div
      class="tabs"
      role="tablist"
      aria-label={say(texts.parts)}
      onKeyDown={({ key, currentTarget }) => {
        const step = key === 'ArrowRight' ? 1 : key === 'ArrowLeft' ? -1 : 0;
        const next = PARTS.at((PARTS.indexOf(props.part) + step) % PARTS.length);
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
          aria-selected={props.part === part}
          aria-controls={part}
          tabIndex={props.part === part ? 0 : -1}
          onClick={() => props.onChoose(part)}
        >
          {say(names[part])}
        </button>
      ))}
    </div>
  );
}
