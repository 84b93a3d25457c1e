import { SessionConflictError, SessionTooLargeError, UnavailableError } from '../errors.ts';
import type { DeferredTurn } from './deferred-turn.ts';
import type { EndedOutcome } from './late-outcome.ts';
import { apologyResult, type LateResult } from './late-result.ts';
import { isLeaseIn, type Lease } from './lease.ts';
import { answeredBefore, replyOf, roomIn, roomOf } from './memory.ts';
import { leasesWithout } from './session.ts';
import { settle } from './settle.ts';
import { type LateEngine, restIdOf, shownLate } from './show-late.ts';
import { KEEP_MS, LONGEST_PAUSE_MS, WORKER_PAUSE_MS } from './time-budget.ts';
import { nextInLine } from './waiting.ts';

/**
 * Saves what a rule's work has come to, on the session as it is by then, as often as others come between.
 * @param unshown how many pieces of it were to be shown before, and reached nobody
 * @throws what the store throws
 */
export async function saveResult<S>(
  engine: LateEngine<S>,
  turn: DeferredTurn,
  lease: Lease,
  worked: LateResult,
  unshown = 0,
): Promise<EndedOutcome> {
  const { store } = engine;
  const { key, request } = turn;
  let result = worked;
  let unconfirmed: EndedOutcome | undefined;
  for (let conflicts = 0, failures = 0; ; ) {
    const { session } = lease;
    try {
      const { settled, state, isWhole, error, flaw } = await result.on(session, unshown);
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
        ...(flaw !== undefined && { flaw }),
      };
      await store.save(key, session, next);
      return unconfirmed;
    } catch (error) {
      if (error instanceof SessionTooLargeError && !result.isApology) {
        // It would be as large the next time.
        result = result.withoutEnd?.(error) ?? apologyResult(engine, result.rule, error);
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
export async function reload<S>(
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
export function notOurs(
  { session, until }: Lease,
  { request, delivery }: DeferredTurn,
  unconfirmed: EndedOutcome | undefined,
): EndedOutcome {
  const { memory } = session;
  const before = answeredBefore(memory, request.id);
  const room = roomIn(memory, roomOf(request));
  if (before?.isToPost && before.reply) {
    return { kind: 'answered-before', reply: settle(before.reply).reply, isToPost: true };
  }
  const own = [request.id, restIdOf(request.id)];
  const isKept = room.late?.some(({ id }) => own.includes(id)) ?? false;
  // Of what is collected, a reply is remembered only where the turn was replaced: its own would be kept.
  const isRemembered =
    delivery.address !== undefined && before !== undefined && replyOf(before, room) !== undefined;
  return Date.now() < until && unconfirmed && (isKept || isRemembered) ? unconfirmed : { kind: 'gone' };
}
