import type { Violation } from '../../lambda/check/violation.ts';
import { CROSS_LIMITS, EFFECTS, LIMITS, SOURCE } from '../../lambda/smart-chat/limits.ts';
import type { Sentence } from '../language.ts';
import { explainLimit, limitsOf } from './explain.ts';

/** Every limit that an answer is checked against, by its id. */
export const SMART_CHAT_LIMITS = limitsOf({ shapes: LIMITS, effects: EFFECTS, source: SOURCE }, CROSS_LIMITS);

/** One sentence a language that names the place and says what to do. */
export function explain(violation: Violation): Sentence {
  const isOwn = (id: string): id is keyof typeof CROSS_LIMITS => Object.hasOwn(CROSS_LIMITS, id);
  return isOwn(violation.rule) ? SENTENCES[violation.rule](violation) : explainLimit(violation);
}

const SENTENCES: Readonly<Record<keyof typeof CROSS_LIMITS, (violation: Violation) => Sentence>> = {
  content: ({ path }) => ({
    en: `${path} shows nothing, and there is neither photo nor message_button: give the message one of the three, since the keyboard hangs on its bubble`,
    ko: `${path}: 내용이 없고 photo와 message_button도 없습니다. 키보드가 말풍선에 붙으니 셋 중 하나를 넣으세요`,
  }),
  'buttons.required': ({ path }) => ({
    en: `${path} must be a list of at least one label where type is buttons: add a label, or set type to text`,
    ko: `${path}: type이 buttons이면 버튼이 하나 이상 있는 목록이어야 합니다. 버튼을 넣거나 type을 text로 바꾸세요`,
  }),
  buttons: ({ path, value, limit }) => ({
    en: `${path} has ${value} buttons, and Kakao shows the first ${limit}: drop ${Number(value) - Number(limit)}, or ask in two steps`,
    ko: `${path}: 버튼이 ${value}개입니다. 앞의 ${limit}개만 보이니 ${Number(value) - Number(limit)}개를 빼거나 두 단계로 나누세요`,
  }),
  buttonText: ({ path }) => ({
    en: `${path} is no text that shows anything, and a label is all a button has: write the label as "..."`,
    ko: `${path}: 보이는 글자가 없습니다. 버튼 이름을 문자열("...")로 쓰세요`,
  }),
  textKeyboard: ({ path }) => ({
    en: `${path} stands in a keyboard of type text, which has none: set type to buttons, or leave them out`,
    ko: `${path}: type이 text인 키보드에는 버튼이 없습니다. type을 buttons로 바꾸거나 빼세요`,
  }),
  link: ({ path }) => ({
    en: `${path} is no http or https URL, and nothing else is known to open: link a web page`,
    ko: `${path}: http 또는 https URL이 아니어서 열리지 않을 수 있습니다. 웹 페이지로 연결하세요`,
  }),
};
