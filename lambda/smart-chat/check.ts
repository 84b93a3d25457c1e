import { isBlank } from '../blank.ts';
import { inspect } from '../check/inspect.ts';
import { type CrossCheck, lazyShape } from '../check/shape.ts';
import { type Finding, kindOf, note, type Violation, violationsOf } from '../check/violation.ts';
import { isWebUrl } from '../web-url.ts';
import { CROSS_LIMITS, EFFECTS, LIMITS, SOURCE } from './limits.ts';

/**
 * Every limit that an answer to `POST /message` breaks; none when Kakao shows all of it. Takes any JSON value and
 * never throws. Null for an optional member is as good as absent.
 */
export function checkSmartChat(answer: unknown): Violation[] {
  return violationsOf(inspect(answer, ANSWER));
}

/** Every limit that an answer to `GET /keyboard` breaks. Takes any JSON value and never throws. */
export function checkKeyboard(answer: unknown): Violation[] {
  return violationsOf(inspect(answer, KEYBOARD));
}

function add(
  found: Finding[],
  id: keyof typeof CROSS_LIMITS,
  value: number | string,
  path?: readonly (string | number)[],
): void {
  const { limit, effect, source } = CROSS_LIMITS[id];
  note(found, id, limit, effect, source, value, path);
}

const crossChecks: Readonly<Record<string, CrossCheck>> = {
  message({ text, photo, message_button }, found) {
    // The keyboard hangs on the bubble, and a blank text shows none.
    if (isBlank(text) && !photo && !message_button) add(found, 'content', kindOf(text), ['text']);
  },
  messageButton({ url }, found) {
    if (typeof url === 'string' && !isBlank(url) && !isWebUrl(url))
      add(found, 'link', 'another scheme', ['url']);
  },
  keyboard({ type, buttons }, found) {
    if (type === 'text' && (buttons ?? undefined) !== undefined)
      add(found, 'textKeyboard', 'present', ['buttons']);
    if (type !== 'buttons') return;
    if (!Array.isArray(buttons) || buttons.length === 0) {
      add(found, 'buttons.required', Array.isArray(buttons) ? 0 : kindOf(buttons), ['buttons']);
      return;
    }
    if (buttons.length > CROSS_LIMITS.buttons.limit) add(found, 'buttons', buttons.length, ['buttons']);
    for (let at = 0; at < buttons.length; at++)
      if (isBlank(buttons[at])) add(found, 'buttonText', kindOf(buttons[at] || undefined), ['buttons', at]);
  },
};

const TABLE = { shapes: LIMITS, crossChecksOf: () => crossChecks, effects: EFFECTS, source: SOURCE };
const ANSWER = lazyShape(TABLE, 'answer');
const KEYBOARD = lazyShape(TABLE, 'keyboard');
