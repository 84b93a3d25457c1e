import type { SettledReply } from '../bot/reply.ts';
import type { Violation } from '../check/violation.ts';
import { SessionConflictError, SessionTooLargeError, UnavailableError } from '../errors.ts';
import type { DeferredTurn } from './deferred-turn.ts';
import { apologyResult, type LateResult, workOn } from './late-work.ts';
import { isLeaseIn, keepLease, type LateAttempt, type Lease, takeLease } from './lease.ts';
import { answeredBefore, replyOf, roomIn, roomOf } from './memory.ts';
import type { Rendered } from './protocol.ts';
import { leaseOf, leasesWithout, type Session } from './session.ts';
import { settle } from './settle.ts';
import { type LateEngine, shownLate } from './show-late.ts';
import { KEEP_MS, LONGEST_PAUSE_MS, WORKER_PAUSE_MS } from './time-budget.ts';
import { nextInLine } from './waiting.ts';

/** How a worker's go at a late turn ended; `next` is the turn that waited for it, which nobody else hands to the queue. */
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
      /** Whether another turn changed the same of the state, and had the last word. */
      readonly isJoinedInPart: boolean;
      /** Whether no rule was asked any more: every worker before this one died, and its time is over. */
      readonly isLost: boolean;
      readonly error?: unknown;
      readonly next?: DeferredTurn | undefined;
    }
  /** It was answered and saved before; whether its reply was delivered is not known. */
  | {
      readonly kind: 'answered-before';
      readonly reply: SettledReply;
      /** Whether it is certain that nobody delivered it. */
      readonly isToPost: boolean;
      readonly next?: DeferredTurn | undefined;
    }
  /** Another worker has it. */
  | { readonly kind: 'held' }
  /** It waits for others of its user, longer than this worker lives: another record of it must come. */
  | { readonly kind: 'waits' }
  /** Nobody waits for it any more. */
  | { readonly kind: 'gone'; readonly next?: DeferredTurn | undefined };

/**
 * Takes a late turn: claims it for this worker alone, lets its rule work once, and saves what that comes to and its reply
 * in one conditional write, joined to what other turns changed meanwhile. A rule that fails or overruns is answered with
 * the apology, and saves nothing of its own.
 * @throws what the store throws, and SessionVersionError: then the turn is to be taken again
 */
export async function takeLateTurn<S>(
  engine: LateEngine<S>,
  turn: DeferredTurn,
  attempt: LateAttempt,
): Promise<LateOutcome> {
  const { bot, store } = engine;
  const taken = await takeLease(store, turn, attempt);
  if ('refused' in taken) return taken.waits ? { kind: 'waits' } : unclaimed(taken.refused, turn);
  const stop = new AbortController();
  const stopKeeping = keepLease(
    store,
    turn,
    taken,
    { endsAt: Math.min(attempt.endsAt, attempt.ruleUntil + KEEP_MS), mayReplace: bot.mayReplace },
    () => stop.abort(),
  );
  let result: LateResult;
  try {
    result = await workOn(engine, turn, taken.session, attempt, stop.signal);
  } finally {
    await stopKeeping();
  }
  return await saveResult(engine, turn, taken, result);
}

/** Saves what a rule's work has come to, on the session as it is by then, as often as others come between. */
async function saveResult<S>(
  engine: LateEngine<S>,
  turn: DeferredTurn,
  lease: Lease,
  worked: LateResult,
): Promise<LateOutcome> {
  const { store } = engine;
  const { key, request } = turn;
  let result = worked;
  let unconfirmed: LateOutcome | undefined;
  for (let conflicts = 0, failures = 0; ; ) {
    const { session } = lease;
    try {
      const { settled, state, isWhole, error } = await result.on(session);
      const { memory, ...shown } = shownLate(engine, turn, session, settled.reply);
      const leases = leasesWithout(session.leases, request.id);
      const next = { state: state.state, version: state.version, memory, leases };
      const { rule, isLost } = result;
      const { violations } = settled;
      unconfirmed = {
        kind: 'answered',
        ...shown,
        rule,
        violations,
        conflicts,
        isJoinedInPart: !isWhole,
        isLost,
        next: nextInLine({ ...session, ...next }),
        ...(error !== undefined && { error }),
      };
      await store.save(key, session, next);
      return unconfirmed;
    } catch (error) {
      if (error instanceof SessionTooLargeError && !result.isApology) {
        // It would be as large the next time.
        result = apologyResult(engine, result.rule, error);
        continue;
      }
      if (error instanceof SessionConflictError) conflicts++;
      else if (!(error instanceof UnavailableError) || Date.now() >= lease.until - KEEP_MS) throw error;
      else failures++;
      if (!(await reload(engine, turn, lease, failures))) throw error;
    }
    if (!isLeaseIn(lease.session, request.id, lease)) return notOurs(lease, turn, unconfirmed);
  }
}

/**
 * Reads the session again, as often as the lease has time for it; the pauses before that grow with the table's failures.
 * @returns whether it could be read
 */
async function reload<S>(
  { store }: LateEngine<S>,
  { key }: DeferredTurn,
  lease: Lease,
  failures: number,
): Promise<boolean> {
  for (let failed = failures; ; failed++) {
    const pauseMs = Math.random() * Math.min(LONGEST_PAUSE_MS, WORKER_PAUSE_MS * 2 ** failed);
    // The last try comes while a save has time after it.
    const leftMs = Math.ceil(lease.until - KEEP_MS - Date.now());
    await new Promise(resolve => setTimeout(resolve, Math.min(pauseMs, leftMs)));
    try {
      lease.session = await store.load(key);
      return true;
    } catch (error) {
      if (!(error instanceof UnavailableError)) throw error;
      if (Date.now() >= lease.until - KEEP_MS) return false;
    }
  }
}

/** The outcome of a turn that is not this worker's any more: while its lease lasts, its own save has ended it, or another turn. */
function notOurs(
  { session, until }: Lease,
  { request, delivery }: DeferredTurn,
  unconfirmed: LateOutcome | undefined,
): LateOutcome {
  const { memory } = session;
  const before = answeredBefore(memory, request.id);
  const room = roomIn(memory, roomOf(request));
  if (before?.isToPost && before.reply) {
    return { kind: 'answered-before', reply: settle(before.reply).reply, isToPost: true };
  }
  const isKept = room.late?.some(({ id }) => id === request.id) ?? false;
  // Of what is collected, a reply is remembered only where the turn was replaced: its own would be kept.
  const isRemembered =
    delivery.address !== undefined && before !== undefined && replyOf(before, room) !== undefined;
  return Date.now() < until && unconfirmed && (isKept || isRemembered) ? unconfirmed : { kind: 'gone' };
}

function unclaimed(session: Session, { request }: DeferredTurn): LateOutcome {
  if (leaseOf(session, request.id) > Date.now()) return { kind: 'held' };
  const before = answeredBefore(session.memory, request.id);
  const room = roomIn(session.memory, roomOf(request));
  const reply = before && replyOf(before, room)?.reply;
  const next = nextInLine(session);
  if (!before || !reply) return { kind: 'gone', next };
  return { kind: 'answered-before', reply: settle(reply).reply, isToPost: before.isToPost === true, next };
}
