import type { Deadline } from '../bot/deadline.ts';
import type { TurnRequest } from '../bot/incoming.ts';
import { type SettledReply, text } from '../bot/reply.ts';
import type { Violation } from '../check/violation.ts';
import { DeadlineError, SessionConflictError, SessionVersionError } from '../errors.ts';
import type { DeferredTurn } from './deferred-turn.ts';
import { DraftTurn } from './draft-turn.ts';
import type { BotRuntime } from './engine.ts';
import {
  answeredBefore,
  rememberTurn,
  waitingIn,
  withLate,
  withLateReplies,
  withLateReply,
} from './memory.ts';
import type { Deliverer, Rendered } from './protocol.ts';
import { leaseOf, leasesWithout, type Memory, type Session, type SessionStore } from './session.ts';
import { settle, settleAnswer } from './settle.ts';
import { WORKER_PAUSE_MS } from './time-budget.ts';

/** How a worker's go at a late turn ended. */
export type LateOutcome =
  /** It is answered and saved; `error` says why it is the apology. */
  | {
      readonly kind: 'answered';
      readonly reply: SettledReply;
      /** Present where it is to be delivered. */
      readonly rendered?: Rendered<unknown> | undefined;
      readonly rule: string | undefined;
      /** Limits of Kakao's that the rule's answer broke. */
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

/** A bot that takes the late turns of one protocol. */
export interface LateTurnEngine<S> extends BotRuntime<S> {
  /** Absent where replies are collected alone. */
  readonly deliverer?: Deliverer | undefined;
}

/**
 * Takes a late turn: claims it for this worker alone, lets the rule answer, and saves its state and its reply in one
 * conditional write. A rule that fails or overruns is answered with the apology, and saves nothing of its own.
 * @param leaseUntil epoch ms at which this worker is dead at the latest
 * @throws what the store throws, and SessionVersionError: then the turn is to be taken again
 */
export async function takeLateTurn<S>(
  engine: LateTurnEngine<S>,
  turn: DeferredTurn,
  leaseUntil: number,
  deadline: Deadline,
): Promise<LateOutcome> {
  const { store } = engine;
  const { key, request } = turn;
  const { id } = request;
  let session = await store.claim(key, id, leaseUntil);
  if (session === undefined) {
    session = await store.load(key);
    // The answer of our own claim got lost, and the user said something before it was sent again.
    if (leaseOf(session, id) !== leaseUntil) return unclaimed(session, id);
  }
  let conflicts = 0;
  let result = await runRule(engine, request, session, deadline);
  for (;;) {
    const { memory, ...shown } = shownLate(engine, turn, session.memory, result.reply);
    try {
      const { state, version, rule, violations, error } = result;
      await store.save(key, session, { state, version, memory, leases: leasesWithout(session.leases, id) });
      return {
        kind: 'answered',
        ...shown,
        rule,
        violations,
        conflicts,
        ...(error !== undefined && { error }),
      };
    } catch (error) {
      if (!(error instanceof SessionConflictError)) throw error;
      conflicts++;
    }
    await new Promise(resolve => setTimeout(resolve, Math.random() * WORKER_PAUSE_MS));
    const fresh = await store.load(key);
    if (leaseOf(fresh, id) !== leaseUntil) {
      // While our lease lasts, only our own save can have ended it: its answer got lost.
      const isOurs = Date.now() < leaseUntil && answeredBefore(fresh.memory, id)?.reply !== undefined;
      const { rule, violations } = result;
      return isOurs ? { kind: 'answered', ...shown, rule, violations, conflicts } : { kind: 'gone' };
    }
    // On the same state the rule would say the same, and one that saw none says the same on any.
    const isSame = fresh.state === session.state && fresh.version === session.version;
    const sameAgain = result.error !== undefined || !result.looked || isSame;
    result = sameAgain
      ? { ...result, ...(!result.changed && { state: fresh.state, version: fresh.version }) }
      : await runRule(engine, request, fresh, deadline);
    session = fresh;
  }
}

/**
 * Keeps a reply to be collected, for a callback that Kakao did not take; of a user who is forgotten, nothing.
 * The turn then remembers no reply any more: a record that comes again must not deliver it a second time.
 */
export async function keepForCollection(
  store: SessionStore,
  { key, request: { id }, worthMs }: DeferredTurn,
  reply: SettledReply,
): Promise<void> {
  for (;;) {
    const loaded = await store.load(key);
    if (answeredBefore(loaded.memory, id) === undefined) return;
    const late = withLateReply(loaded.memory, { id, reply, expiresAt: Date.now() + worthMs });
    const turns = loaded.memory.turns.map(turn => (turn.id === id ? { id, at: turn.at } : turn));
    try {
      return await store.save(key, loaded, { ...loaded, memory: { ...loaded.memory, late, turns } });
    } catch (error) {
      if (!(error instanceof SessionConflictError)) throw error;
    }
  }
}

/** A rule's go at a turn: its reply, or the apology, and the state to save with it. */
interface RuleResult {
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

async function runRule<S>(
  { bot, plugins }: LateTurnEngine<S>,
  request: TurnRequest,
  session: Session,
  deadline: Deadline,
): Promise<RuleResult> {
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

function unclaimed(session: Session, id: string): LateOutcome {
  if (leaseOf(session, id) > Date.now()) return { kind: 'held' };
  const reply = answeredBefore(session.memory, id)?.reply;
  return reply === undefined ? { kind: 'gone' } : { kind: 'answered-before', reply: settle(reply).reply };
}

/** The reply as its user gets it, and the memory after that: a delivered one brings the late replies along that are there. */
function shownLate<S>(
  { bot, deliverer }: LateTurnEngine<S>,
  { request, delivery, worthMs }: DeferredTurn,
  memory: Memory,
  answer: SettledReply,
): { readonly reply: SettledReply; readonly rendered?: Rendered<unknown>; readonly memory: Memory } {
  const { id } = request;
  if (delivery.address === undefined || deliverer === undefined) {
    const one = { id, reply: answer, expiresAt: Date.now() + worthMs };
    return { reply: answer, memory: { ...memory, late: withLateReply(memory, one) } };
  }
  const waiting = waitingIn(memory);
  const reply = withLateReplies(waiting, answer, bot.texts.collect);
  const rendered = deliverer.render(reply, bot.texts, request);
  const rest = rendered.rest ?? memory.rest;
  const turns = rememberTurn(memory, id, { reply });
  return { reply, rendered, memory: withLate({ ...memory, ...(rest && { rest }), turns }, waiting.pending) };
}
