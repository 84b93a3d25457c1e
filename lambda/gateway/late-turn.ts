import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { readDeferredTurn } from '../aws/late-queue.ts';
import { LATE_QUEUE } from '../aws/late-queue-settings.ts';
import { inRequest, type LogEntry, type RequestIds } from '../aws/log.ts';
import { type Metrics, oneIf } from '../aws/metrics.ts';
import type { Bot } from '../bot/bot.ts';
import { deadlineAt } from '../bot/deadline.ts';
import type { Plugins } from '../bot/plugins.ts';
import { type SettledReply, text } from '../bot/reply.ts';
import type { Violation } from '../check/violation.ts';
import { DeadlineError } from '../errors.ts';
import { acceptCallbackUrl, type CallbackResult, postCallback } from '../open-builder/callback.ts';
import { lastCheck } from '../open-builder/last-check.ts';
import { renderSkill } from '../open-builder/render.ts';
import { type DeferredTurn, keepForRoom, takeLateTurn } from '../turn/late-turn.ts';
import type { SessionStore } from '../turn/session.ts';
import {
  FINISH_MS,
  KEEP_MS,
  LATE_ANSWER_WITHIN_MS,
  POST_NOT_BEFORE_MS,
  POST_UNTIL_MS,
} from '../turn/time-budget.ts';
import { type ReportViolations, violationReport } from './violation-report.ts';

/** What the worker is wired from. */
export interface WorkerTools<S> {
  readonly bot: Bot<S>;
  readonly store: SessionStore;
  readonly log: (entry: LogEntry) => void;
  readonly callbackOrigins: readonly string[];
  /** Absent where no plugin can be asked. */
  readonly plugins?: Plugins;
}

/** A Lambda function behind the late queue. */
export type QueueHandler = (event: SQSEvent, context: Context) => Promise<SQSBatchResponse>;

/** How many posted turns a process remembers, against a record that is delivered twice. */
const REMEMBER_POSTED = 1_000;

/** Takes late turns from the queue: each has one effect, and its reply is delivered once, or the user is told why not. */
export function lateTurnHandler<S>(tools: WorkerTools<S>): QueueHandler {
  const process: Process = { posted: new Set(), report: violationReport() };
  return async ({ Records }, context) => {
    const failed: string[] = [];
    for (const record of Records) {
      if (!(await take(tools, record, context, process))) failed.push(record.messageId);
    }
    return { batchItemFailures: failed.map(itemIdentifier => ({ itemIdentifier })) };
  };
}

/** Resolves with whether the record is done with; if it is not, the queue will deliver it again. */
async function take<S>(
  tools: WorkerTools<S>,
  record: SQSRecord,
  context: Context,
  process: Process,
): Promise<boolean> {
  const { awsRequestId: requestId } = context;
  let turn: DeferredTurn | undefined;
  try {
    turn = readDeferredTurn(record.body);
  } catch (error) {
    // A worker of the release that sent it may take it yet.
    return tellFailure(tools, { requestId }, Date.now(), Number(record.attributes.SentTimestamp), error);
  }
  if (turn === undefined) {
    tools.log({ level: 'error', what: 'late turn unreadable', requestId, metrics: LOST });
    return true;
  }
  const ids = { ...turn.trail, requestId };
  return inRequest(ids, () => workOn(tools, turn, record, context, process, ids));
}

async function workOn<S>(
  tools: WorkerTools<S>,
  turn: DeferredTurn,
  record: SQSRecord,
  context: Context,
  process: Process,
  ids: RequestIds,
): Promise<boolean> {
  const { bot, store, log, plugins } = tools;
  const isRedelivery = Number(record.attributes.ApproximateReceiveCount) > 1;
  const leftMs = Math.min(context.getRemainingTimeInMillis(), LATE_QUEUE.workerTimeoutSeconds * 1_000);
  // A fraction of a millisecond tells this worker's lease from another's.
  const takenAt = Date.now();
  const leaseUntil = takenAt + leftMs + Math.random();
  const postUntil = Math.min(turn.receivedAt + POST_UNTIL_MS, leaseUntil - Math.min(KEEP_MS, leftMs / 4));
  const deliver = (reply: SettledReply, about: Partial<Delivery> = {}) =>
    deliverReply(tools, turn, reply, {
      ...process,
      ids,
      isRedelivery,
      isLost: false,
      leaseUntil,
      postUntil,
      ...about,
    });
  const ruleUntil = Math.min(
    turn.receivedAt + LATE_ANSWER_WITHIN_MS,
    leaseUntil - Math.min(FINISH_MS, leftMs / 4),
  );
  try {
    const restOf = (reply: SettledReply) => renderSkill(reply, bot.texts, roomOf(turn)).rest;
    const outcome = await takeLateTurn(
      { bot, store, restOf, plugins },
      turn,
      leaseUntil,
      deadlineAt(ruleUntil),
    );
    switch (outcome.kind) {
      case 'answered': {
        const { reply, rule, violations, conflicts, error } = outcome;
        if (error !== undefined) {
          const metrics = {
            TurnsFailed: 1,
            DeadlineMissed: oneIf(error instanceof DeadlineError),
          };
          log({ level: 'error', what: 'late turn failed', ...ids, rule, outcome: 'failed', error, metrics });
        }
        await deliver(reply, { rule, violations, conflicts });
        return true;
      }
      case 'answered-before':
        // A second copy of a record leaves the delivery to the first; a record that comes back has lost its worker.
        if (isRedelivery && turn.delivery.kind === 'callback') await deliver(outcome.reply);
        return true;
      case 'held':
        return !isRedelivery;
      case 'gone':
        return true;
      default:
        return outcome satisfies never;
    }
  } catch (error) {
    const isLastTry = tellFailure(tools, ids, takenAt, turn.receivedAt, error);
    if (isLastTry) await deliver({ outputs: [text(bot.texts.apology)] }, { isLost: true });
    return isLastTry;
  }
}

/** Tells the operator of a try that failed; @returns whether it was the last, since the queue has no time for another */
function tellFailure<S>(
  { log }: WorkerTools<S>,
  ids: RequestIds,
  takenAt: number,
  receivedAt: number,
  error: unknown,
): boolean {
  const isLastTry = takenAt + LATE_QUEUE.visibilitySeconds * 1_000 > receivedAt + LATE_ANSWER_WITHIN_MS;
  log({
    level: 'error',
    what: isLastTry ? 'late turn lost' : 'late turn failed, to be retried',
    ...ids,
    outcome: isLastTry ? 'lost' : 'failed',
    error,
    ...(isLastTry && { metrics: LOST }),
  });
  return isLastTry;
}

/** What a process remembers from one record to the next. */
interface Process {
  /** Turns whose replies it posted. */
  readonly posted: Set<string>;
  readonly report: ReportViolations;
}

interface Delivery extends Process {
  readonly ids: RequestIds;
  readonly isRedelivery: boolean;
  /** Whether it is an apology for an answer that was lost, and is counted as such already. */
  readonly isLost: boolean;
  readonly rule?: string | undefined;
  /** What of the rule's answer Kakao would not have taken. */
  readonly violations?: readonly Violation[];
  readonly conflicts?: number;
  /** Epoch ms at which another worker may take the turn. */
  readonly leaseUntil: number;
  /** Epoch ms after which Kakao does not take it, or there is no time to keep what Kakao did not take. */
  readonly postUntil: number;
}

async function deliverReply<S>(
  { bot, store, log, callbackOrigins }: WorkerTools<S>,
  turn: DeferredTurn,
  reply: SettledReply,
  { ids, isRedelivery, isLost, rule, violations, conflicts, posted, report, leaseUntil, postUntil }: Delivery,
): Promise<void> {
  const { delivery, deferredAt, receivedAt } = turn;
  const arrived = (what: string, news: ReturnType<ReportViolations> = {}): void => {
    if (isLost) return;
    const ms = Date.now() - receivedAt;
    const metrics: Metrics = {
      LateAnswered: 1,
      LateMs: ms,
      SessionConflicts: conflicts || undefined,
      ...news.metrics,
    };
    log({ level: 'info', what, ...news, ...ids, rule, outcome: 'answered', ms, metrics });
  };
  if (delivery.kind === 'room') {
    arrived('late turn answered', report(violations, rule));
    return;
  }
  const name = `${turn.key} ${turn.request.id}`;
  if (posted.has(name)) return;
  // The queue is ours, but a URL is trusted where it is used.
  const url = acceptCallbackUrl(delivery.url, callbackOrigins);
  await new Promise(resolve =>
    setTimeout(resolve, Math.max(0, deferredAt + POST_NOT_BEFORE_MS - Date.now())),
  );
  // Past its lease a worker counts as dead, even if it is only late.
  if (Date.now() >= leaseUntil) return;
  const rendered = renderSkill(reply, bot.texts, delivery.room);
  const { answer, broken } = lastCheck(rendered.answer, bot.texts, delivery.room);
  const news = report(violations, rule, broken);
  const result: CallbackResult = url
    ? await postCallback(url, answer, postUntil)
    : { kind: 'failed', reason: 'url-refused' };
  if (posted.size >= REMEMBER_POSTED) posted.clear();
  posted.add(name);
  // The worker before this one may have posted it and died of something else.
  if (result.kind === 'delivered' || (isRedelivery && result.reason === 'token-spent')) {
    arrived('late turn answered', news);
    return;
  }
  // A tester's callback can't succeed, and no user waits for it.
  const isTester = result.reason === 'tester';
  log({
    ...news,
    level: isTester ? 'info' : 'error',
    what: `callback failed: ${result.reason}`,
    ...ids,
    rule,
    metrics: { ...news.metrics, CallbacksFailed: oneIf(!isTester) },
  });
  try {
    await keepForRoom(store, turn, reply);
    arrived('late turn kept for the room');
  } catch (error) {
    log({ level: 'error', what: 'late reply lost', ...ids, error, ...(!isLost && { metrics: LOST }) });
  }
}

const LOST: Metrics = { LateLost: 1 };

function roomOf({ delivery }: DeferredTurn): 'private' | 'group' {
  return delivery.kind === 'callback' ? delivery.room : 'private';
}
