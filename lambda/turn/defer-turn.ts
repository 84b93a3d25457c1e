import type { Bot } from '../bot/bot.ts';
import type { Deadline } from '../bot/deadline.ts';
import type { TurnRequest } from '../bot/incoming.ts';
import { button, joined, type SettledReply, text } from '../bot/reply.ts';
import type { UserKey } from '../bot/user.ts';
import { DeadlineError, SessionConflictError } from '../errors.ts';
import type { DeferTurn, LateDelivery } from './late-turn.ts';
import { rememberTurn, roomAfter, waitingIn } from './memory.ts';
import type { Rendered } from './protocol.ts';
import {
  type LateReply,
  type Leases,
  leaseOf,
  leasesWithout,
  type RoomMemory,
  type Session,
  type SessionStore,
} from './session.ts';
import { FORGET_LEASE_MS, FREE_SINCE_MS, LOST_AFTER_MS } from './time-budget.ts';

/** How a turn would be answered late. */
export interface LateTools<A> {
  readonly defer: DeferTurn;
  readonly delivery: LateDelivery;
  /** Epoch ms at which Kakao's clock started. */
  readonly receivedAt: number;
  /** The answer that tells the user to wait. */
  readonly renderWaiting: (words: string) => A;
}

/** What deferring a turn needs around it. */
export interface DeferralTools<S, A> {
  readonly bot: Bot<S>;
  readonly store: SessionStore;
  readonly render: (reply: SettledReply) => Rendered<A>;
  readonly late: LateTools<A>;
}

/** How a turn is deferred. */
export interface Deferral {
  /** What the user reads meanwhile. */
  readonly waiting: string;
  readonly worthMs: number;
}

/** The reply to wait with, in the room: the button that collects what is worked on. */
export function waitingReply<S>(
  { texts }: Bot<S>,
  words: string,
  before: readonly SettledReply[] = [],
): SettledReply {
  return {
    ...joined([...before, { outputs: [text(words)] }]),
    quickReplies: [button.message(texts.collect)],
  };
}

/**
 * Defers a turn: marks it in the session, so that one worker can claim it, and hands it to the queue.
 * When the queue refuses, the mark is taken back.
 * @returns the answer that tells the user to wait
 */
export async function deferTurn<S, A>(
  { bot, store, render, late }: DeferralTools<S, A>,
  key: UserKey,
  request: TurnRequest,
  loaded: Session,
  { waiting, worthMs }: Deferral,
  deadline: Deadline,
): Promise<A> {
  const { id } = request;
  const { delivery, receivedAt } = late;
  const { ready, pending } = waitingIn(loaded.room);
  const turns = rememberTurn(loaded.room, id, { waiting });
  // A callback's waiting text can't show the late replies that are there: they stay for the next turn.
  const shown = delivery.kind === 'room' ? render(waitingReply(bot, waiting, ready)) : undefined;
  const room: RoomMemory = shown
    ? roomAfter(shown, [...pending, { id, expiresAt: receivedAt + LOST_AFTER_MS }], turns)
    : {
        ...loaded.room,
        late: (loaded.room.late ?? []).filter(one => one.expiresAt > Date.now()),
        turns,
      };
  const leases = { ...recentLeases(loaded.leases), [id]: receivedAt - FREE_SINCE_MS };
  if (deadline.remainingMs() === 0) throw new DeadlineError('deferring the turn');
  const { state, version } = loaded;
  await store.save(key, loaded, { state, version, room, leases });
  try {
    await late.defer({ key, request, delivery, receivedAt, deferredAt: Date.now(), worthMs });
    // The user has the apology by now, and may ask again: the worker must find nothing to take.
    if (deadline.remainingMs() === 0) throw new DeadlineError('deferring the turn');
  } catch (error) {
    await takeBack(store, key, id, loaded.room.late ?? []);
    throw error;
  }
  return shown ? shown.answer : late.renderWaiting(waiting);
}

/**
 * Answers the repeated delivery of a deferred turn. While no worker has it, it is handed to the queue again:
 * whoever marked it may have died before, or lost the answer of its own mark; a claim sorts out the copies.
 */
export async function deferAgain<A>(
  { defer, delivery, receivedAt, renderWaiting }: LateTools<A>,
  key: UserKey,
  request: TurnRequest,
  loaded: Session,
  { waiting, worthMs }: Deferral,
): Promise<A> {
  if (leaseOf(loaded, request.id) <= Date.now()) {
    await defer({ key, request, delivery, receivedAt, deferredAt: Date.now(), worthMs });
  }
  return renderWaiting(waiting);
}

/** Takes a mark back that leads to no worker; should that fail too, the turn is lost as if its worker were. */
async function takeBack(
  store: SessionStore,
  key: UserKey,
  id: string,
  before: readonly LateReply[],
): Promise<void> {
  for (let tries = 0; tries < 5; tries++) {
    try {
      const now = await store.load(key);
      // The late replies that the waiting text would have brought along were not shown.
      const known = new Set([id, ...before.map(one => one.id)]);
      const late = [...before, ...(now.room.late?.filter(one => !known.has(one.id)) ?? [])];
      const turns = now.room.turns.filter(turn => turn.id !== id);
      const room = roomAfter(now.room, late, turns);
      await store.save(key, now, { ...now, room, leases: leasesWithout(now.leases, id) });
      return;
    } catch (error) {
      // The user gets the apology either way.
      if (!(error instanceof SessionConflictError)) return;
    }
  }
}

function recentLeases(leases: Leases): Leases {
  const since = Date.now() - FORGET_LEASE_MS;
  return Object.fromEntries(Object.entries(leases).filter(([, until]) => until > since));
}
