import { type Metrics, oneIf } from '../aws/metrics.ts';
import { bubblesOf } from '../aws/word-hash.ts';
import type { SettledReply } from '../bot/reply.ts';
import type { Violation } from '../check/violation.ts';
import type { DeferredTurn } from '../turn/deferred-turn.ts';
import { showAnswer } from '../turn/memory.ts';
import type { Deliverer, DeliveryResult, Rendered } from '../turn/protocol.ts';
import type { Rest } from '../turn/session.ts';
import { forgetReply, keepForCollection, type RestOf, rememberToPost } from '../turn/show-late.ts';
import { POST_NOT_BEFORE_MS } from '../turn/time-budget.ts';
import type { Worker } from './deployment.ts';
import { lastCheck } from './last-check.ts';
import { type ReportViolations, violationReport } from './violation-report.ts';

/** A late turn that a worker has. */
export interface TakenTurn {
  readonly turn: DeferredTurn;
  /** Absent where its protocol delivers none, and every answer is collected. */
  readonly deliverer: Deliverer | undefined;
  /** Whether its record came before, to a worker that may have died of something else than its delivery. */
  readonly isRedelivery: boolean;
  /** Whether nobody can have had the turn before. */
  readonly isFirst: boolean;
  /** Epoch ms at which this worker is dead at the latest. */
  readonly endsAt: number;
  /** Epoch ms after which Kakao does not take an answer, or there is no time to keep one that Kakao did not take. */
  readonly deliverUntil: number;
  /** Whether its record, where it is not done with, comes back while Kakao takes an answer. */
  readonly comesBack?: boolean;
}

/** The answer of a late turn. */
export interface LateAnswer {
  readonly reply: SettledReply;
  /** The reply in its protocol's form; absent where nobody has rendered it. */
  readonly rendered?: Rendered<unknown> | undefined;
  readonly rule?: string | undefined;
  /** The limits of Kakao's that the rule's answer broke. */
  readonly violations?: readonly Violation[];
  /** How often another turn of the user came between. */
  readonly conflicts?: number;
  /** Whether it is an apology for an answer that was lost, and is counted as such already. */
  readonly isLost?: boolean;
  /** Whether every record of the turn posts it: one that finds the address spent leaves it to the other to tell of that. */
  readonly isToPost?: boolean;
  /** Present where a part of it was posted before: what follows is collected. */
  readonly rest?: RestOf | undefined;
  /** Whether it only tells to wait: its turn goes on, and brings the answer itself. */
  readonly isWaiting?: boolean;
}

/** The metrics of a turn whose answer reaches nobody. */
export const LOST: Metrics = { LateLost: 1 };

/** How many delivered turns a process remembers, against a record that is delivered twice. */
const REMEMBER_DELIVERED = 1_000;

/**
 * The end of a late answer: it was posted, lies ready to be collected, reaches nobody, is `left` to the record, which is to
 * come back since Kakao may take it later, or is another record's to tell.
 */
export type LateEnd = 'callback' | 'collect' | 'lost' | 'left' | 'others';

/** Delivers a late answer by its protocol; what can't be delivered is kept for its user to collect. */
export type DeliverLate = (taken: TakenTurn, late: LateAnswer) => Promise<LateEnd>;

/** Delivers late answers, each once a process. */
export function lateDelivery<S>(worker: Worker<S>): DeliverLate {
  const delivered = new Set<string>();
  const report = violationReport();
  return async (taken, late) => {
    const { turn, isRedelivery } = taken;
    const { rest } = late;
    if (turn.delivery.address === undefined || rest) {
      const what = rest ? 'rest of a late turn kept, to be collected' : 'late turn answered';
      logAnswered(worker, what, taken, late, report(late.violations, late.rule));
      return 'collect';
    }
    const name = `${turn.key} ${turn.request.id}`;
    if (delivered.has(name)) return 'others';
    await new Promise(resolve =>
      setTimeout(resolve, Math.max(0, turn.deferredAt + POST_NOT_BEFORE_MS - Date.now())),
    );
    // Past its end a worker counts as dead, even if it is only late.
    if (Date.now() >= taken.endsAt) return 'others';
    const { result, news, left, bubbles } = await post(worker, report, taken, late);
    if (await isLeftToNext(worker, taken, late, result)) return 'left';
    if (delivered.size >= REMEMBER_DELIVERED) delivered.clear();
    delivered.add(name);
    // The worker before this one may have delivered it and died of something else.
    if (result.kind === 'delivered' || (isRedelivery && result.kind === 'spent')) {
      // Of this turn another record may come, which must not find an answer that nobody delivered.
      if (!taken.isFirst || worker.bot.hasGrowingRules)
        await forgetReply(worker.store, turn, left).catch(() => {});
      const isOthers = result.kind === 'spent' && late.isToPost;
      if (isOthers) return 'others';
      logAnswered(worker, 'late turn answered', taken, late, news, bubbles);
      return 'callback';
    }
    const isFailure = result.kind !== 'test';
    worker.log({
      ...news,
      level: isFailure ? 'error' : 'info',
      what: `callback failed: ${result.reason}`,
      rule: late.rule,
      metrics: { ...news.metrics, CallbacksFailed: oneIf(isFailure) },
    });
    return late.isWaiting ? 'collect' : await keep(worker, taken, late);
  };
}

/** Whether an answer that Kakao failed to take is left to its record that comes back; what failed on the way there is not. */
async function isLeftToNext<S>(
  { store, log }: Worker<S>,
  { turn, deliverer, comesBack }: TakenTurn,
  { isLost, rule }: LateAnswer,
  result: DeliveryResult,
): Promise<boolean> {
  if (!comesBack || isLost || result.kind !== 'failed' || !deliverer?.mayPass?.(result.reason)) return false;
  const isRemembered = await rememberToPost(store, turn).catch(() => false);
  if (isRemembered) log({ level: 'warn', what: `callback not taken yet: ${result.reason}`, rule });
  return isRemembered;
}

interface Posted {
  readonly result: DeliveryResult;
  readonly news: ReturnType<ReportViolations>;
  /** The rest of an answer that another worker had saved: the user may have said something since, which took it away. */
  readonly left?: Rest | undefined;
  /** Word hashes of the answer that was posted. */
  readonly bubbles?: string | undefined;
}

async function post<S>(
  { bot, callbackOrigins }: Worker<S>,
  report: ReportViolations,
  { turn, deliverer, deliverUntil: until }: TakenTurn,
  { reply, rendered, rule, violations }: LateAnswer,
): Promise<Posted> {
  // A release before this one may have known more protocols.
  if (deliverer === undefined) return { result: { kind: 'failed', reason: 'no-protocol' }, news: {} };
  const { request, delivery, trail } = turn;
  const shown = rendered
    ? { rendered }
    : showAnswer(deliverer, bot.texts, request, { id: request.id, reply });
  const { answer, broken } = lastCheck(deliverer, shown.rendered.answer, bot.texts, request);
  const news = report(violations, rule, broken);
  const bubbles = bubblesOf(trail?.wordsKey, () => deliverer.words?.(answer));
  const result = await deliverer.deliver(answer, delivery.address, { callbackOrigins, until });
  return { result, news, bubbles, ...('rest' in shown && { left: shown.rest }) };
}

async function keep<S>(worker: Worker<S>, taken: TakenTurn, late: LateAnswer): Promise<LateEnd> {
  try {
    if (!(await keepForCollection(worker.store, taken.turn, late.reply, late.isLost))) return 'others';
    logAnswered(worker, 'late turn kept, to be collected', taken, late);
    return 'collect';
  } catch (error) {
    worker.log({ level: 'error', what: 'late reply lost', error, ...(!late.isLost && { metrics: LOST }) });
    return 'lost';
  }
}

function logAnswered<S>(
  { log }: Worker<S>,
  what: string,
  { turn }: TakenTurn,
  { rule, conflicts, isLost, isWaiting, rest }: LateAnswer,
  news: ReturnType<ReportViolations> = {},
  bubbles?: string,
): void {
  if (isLost) return;
  const ms = Date.now() - turn.receivedAt;
  // A turn is answered once, by the first that its user reads of the answer.
  const isFirst = !isWaiting && !(rest && rest.seen > 0);
  const metrics: Metrics = {
    ...(isFirst && { LateAnswered: 1, LateMs: ms }),
    SessionConflicts: conflicts || undefined,
    ...news.metrics,
  };
  const outcome = isWaiting ? 'deferred' : 'answered';
  log({
    level: 'info',
    what: isWaiting ? 'late turn told to wait on' : what,
    ...news,
    rule,
    outcome,
    ms,
    bubbles,
    metrics,
  });
}
