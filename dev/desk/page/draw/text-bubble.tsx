import type { ComponentChildren, VNode } from 'preact';
import { useRef } from 'preact/hooks';
import type { Language } from '../../../../tools/language.ts';
import { foldText } from './fold.ts';
import { OWN_WORDS } from './own-words.ts';
import { readGroupPieces, readMarkdown, readPieces } from './pieces.ts';
import { MarkdownText, Pieces } from './words.tsx';

/** A bubble of text: a user's, or one of the channel's. */
export interface TextBubbleProps {
  readonly side: 'user' | 'channel';
  readonly text: string;
  readonly language: Language;
  /** Whether it is the first of its speaker, who is told by its tail. */
  readonly hasTail?: boolean;
  /** A group room's text may name members, and be Markdown. */
  readonly form?: 'plain' | 'group' | 'markdown';
  readonly children?: ComponentChildren;
}

/** A bubble of text, folded where KakaoTalk folds it. */
export function TextBubble(props: TextBubbleProps): VNode {
  const { side, text, language, form = 'plain' } = props;
  return (
    <div class={`bubble text-bubble is-${side}${props.hasTail ? ' has-tail' : ''}`}>
      <FoldedText text={text} form={form} language={language} />
      {props.children}
    </div>
  );
}

interface FoldedTextProps {
  readonly text: string;
  readonly form: NonNullable<TextBubbleProps['form']>;
  readonly language: Language;
}

/** A bubble's words, with the way to the whole of them where they are folded. */
export function FoldedText(props: FoldedTextProps): VNode {
  const { shown, isFolded } = foldText(props.text);
  return (
    <>
      <div class="bubble-words">
        <TextOf text={shown} form={props.form} />
        {isFolded ? '…' : null}
      </div>
      {isFolded ? <WholeText {...props} /> : null}
    </>
  );
}

function TextOf({ text, form }: Pick<FoldedTextProps, 'text' | 'form'>): VNode {
  if (form === 'markdown') return <MarkdownText blocks={readMarkdown(text)} />;
  return <Pieces pieces={form === 'group' ? readGroupPieces(text) : readPieces(text)} />;
}

function WholeText({ text, form, language }: FoldedTextProps): VNode {
  const dialog = useRef<HTMLDialogElement>(null);
  return (
    <>
      <button type="button" class="see-all" onClick={() => dialog.current?.showModal()}>
        <span>{OWN_WORDS.wholeText[language]}</span>
        <span aria-hidden="true">›</span>
      </button>
      <dialog class="whole-text" ref={dialog} aria-label={OWN_WORDS.wholeText[language]}>
        <form method="dialog">
          <strong>{OWN_WORDS.wholeText[language]}</strong>
          <button type="submit" aria-label={OWN_WORDS.close[language]}>
            ✕
          </button>
        </form>
        <div class="whole-words">
          <TextOf text={text} form={form} />
        </div>
      </dialog>
    </>
  );
}
