import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { SettledReply } from '../bot/reply.ts';
import {
  type AnsweredTurn,
  EMPTY_SESSION,
  isReplyNeeded,
  type LateReply,
  type Memory,
  type PendingTurn,
} from '../turn/session.ts';
import { shedMemory } from '../turn/shed-memory.ts';
import { itemSize } from './item-size.ts';
import { packReply, unpackReply } from './packed-reply.ts';
import { rememberedTurns, type StoredTurn, storedTurns } from './stored-turns.ts';

/** A write is paid by so many bytes of its item, begun ones included. */
const WRITE_UNIT_BYTES = 1_024;

/** The part of its bytes that a turn with a packed reply takes at least. */
const LEAST_PACKED = 0.1;

type Item = Readonly<Record<string, AttributeValue>>;

/** The room that an item has for a memory. */
export interface MemoryRoom {
  /** The bytes of the item without it. */
  readonly besideBytes: number;
  /** The most bytes of the item with it. */
  readonly maxBytes: number;
  /** The bot's words at the end of an answer that had to be cut. */
  readonly keptToHere: string | undefined;
}

/** A memory in the form of an item, with the turns as that holds them. */
interface Stored {
  readonly turns: readonly StoredTurn[];
  readonly attributes: Item;
  /** Of the whole item. */
  readonly bytes: number;
}

/** Stores the same memory with one choice of turns after the other. */
interface Storing {
  with(turns: readonly StoredTurn[]): Stored;
  /** The bytes of a turn's JSON. */
  bytesOf(turn: StoredTurn): number;
}

/**
 * The memory as an item holds it, in as few write units as it takes without the replies that nobody needs; the newest one is
 * packed where that saves a unit. What is left of the last unit is filled with older replies, the newest first.
 * Where the item would be too large, the memory sheds what its user misses least.
 */
export function storedMemory(memory: Memory, room: MemoryRoom): Item {
  const whole = memory.turns.map(asStored);
  const storing = storingIn(memory, room);
  const everything = storing.with(whole);
  // Nothing costs less than one write unit.
  if (everything.bytes <= Math.min(WRITE_UNIT_BYTES, room.maxBytes)) return everything.attributes;
  const plain = storing.with(
    whole.map((turn, place) => (isReplyNeeded(memory, place) ? turn : withoutReply(turn))),
  );
  const least = withNewestPacked(plain, storing);
  if (least.bytes > room.maxBytes) return shed(memory, plain.turns, room);
  return withOlderReplies(whole, least, room, storing).attributes;
}

/** The memory that an item holds. */
export function memoryOf({ memory, answered, room }: Item): Memory {
  if (memory?.S !== undefined) {
    const known: Memory = JSON.parse(memory.S);
    const turns = rememberedTurns({ turns: known.turns, answered: answered?.S ?? '' });
    return { ...known, turns: turns.map(asRemembered) };
  }
  return room?.S === undefined ? EMPTY_SESSION.memory : memoryOfRoom(JSON.parse(room.S));
}

function storingIn({ turns: _, ...others }: Memory, { besideBytes }: MemoryRoom): Storing {
  // Each part is written once, however often it is put together with others.
  const beside = JSON.stringify(others).slice(1);
  const written = new Map<StoredTurn, string>();
  const jsonOf = (turn: StoredTurn): string => {
    const known = written.get(turn);
    if (known !== undefined) return known;
    const json = JSON.stringify(turn);
    written.set(turn, json);
    return json;
  };
  return {
    with: turns => {
      const { turns: known, answered } = storedTurns(turns);
      const S = `{"turns":[${known.map(jsonOf).join()}]${beside === '}' ? '' : ','}${beside}`;
      const attributes = answered === '' ? { memory: { S } } : { memory: { S }, answered: { S: answered } };
      return { turns, attributes, bytes: besideBytes + itemSize(attributes) };
    },
    bytesOf: turn => Buffer.byteLength(jsonOf(turn)),
  };
}

const unitsOf = ({ bytes }: Stored): number => Math.ceil(bytes / WRITE_UNIT_BYTES);

/** The memory with its newest reply packed, where that saves a write unit. One that may have to be posted any release reads. */
function withNewestPacked(plain: Stored, storing: Storing): Stored {
  const last = plain.turns.at(-1);
  if (last?.reply === undefined || last.isToPost || last.isPosted) return plain;
  const { reply, ...others } = last;
  const mostSaved = (1 - LEAST_PACKED) * storing.bytesOf(last);
  if (Math.ceil((plain.bytes - mostSaved) / WRITE_UNIT_BYTES) >= unitsOf(plain)) return plain;
  const packed = storing.with(plain.turns.with(-1, { ...others, packed: packReply(reply) }));
  return unitsOf(packed) < unitsOf(plain) ? packed : plain;
}

/** The memory with as many of the older replies, the newest first, as there is room for in its last write unit. */
function withOlderReplies(
  whole: readonly StoredTurn[],
  least: Stored,
  { maxBytes }: MemoryRoom,
  storing: Storing,
): Stored {
  const most = Math.min(unitsOf(least) * WRITE_UNIT_BYTES, maxBytes);
  const turns = [...least.turns];
  let bytes = least.bytes;
  let isFilled = false;
  for (let place = turns.length - 2; place >= 0; place--) {
    const turn = whole[place];
    if (turn === undefined || !hasReply(turn) || hasReply(turns[place])) continue;
    bytes += storing.bytesOf(turn) - LEAST_ANSWERED;
    if (bytes > most) break;
    turns[place] = turn;
    isFilled = true;
  }
  if (!isFilled) return least;
  const filled = storing.with(turns);
  return filled.bytes <= most ? filled : least;
}

/** The bytes that a turn without its reply takes at least. */
const LEAST_ANSWERED = 10;

/** The memory that sheds what makes its item too large. */
function shed(
  memory: Memory,
  turns: readonly StoredTurn[],
  { besideBytes, maxBytes, keptToHere }: MemoryRoom,
) {
  const { turns: known, answered } = storedTurns(turns);
  const beside = { memory: { S: '' }, ...(answered !== '' && { answered: { S: answered } }) };
  const left = maxBytes - besideBytes - itemSize(beside);
  const shorter = shedMemory({ ...memory, turns: known }, left, keptToHere);
  return { ...beside, memory: { S: JSON.stringify(shorter) } };
}

/** The turns of which a packed reply was loaded, as they were stored: it is unpacked only for whoever asks for it. */
const packedTurns = new WeakMap<AnsweredTurn, StoredTurn>();

function asStored(turn: AnsweredTurn): StoredTurn {
  return packedTurns.get(turn) ?? turn;
}

function asRemembered(turn: StoredTurn): AnsweredTurn {
  if (turn.packed === undefined) return turn;
  const { packed, ...remembered } = turn;
  Object.defineProperty(remembered, 'reply', { enumerable: true, get: () => unpackReply(packed) });
  packedTurns.set(remembered, turn);
  return remembered;
}

const hasReply = (turn: StoredTurn | undefined): boolean => (turn?.reply ?? turn?.packed) !== undefined;

function withoutReply(turn: StoredTurn): StoredTurn {
  if (!hasReply(turn)) return turn;
  const { reply: _, packed: __, ...others } = turn;
  return others;
}

/**
 * The memory of an item of the first format, which called it the room: one protocol alone remembered anything, its
 * buttons' labels, late replies stood there before they were made, and the rest was what had not been shown yet.
 */
function memoryOfRoom({ labels, labelsAt: at, rest, late = [], ...others }: StoredRoom): Memory {
  const line = late.filter(({ reply }) => reply === undefined);
  const ready = late.filter((one): one is LateReply => one.reply !== undefined);
  return {
    turns: others.turns,
    ...(labels?.length && { protocol: { at, value: labels } }),
    ...(rest && { rest: { id: '', reply: rest, next: 0 } }),
    ...(ready.length > 0 && { late: ready }),
    ...(line.length > 0 && { line }),
  };
}

interface StoredRoom extends Pick<Memory, 'turns'> {
  readonly labels?: readonly unknown[];
  readonly labelsAt: number;
  readonly rest?: SettledReply;
  readonly late?: readonly (PendingTurn & { readonly reply?: SettledReply })[];
}
