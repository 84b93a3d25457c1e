import { isObject, type JsonObject } from '../../lambda/json-reader.ts';
import type { ProtocolName } from './scene.ts';

/** Something of an answer that a user can tap. */
export interface Tappable {
  /** Such as `template.quickReplies[0]`. */
  readonly path: string;
  readonly label: string;
  readonly on: 'card-button' | 'list-item' | 'quick-reply' | 'keyboard' | 'message-button';
  /** Kakao's word; `message` and `block` reach the bot, everything else the phone does alone. */
  readonly action: string;
  readonly messageText?: string;
  readonly blockId?: string;
  readonly extra?: object;
}

/** Everything of an answer that can be tapped, in the order of the screen, whatever else the answer holds. */
export function tappables(answer: unknown, protocol: ProtocolName): readonly Tappable[] {
  if (!isObject(answer)) return [];
  if (protocol === 'smart-chat') return [...linkOf(answer), ...keyOf(answer)];
  const { template } = answer;
  return isObject(template)
    ? [
        ...within(template.outputs, 'template.outputs'),
        ...within(template.quickReplies, 'template.quickReplies'),
      ]
    : [];
}

/** Whether the bot hears of a tap on it. */
export const reachesBot = ({ action }: Pick<Tappable, 'action'>): boolean =>
  action === 'message' || action === 'block';

const TRIGGERS: Readonly<Record<Tappable['on'], string>> = {
  'card-button': 'CARD_BUTTON',
  'list-item': 'LIST_ITEM',
  'quick-reply': 'QUICKREPLY_BUTTON',
  keyboard: 'QUICKREPLY_BUTTON',
  'message-button': 'CARD_BUTTON',
};

/** Open Builder's word for a tap on it, such as `CARD_BUTTON_BLOCK`. */
export const triggerOf = ({ on, action }: Pick<Tappable, 'on' | 'action'>): string =>
  `${TRIGGERS[on]}_${action === 'block' ? 'BLOCK' : 'MESSAGE'}`;

/** Every text of an answer that stands on the screen, labels included, as far as it is shown. */
export function wordsIn(answer: unknown): readonly string[] {
  if (!isObject(answer) || !isObject(answer.message)) return textsIn(answer);
  const { text, ...message } = answer.message;
  const { message: _, ...others } = answer;
  return [...textsIn(text).map(words => words.slice(0, MAX_TEXT)), ...textsIn(message), ...textsIn(others)];
}

/** smart-chat cuts the rest of a text. */
const MAX_TEXT = 1_000;

function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) => (UNSEEN.test(name) ? [] : textsIn(member)));
}

/** The members that tell KakaoTalk what to do, and show nothing themselves. */
const UNSEEN =
  /url$|^(version|context|extra|action|type|blockId|messageText|currency|buttonLayout|listLayout|itemListAlignment)$/i;

/** Deeper than any component nests. */
const MAX_DEPTH = 12;

function within(value: unknown, path: string, depth = 0): readonly Tappable[] {
  if (depth > MAX_DEPTH) return [];
  if (Array.isArray(value)) return value.flatMap((item, at) => within(item, `${path}[${at}]`, depth + 1));
  if (!isObject(value)) return [];
  const tapped = tappableOf(value, path);
  if (tapped) return [tapped];
  return Object.entries(value).flatMap(([name, member]) => within(member, `${path}.${name}`, depth + 1));
}

function tappableOf(value: JsonObject, path: string): Tappable | undefined {
  const { label, title, messageText, blockId, extra, link } = value;
  const on = placeOf(path);
  if (on === undefined) return undefined;
  const action = value.action ?? (on === 'list-item' && isObject(link) ? 'webLink' : undefined);
  if (typeof action !== 'string') return undefined;
  return {
    path,
    label: String(label ?? title),
    on,
    action,
    ...(typeof messageText === 'string' && { messageText }),
    ...(typeof blockId === 'string' && { blockId }),
    ...(isObject(extra) && { extra }),
  };
}

function placeOf(path: string): Tappable['on'] | undefined {
  if (/^template\.quickReplies\[\d+\]$/.test(path)) return 'quick-reply';
  if (/\.buttons\[\d+\]$/.test(path)) return 'card-button';
  return /\.items\[\d+\]$/.test(path) ? 'list-item' : undefined;
}

function linkOf({ message }: JsonObject): readonly Tappable[] {
  const button = isObject(message) ? message.message_button : undefined;
  if (!isObject(button)) return [];
  return [
    { path: 'message.message_button', label: String(button.label), on: 'message-button', action: 'webLink' },
  ];
}

/** A keyboard stands in an answer to a message, or is the whole answer at home. */
function keyOf(answer: JsonObject): readonly Tappable[] {
  const [keyboard, path] = isObject(answer.keyboard)
    ? [answer.keyboard, 'keyboard.buttons']
    : [answer, 'buttons'];
  if (keyboard.type !== 'buttons' || !Array.isArray(keyboard.buttons)) return [];
  return keyboard.buttons
    .slice(0, MAX_KEYS)
    .flatMap((label, at): readonly Tappable[] =>
      typeof label === 'string' ? [{ path: `${path}[${at}]`, label, on: 'keyboard', action: 'message' }] : [],
    );
}

/** The rest of a keyboard is cut. */
const MAX_KEYS = 100;
