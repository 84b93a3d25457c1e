import type { Deadline } from '../bot/deadline.ts';
import type { TurnRequest } from '../bot/incoming.ts';
import { ownButton } from '../bot/own-button.ts';
import { joined, type SettledReply, text } from '../bot/reply.ts';
import type { UserKey } from '../bot/user.ts';
import { DeadlineError, SessionConflictError } from '../errors.ts';
import type { DeferTurn } from './deferred-turn.ts';
import type { TurnCall, TurnEngine } from './engine.ts';
import { memoryAfter, rememberTurn, waitingIn, withLate } from './memory.ts';
import type { Rendered } from './protocol.ts';
import {
  type Leases,
  leaseOf,
  leasesWithout,
  type Memory,
  type Session,
  type SessionStore,
} from './session.ts';
import { FORGET_LEASE_MS, FREE_SINCE_MS, LOST_AFTER_MS } from './time-budget.ts';

/** A decision to defer a turn. */
export interface Deferral {
  /** The words that the user reads meanwhile. */
  readonly waiting: string;
  readonly worthMs: number;
}

/** A turn that a worker may take. */
export interface DeferrableTurn<S, A> extends TurnCall {
  readonly engine: TurnEngine<S, A>;
  readonly key: UserKey;
  readonly defer: DeferTurn;
}

/**
 * The turn as one that can be deferred; undefined where no worker is, or no session could remember it.
 * @param request as it is meant; the call's own unless given
 */
export function deferrable<S, A>(
  engine: TurnEngine<S, A>,
  call: TurnCall,
  request: TurnRequest = call.request,
): DeferrableTurn<S, A> | undefined {
  const { defer } = engine;
  const { key } = request.user;
  return defer && key !== undefined ? { ...call, request, engine, key, defer } : undefined;
}

/**
 * Defers a turn: marks it in the session, so that one worker can claim it, and hands it to the queue.
 * When the queue refuses, the mark is taken back.
 * @returns the answer that tells the user to wait
 */
export async function deferTurn<S, A>(
  turn: DeferrableTurn<S, A>,
  loaded: Session,
  { waiting, worthMs }: Deferral,
  deadline: Deadline,
): Promise<A> {
  const { engine, key, receivedAt } = turn;
  const { store, protocol } = engine;
  const { id } = turn.request;
  const { ready, pending } = waitingIn(loaded.memory);
  const turns = rememberTurn(loaded.memory, id, { waiting });
  const { answer, rendered } = waitingAnswer(turn, waiting, ready);
  const memory = rendered
    ? memoryAfter(protocol, rendered, [...pending, { id, expiresAt: receivedAt + LOST_AFTER_MS }], turns)
    : // A callback's waiting text can't show the late replies that are there: they stay for the next turn.
      withLate(
        { ...loaded.memory, turns },
        loaded.memory.late?.filter(({ expiresAt }) => expiresAt > Date.now()),
      );
  const leases = { ...recentLeases(loaded.leases), [id]: receivedAt - FREE_SINCE_MS };
  if (deadline.remainingMs() === 0) throw new DeadlineError('deferring the turn');
  const { state, version } = loaded;
  await store.save(key, loaded, { state, version, memory, leases });
  try {
    await handOver(turn, worthMs);
    // The user has the apology by now, and may ask again: the worker must find nothing to take.
    if (deadline.remainingMs() === 0) throw new DeadlineError('deferring the turn');
  } catch (error) {
    await takeBack(store, key, id, loaded.memory, memory);
    throw error;
  }
  return answer;
}

/**
 * Answers the repeated delivery of a deferred turn. While no worker has it, it is handed to the queue again:
 * whoever marked it may have died before, or lost the answer of its own mark; a claim sorts out the copies.
 */
export async function deferAgain<S, A>(
  turn: DeferrableTurn<S, A>,
  loaded: Session,
  { waiting, worthMs }: Deferral,
): Promise<A> {
  if (leaseOf(loaded, turn.request.id) <= Date.now()) await handOver(turn, worthMs);
  return waitingAnswer(turn, waiting).answer;
}

/** The answer that tells to wait: for a callback, or, rendered as any other, with the button that collects. */
function waitingAnswer<S, A>(
  { engine: { bot, protocol }, address, request }: DeferrableTurn<S, A>,
  words: string,
  before: readonly SettledReply[] = [],
): { readonly answer: A; readonly rendered?: Rendered<A> } {
  const answer = address === undefined ? undefined : protocol.renderWaiting?.(words);
  if (answer !== undefined) return { answer };
  const { texts } = bot;
  const reply = {
    ...joined([...before, { outputs: [text(words)] }]),
    quickReplies: [ownButton('collect', texts.collect)],
  };
  const rendered = protocol.render(reply, texts, request);
  return { answer: rendered.answer, rendered };
}

function handOver<S, A>(
  { engine, key, defer, request, address, receivedAt }: DeferrableTurn<S, A>,
  worthMs: number,
): Promise<void> {
  const delivery = { protocol: engine.protocol.name, address };
  return defer({ key, request, delivery, receivedAt, deferredAt: Date.now(), worthMs });
}

/** Takes a mark back that leads to no worker; should that fail too, the turn is lost as if its worker were. */
async function takeBack(
  store: SessionStore,
  key: UserKey,
  id: string,
  before: Memory,
  marked: Memory,
): Promise<void> {
  const { late: shown = [] } = before;
  for (let tries = 0; tries < 5; tries++) {
    try {
      const now = await store.load(key);
      // The late replies that the waiting text would have brought along were not shown.
      const known = new Set([id, ...shown.map(one => one.id)]);
      const late = [...shown, ...(now.memory.late?.filter(one => !known.has(one.id)) ?? [])];
      const turns = now.memory.turns.filter(turn => turn.id !== id);
      const memory = withLate({ ...withoutButtons(now.memory, marked, before), turns }, late);
      await store.save(key, now, { ...now, memory, leases: leasesWithout(now.leases, id) });
      return;
    } catch (error) {
      // The user gets the apology either way.
      if (!(error instanceof SessionConflictError)) return;
    }
  }
}

/** The memory as if the buttons of the waiting text were not shown, unless another turn has shown others since. */
function withoutButtons(now: Memory, marked: Memory, before: Memory): Memory {
  const { protocol, ...others } = now;
  if (JSON.stringify(protocol) !== JSON.stringify(marked.protocol)) return now;
  return { ...others, ...(before.protocol && { protocol: before.protocol }) };
}

function recentLeases(leases: Leases): Leases {
  const since = Date.now() - FORGET_LEASE_MS;
  return Object.fromEntries(Object.entries(leases).filter(([, until]) => until > since));
}
