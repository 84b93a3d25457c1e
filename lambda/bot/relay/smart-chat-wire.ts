import { isBlank } from '../../blank.ts';
import { isObject, type JsonObject, objectOrEmpty } from '../../json-reader.ts';
import { isWebUrl } from '../../web-url.ts';
import type { MediaKind } from '../incoming.ts';
import { cutWhole } from './labels.ts';
import type { Oddly } from './read-body.ts';

/** An old server's answer to `POST /message`, as far as anything in it can be shown. */
export interface OldAnswer {
  readonly text?: string;
  readonly photo?: string;
  readonly link?: { readonly label: string; readonly url: string };
  /** The labels of its buttons, none where the user is to type; absent where it says nothing of a keyboard. */
  readonly buttons?: readonly string[];
}

/** The body of `POST /message`, to the byte as Kakao wrote it. */
export function messageBody(
  userKey: string,
  type: 'text' | Exclude<MediaKind, 'other'>,
  content: string,
): string {
  return JSON.stringify({ user_key: userKey, type, content });
}

/** The body of `POST /friend`. */
export function friendBody(userKey: string): string {
  return JSON.stringify({ user_key: userKey });
}

/** Reads an answer to `POST /message`, also where Kakao would not have taken it; undefined where nothing in it can be shown. */
export function readAnswer(json: unknown, oddly: Oddly): OldAnswer | undefined {
  const body = objectIn(json, oddly);
  const bubble = body && bubbleIn(body, oddly);
  if (body === undefined || bubble === undefined) return undefined;
  const text = textIn(bubble.text, oddly);
  const photo = photoIn(bubble, body, oddly);
  const link = linkIn(bubble, body, oddly);
  const buttons = keyboardIn(bubble, body, oddly);
  const isEmpty = text === undefined && photo === undefined && link === undefined;
  // Buttons below a bubble that says nothing still lead on.
  if (isEmpty && !buttons?.length) return undefined;
  if (isEmpty) oddly('a keyboard without a bubble');
  return {
    ...(text !== undefined && { text }),
    ...(photo !== undefined && { photo }),
    ...(link && { link }),
    ...(buttons && { buttons }),
  };
}

/** Reads an answer to `GET /keyboard`: its labels, none for an input line; undefined where it is no keyboard. */
export function readKeyboard(json: unknown, oddly: Oddly): readonly string[] | undefined {
  const body = objectIn(json, oddly);
  if (body === undefined) return undefined;
  if (isObject(body.keyboard)) oddly('a keyboard in `keyboard`');
  return labelsIn(isObject(body.keyboard) ? body.keyboard : body, oddly);
}

function objectIn(json: unknown, oddly: Oddly): JsonObject | undefined {
  if (!Array.isArray(json)) return isObject(json) ? json : undefined;
  const first: unknown = json.find(isObject);
  if (first !== undefined) oddly('a list in place of an object');
  return isObject(first) ? first : undefined;
}

/** The members of a bubble. */
function bubbleIn(body: JsonObject, oddly: Oddly): JsonObject | undefined {
  const { message: bubble } = body;
  if (isObject(bubble)) return bubble;
  if (Array.isArray(bubble)) return objectIn(bubble, oddly);
  if (typeof bubble === 'string' || typeof bubble === 'number') {
    oddly('a text in place of `message`');
    return { text: bubble };
  }
  oddly('no `message` around the answer');
  return body;
}

function textIn(value: unknown, oddly: Oddly): string | undefined {
  if (typeof value === 'number') {
    oddly('a number in place of a text');
    return String(value);
  }
  if (typeof value !== 'string' || isBlank(value)) return undefined;
  const text = value
    .replace(ESCAPED, (_, hex: string | undefined) => {
      oddly('a text that is escaped twice');
      return hex === undefined ? '\n' : String.fromCharCode(Number.parseInt(hex, 16));
    })
    .replace(/\r\n?/g, '\n')
    .replaceAll('\0', '')
    .toWellFormed()
    .trim();
  return isBlank(text) ? undefined : text;
}

/** Escapes that JSON would have taken away, were they not escaped themselves. */
const ESCAPED = /\\r\\n|\\n|\\u([0-9a-fA-F]{4})/g;

function photoIn(bubble: JsonObject, body: JsonObject, oddly: Oddly): string | undefined {
  const value = bubble.photo ?? body.photo ?? undefined;
  if (value === undefined) return undefined;
  if (bubble !== body && body.photo) oddly('a photo outside `message`');
  const photo = typeof value === 'string' ? { url: value } : objectOrEmpty(value);
  if (!Number.isInteger(photo.width) || !Number.isInteger(photo.height)) oddly('a photo without whole sizes');
  const url = typeof photo.url === 'string' ? photo.url.trim().toWellFormed() : '';
  if (isWebUrl(url)) return url;
  oddly('a photo without an http or https URL');
  return undefined;
}

function linkIn(bubble: JsonObject, body: JsonObject, oddly: Oddly): OldAnswer['link'] {
  const value = bubble.message_button ?? bubble.messageButton ?? body.message_button ?? body.messageButton;
  if (!isObject(value)) return undefined;
  if (value !== bubble.message_button) oddly('messageButton, or a link outside `message`');
  const label = textIn(value.label, oddly);
  const url = typeof value.url === 'string' ? value.url.trim().toWellFormed() : '';
  if (label === undefined || isBlank(url)) oddly('a link without a label or a URL');
  return isBlank(url) ? undefined : { label: label ?? url, url };
}

function keyboardIn(bubble: JsonObject, body: JsonObject, oddly: Oddly): readonly string[] | undefined {
  const value = body.keyboard ?? bubble.keyboard ?? undefined;
  if (value !== undefined && value !== body.keyboard) oddly('a keyboard in `message`');
  if (value === undefined) return body.buttons === undefined ? undefined : labelsIn(body, oddly);
  return labelsIn(Array.isArray(value) ? { buttons: value } : objectOrEmpty(value), oddly);
}

/** The most buttons that Kakao showed. */
const MOST_BUTTONS = 100;

const MAX_LABEL_LENGTH = 1_000;

/** A keyboard's labels, each once: a tap told nothing else. */
function labelsIn(keyboard: JsonObject, oddly: Oddly): readonly string[] | undefined {
  const { type, buttons } = keyboard;
  const isText = typeof type === 'string' && /^text$/i.test(type.trim());
  if (isText || !(buttons ?? undefined)) return isText ? [] : undefined;
  if (typeof type !== 'string' || type !== 'buttons')
    oddly('a keyboard of another type than text and buttons');
  if (!Array.isArray(buttons)) oddly('buttons that are no list');
  // PHP writes a list with a hole in it as an object.
  const listed = typeof buttons === 'object' && buttons !== null ? Object.values(buttons) : [buttons];
  const labels = new Set<string>();
  for (const button of listed) {
    const label = labelOf(button, oddly);
    if (label !== undefined && labels.size < MOST_BUTTONS) labels.add(label);
  }
  return [...labels];
}

function labelOf(button: unknown, oddly: Oddly): string | undefined {
  if (typeof button !== 'string') oddly('a button that is no text');
  const { label, name, text } = objectOrEmpty(button);
  const words = isObject(button) ? (label ?? name ?? text) : button;
  if (typeof words !== 'string' && typeof words !== 'number') return undefined;
  return isBlank(String(words)) ? undefined : cutWhole(String(words).toWellFormed(), MAX_LABEL_LENGTH);
}
