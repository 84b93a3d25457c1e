import { goOn, mustWaitOn, saveGrown, waitOn } from '#growing';
import type { DeferredTurn } from './deferred-turn.ts';
import type { GrowingPart } from './grow-in-worker.ts';
import type { LateOutcome } from './late-outcome.ts';
import type { LateResult } from './late-result.ts';
import { workOn } from './late-work.ts';
import { keepLease, type LateAttempt, takeLease } from './lease.ts';
import { answeredBefore, replyOf, roomIn, roomOf } from './memory.ts';
import { saveResult } from './save-late.ts';
import { leaseOf, type Session } from './session.ts';
import { settle } from './settle.ts';
import type { LateEngine } from './show-late.ts';
import { KEEP_MS, LEASE_MS } from './time-budget.ts';
import { nextInLine } from './waiting.ts';

/**
 * Takes a late turn: claims it for this worker alone, lets its rule work once, and saves what that comes to and its reply
 * in one conditional write, joined to what other turns changed meanwhile. A rule that fails or overruns is answered with
 * the apology, and saves nothing of its own; one whose answer grows is answered with what there is of it.
 * @throws what the store throws, and SessionVersionError: then the turn is to be taken again
 */
export async function takeLateTurn<S>(
  engine: LateEngine<S>,
  turn: DeferredTurn,
  attempt: LateAttempt,
): Promise<LateOutcome> {
  const { bot, store } = engine;
  const lease = await takeLease(store, turn, attempt);
  if ('refused' in lease) return lease.waits ? { kind: 'waits' } : unclaimed(lease.refused, turn);
  if (mustWaitOn(engine, turn, lease, attempt)) return await waitOn(engine, turn, lease);
  const { isRetry = false } = lease;
  const { ruleUntil, endsAt } = attempt;
  const stop = new AbortController();
  const isLong = turn.grows && ruleUntil <= Date.now();
  const kept = {
    endsAt: isLong ? endsAt : Math.min(endsAt, ruleUntil + KEEP_MS),
    mayReplace: bot.mayReplace,
    ...(turn.grows && { stepMs: LEASE_MS }),
  };
  const stopKeeping = keepLease(store, turn, lease, kept, () => stop.abort());
  let onPart = (_: GrowingPart): void => {};
  const part = new Promise<GrowingPart>(resolve => {
    onPart = resolve;
  });
  const working = workOn(engine, turn, lease.session, attempt, stop.signal, { isRetry, onPart });
  let first: LateResult | GrowingPart;
  try {
    first = await Promise.race([working, part]);
  } finally {
    await stopKeeping();
  }
  if (!('on' in first)) return await goOn(engine, turn, { lease, part: first, working, endsAt, stop });
  return turn.grows
    ? await saveGrown(engine, turn, { lease, stop }, first)
    : await saveResult(engine, turn, lease, first);
}

function unclaimed(session: Session, { request, isLast }: DeferredTurn): LateOutcome {
  const isHeld = leaseOf(session, request.id) > Date.now();
  const before = answeredBefore(session.memory, request.id);
  // Whoever has it goes on with it; but it may have died before it posted what there was.
  const isUnsure = isLast === true && before?.isPosted === true;
  if (isHeld && !isUnsure) return { kind: 'held' };
  const room = roomIn(session.memory, roomOf(request));
  const reply = before && replyOf(before, room)?.reply;
  const next = isHeld ? undefined : nextInLine(session);
  if (!before || !reply) return { kind: 'gone', next };
  const isToPost = before.isToPost === true || isUnsure;
  return { kind: 'answered-before', reply: settle(reply).reply, isToPost, next };
}
