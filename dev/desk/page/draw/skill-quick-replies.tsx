import type { VNode } from 'preact';
import { useMemo } from 'preact/hooks';
import { TapButton } from './buttons.tsx';
import { CurrentDrawing, useDrawingOf } from './drawing.ts';
import { OWN_WORDS } from './own-words.ts';
import type { DrawProps } from './props.ts';
import { readSkillAnswer } from './read-answer.ts';
import { Sign } from './sign.tsx';
import { NO_VIOLATIONS, placeSigns } from './signs.ts';

/** The quick replies of a skill's answer: a row that scrolls, nothing where there are none. */
export function SkillQuickReplies(props: DrawProps): VNode | null {
  const { answer, violations = NO_VIOLATIONS, language } = props;
  const { quickReplies } = useMemo(() => readSkillAnswer(answer), [answer]);
  const signs = useMemo(() => placeSigns(quickReplies, violations), [quickReplies, violations]);
  const drawing = useDrawingOf(props, signs);
  if (quickReplies.length === 0) return null;
  return (
    <CurrentDrawing.Provider value={drawing}>
      <ul
        class="quick-replies"
        aria-label={OWN_WORDS.quickReplies[language]}
        tabIndex={props.onTap ? undefined : 0}
      >
        {quickReplies.map(button => (
          <li key={button.path}>
            <TapButton button={button} class="chip" />
            <Sign path={button.path} />
          </li>
        ))}
      </ul>
    </CurrentDrawing.Provider>
  );
}
