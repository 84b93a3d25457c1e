import type { Violation } from '../../lambda/check/violation.ts';
import { checkSkillResponse } from '../../lambda/open-builder/check.ts';
import { checkKeyboard, checkSmartChat } from '../../lambda/smart-chat/check.ts';
import { explain as explainSkill } from '../explain/open-builder.ts';
import { explain as explainSmartChat } from '../explain/smart-chat.ts';
import type { Sentence } from '../language.ts';

const MOST_PROBLEMS = 3;

/** Whose answer it is: a skill's, smart-chat's to `POST /message`, or its keyboard. */
export type AnswerKind = 'skill' | 'message' | 'keyboard';

/** The first three things that keep Kakao from showing an answer: these mended, others may be gone. What is only shown shorter is none. */
export function problemsOf(answer: unknown, kind: AnswerKind): readonly Sentence[] {
  const [violations, explain] =
    kind === 'skill'
      ? [checkSkillResponse(answer), explainSkill]
      : [kind === 'message' ? checkSmartChat(answer) : checkKeyboard(answer), explainSmartChat];
  return violations.filter(isRejected).slice(0, MOST_PROBLEMS).map(explain);
}

const isRejected = ({ severity }: Violation): boolean => severity === 'rejected';
