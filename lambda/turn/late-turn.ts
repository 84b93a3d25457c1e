import type { Bot } from '../bot/bot.ts';
import type { Deadline } from '../bot/deadline.ts';
import type { TurnRequest } from '../bot/incoming.ts';
import type { Plugins } from '../bot/plugins.ts';
import { type SettledReply, text } from '../bot/reply.ts';
import type { UserKey } from '../bot/user.ts';
import type { Violation } from '../check/violation.ts';
import { DeadlineError, SessionConflictError, SessionVersionError } from '../errors.ts';
import { DraftTurn } from './draft-turn.ts';
import { answeredBefore, rememberTurn, waitingIn, withLateReplies, withLateReply } from './memory.ts';
import { leaseOf, leasesWithout, type RoomMemory, type Session, type SessionStore } from './session.ts';
import { settle, settleAnswer } from './settle.ts';
import { WORKER_PAUSE_MS } from './time-budget.ts';

/** How a late reply reaches its user: posted to Kakao once, or told when the user next says something. */
export type LateDelivery =
  | { readonly kind: 'callback'; readonly url: string; readonly room: 'private' | 'group' }
  | { readonly kind: 'room' };

/** A turn that a worker will take: plain JSON, as it lies in the queue. */
export interface DeferredTurn {
  readonly key: UserKey;
  /** With what the room knew of the tapped label. */
  readonly request: TurnRequest;
  readonly delivery: LateDelivery;
  /** Epoch ms at which Kakao's clock started. */
  readonly receivedAt: number;
  /** Epoch ms at which the user was told to wait. */
  readonly deferredAt: number;
  /** How long the reply may wait in the room (ms). */
  readonly worthMs: number;
  /** Says nothing to the bot. */
  readonly trail?: TurnTrail;
}

/** How an operator finds what became of a request; holds nothing of what the user said, and no key of theirs. */
export interface TurnTrail {
  readonly protocol: string;
  /** The id of the request that deferred it. */
  readonly deferredBy?: string;
  /** Kakao's own id of the request. */
  readonly kakaoRequestId?: string | undefined;
  /** The id that Kakao's support asks for. */
  readonly footprint?: string | undefined;
  /** Equal for what one user does, until the gateway's secret is rotated. */
  readonly user?: string | undefined;
}

/** Resolves only when it is certain that a worker will take the turn. */
export type DeferTurn = (turn: DeferredTurn) => Promise<void>;

/** How a worker's go at a late turn ended. */
export type LateOutcome =
  /** It is answered and saved; `error` says why it is the apology. */
  | {
      readonly kind: 'answered';
      readonly reply: SettledReply;
      readonly rule: string | undefined;
      /** What of the rule's answer Kakao would not have taken. */
      readonly violations: readonly Violation[];
      /** How often another turn of this user came between. */
      readonly conflicts: number;
      readonly error?: unknown;
    }
  /** It was answered and saved before; whether its reply was delivered is not known. */
  | { readonly kind: 'answered-before'; readonly reply: SettledReply }
  /** Another worker has it. */
  | { readonly kind: 'held' }
  /** Nobody waits for it any more. */
  | { readonly kind: 'gone' };

/** What a worker needs around it. */
export interface LateTurnTools<S> {
  readonly bot: Bot<S>;
  readonly store: SessionStore;
  /** What of a reply does not fit into the callback, to be asked for later. */
  readonly restOf: (reply: SettledReply) => SettledReply | undefined;
  /** Absent where no plugin can be asked. */
  readonly plugins?: Plugins | undefined;
}

/**
 * Takes a late turn: claims it for this worker alone, lets the rule answer, and saves its state and its reply in one
 * conditional write. A rule that fails or overruns is answered with the apology, and saves nothing of its own.
 * @param leaseUntil epoch ms at which this worker is dead at the latest
 * @throws what the store throws, and SessionVersionError: then the turn is to be taken again
 */
export async function takeLateTurn<S>(
  tools: LateTurnTools<S>,
  { key, request, delivery, worthMs }: DeferredTurn,
  leaseUntil: number,
  deadline: Deadline,
): Promise<LateOutcome> {
  const { bot, store, restOf } = tools;
  const { id } = request;
  let session = await store.claim(key, id, leaseUntil);
  if (session === undefined) {
    session = await store.load(key);
    // The answer of our own claim got lost, and the user said something before it was sent again.
    if (leaseOf(session, id) !== leaseUntil) return whyNot(session, id);
  }
  let conflicts = 0;
  let said = await ruleSays(tools, request, session, deadline);
  for (;;) {
    const { reply, room } = roomWithReply(session.room, id, said.reply, delivery, worthMs, bot, restOf);
    try {
      const { state, version, rule, violations, error } = said;
      await store.save(key, session, { state, version, room, leases: leasesWithout(session.leases, id) });
      return { kind: 'answered', reply, rule, violations, conflicts, ...(error !== undefined && { error }) };
    } catch (error) {
      if (!(error instanceof SessionConflictError)) throw error;
      conflicts++;
    }
    await new Promise(resolve => setTimeout(resolve, Math.random() * WORKER_PAUSE_MS));
    const fresh = await store.load(key);
    if (leaseOf(fresh, id) !== leaseUntil) {
      // While our lease lasts, only our own save can have ended it: its answer got lost.
      const kept = Date.now() < leaseUntil ? answeredBefore(fresh.room, id)?.reply : undefined;
      return kept === undefined
        ? { kind: 'gone' }
        : { kind: 'answered', reply: kept, rule: said.rule, violations: said.violations, conflicts };
    }
    // On the same state the rule would say the same, and one that saw none says the same on any.
    const isSame = fresh.state === session.state && fresh.version === session.version;
    const sameAgain = said.error !== undefined || !said.looked || isSame;
    said = sameAgain
      ? { ...said, ...(!said.changed && { state: fresh.state, version: fresh.version }) }
      : await ruleSays(tools, request, fresh, deadline);
    session = fresh;
  }
}

/**
 * Keeps a reply in the room, for a callback that Kakao did not take; of a user who is forgotten, nothing.
 * The turn then remembers no reply any more: a record that comes again must not deliver it a second time.
 */
export async function keepForRoom(
  store: SessionStore,
  { key, request: { id }, worthMs }: DeferredTurn,
  reply: SettledReply,
): Promise<void> {
  for (;;) {
    const loaded = await store.load(key);
    if (answeredBefore(loaded.room, id) === undefined) return;
    const late = withLateReply(loaded.room, { id, reply, expiresAt: Date.now() + worthMs });
    const turns = loaded.room.turns.map(turn => (turn.id === id ? { id, at: turn.at } : turn));
    try {
      return await store.save(key, loaded, { ...loaded, room: { ...loaded.room, late, turns } });
    } catch (error) {
      if (!(error instanceof SessionConflictError)) throw error;
    }
  }
}

interface Said {
  readonly reply: SettledReply;
  readonly violations: readonly Violation[];
  readonly state: string | undefined;
  readonly version: number;
  readonly changed: boolean;
  /** Whether the rule looked at the state. */
  readonly looked: boolean;
  readonly rule: string | undefined;
  readonly error?: unknown;
}

async function ruleSays<S>(
  { bot, plugins }: LateTurnTools<S>,
  request: TurnRequest,
  session: Session,
  deadline: Deadline,
): Promise<Said> {
  let rule: string | undefined;
  try {
    const turn = new DraftTurn(bot, request, deadline, session, plugins);
    const match = bot.match(turn);
    rule = match.rule;
    if (deadline.remainingMs() === 0) throw new DeadlineError(`the rule "${rule}"`);
    const answer = await deadline.race(`the rule "${rule}"`, match.answer());
    return { ...settleAnswer(answer, bot.texts), rule, ...turn.result() };
  } catch (error) {
    // A worker of the release that stored it may take the turn yet.
    if (error instanceof SessionVersionError) throw error;
    const reply = { outputs: [text(bot.texts.apology)] };
    const { state, version } = session;
    return { reply, violations: [], rule, error, state, version, changed: false, looked: false };
  }
}

function whyNot(session: Session, id: string): LateOutcome {
  if (leaseOf(session, id) > Date.now()) return { kind: 'held' };
  const reply = answeredBefore(session.room, id)?.reply;
  return reply === undefined ? { kind: 'gone' } : { kind: 'answered-before', reply: settle(reply).reply };
}

/** What the user gets, and the room after that: a callback brings the late replies along that are there. */
function roomWithReply<S>(
  room: RoomMemory,
  id: string,
  said: SettledReply,
  delivery: LateDelivery,
  worthMs: number,
  bot: Bot<S>,
  restOf: LateTurnTools<S>['restOf'],
): { readonly reply: SettledReply; readonly room: RoomMemory } {
  if (delivery.kind === 'room') {
    return {
      reply: said,
      room: { ...room, late: withLateReply(room, { id, reply: said, expiresAt: Date.now() + worthMs }) },
    };
  }
  const waiting = waitingIn(room);
  const reply = withLateReplies(waiting, said, bot.texts.collect);
  const rest = restOf(reply) ?? room.rest;
  return {
    reply,
    room: { ...room, ...(rest && { rest }), late: waiting.pending, turns: rememberTurn(room, id, { reply }) },
  };
}
