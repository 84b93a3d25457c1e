import type { ProtocolName } from '../kakao-simulator/scene.ts';
import { type Tappable, tappables } from '../kakao-simulator/tappables.ts';

/** An answer as a user sees it. */
export interface Seen {
  readonly bubbles: readonly Bubble[];
  /** Below the bubbles: quick replies, or smart-chat's keyboard. */
  readonly chips: readonly string[];
  /** smart-chat's; absent where the answer has none. */
  readonly keyboard?: 'text' | readonly string[];
  /** Everything that has a label. */
  readonly tappables: readonly Label[];
}

/** A bubble, or a card of a carousel. */
export interface Bubble {
  /** Kakao's own name of it, such as `simpleText`; smart-chat's parts by theirs. */
  readonly kind: string;
  readonly lines: readonly string[];
  readonly labels: readonly string[];
}

/** A label of an answer, and the card that it stands on. */
export interface Label extends Tappable {
  /** From 1, over all cards of the answer, those of a carousel included; absent where it is on none. */
  readonly card?: number;
}

/** An answer as a user sees it, whatever the bot has sent. */
export function seenIn(protocol: ProtocolName, json: unknown): Seen {
  return protocol === 'smart-chat' ? seenMessage(json) : seenTemplate(json);
}

/** Every word on the screen, labels included. */
export const wordsOf = ({ bubbles, chips }: Seen): string =>
  [...bubbles.flatMap(({ lines, labels }) => [...lines, ...labels]), ...chips].join('\n');

function seenTemplate(json: unknown): Seen {
  const cards = list(member(member(json, 'template'), 'outputs')).flatMap(cardsIn);
  // A text or a picture alone is no card.
  const numbered = cards.filter(({ kind }) => !kind.startsWith('simple'));
  const labels = tappables(json, 'open-builder').map((tappable): Label => {
    const at = numbered.findIndex(({ path }) => tappable.path.startsWith(`${path}.`));
    return { ...tappable, ...(at >= 0 && { card: at + 1 }) };
  });
  return {
    bubbles: cards.map(({ kind, value, path }) => ({
      kind,
      lines: linesIn(value),
      labels: namesOf(labels.filter(one => one.on === 'card-button' && one.path.startsWith(`${path}.`))),
    })),
    chips: namesOf(labels.filter(({ on }) => on === 'quick-reply')),
    tappables: labels,
  };
}

const namesOf = (labels: readonly Label[]): readonly string[] => labels.map(({ label }) => label);

interface Card {
  readonly kind: string;
  readonly value: unknown;
  readonly path: string;
}

function cardsIn(output: unknown, place: number): Card[] {
  return Object.keys(object(output)).flatMap((kind): Card[] => {
    const path = `template.outputs[${place}].${kind}`;
    const value = member(output, kind);
    const items = member(value, 'items');
    if (kind !== 'carousel' || !Array.isArray(items)) return [{ kind, value, path }];
    const type = member(value, 'type');
    return items.map((item, at) => ({
      kind: typeof type === 'string' ? type : kind,
      value: item,
      path: `${path}.items[${at}]`,
    }));
  });
}

function seenMessage(json: unknown): Seen {
  const message = member(json, 'message');
  // The home keyboard is an answer of its own.
  const keyboard = member(json, 'keyboard') ?? (message === undefined ? json : undefined);
  const labels = tappables(json, 'smart-chat').map(
    (tappable): Label => ({ ...tappable, ...(tappable.on === 'message-button' && { card: 1 }) }),
  );
  const [keys, links] = [
    namesOf(labels.filter(({ on }) => on === 'keyboard')),
    namesOf(labels.filter(({ on }) => on === 'message-button')),
  ];
  const text = member(message, 'text');
  const hasPhoto = member(message, 'photo') !== undefined;
  return {
    bubbles: [
      ...(typeof text === 'string' ? [{ kind: 'text', lines: text.split(/\r?\n/), labels: [] }] : []),
      ...(hasPhoto ? [{ kind: 'photo', lines: [], labels: [] }] : []),
      ...(links.length > 0 ? [{ kind: 'message_button', lines: [], labels: links }] : []),
    ],
    chips: keys,
    ...(keyboard !== undefined && { keyboard: keys.length > 0 ? keys : ('text' as const) }),
    tappables: labels,
  };
}

/** Members of a component that hold no words to be read. */
const HIDDEN = new Set([
  ...['action', 'altText', 'blockId', 'buttonLayout', 'buttons', 'currency', 'extra', 'imageUrl'],
  ...['itemListAlignment', 'link', 'listLayout', 'messageText', 'phoneNumber', 'type', 'url', 'webLinkUrl'],
]);

/** As deep as any component is. */
const MAX_DEPTH = 8;

function linesIn(value: unknown, depth = 0): string[] {
  if (typeof value === 'string') return value === '' ? [] : value.split(/\r?\n/);
  if (typeof value === 'number') return [String(value)];
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return [];
  if (Array.isArray(value)) return value.flatMap(item => linesIn(item, depth + 1));
  return Object.entries(value).flatMap(([name, one]) => (HIDDEN.has(name) ? [] : linesIn(one, depth + 1)));
}

function member(value: unknown, name: string): unknown {
  const { [name]: found } = Object.hasOwn(object(value), name) ? object(value) : {};
  return found ?? undefined;
}

const object = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
