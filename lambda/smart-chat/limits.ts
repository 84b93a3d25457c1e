import {
  ANY,
  type Effects,
  INTEGER,
  needed,
  OBJECT,
  type Shapes,
  string,
  URL_TEXT,
  word,
} from '../check/shape.ts';
import type { Effect } from '../check/violation.ts';

/** The ends that Kakao makes of what it does not take. */
export const EFFECTS = {
  drops: {
    severity: 'rejected',
    en: 'Kakao drops the answer, tells the user that the bot does not respond, and counts an error',
    ko: '카카오가 답변을 버리고, 사용자에게 봇이 응답하지 않는다고 알리며, 오류로 셉니다',
  },
  cuts: { severity: 'shortened', en: 'Kakao cuts the rest', ko: '카카오가 나머지를 자릅니다' },
  ignores: { severity: 'shortened', en: 'Kakao ignores it', ko: '카카오가 무시합니다' },
} as const satisfies Effects;

/** Where all of it stands: the auto-reply API's specification, and what Kakao's staff said beside it. */
export const SOURCE = 'SPEC';

/**
 * Kakao's limits of each object of a smart-chat answer: characters are UTF-16 code units. Too much text is cut,
 * all else is rejected.
 * @see https://github.com/plusfriend/auto_reply#6-object
 */
export const LIMITS = {
  answer: { message: needed(OBJECT), keyboard: OBJECT },
  message: { text: string(1000), photo: OBJECT, message_button: { ...OBJECT, of: 'messageButton' } },
  photo: { url: needed(URL_TEXT), width: needed(INTEGER), height: needed(INTEGER) },
  messageButton: { label: needed(string()), url: needed(string()) },
  keyboard: { type: needed(word('text buttons')), buttons: ANY },
} satisfies Shapes;

const limit =
  (effect: Effect) =>
  <L extends number | string>(limit: L) => ({ limit, effect, source: SOURCE });
const drops = limit(EFFECTS.drops);
const cuts = limit(EFFECTS.cuts);
const ignores = limit(EFFECTS.ignores);

/** Limits that no single member of {@link LIMITS} tells, by their ids. */
export const CROSS_LIMITS = {
  content: drops('text, photo or message_button'),
  'buttons.required': drops(1),
  buttons: cuts(100),
  buttonText: drops('text'),
  textKeyboard: ignores('absent'),
  link: ignores('http or https'),
};
