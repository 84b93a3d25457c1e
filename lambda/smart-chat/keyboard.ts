// Without a twin in the other protocol: an Open Builder tap brings along what its button said.

import { type Extra, normalizedText, type TurnRequest } from '../bot/incoming.ts';
import { withoutMark } from '../bot/own-button.ts';
import { type SettledReply, text } from '../bot/reply.ts';
import type { Texts } from '../bot/texts.ts';
import { isObject } from '../json-reader.ts';
import type { ProtocolMemory } from '../turn/protocol.ts';
import type { Action } from './card-text.ts';
import type { Keyboard } from './wire.ts';

/** A button's payload: its label is all that comes back. */
export interface Label {
  readonly label: string;
  readonly text: string;
  readonly blockId?: string;
  readonly extra?: Extra;
}

const MAX_BUTTONS = 100;

/** Kakao's keyboard lives ten minutes from the message that showed it. */
const KEYBOARD_MS = 10 * 60_000;

/** How old the time of labels that are shown again may get before it is saved anew. */
const LABELS_FRESH_MS = 5 * 60_000;

/** Buttons for these actions, and the labels that mean more than they say; labels are unique, since a tap tells no more. */
export function keyboardOf(
  actions: readonly Action[],
  texts: Texts,
): { keyboard: Keyboard; labels: Label[]; isFull: boolean } {
  const taken = new Map<string, string>();
  const labels: Label[] = [];
  // A button of the bot's own that says no more than ours is ours.
  if (texts.type !== '') taken.set(texts.type, meaningOf({ text: texts.type }));
  const own = taken.size;
  let isFull = false;
  for (const action of actions) {
    const { label: wanted, ...payload } = { ...action, label: normalizedText(action.label) };
    const meaning = meaningOf(payload);
    if (wanted === '' || taken.get(wanted) === meaning) continue;
    isFull = taken.size === MAX_BUTTONS;
    if (isFull) break;
    const label = unusedLabel(wanted, taken);
    taken.set(label, meaning);
    if (label !== action.text || action.blockId !== undefined || action.extra !== undefined) {
      labels.push({ ...payload, label });
    }
  }
  if (taken.size === own) return { keyboard: { type: 'text' }, labels, isFull };
  // Buttons hide the input line and the gallery, and nothing else brings them back.
  const shown = [...taken.keys()];
  const buttons = [...shown.slice(own), ...shown.slice(0, own)];
  return { keyboard: { type: 'buttons', buttons }, labels, isFull };
}

/** The payload of a button, by which two of one label are told apart. */
function meaningOf({ extra, ...said }: Omit<Action, 'label'>): string {
  const others = extra && withoutMark(extra);
  return JSON.stringify(others && Object.keys(others).length > 0 ? { ...said, extra: others } : said);
}

function unusedLabel(wanted: string, taken: ReadonlyMap<string, string>): string {
  let label = wanted;
  for (let ordinal = 2; taken.has(label); ordinal++) label = `${wanted} (${ordinal})`;
  return label;
}

/** A label stands for what its button said, while the keyboard that has it is shown. */
export function recallLabel(request: TurnRequest, { at, value }: ProtocolMemory): TurnRequest {
  const { incoming } = request;
  if (incoming.kind !== 'utterance' || !Array.isArray(value)) return request;
  if (Date.now() - at > KEYBOARD_MS + LABELS_FRESH_MS) return request;
  const label = value.filter(isLabel).find(known => known.label === incoming.text);
  if (label === undefined) return request;
  const { text, blockId, extra = {} } = label;
  return {
    ...request,
    incoming: {
      kind: 'utterance',
      text,
      extra,
      ...(blockId !== undefined && { block: { id: blockId, name: '' } }),
    },
    trigger: { how: 'tapped', does: blockId === undefined ? 'message' : 'block' },
  };
}

// What is stored was a keyboard of this release, or of one before it.
function isLabel(value: unknown): value is Label {
  return isObject(value) && typeof value.label === 'string' && typeof value.text === 'string';
}

/** Whether labels that are shown again need not be saved again. */
export function areLabelsFresh({ at }: ProtocolMemory): boolean {
  return Date.now() - at <= LABELS_FRESH_MS;
}

/** The answer to the button that brings the input line back. */
export function typeReply(said: string, { type, typeNow }: Texts): SettledReply | undefined {
  return said !== '' && said === type ? { outputs: [text(typeNow)] } : undefined;
}
