import { SessionConflictError, UnavailableError } from '../errors.ts';
import type { DeferredTurn } from './deferred-turn.ts';
import type { GrowingPart } from './grow-in-worker.ts';
import type { EndedOutcome, LateOutcome } from './late-outcome.ts';
import type { LateResult } from './late-result.ts';
import { lateTimesOf } from './late-times.ts';
import { isBlocked, isLeaseIn, keepLease, type LateAttempt, type Lease } from './lease.ts';
import { notOurs, reload, saveResult } from './save-late.ts';
import { isNew, leaseOf, nextRevision } from './session.ts';
import { type PartToShow, type ShownPart, shownPart } from './show-growing.ts';
import { isCollected, type LateEngine } from './show-late.ts';
import { FREE_SINCE_MS, KEEP_MS } from './time-budget.ts';

/** An answer that grows when what there is of it must be posted, and the worker that has it. */
export interface PartUnderWay {
  readonly lease: Lease;
  readonly part: GrowingPart;
  /** All of it, when it is there. */
  readonly working: Promise<LateResult>;
  /** Epoch ms at which this worker is dead at the latest. */
  readonly endsAt: number;
  /** Ends the rule. */
  readonly stop: AbortController;
}

/**
 * Saves the part of an answer that is to be posted, in one write with which the turn stays this worker's to its end; the rule
 * goes on meanwhile.
 * @throws what the store throws
 */
export async function goOn<S>(
  engine: LateEngine<S>,
  turn: DeferredTurn,
  { lease, part, working, endsAt, stop }: PartUnderWay,
): Promise<LateOutcome> {
  // Whoever asks for the rest hears of it.
  working.catch(() => {});
  try {
    const until = Math.floor(endsAt) + Math.random();
    const saved = await savePart(engine, turn, lease, part, until);
    if ('kind' in saved) {
      stop.abort();
      await forgetDraft(engine, turn, lease);
      return saved;
    }
    const kept = { endsAt: until, mayReplace: engine.bot.mayReplace };
    const stopKeeping = keepLease(engine.store, turn, lease, kept, () => stop.abort());
    const toEnd = async (unshown: number): Promise<EndedOutcome> => {
      let result: LateResult;
      try {
        result = await working;
      } finally {
        await stopKeeping();
      }
      return await saveGrown(engine, turn, { lease, stop }, result, unshown);
    };
    return { kind: 'growing', ...told(saved), rule: part.rule, goOn: toEnd };
  } catch (error) {
    stop.abort();
    throw error;
  }
}

/**
 * Whether a turn of which nobody can begin the rule in the time of its callback, since others of its user are worked on, can
 * wait on without it: whoever answers those hands it on.
 */
export function mustWaitOn<S>(
  engine: LateEngine<S>,
  turn: DeferredTurn,
  { session }: Lease,
  { ruleUntil }: LateAttempt,
): boolean {
  const { grows, request } = turn;
  if (!grows || ruleUntil > Date.now() || lateTimesOf(turn).mayComeAgain) return false;
  if (isCollected(engine, turn, session.memory) || !isBlocked(session, request.id)) return false;
  return session.memory.line?.some(({ id, turn }) => id === request.id && turn !== undefined) ?? false;
}

/** Gives such a turn back, and the user the words to wait for it. @throws what the store throws */
export async function waitOn<S>(
  engine: LateEngine<S>,
  turn: DeferredTurn,
  lease: Lease,
): Promise<LateOutcome> {
  const { rule } = turn;
  const part = { pieces: [], waiting: engine.bot.texts.waiting, isPostponed: true };
  // As it was marked: nobody has begun it.
  const saved = await savePart(engine, turn, lease, part, turn.receivedAt - FREE_SINCE_MS);
  return 'kind' in saved ? saved : { kind: 'growing', ...told(saved), rule };
}

/**
 * Saves what an answer has grown to, on the session as it is by now: taps on what there was have changed it. Of a turn that has
 * become another's meanwhile the end is not asked for.
 * @param unshown how many pieces of it were to be shown before, and reached nobody
 * @throws what the store throws
 */
export async function saveGrown<S>(
  engine: LateEngine<S>,
  turn: DeferredTurn,
  { lease, stop }: Pick<PartUnderWay, 'lease' | 'stop'>,
  result: LateResult,
  unshown = 0,
): Promise<EndedOutcome> {
  if (isRead(engine, turn, lease) || stop.signal.aborted) await reload(engine, turn, lease, 0);
  const outcome = isLeaseIn(lease.session, turn.request.id, lease)
    ? await saveResult(engine, turn, lease, result, unshown)
    : notOurs(lease, turn, undefined);
  if (outcome.kind === 'gone') await forgetDraft(engine, turn, lease);
  return outcome;
}

/** Whether the user reads of the answer while it grows, which the session tells of. */
function isRead<S>(engine: LateEngine<S>, turn: DeferredTurn, { session }: Lease): boolean {
  return turn.grows === true && isCollected(engine, turn, session.memory);
}

/** Forgets the draft of a user who was forgotten while their answer grew. */
async function forgetDraft<S>(
  { drafts }: LateEngine<S>,
  { key, request, grows }: DeferredTurn,
  { session }: Lease,
): Promise<void> {
  if (!grows || !isNew(session)) return;
  try {
    const draft = await drafts?.load(key);
    if (draft?.turn === request.id) await drafts?.delete(key);
  } catch (error) {
    // The table forgets it within a day.
    if (!(error instanceof UnavailableError)) throw error;
  }
}

const told = ({ memory: _, ...shown }: ShownPart): Omit<ShownPart, 'memory'> => shown;

/** Saves what is posted of an answer, with the lease until then; @returns what became of the turn where it is not this worker's */
async function savePart<S>(
  engine: LateEngine<S>,
  turn: DeferredTurn,
  lease: Lease,
  part: PartToShow,
  until: number,
): Promise<ShownPart | EndedOutcome> {
  const { store, deliverer } = engine;
  const { key, request } = turn;
  if (deliverer === undefined)
    throw new TypeError('what nobody delivers is collected, and has no part to be posted');
  lease.renewed = until;
  for (let failures = 0; ; ) {
    const { session } = lease;
    const shown = shownPart(engine, deliverer, turn, session.memory, part);
    const leases = { ...session.leases, [request.id]: until };
    const next = { state: session.state, version: session.version, memory: shown.memory, leases };
    try {
      await store.save(key, session, next);
      lease.session = { ...next, revision: nextRevision(session) };
      lease.until = until;
      return shown;
    } catch (error) {
      if (error instanceof UnavailableError && Date.now() < lease.until - KEEP_MS) failures++;
      else if (!(error instanceof SessionConflictError)) throw error;
      if (!(await reload(engine, turn, lease, failures))) throw error;
    }
    // The answer of our own save got lost.
    if (leaseOf(lease.session, request.id) === until) {
      lease.until = until;
      return shown;
    }
    if (!isLeaseIn(lease.session, request.id, lease)) return notOurs(lease, turn, undefined);
  }
}
