import type { VNode } from 'preact';
import { useMemo } from 'preact/hooks';
import type { Language } from '../../../../tools/language.ts';
import { TapButton } from './buttons.tsx';
import { CurrentDrawing, useDrawingOf } from './drawing.ts';
import type { DrawnMessage } from './model.ts';
import { Picture } from './picture.tsx';
import type { DrawProps } from './props.ts';
import { readMessageAnswer } from './read-answer.ts';
import { Sign } from './sign.tsx';
import { NO_VIOLATIONS, placeSigns } from './signs.ts';
import { FoldedText, TextBubble } from './text-bubble.tsx';

/** smart-chat's bubble, whatever the bot sent: its text, the photo below it, and its one link. */
export function SmartChatBubble(props: DrawProps): VNode {
  const { answer, violations = NO_VIOLATIONS, language } = props;
  const drawn = useMemo(() => readMessageAnswer(answer), [answer]);
  const signs = useMemo(() => placeSigns(drawn, violations), [drawn, violations]);
  return (
    <CurrentDrawing.Provider value={useDrawingOf(props, signs)}>
      <div class="bubbles">
        <Message message={drawn} language={language} />
        <Sign path="" />
        <Sign path={drawn.path} />
      </div>
    </CurrentDrawing.Provider>
  );
}

function Message(props: { readonly message: DrawnMessage; readonly language: Language }): VNode | null {
  const { text, picture, button } = props.message;
  const sign = <Sign path={text.path} />;
  if (!picture && !button) {
    if (text.text === '') return sign;
    return (
      <TextBubble side="channel" text={text.text} language={props.language} hasTail={true}>
        {sign}
      </TextBubble>
    );
  }
  return (
    <div class="bubble card message">
      {text.text === '' ? null : (
        <div class="message-words">
          <FoldedText text={text.text} form="plain" language={props.language} />
        </div>
      )}
      {sign}
      {picture ? <Picture picture={picture} class="message-picture" /> : null}
      {button ? (
        <div class="buttons">
          <div class="button-place">
            <TapButton button={button} class="button" />
            <Sign path={button.path} />
          </div>
        </div>
      ) : null}
    </div>
  );
}
