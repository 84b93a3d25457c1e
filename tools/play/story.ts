import type { Exchange } from '../kakao-simulator/exchange.ts';
import { type Label, type Seen, seenIn, wordsOf } from './seen.ts';

/** A conversation in its order: each exchange, and each late answer where it came. */
export type Chapter =
  | { readonly kind: 'exchange'; readonly exchange: Exchange }
  | { readonly kind: 'late'; readonly exchange: Exchange; readonly json: unknown };

/** A recorded conversation as it is told, without what was only sent twice. */
export function storyOf(exchanges: readonly Exchange[]): readonly Chapter[] {
  const told = exchanges.filter(({ repeats, fate }) => repeats === undefined && fate.kind !== 'waits');
  const chapters = told.flatMap((exchange): { readonly at: number; readonly chapter: Chapter }[] => {
    const post = exchange.callback?.posts.find(({ isTaken }) => isTaken);
    return [
      { at: exchange.at, chapter: { kind: 'exchange', exchange } },
      ...(post ? [{ at: post.at, chapter: { kind: 'late' as const, exchange, json: post.json } }] : []),
    ];
  });
  return chapters.sort((one, other) => one.at - other.at).map(({ chapter }) => chapter);
}

const seen = new WeakMap<Exchange, Seen>();

/** The first answer of an exchange as the user saw it; nothing where Kakao showed nothing. */
export function seenOf(exchange: Exchange): Seen {
  const known = seen.get(exchange) ?? firstSeen(exchange);
  seen.set(exchange, known);
  return known;
}

function firstSeen({ scene, answer, fate }: Exchange): Seen {
  if (fate.kind === 'deferred') {
    const waiting = { kind: 'text', lines: fate.text.split('\n'), labels: [] };
    return { bubbles: [waiting], chips: [], tappables: [] };
  }
  return seenIn(scene.protocol, fate.kind === 'shown' ? answer?.json : undefined);
}

/** The late answer of an exchange as the user saw it; undefined as long as none was taken. */
export function lateSeenOf({ scene, callback }: Exchange): Seen | undefined {
  const post = callback?.posts.find(({ isTaken }) => isTaken);
  return post && seenIn(scene.protocol, post.json);
}

/** The first line of each bubble, which tells it from others. */
export const firstLinesOf = ({ bubbles }: Seen): readonly string[] => [
  ...new Set(
    bubbles.flatMap(({ lines }) => {
      const line = lines.find(one => one.trim() !== '')?.trim();
      return line === undefined ? [] : [Array.from(line).slice(0, LONGEST_LINE).join('')];
    }),
  ),
];

/** In characters as they are read. */
const LONGEST_LINE = 120;

/** Every label once. */
export const labelsOf = ({ tappables }: Seen): readonly string[] => [
  ...new Set(tappables.map(({ label }) => label).filter(label => label !== '')),
];

/** Something that was tapped: its label, and how many answers ago that was shown. */
export interface Tapped {
  readonly tappable: Label;
  /** Whether the label stands in that answer once. */
  readonly isAlone: boolean;
  /** Whether it is the first of that label there. */
  readonly isFirst: boolean;
  readonly back: number;
}

/** Finds what an exchange tapped among those that are remembered; undefined where it is none of them. */
export function tappedOf(exchange: Exchange, exchanges: readonly Exchange[]): Tapped | undefined {
  const { act, scene } = exchange;
  if (act.kind !== 'taps') return undefined;
  const { at } = act;
  const shown = exchanges
    .slice(0, exchanges.indexOf(exchange))
    .filter(one => isShownTo(one, scene.user.name));
  const from = shown.findIndex(({ id }) => id === at.exchange);
  const source = shown[from];
  if (source === undefined) return undefined;
  const seen = at.isLate ? lateSeenOf(source) : seenOf(source);
  const tappable = seen?.tappables.find(({ path }) => path === at.path);
  if (seen === undefined || tappable === undefined) return undefined;
  const same = seen.tappables.filter(({ label }) => label === tappable.label);
  return {
    tappable,
    isAlone: same.length === 1,
    isFirst: same[0] === tappable,
    back: shown.length - 1 - from,
  };
}

/** Whether an exchange has put something before this user's eyes that can be tapped. */
export const isShownTo = (exchange: Exchange, user: string): boolean =>
  exchange.scene.user.name === user &&
  exchange.repeats === undefined &&
  (wordsOf(seenOf(exchange)) !== '' || lateSeenOf(exchange) !== undefined);
