import type { TurnRequest } from '../bot/incoming.ts';
import { button, joined, type SettledReply } from '../bot/reply.ts';
import type { Label } from './protocol.ts';
import type { AnsweredTurn, LateReply, RoomMemory } from './session.ts';
import { settle } from './settle.ts';
import { REMEMBER_TURN_MS } from './time-budget.ts';

/** How many turns of that time are remembered: more than anybody says in a minute. */
const REMEMBER_TURNS = 100;

/** How many late replies wait in a room: the session stays small, and nobody collects more. */
const MOST_LATE_REPLIES = 10;

/** Kakao's keyboard lives ten minutes from the message that showed it. */
const KEYBOARD_MS = 10 * 60_000;

/** How old the time of labels that are shown again may get before it is saved anew. */
const LABELS_FRESH_MS = 5 * 60_000;

/** A button's label stands for what the button said, where the room remembers more than the label. */
export function recall(request: TurnRequest, room: RoomMemory): TurnRequest {
  const { incoming, tapsTellLabels } = request;
  if (!tapsTellLabels || incoming.kind !== 'utterance' || room.labels.length === 0) return request;
  if (Date.now() - (room.labelsAt ?? 0) > KEYBOARD_MS + LABELS_FRESH_MS) return request;
  const label = room.labels.find(known => known.label === incoming.text);
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

/** What this turn was answered when it was delivered before, if that is not too long ago. */
export function answeredBefore(room: RoomMemory, id: string): AnsweredTurn | undefined {
  const turn = room.turns.find(known => known.id === id);
  return turn !== undefined && turn.at > Date.now() - REMEMBER_TURN_MS ? turn : undefined;
}

/** The remembered turns with one more, or with one answered anew. */
export function rememberTurn(
  room: RoomMemory,
  id: string,
  answer: { readonly reply: SettledReply } | { readonly waiting: string },
): readonly AnsweredTurn[] {
  const now = Date.now();
  const others = room.turns.filter(known => known.at > now - REMEMBER_TURN_MS && known.id !== id);
  if (others.length >= REMEMBER_TURNS) others.splice(0, others.length - REMEMBER_TURNS + 1);
  others.push({ id, at: now, ...answer });
  return others;
}

/**
 * The room without the oldest replies that make it longer than so many UTF-16 units of JSON.
 * No turn is forgotten, nor is the newest reply: a worker that dies now has yet to deliver it.
 */
export function withFewerReplies(room: RoomMemory, maxLength: number): RoomMemory {
  let left = maxLength;
  const newestFirst = room.turns.toReversed().map(({ reply, ...turn }, age): AnsweredTurn => {
    left -= JSON.stringify(reply ?? null).length;
    return reply === undefined || (left < 0 && age > 0) ? turn : { ...turn, reply };
  });
  return { ...room, turns: newestFirst.toReversed() };
}

/** What waits in a room for its user. */
export interface Waiting {
  /** The late replies that are there, in the order they were asked for. */
  readonly ready: readonly SettledReply[];
  /** The late turns still worked on. */
  readonly pending: readonly LateReply[];
  /** Whether a late turn was lost with whoever worked on it. */
  readonly lost: boolean;
}

const NOTHING: Waiting = { ready: [], pending: [], lost: false };

/** What of the late replies is still worth telling. */
export function waitingIn({ late = [] }: RoomMemory): Waiting {
  if (late.length === 0) return NOTHING;
  const now = Date.now();
  const alive = late.filter(({ expiresAt }) => expiresAt > now);
  return {
    ready: alive.flatMap(({ reply }) => (reply === undefined ? [] : [settle(reply).reply])),
    pending: alive.filter(({ reply }) => reply === undefined),
    lost: late.some(({ reply, expiresAt }) => reply === undefined && expiresAt <= now),
  };
}

/** The late replies that are there come first; while others are worked on, the button to collect them stays. */
export function withLateReplies(
  { ready, pending }: Waiting,
  said: SettledReply,
  collect: string,
): SettledReply {
  if (ready.length === 0 && pending.length === 0) return said;
  const quickReplies = said.quickReplies ?? ready.at(-1)?.quickReplies ?? [];
  return {
    ...joined([...ready, said]),
    quickReplies: pending.length === 0 ? quickReplies : [button.message(collect), ...quickReplies],
  };
}

/** The late replies with one more, or with one that is there now; without those that are worth nothing any more. */
export function withLateReply({ late = [] }: RoomMemory, one: LateReply): readonly LateReply[] {
  const now = Date.now();
  const alive = late.filter(({ id, expiresAt }) => expiresAt > now || id === one.id);
  const at = alive.findIndex(({ id }) => id === one.id);
  return (at < 0 ? [...alive, one] : alive.with(at, one)).slice(-MOST_LATE_REPLIES);
}

/** Whether the room already remembers all that it must after showing this. */
export function remembers(room: RoomMemory, shown: Shown, { pending }: Waiting): boolean {
  if (pending.length !== (room.late?.length ?? 0)) return false;
  const { labels, rest } = shown;
  if (labels.length === 0 && room.labels.length === 0 && rest === undefined && room.rest === undefined)
    return true;
  if (labels.length > 0 && Date.now() - (room.labelsAt ?? 0) > LABELS_FRESH_MS) return false;
  return JSON.stringify([room.labels, room.rest]) === JSON.stringify([labels, rest]);
}

/** The room after showing this. */
export function roomAfter(
  { labels, rest }: Shown,
  late: readonly LateReply[],
  turns: readonly AnsweredTurn[],
): RoomMemory {
  const room = labels.length > 0 ? { labels, labelsAt: Date.now(), turns } : { labels, turns };
  if (rest === undefined && late.length === 0) return room;
  return { ...room, ...(rest && { rest }), ...(late.length > 0 && { late }) };
}

interface Shown {
  readonly labels: readonly Label[];
  readonly rest?: SettledReply;
}
