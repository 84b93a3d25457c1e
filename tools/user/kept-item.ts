import { usersOf } from '../../lambda/aws/dynamo-aliases.ts';
import { storedDraft } from '../../lambda/aws/dynamo-draft-store.ts';
import { storedRoom } from '../../lambda/aws/dynamo-room-store.ts';
import { storedSession } from '../../lambda/aws/dynamo-session-store.ts';
import { SESSION_TABLE } from '../../lambda/aws/session-table.ts';
import { isExpired, type TableItem } from '../../lambda/aws/table-items.ts';
import { isObject } from '../../lambda/json-reader.ts';
import type { Session } from '../../lambda/turn/session.ts';

/** The kinds of items in the sessions table: `group-room` is what the people of a group room share. */
export type KeptKind = 'session' | 'room' | 'draft' | 'alias' | 'group-room' | 'counter';

/** An item of the sessions table. */
export interface KeptItem {
  readonly kind: KeptKind;
  readonly key: string;
  readonly item: TableItem;
}

/** The kind of the item with this key. */
export function kindOf(key: string): KeptKind {
  if (key.startsWith('app/')) return 'alias';
  const by = key.split('/')[1];
  if (by === 'room') return 'group-room';
  if (by === 'count') return 'counter';
  if (key.endsWith('/draft')) return 'draft';
  return key.endsWith('/room') ? 'room' : 'session';
}

/** The session that an item holds, expired or not. @throws NewerFormatError when a later release stored it */
export function sessionIn(item: TableItem): Session {
  return storedSession(item);
}

/**
 * An item as its user may read it: the bot's states as JSON, packed replies unpacked, times in ISO 8601; without the one
 * secret that may be in it, where Kakao takes a late answer.
 * @throws NewerFormatError when a later release stored it
 */
export function readableItem(kept: KeptItem): object {
  return { ...headOf(kept), ...PARTS[kept.kind](kept.item) };
}

/** Which item it is and until when, and nothing of what is in it: of people who have not asked. */
export function headOf({ kind, key, item }: KeptItem): object {
  const seconds = Number(item[SESSION_TABLE.timeToLive]?.N);
  return {
    kind,
    key,
    ...(Number.isFinite(seconds) && { expiresAt: isoOf(seconds * 1_000) }),
    ...(isExpired(item) && { isExpired: true }),
  };
}

const PARTS: Readonly<Record<KeptKind, (item: TableItem) => object>> = {
  session: item => {
    const { state, version, memory, leases } = storedSession(item);
    const workedOnUntil = Object.fromEntries(
      Object.entries(leases).map(([turn, until]) => [turn, isoOf(until)]),
    );
    return {
      ...(state !== undefined && { state: jsonOr(state), stateVersion: version }),
      memory: readable(memory),
      ...(Object.keys(leases).length > 0 && { workedOnUntil }),
    };
  },
  room: roomParts,
  'group-room': roomParts,
  draft: item => storedDraft(item),
  alias: item => ({ userKeys: usersOf(item) }),
  counter: ({ count }) => ({ count: Number(count?.N) }),
};

function roomParts(item: TableItem): object {
  const states = Object.entries(storedRoom(item).states).map(([name, { state, version }]) => [
    name,
    { state: state === undefined ? undefined : jsonOr(state), stateVersion: version },
  ]);
  return { states: Object.fromEntries(states) };
}

/** Members whose numbers are epoch ms. */
const TIMES = new Set(['at', 'begun', 'deferredAt', 'expiresAt', 'overAt', 'receivedAt', 'shownAt']);

/** Members that are not the gateway's own words: what the bot, the user or Kakao said. */
const OTHERS_WORDS = new Set([
  'reply',
  'value',
  'incoming',
  'params',
  'contexts',
  'knowledge',
  'eventParams',
]);

/** Whoever has a late answer's address can write to the user. */
const ADDRESS = 'address';

function readable(value: unknown, isTime = false): unknown {
  if (typeof value === 'number') return isTime ? isoOf(value) : value;
  if (Array.isArray(value)) return value.map(one => readable(one, isTime));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => {
      if (name === ADDRESS) return [name, '(not shown)'];
      return [name, OTHERS_WORDS.has(name) ? one : readable(one, isTime || TIMES.has(name))];
    }),
  );
}

const isoOf = (ms: number): string => (Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString() : String(ms));

function jsonOr(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
