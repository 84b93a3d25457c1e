import type { TappedPlace } from '../kakao-simulator/act.ts';
import type { Exchange } from '../kakao-simulator/exchange.ts';
import { UsageError } from '../usage-error.ts';
import { nearest } from './members.ts';
import type { Label, Seen } from './seen.ts';
import { lateSeenOf, seenOf } from './story.ts';
import type { TappedLabel } from './talk.ts';

/**
 * The place that a tap means, among the answers that a user has seen.
 * @throws UsageError when no label of that answer is it, or more than one
 */
export function placeTapped({ label, card, back }: TappedLabel, shown: readonly Exchange[]): TappedPlace {
  const exchange = shown.at(-1 - back);
  if (exchange === undefined)
    throw new UsageError(
      back === 0
        ? 'nothing can be tapped before the bot has answered'
        : `no ${back + 1} answers were shown before this`,
    );
  const late = lateSeenOf(exchange);
  // What came by the callback stands below.
  const found = (late && within(late, label)) ?? [];
  const isLate = found.length > 0;
  const { path } = only(isLate ? found : within(seenOf(exchange), label), label, card, exchange, late);
  return { exchange: exchange.id, path, ...(isLate && { isLate }) };
}

const plain = (text: string): string => text.normalize('NFC').trim();

const within = ({ tappables }: Seen, label: string): readonly Label[] =>
  tappables.filter(one => plain(one.label) === plain(label));

function only(
  found: readonly Label[],
  label: string,
  card: number | undefined,
  exchange: Exchange,
  late: Seen | undefined,
): Label {
  const meant = card === undefined ? found : found.filter(one => one.card === card);
  const [first, ...others] = meant;
  if (first === undefined)
    throw new UsageError(absent(label, card, found, [seenOf(exchange), ...(late ? [late] : [])]));
  if (others.length === 0) return first;
  const cards = meant.map(one => one.card).filter(one => one !== undefined);
  // Two quick replies of one label do the same as far as anybody can see.
  if (cards.length < meant.length) return first;
  throw new UsageError(
    `${meant.length} buttons say "${label}", on the cards ${cards.join(', ')}: write taps: { label: ${label}, card: ${cards[0]} }`,
  );
}

function absent(
  label: string,
  card: number | undefined,
  found: readonly Label[],
  seen: readonly Seen[],
): string {
  if (found.length > 0)
    return `card ${card} has no button "${label}": it stands on ${found.map(one => one.card ?? 'no card').join(', ')}`;
  const labels = [...new Set(seen.flatMap(({ tappables }) => tappables.map(one => one.label)))];
  if (labels.length === 0) return `nothing to tap says "${label}": the last answer has no buttons`;
  const near = nearest(label, labels);
  const advice =
    near === undefined
      ? `there are ${labels
          .slice(0, MOST_TOLD)
          .map(one => `[${one}]`)
          .join(' ')}`
      : `did you mean "${near}"?`;
  return `nothing to tap says "${label}": ${advice}`;
}

const MOST_TOLD = 20;
