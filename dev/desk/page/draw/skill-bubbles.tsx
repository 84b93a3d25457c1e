import type { ComponentChildren, VNode } from 'preact';
import { useMemo } from 'preact/hooks';
import { Card } from './card.tsx';
import { Carousel } from './carousel.tsx';
import { CurrentDrawing, useDrawing, useDrawingOf } from './drawing.ts';
import { type DrawnOutput, type DrawnText, isForwardable } from './model.ts';
import { Picture } from './picture.tsx';
import type { DrawProps } from './props.ts';
import { readSkillAnswer } from './read-answer.ts';
import { Sign } from './sign.tsx';
import { NO_VIOLATIONS, placeSigns } from './signs.ts';
import { TextBubble } from './text-bubble.tsx';

/** Every bubble of a skill's answer, whatever the bot sent; limits that it breaks are told in place. */
export function SkillBubbles(props: DrawProps): VNode {
  const { answer, violations = NO_VIOLATIONS } = props;
  const drawn = useMemo(() => readSkillAnswer(answer), [answer]);
  const signs = useMemo(() => placeSigns(drawn, violations), [drawn, violations]);
  return (
    <CurrentDrawing.Provider value={useDrawingOf(props, signs, drawn.mentions)}>
      <div class="bubbles">
        {drawn.outputs.map((output, at) => (
          <Forwardable key={output.path} output={output}>
            <Bubble output={output} isFirst={at === 0} />
          </Forwardable>
        ))}
        <Sign path="" />
      </div>
    </CurrentDrawing.Provider>
  );
}

/** A bubble and Kakao's sign that it may be passed on to friends. */
function Forwardable(props: { readonly output: DrawnOutput; readonly children: ComponentChildren }): VNode {
  const { says } = useDrawing();
  if (!isForwardable(props.output)) return <>{props.children}</>;
  return (
    <div class="forwardable">
      {props.children}
      <span class="forward" role="img" aria-label={says('forward')}>
        <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" fill="none" stroke="currentColor">
          <path d="M9 3.5 13.5 8 9 12.5V9.8C5.6 9.6 3.6 10.8 2.5 13c.1-3.6 2-6.3 6.5-6.8z" />
        </svg>
      </span>
    </div>
  );
}

function Bubble({ output, isFirst }: { readonly output: DrawnOutput; readonly isFirst: boolean }): VNode {
  const { says } = useDrawing();
  switch (output.kind) {
    case 'text':
      return <SimpleText text={output} isFirst={isFirst} />;
    case 'picture':
      return (
        <div class="bubble image-bubble">
          <Picture picture={output.picture} class="image-picture" />
          <Sign path={output.path} />
        </div>
      );
    case 'carousel':
      return <Carousel carousel={output} />;
    case 'unknown':
      return (
        <p class="bubble unknown">
          {says('noComponent')}
          {output.name === '' ? null : `: ${output.name.slice(0, 40)}`}
          <Sign path={output.path} />
        </p>
      );
    default:
      return <Card card={output} />;
  }
}

function SimpleText({ text, isFirst }: { readonly text: DrawnText; readonly isFirst: boolean }): VNode {
  const { language, isGroup, says } = useDrawing();
  const form = !isGroup ? 'plain' : text.isMarkdown ? 'markdown' : 'group';
  return (
    <TextBubble side="channel" text={text.text} form={form} language={language} hasTail={isFirst}>
      {text.text === '' ? <span class="empty">{says('emptyText')}</span> : null}
      <Sign path={text.path} />
    </TextBubble>
  );
}
