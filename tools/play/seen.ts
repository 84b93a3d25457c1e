import type { ProtocolName } from '../kakao-simulator/scene.ts';

/** An answer as a user sees it. */
export interface Seen {
  readonly bubbles: readonly Bubble[];
  /** Below the bubbles: quick replies, or smart-chat's keyboard. */
  readonly chips: readonly string[];
  /** smart-chat's; absent where the answer has none. */
  readonly keyboard?: 'text' | readonly string[];
  /** Everything that has a label. */
  readonly tappables: readonly Tappable[];
}

/** A bubble, or a card of a carousel. */
export interface Bubble {
  /** Kakao's own name of it, such as `simpleText`; smart-chat's parts by theirs. */
  readonly kind: string;
  readonly lines: readonly string[];
  readonly labels: readonly string[];
}

/** Something of an answer that can be tapped. */
export interface Tappable {
  readonly label: string;
  /** From 1, over all cards of the answer; absent below the bubbles. */
  readonly card?: number;
  /** Such as `template.outputs[0].basicCard.buttons[1]`. */
  readonly path: string;
}

/** An answer as a user sees it, whatever the bot has sent. */
export function seenIn(protocol: ProtocolName, json: unknown): Seen {
  return protocol === 'smart-chat' ? seenMessage(json) : seenTemplate(json);
}

/** Every word on the screen, labels included. */
export const wordsOf = ({ bubbles, chips }: Seen): string =>
  [...bubbles.flatMap(({ lines, labels }) => [...lines, ...labels]), ...chips].join('\n');

function seenTemplate(json: unknown): Seen {
  const template = member(json, 'template');
  const cards = list(member(template, 'outputs')).flatMap((output, at) =>
    cardsIn(output, `template.outputs[${at}]`),
  );
  const chips = tappablesIn(list(member(template, 'quickReplies')), 'label', 'template.quickReplies');
  return {
    bubbles: cards.map(({ kind, value }, at) => ({
      kind,
      lines: linesIn(value),
      labels: buttonsOf(cards, at).map(({ label }) => label),
    })),
    chips: chips.map(({ label }) => label),
    tappables: [...cards.flatMap((_, at) => [...buttonsOf(cards, at), ...itemsOf(cards, at)]), ...chips],
  };
}

interface Card {
  readonly kind: string;
  readonly value: unknown;
  readonly path: string;
}

function cardsIn(output: unknown, path: string): Card[] {
  return Object.keys(object(output)).flatMap((kind): Card[] => {
    const value = member(output, kind);
    const items = member(value, 'items');
    if (kind !== 'carousel' || !Array.isArray(items)) return [{ kind, value, path: `${path}.${kind}` }];
    const type = member(value, 'type');
    return items.map((item, at) => ({
      kind: typeof type === 'string' ? type : 'carousel',
      value: item,
      path: `${path}.carousel.items[${at}]`,
    }));
  });
}

const onCard = (tappables: readonly Tappable[], at: number): Tappable[] =>
  tappables.map(one => ({ ...one, card: at + 1 }));

function buttonsOf(cards: readonly Card[], at: number): Tappable[] {
  const { value, path = '' } = cards[at] ?? {};
  return onCard(tappablesIn(list(member(value, 'buttons')), 'label', `${path}.buttons`), at);
}

/** The rows of a list that lead somewhere. */
function itemsOf(cards: readonly Card[], at: number): Tappable[] {
  const { value, path = '' } = cards[at] ?? {};
  const items = list(member(value, 'items'));
  const rows = tappablesIn(items, 'title', `${path}.items`);
  return onCard(
    rows.filter(({ path: row }) => items.some((item, of) => row === `${path}.items[${of}]` && leads(item))),
    at,
  );
}

const leads = (item: unknown): boolean =>
  member(item, 'action') !== undefined || member(item, 'link') !== undefined;

function tappablesIn(items: readonly unknown[], name: string, path: string): Tappable[] {
  return items.flatMap((item, at) => {
    const label = member(item, name);
    return typeof label === 'string' ? [{ label, path: `${path}[${at}]` }] : [];
  });
}

function seenMessage(json: unknown): Seen {
  const message = member(json, 'message');
  const own = member(json, 'keyboard');
  // The home keyboard is an answer of its own.
  const [keyboard, path] =
    message === undefined && own === undefined ? [json, 'buttons'] : [own, 'keyboard.buttons'];
  const isButtons = member(keyboard, 'type') === 'buttons';
  const labels = list(member(keyboard, 'buttons'));
  const chips = labels.filter(label => typeof label === 'string');
  const link = member(message, 'message_button');
  const linkLabel = member(link, 'label');
  const text = member(message, 'text');
  const photo = member(message, 'photo');
  return {
    bubbles: [
      ...(typeof text === 'string' ? [{ kind: 'text', lines: text.split(/\r?\n/), labels: [] }] : []),
      ...(photo === undefined ? [] : [{ kind: 'photo', lines: [], labels: [] }]),
      ...(typeof linkLabel === 'string' ? [{ kind: 'message_button', lines: [], labels: [linkLabel] }] : []),
    ],
    chips: isButtons ? chips : [],
    ...(keyboard !== undefined && { keyboard: isButtons ? chips : ('text' as const) }),
    tappables: [
      ...(typeof linkLabel === 'string'
        ? [{ label: linkLabel, card: 1, path: 'message.message_button' }]
        : []),
      ...(isButtons
        ? labels.flatMap((label, at) =>
            typeof label === 'string' ? [{ label, path: `${path}[${at}]` }] : [],
          )
        : []),
    ],
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
