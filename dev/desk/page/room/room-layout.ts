import type { Exchange, Scene } from '../../desk-api.ts';
import { isInRoom, itemsOf, type RoomItem } from './room-items.ts';

/** A line of the room: a day's, or an item's and how it stands among its neighbours. */
export type RoomLine =
  | { readonly kind: 'day'; readonly key: string; readonly at: number }
  | {
      readonly kind: 'item';
      readonly key: string;
      readonly item: RoomItem;
      readonly side: 'own' | 'other' | 'bot' | 'middle';
      /** Whether its picture and name stand here, as they do once for bubbles that follow each other. */
      readonly isFirst: boolean;
      /** Whether its minute stands here, as it does once for bubbles of the same minute. */
      readonly hasMinute: boolean;
    };

/** Everything that stands in the scene's room, in the order of time. */
export function roomItems(exchanges: readonly Exchange[], scene: Scene): readonly RoomItem[] {
  const byId = new Map(exchanges.map(exchange => [exchange.id, exchange]));
  return exchanges
    .filter(exchange => isInRoom(exchange, scene))
    .flatMap(exchange => itemsOf(exchange, byId.get(exchange.repeats ?? '')))
    .toSorted((one, other) => one.at - other.at);
}

/** The lines that a room shows of its items: days, sides, names and minutes. */
export function roomLines(items: readonly RoomItem[], scene: Scene): readonly RoomLine[] {
  const sides = items.map(item => sideOf(item, scene));
  return items.flatMap((item, at): RoomLine[] => {
    const [before, after] = [items[at - 1], nextBubble(items, at)];
    const day: RoomLine = { kind: 'day', key: `day ${dayNumber(item.at)}`, at: item.at };
    const isNewDay = before === undefined || dayNumber(before.at) !== dayNumber(item.at);
    const side = sides[at] ?? 'middle';
    const line: RoomLine = {
      kind: 'item',
      key: item.key,
      item,
      side,
      isFirst: isNewDay || sides[at - 1] !== side || !isSameSpeaker(before, item, side),
      hasMinute:
        after === undefined ||
        sideOf(after, scene) !== side ||
        !isSameSpeaker(after, item, side) ||
        minuteNumber(after.at) !== minuteNumber(item.at),
    };
    return isNewDay ? [day, line] : [line];
  });
}

function sideOf({ kind, exchange }: RoomItem, scene: Scene): 'own' | 'other' | 'bot' | 'middle' {
  if (kind === 'answer' || kind === 'waiting') return 'bot';
  if (kind === 'note' || kind === 'did') return 'middle';
  return exchange.scene.user.botUserKey === scene.user.botUserKey ? 'own' : 'other';
}

/** Notes of the desk don't part what follows each other for a user. */
function nextBubble(items: readonly RoomItem[], at: number): RoomItem | undefined {
  return items.slice(at + 1, at + 4).find(({ kind }) => kind !== 'note');
}

const isSameSpeaker = (one: RoomItem | undefined, other: RoomItem, side: string): boolean =>
  side === 'bot' || one?.exchange.scene.user.botUserKey === other.exchange.scene.user.botUserKey;

const minuteNumber = (at: number): number => Math.floor(at / 60_000);

/** The day where the page is looked at. */
function dayNumber(at: number): string {
  const date = new Date(at);
  return `${date.getFullYear()}-${date.getMonth() + 1}-${date.getDate()}`;
}
