import type { VNode } from 'preact';
import type { DeskState } from '../../desk-api.ts';
import type { Tap } from './props.ts';

/** smart-chat's keys in place of the input line; none where its user types. */
export interface SmartChatKeyboardProps {
  readonly keyboard: DeskState['keyboard'];
  /** Absent where nothing can be tapped now. */
  readonly onTap?: (tap: Tap) => void;
}

/** The keys that replace the input line: three are seen, the others scroll. */
export function SmartChatKeyboard({ keyboard, onTap }: SmartChatKeyboardProps): VNode | null {
  if (keyboard.type === 'text') return null;
  return (
    <section class="keyboard" aria-label={HEADING}>
      <p class="keyboard-heading" aria-hidden="true">
        {HEADING}
      </p>
      <ul
        class={`keys${keyboard.buttons.length > SEEN_AT_ONCE ? ' is-long' : ''}`}
        tabIndex={onTap ? undefined : 0}
      >
        {keyboard.buttons.map((label, at) => (
          // Labels may be there twice, and never change places.
          <li key={`${at}`}>
            <button
              type="button"
              class="key"
              disabled={!onTap}
              title={label.length > 20 ? label : undefined}
              onClick={() => onTap?.({ path: `keyboard.buttons[${at}]`, label, action: 'message' })}
            >
              <span class="one-line">{label}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

const SEEN_AT_ONCE = 3;

/** Kakao's own, which no bot can change. */
const HEADING = '원하는 버튼을 선택하세요';
