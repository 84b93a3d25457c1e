import { broughtBy } from '../bot/own-button.ts';
import type { SettledReply } from '../bot/reply.ts';
import { SessionConflictError } from '../errors.ts';
import type { DeferredTurn } from './deferred-turn.ts';
import type { BotRuntime } from './engine.ts';
import { answeredBefore, rememberTurn, roomIn, roomOf, showAnswer, withRoom } from './memory.ts';
import type { Deliverer, Rendered } from './protocol.ts';
import type { Memory, RoomMemory, Session, SessionStore } from './session.ts';
import { lateAfter, lineWithout, waitingIn, withLateReplies, withLateReply, withLine } from './waiting.ts';

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
  readonly memory: Memory;
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
  if (delivery.address === undefined || deliverer === undefined) {
    const late = withLateReply(known.late, { id, reply: answer, expiresAt: Date.now() + worthMs });
    const kept = withRoom(memory, room, { ...roomOnly(known), late });
    return { reply: answer, memory: withLine(kept, lineWithout(memory, [{ id }])) };
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

function roomOnly({ protocol, rest }: RoomMemory): RoomMemory {
  return { ...(protocol && { protocol }), ...(rest && { rest }) };
}

/** Forgets the reply of a turn that is delivered: a record that comes again must not deliver it a second time. */
export async function forgetReply(
  store: SessionStore,
  { key, request: { id } }: DeferredTurn,
): Promise<void> {
  for (;;) {
    const loaded = await store.load(key);
    const { memory } = loaded;
    const turns = memory.turns.map(turn => (turn.id === id ? { id, at: turn.at } : turn));
    try {
      return await store.save(key, loaded, { ...loaded, memory: { ...memory, turns } });
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
 */
export async function keepForCollection(
  store: SessionStore,
  { key, request, worthMs }: DeferredTurn,
  reply: SettledReply,
): Promise<void> {
  const { id } = request;
  const room = roomOf(request);
  for (;;) {
    const loaded = await store.load(key);
    const { memory } = loaded;
    if (answeredBefore(memory, id) === undefined) return;
    const known = roomIn(memory, room);
    const late = withLateReply(known.late, { id, reply, expiresAt: Date.now() + worthMs });
    const turns = memory.turns.map(turn => (turn.id === id ? { id, at: turn.at } : turn));
    // What the user did not see of it has no rest.
    const { rest: _, ...others } = roomOnly(known);
    const next = { ...(known.rest?.id === id ? others : roomOnly(known)), late };
    try {
      return await store.save(key, loaded, { ...loaded, memory: { ...withRoom(memory, room, next), turns } });
    } catch (error) {
      if (!(error instanceof SessionConflictError)) throw error;
    }
  }
}
