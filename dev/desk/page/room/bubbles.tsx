import type { Exchange } from '../../desk-api.ts';
import type { Tap } from '../draw/props.ts';
import { wordsIn } from './words-of.ts';

/** A text in a bubble. */
export function OwnText({ text, isOwn }: { readonly text: string; readonly isOwn: boolean }) {
  return <p class={isOwn ? 'text own-text' : 'text'}>{text}</p>;
}

/** The bubbles of an answer, whichever protocol brought it. */
export function AnswerBubbles(props: {
  readonly protocol: Exchange['scene']['protocol'];
  readonly answer: unknown;
  readonly violations: Exchange['violations'];
  readonly showsImages: boolean;
  readonly onTap?: (tap: Tap) => void;
}) {
  return <p class="text">{wordsIn(props.answer).join('\n')}</p>;
}

/** The quick replies under the last bubble. */
export function QuickReplies(props: {
  readonly answer: unknown;
  readonly showsImages: boolean;
  readonly onTap: (tap: Tap) => void;
}) {
  return <p class="unseen">{wordsIn(props.answer).length}</p>;
}

/** smart-chat's buttons in place of the input line. */
export function ButtonKeyboard(props: {
  readonly buttons: readonly string[];
  readonly onTap: (tap: Tap) => void;
}) {
  return (
    <div class="keyboard">
      {props.buttons.map((label, at) => (
        <button
          key={label}
          type="button"
          onClick={() => props.onTap({ path: `keyboard.buttons[${at}]`, label, action: 'message' })}
        >
          {label}
        </button>
      ))}
    </div>
  );
}

/** Three dots while something is awaited. */
export function Typing() {
  return <p class="text">…</p>;
}
