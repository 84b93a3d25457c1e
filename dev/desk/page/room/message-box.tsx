import { useRef, useState } from 'preact/hooks';
import type { Sentence } from '../../../../tools/language.ts';
import { useSay } from '../language.tsx';
import { texts } from '../texts.ts';
import { PlusMenu } from './plus-menu.tsx';

const MOST_CHARACTERS = 10_000;

/** The input line. What is typed is nobody else's matter, so that a keystroke draws nothing but itself. */
export function MessageBox(props: {
  readonly onSay: (text: string) => Promise<boolean>;
  /** Why nothing but photos can be sent; absent where videos and audio can, too. */
  readonly whyPhotoAlone: Sentence | undefined;
}) {
  const say = useSay();
  const box = useRef<HTMLTextAreaElement>(null);
  const [hasText, setHasText] = useState(false);

  const submit = async (): Promise<void> => {
    const text = box.current?.value.trim() ?? '';
    if (box.current === null || text === '') return;
    const typed = box.current.value;
    box.current.value = '';
    setHasText(false);
    box.current.focus();
    if ((await props.onSay(text)) || box.current?.value !== '') return;
    box.current.value = typed;
    setHasText(true);
  };

  return (
    <div class="input-line">
      <PlusMenu whyPhotoAlone={props.whyPhotoAlone} />
      <form
        class="message-box"
        onSubmit={submitted => {
          submitted.preventDefault();
          void submit();
        }}
      >
        <textarea
          ref={box}
          rows={1}
          maxLength={MOST_CHARACTERS}
          aria-label={say(texts.message)}
          placeholder={say(texts.message)}
          autocomplete="off"
          onInput={({ currentTarget }) => setHasText(currentTarget.value.trim() !== '')}
          onKeyDown={key => {
            // A Hangul syllable that is being composed takes the first Enter itself; Safari tells it by 229 alone.
            if (key.key !== 'Enter' || key.shiftKey || key.isComposing || key.keyCode === 229) return;
            key.preventDefault();
            void submit();
          }}
        />
        <button type="submit" class="send" disabled={!hasText} aria-label={say(texts.send)}>
          <svg viewBox="0 0 20 20" aria-hidden="true">
            <path d="M10 16V5m0 0L5 10m5-5 5 5" />
          </svg>
        </button>
      </form>
    </div>
  );
}
