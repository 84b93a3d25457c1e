import type { TurnRequest } from '../bot/incoming.ts';
import { broughtBy } from '../bot/own-button.ts';
import type { SettledReply } from '../bot/reply.ts';
import type { Texts } from '../bot/texts.ts';
import type { UserKey } from '../bot/user.ts';
import type { Protocol, ProtocolMemory, Rendered, Renderer } from './protocol.ts';
import type { AnsweredTurn, GroupMemory, Memory, Rest, RoomMemory } from './session.ts';
import { shortIdOf } from './short-id.ts';
import { FINISH_MS, READABLE_MS, REMEMBER_BRIEFLY_MS, REMEMBER_TURN_MS } from './time-budget.ts';

/** How many turns of that time are remembered: more than anybody says in a minute. */
const REMEMBER_TURNS = 100;

/** How many group rooms of a user are remembered, those of the last changes: more than anybody talks in at a time. */
const REMEMBER_GROUPS = 10;

/**
 * The key of the group room in which something was said; undefined for the room of two.
 * A group room whose key Kakao did not tell may be any: nothing that is kept of a turn there is found by another turn.
 */
export function roomOf({ id, group }: Pick<TurnRequest, 'id' | 'group'>): string | undefined {
  return group?.key === '' ? id : group?.key;
}

/** The part of a memory that may be shown in this room. */
export function roomIn(memory: Memory, room: string | undefined): RoomMemory {
  if (room === undefined) return memory;
  const { groups } = memory;
  return (groups !== undefined && Object.hasOwn(groups, room) ? groups[room] : undefined) ?? NOTHING;
}

const NOTHING: RoomMemory = {};

/** The memory with another part for this room. */
export function withRoom(memory: Memory, room: string | undefined, next: RoomMemory): Memory {
  if (room === undefined) {
    const { protocol: _, rest: __, late: ___, ...others } = memory;
    return { ...others, ...next };
  }
  const known = Object.entries(memory.groups ?? {}).filter(([key]) => key !== room);
  const isEmpty = next.rest === undefined && !next.late?.length && next.protocol === undefined;
  if (!isEmpty) known.push([room, { ...next, at: Date.now() } satisfies GroupMemory]);
  const newest = known.toSorted(([, one], [, other]) => other.at - one.at).slice(0, REMEMBER_GROUPS);
  const { groups: _, ...others } = memory;
  // A room may be called __proto__.
  return newest.length > 0 ? { ...others, groups: Object.fromEntries(newest) } : others;
}

/** The turn as it is meant, by what its protocol remembers. */
export function recalled(
  protocol: Protocol<unknown, unknown>,
  request: TurnRequest,
  { protocol: kept }: RoomMemory,
): TurnRequest {
  if (kept === undefined || !isOf(protocol, kept)) return request;
  return protocol.recall?.(request, kept) ?? request;
}

function isOf({ name }: Protocol<unknown, unknown>, kept: ProtocolMemory): boolean {
  return kept.name === undefined || kept.name === name;
}

/** The same turn when it was answered or deferred before, if that is not too long ago. */
export function answeredBefore({ turns }: Memory, id: string): AnsweredTurn | undefined {
  if (turns.length === 0) return undefined;
  const shortId = shortIdOf(id);
  const turn = turns.find(known => known.id === id) ?? turns.find(known => known.id === shortId);
  return turn !== undefined && isRemembered(turn, Date.now()) ? turn : undefined;
}

function isRemembered({ at, isBrief }: AnsweredTurn, now: number): boolean {
  return at > now - (isBrief ? REMEMBER_BRIEFLY_MS : REMEMBER_TURN_MS);
}

/** The remembered turns with one more, or with one answered anew. */
export function rememberTurn(
  { turns }: Memory,
  id: string,
  answer: Omit<AnsweredTurn, 'id' | 'at'>,
): readonly AnsweredTurn[] {
  const now = Date.now();
  const others = turns.filter(known => known.id !== id && isRemembered(known, now));
  others.splice(0, others.length - REMEMBER_TURNS + 1);
  others.push({ id, at: now, ...answer });
  return others;
}

/** How a turn that shows this is remembered: the reply is kept once, with the rest if there is one. */
function answerToRemember(
  { mayRepeat }: Pick<TurnRequest, 'mayRepeat'>,
  { reply, part, rest }: Shown<unknown>,
): Omit<AnsweredTurn, 'id' | 'at'> {
  if (!mayRepeat) return { isBrief: true };
  return rest === undefined ? { reply } : { part: { of: rest.id, number: part } };
}

/** The whole reply that answered a turn, and the part of it; undefined where it is forgotten. */
export function replyOf(
  { reply, part }: AnsweredTurn,
  { rest }: RoomMemory,
): { readonly reply: SettledReply; readonly part: number } | undefined {
  if (reply !== undefined) return { reply, part: 0 };
  if (part === undefined || rest?.id !== part.of) return undefined;
  return { reply: rest.reply, part: part.number };
}

/** A reply, or a part of it, as it is shown. */
export interface Shown<A> {
  readonly rendered: Rendered<A>;
  /** Whole. */
  readonly reply: SettledReply;
  /** Which part of it that is, from 0. */
  readonly part: number;
  /** As the room remembers it; absent where all is shown at once. */
  readonly rest?: Rest;
}

/** Shows a part of an answer: what is left of it when the parts before it were shown. */
export function showPart<A>(
  render: (reply: SettledReply, next: number) => Rendered<A>,
  id: string,
  reply: SettledReply,
  part = 0,
): Shown<A> {
  let rendered = render(reply, 1);
  let number = 0;
  while (number < part && rendered.rest !== undefined) rendered = render(rendered.rest, ++number + 1);
  const shown = { rendered, reply, part: number };
  if (rendered.rest !== undefined) return { ...shown, rest: { id, reply, next: number + 1 } };
  return number === 0 ? shown : { ...shown, rest: { id, reply, next: number + 1, overAt: Date.now() } };
}

/** An answer to show, or a part of it. */
export interface AnswerToShow {
  /** The turn that it answers. */
  readonly id: string;
  /** Whole. */
  readonly reply: SettledReply;
  /** From 0, the default. */
  readonly part?: number | undefined;
  /** Whose answer it is. Default: the request's user. */
  readonly of?: UserKey | undefined;
}

/** Shows an answer in the form of a protocol; the button for what did not fit brings the next part of it. */
export function showAnswer<A>(
  { render }: Renderer<A>,
  texts: Texts,
  request: TurnRequest,
  { id, reply, part, of }: AnswerToShow,
): Shown<A> {
  return showPart(
    (left, next) =>
      render(left, texts, { ...request, more: broughtBy(request, { answer: id, part: next }, of) }),
    id,
    reply,
    part,
  );
}

/** The part that comes next; undefined where there is none, or its last one was shown too long ago. */
export function nextPart({ rest }: RoomMemory): number | undefined {
  if (rest === undefined || rest.overAt === undefined) return rest?.next;
  return rest.overAt > Date.now() - READABLE_MS ? rest.next - 1 : undefined;
}

/** Whether all is remembered already that must be after showing this. */
export function remembers(
  protocol: Protocol<unknown, unknown>,
  room: RoomMemory,
  { rendered: { memory: value }, rest }: Shown<unknown>,
): boolean {
  const { protocol: kept } = room;
  if (kept !== undefined && !(isOf(protocol, kept) && protocol.isFresh?.(kept) !== false)) return false;
  // Most turns have nothing to remember but themselves.
  const isSame = kept?.value === value || JSON.stringify(kept?.value) === JSON.stringify(value);
  return isSame && isSameRest(room.rest, rest);
}

function isSameRest(known: Rest | undefined, rest: Rest | undefined): boolean {
  if (known === undefined || rest === undefined) return known === rest || known?.overAt !== undefined;
  return known.id === rest.id && known.next === rest.next;
}

/** The memory after a turn that showed this, with these late replies in its room. */
export function memoryAfter(
  protocol: Protocol<unknown, unknown>,
  memory: Memory,
  request: TurnRequest,
  shown: Shown<unknown>,
  late: RoomMemory['late'],
): Memory {
  const room = roomOf(request);
  const { rest: before } = roomIn(memory, room);
  const rest = shown.rest ?? (before && isBeingPosted(memory, before) ? before : undefined);
  const turns = withoutRest(memory.turns, before, rest);
  return {
    ...withRoom(memory, room, roomAfter(protocol, shown, rest, late)),
    turns: rememberTurn({ turns }, request.id, answerToRemember(request, shown)),
  };
}

/** Whether the answer of a rest is on its way to its user still: who said something meanwhile has not seen its button. */
function isBeingPosted({ turns }: Memory, rest: Rest): boolean {
  const since = Date.now() - FINISH_MS;
  return turns.some(({ part, isPosted, at }) => isPosted && part?.of === rest.id && at > since);
}

/** The remembered turns when the room's rest is another: whoever must deliver its first part yet finds it with its turn. */
function withoutRest(
  turns: readonly AnsweredTurn[],
  before: Rest | undefined,
  now: Rest | undefined,
): readonly AnsweredTurn[] {
  if (before === undefined || before.id === now?.id) return turns;
  return turns.map(turn => {
    if (turn.part?.of !== before.id) return turn;
    const { part, ...others } = turn;
    return part.number === 0 ? { ...others, reply: before.reply } : others;
  });
}

/** The room after showing this, with these late replies. */
function roomAfter(
  { name }: Protocol<unknown, unknown>,
  { rendered: { memory: value } }: Shown<unknown>,
  rest: Rest | undefined,
  late: RoomMemory['late'],
): RoomMemory {
  // Spreading a member only where it is known costs an object each: this runs in every turn that is saved.
  const room: { -readonly [Name in keyof RoomMemory]: RoomMemory[Name] } = {};
  if (value !== undefined) room.protocol = { name, at: Date.now(), value };
  if (rest !== undefined) room.rest = rest;
  if (late?.length) room.late = late;
  return room;
}
