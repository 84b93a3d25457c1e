import { broughtBy, withoutCollect } from '../bot/own-button.ts';
import type { SettledReply } from '../bot/reply.ts';
import { SessionConflictError } from '../errors.ts';
import type { DeferredTurn } from './deferred-turn.ts';
import type { BotRuntime } from './engine.ts';
import { answeredBefore, rememberTurn, roomIn, roomOf, showAnswer, withRoom } from './memory.ts';
import type { Deliverer, Rendered } from './protocol.ts';
import type { Memory, Rest, RoomMemory, Session, SessionStore } from './session.ts';
import {
  lateAfter,
  lineWithout,
  seenOf,
  waitingIn,
  withLateReplies,
  withLateReply,
  withLine,
} from './waiting.ts';

/** A bot that takes the late turns of one protocol. */
export interface LateEngine<S> extends BotRuntime<S> {
  /** Absent where replies are collected alone. */
  readonly deliverer?: Deliverer | undefined;
}

/** A late reply as its user gets it, and the memory after that. */
export interface ShownLate {
  readonly reply: SettledReply;
  /** Present where it is delivered. */
  readonly rendered?: Rendered<unknown>;
  /** Present where it follows a part of the answer that its callback has brought. */
  readonly rest?: RestOf;
  readonly memory: Memory;
}

/** The part of an answer that came before. */
export interface RestOf {
  /** How many pieces its user has seen; none where the callback told to wait. */
  readonly seen: number;
}

/** Shows a late reply: a delivered one brings the late replies along that wait in its room, others are kept there. */
export function shownLate<S>(
  { bot: { texts }, deliverer }: LateEngine<S>,
  { request, delivery, worthMs }: DeferredTurn,
  session: Session,
  answer: SettledReply,
): ShownLate {
  const { id } = request;
  const { memory } = session;
  const room = roomOf(request);
  const known = roomIn(memory, room);
  if (deliverer === undefined || isCollected({ deliverer }, { request, delivery }, memory)) {
    const seen = delivery.address === undefined ? undefined : seenOf(memory, id);
    const isRest = seen !== undefined;
    const one = { id: isRest ? restIdOf(id) : id, reply: answer, expiresAt: Date.now() + worthMs };
    const kept = withRoom(memory, room, { ...roomOnly(known), late: withLateReply(known.late, one) });
    const line = withLine(kept, lineWithout(memory, [{ id }]));
    if (!isRest) return { reply: answer, memory: line };
    // Whoever has a record of it yet must not post its part again.
    return { reply: answer, rest: { seen }, memory: { ...line, turns: withoutReply(memory, id) } };
  }
  const others = { ...session, memory: withLine(memory, lineWithout(memory, [{ id }])) };
  const waiting = waitingIn(others, room);
  const reply = withLateReplies(waiting, answer, texts, broughtBy(request));
  const shown = showAnswer(deliverer, texts, request, { id, reply });
  const late = lateAfter(waiting);
  const rest = shown.rest ?? known.rest;
  const next: RoomMemory = {
    ...(known.protocol && { protocol: known.protocol }),
    ...(rest && { rest }),
    ...(late.length > 0 && { late }),
  };
  const answered = shown.rest ? { part: { of: id, number: 0 } } : { reply };
  const turns = rememberTurn(memory, id, { ...answered, isPosted: true });
  const line = lineWithout(others.memory, waiting.lost);
  return {
    reply,
    rendered: shown.rendered,
    memory: { ...withLine(withRoom(memory, room, next), line), turns },
  };
}

/**
 * Whether the answer of a turn lies in its room until its user comes for it: it has no callback, or that has brought a part of
 * it already.
 */
export function isCollected(
  { deliverer }: Pick<LateEngine<never>, 'deliverer'>,
  { request, delivery }: Pick<DeferredTurn, 'request' | 'delivery'>,
  memory: Memory,
): boolean {
  return (
    delivery.address === undefined || deliverer === undefined || seenOf(memory, request.id) !== undefined
  );
}

/** The id of what is kept of an answer after the part of it that was posted: of that, too, something may be kept. */
export function restIdOf(id: string): string {
  return `${id} rest`;
}

function withoutReply({ turns }: Memory, id: string): Memory['turns'] {
  return turns.map(turn => (turn.id === id ? { id, at: turn.at } : turn));
}

function roomOnly({ protocol, rest }: RoomMemory): RoomMemory {
  return { ...(protocol && { protocol }), ...(rest && { rest }) };
}

/**
 * Forgets the reply of a turn that is delivered: a record that comes again must not deliver it a second time.
 * @param rest behind the button under it, which what the user said since may have taken away
 */
export async function forgetReply(
  store: SessionStore,
  { key, request }: DeferredTurn,
  rest?: Rest,
): Promise<void> {
  const room = roomOf(request);
  for (;;) {
    const loaded = await store.load(key);
    const { memory } = loaded;
    const known = roomIn(memory, room);
    const kept = rest && known.rest === undefined ? withRoom(memory, room, { ...known, rest }) : memory;
    const turns = withoutReply(memory, request.id);
    try {
      return await store.save(key, loaded, { ...loaded, memory: { ...kept, turns } });
    } catch (error) {
      if (!(error instanceof SessionConflictError)) throw error;
    }
  }
}

/**
 * Remembers anew a turn whose reply is to be posted by its record that comes back, later than turns are remembered.
 * @returns whether it was remembered still
 */
export async function rememberToPost(
  store: SessionStore,
  { key, request: { id } }: DeferredTurn,
): Promise<boolean> {
  for (;;) {
    const loaded = await store.load(key);
    const { memory } = loaded;
    if (answeredBefore(memory, id)?.isPosted !== true) return false;
    const turns = memory.turns.map(turn => (turn.id === id ? { ...turn, at: Date.now() } : turn));
    try {
      await store.save(key, loaded, { ...loaded, memory: { ...memory, turns } });
      return true;
    } catch (error) {
      if (!(error instanceof SessionConflictError)) throw error;
    }
  }
}

/**
 * Keeps a reply to be collected, for a callback that Kakao did not take; of a user who is forgotten, nothing.
 * The turn then remembers no reply any more: a record that comes again must not deliver it a second time.
 * @param isOther whether it is another reply than the turn remembers
 * @returns whether that is seen to: of a growing turn, that two records may have, who finds no reply any more has nothing to keep
 */
export async function keepForCollection(
  store: SessionStore,
  { key, request, worthMs, grows }: DeferredTurn,
  reply: SettledReply,
  isOther = false,
): Promise<boolean> {
  const { id } = request;
  const room = roomOf(request);
  for (;;) {
    const loaded = await store.load(key);
    const { memory } = loaded;
    const before = answeredBefore(memory, id);
    if (before === undefined) return true;
    if (grows && !isOther && (before.reply ?? before.part) === undefined) return false;
    const known = roomIn(memory, room);
    const { quickReplies = [], ...others } = reply;
    const own = withoutCollect(quickReplies);
    const kept = own.length > 0 ? { ...others, quickReplies: own } : others;
    const late = withLateReply(known.late, { id, reply: kept, expiresAt: Date.now() + worthMs });
    const turns = withoutReply(memory, id);
    // What the user did not see of it has no rest.
    const { rest: _, ...beside } = roomOnly(known);
    const next = { ...(known.rest?.id === id ? beside : roomOnly(known)), late };
    try {
      await store.save(key, loaded, { ...loaded, memory: { ...withRoom(memory, room, next), turns } });
      return true;
    } catch (error) {
      if (!(error instanceof SessionConflictError)) throw error;
    }
  }
}
