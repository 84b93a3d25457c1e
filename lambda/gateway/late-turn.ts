import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { readDeferredTurn } from '../aws/late-queue.ts';
import { LATE_QUEUE } from '../aws/late-queue-settings.ts';
import { inRequest } from '../aws/log.ts';
import { oneIf } from '../aws/metrics.ts';
import { text } from '../bot/reply.ts';
import { AnswerTooLongError, DeadlineError } from '../errors.ts';
import type { DeferredTurn } from '../turn/deferred-turn.ts';
import type { EndedOutcome, GrowingOutcome } from '../turn/late-outcome.ts';
import { lateTimesOf } from '../turn/late-times.ts';
import { takeLateTurn } from '../turn/late-turn.ts';
import type { LateAttempt } from '../turn/lease.ts';
import {
  FINISH_MS,
  GROWING_VISIBILITY_SECONDS,
  KEEP_MS,
  POST_TIMEOUT_MS,
  SECOND_RECORD_SECONDS,
} from '../turn/time-budget.ts';
import {
  type DeliverLate,
  type LateAnswer,
  type LateEnd,
  LOST,
  lateDelivery,
  type TakenTurn,
} from './deliver-late.ts';
import type { Log, Worker } from './deployment.ts';

/** A Lambda function behind the late queue. */
export type QueueHandler = (event: SQSEvent, context: Context) => Promise<SQSBatchResponse>;

/** Takes late turns from the queue: each has one effect, and its reply is delivered once, or the user is told why not. */
export function lateTurnHandler<S>(worker: Worker<S>): QueueHandler {
  const deliver = lateDelivery(worker);
  return async ({ Records }, context) => {
    const failed: string[] = [];
    for (const record of Records) {
      const isDone = await inRequest({ requestId: context.awsRequestId }, () =>
        takeRecord(worker, deliver, record, context),
      );
      if (!isDone) failed.push(record.messageId);
    }
    return { batchItemFailures: failed.map(itemIdentifier => ({ itemIdentifier })) };
  };
}

/** Resolves with whether the record is done with; if it is not, the queue will deliver it again. */
async function takeRecord<S>(
  worker: Worker<S>,
  deliver: DeliverLate,
  record: SQSRecord,
  context: Context,
): Promise<boolean> {
  let turn: DeferredTurn | undefined;
  try {
    turn = readDeferredTurn(record.body);
  } catch (error) {
    // A worker of the release that sent it may take it yet.
    return logFailure(worker, isRedelivered(record), error) === 'last';
  }
  if (turn === undefined) {
    worker.log({ level: 'error', what: 'late turn unreadable', metrics: LOST });
    return true;
  }
  // Of a turn that nobody took in time its first record tells the user and the operator; the others say no more.
  if (isOver(record, turn) && (turn.isSecond || turn.isLast)) return true;
  const taken = takenTurn(worker, turn, record, context);
  const { protocol } = turn.delivery;
  const ids = { ...turn.trail, protocol, requestId: context.awsRequestId };
  return inRequest(ids, () => work(worker, deliver, taken));
}

/** Whether the queue has delivered a record before: its worker died, or failed. No third one comes in the minute of a turn. */
function isRedelivered({ attributes }: SQSRecord): boolean {
  return Number(attributes.ApproximateReceiveCount) > 1;
}

/** Whether a record has outlived what its turn is worth: the queue keeps each as long as the one that lives longest. */
function isOver({ attributes }: SQSRecord, turn: DeferredTurn): boolean {
  const sentAt = Number(attributes.SentTimestamp);
  return sentAt > 0 && Date.now() >= sentAt + lateTimesOf(turn).recordMs;
}

/** The turn with the times by which it must be worked on, so that what follows fits into its worker's life. */
function takenTurn<S>(
  { deliverers }: Worker<S>,
  turn: DeferredTurn,
  record: SQSRecord,
  context: Context,
): TakenTurn & LateAttempt {
  const livesMs = context.getRemainingTimeInMillis();
  const leastMs = LATE_QUEUE.workerTimeoutSeconds * 1_000;
  // A worker that lives longer does so for the rest of an answer that grows.
  const leftMs = turn.grows ? livesMs : Math.min(livesMs, leastMs);
  const visibilitySeconds = livesMs > leastMs ? GROWING_VISIBILITY_SECONDS : LATE_QUEUE.visibilitySeconds;
  const now = Date.now();
  const endsAt = now + leftMs;
  const { receivedAt, delivery } = turn;
  const isRedelivery = isRedelivered(record);
  const finishedAt = endsAt - Math.min(FINISH_MS, leftMs / 4);
  const { answerWithinMs, postUntilMs, mayComeAgain } = lateTimesOf(turn);
  const answerUntil = receivedAt + answerWithinMs;
  // What is collected is worth the wait as long as a worker lives.
  const ruleUntil = delivery.address === undefined ? finishedAt : Math.min(answerUntil, finishedAt);
  const comesBackAt = now + visibilitySeconds * 1_000;
  return {
    turn,
    deliverer: deliverers.find(({ name }) => name === delivery.protocol),
    isRedelivery,
    isFirst: !isRedelivery && turn.isSecond !== true,
    endsAt,
    comesBack: mayComeAgain && comesBackAt + POST_TIMEOUT_MS <= receivedAt + postUntilMs,
    deliverUntil: Math.min(receivedAt + postUntilMs, endsAt - Math.min(KEEP_MS, leftMs / 4)),
    ruleUntil: isOver(record, turn) ? now : ruleUntil,
    restUntil: finishedAt,
    mayComeAgain: mayComeAgain && finishedAt < answerUntil,
    lookUntil: Math.min(finishedAt, receivedAt + postUntilMs - POST_TIMEOUT_MS),
  };
}

async function work<S>(
  worker: Worker<S>,
  deliver: DeliverLate,
  taken: TakenTurn & LateAttempt,
): Promise<boolean> {
  const { bot, store, plugins, rooms, counters, drafts } = worker;
  const { turn, deliverer, isRedelivery } = taken;
  try {
    const outcome = await takeLateTurn(
      { bot, store, plugins, rooms, counters, drafts, deliverer },
      turn,
      taken,
    );
    if (outcome.kind === 'growing') return await finishGrowing(worker, deliver, taken, outcome);
    const end = await finish(worker, deliver, taken, outcome);
    const next =
      'next' in outcome && (isRedelivery || outcome.kind === 'answered') ? outcome.next : undefined;
    if (next) await handOn(worker, next);
    if ('reply' in outcome) await tellEnd(worker, taken, outcome, end);
    return end !== 'left';
  } catch (error) {
    // Of a group room's turn more than one more may come while Kakao takes its answer.
    const isLast = isRedelivery && !taken.comesBack;
    if (logFailure(worker, isLast, error, turn) === 'to be retried') return false;
    const apology: LateAnswer = { reply: { outputs: [text(bot.texts.apology)] }, isLost: true };
    await deliver(taken, apology);
    await tellEnd(worker, taken, undefined, 'lost');
    return true;
  }
}

/** Delivers what there is of an answer that grows, then waits for the rest of it; resolves as {@link work} does. */
async function finishGrowing<S>(
  worker: Worker<S>,
  deliver: DeliverLate,
  taken: TakenTurn,
  part: GrowingOutcome,
): Promise<boolean> {
  const isAnswer = part.count > 0;
  const end = await deliver(taken, { ...part, isWaiting: !isAnswer });
  if (isAnswer) await tellEnd(worker, taken, part, end);
  if (part.goOn === undefined) return true;
  try {
    const outcome = await part.goOn(end === 'lost' ? part.count : 0);
    if (outcome.kind !== 'answered') return true;
    // What taps have brought meanwhile is no answer yet.
    const rest = isAnswer ? outcome.rest : { seen: 0 };
    const restEnd = await finish(worker, deliver, taken, { ...outcome, rest });
    if (outcome.next) await handOn(worker, outcome.next);
    if (!isAnswer) await tellEnd(worker, taken, outcome, restEnd);
    return true;
  } catch (error) {
    if (logFailure(worker, taken.isRedelivery, error, taken.turn) === 'to be retried') return false;
    if (!isAnswer) await tellEnd(worker, taken, undefined, 'lost');
    return true;
  }
}

/** Hands the turn to the queue that waited for the one that is answered; without that it waits for its second record. */
async function handOn<S>({ defer, log }: Worker<S>, next: DeferredTurn): Promise<void> {
  try {
    await defer?.([{ turn: next, delaySeconds: 0 }]);
  } catch (error) {
    log({ level: 'warn', what: 'the next late turn of the user begins late', error });
  }
}

/** Tells the event bus of a turn that is done with. */
async function tellEnd<S>(
  { bot, bus }: Worker<S>,
  { turn, endsAt }: TakenTurn,
  outcome: AnsweredOutcome | undefined,
  end: LateEnd,
): Promise<void> {
  if (end === 'left' || end === 'others') return;
  const rule = outcome === undefined || outcome.kind === 'answered-before' ? undefined : outcome.rule;
  const isFailed = outcome === undefined || end === 'lost' || isApology(outcome, bot.texts.apology);
  await bus?.lateTurn({ turn, rule, endsAt, delivery: isFailed ? undefined : end });
}

type AnsweredOutcome = GrowingOutcome | (EndedOutcome & { readonly kind: 'answered' | 'answered-before' });

function isApology(outcome: AnsweredOutcome, apology: string): boolean {
  if (outcome.kind === 'growing') return false;
  if (outcome.kind === 'answered') return outcome.isLost || outcome.error !== undefined;
  // Of an answer that a worker before this one made, its words alone are known.
  const [output] = outcome.reply.outputs;
  return output !== undefined && 'simpleText' in output && output.simpleText.text === apology;
}

/** Has another record of a turn come that waits for others; resolves with whether it will, else this one must come back. */
async function comeAgain<S>({ defer, log }: Worker<S>, turn: DeferredTurn): Promise<boolean> {
  if (defer === undefined) return false;
  try {
    await defer([{ turn: { ...turn, isSecond: true }, delaySeconds: SECOND_RECORD_SECONDS }]);
    return true;
  } catch (error) {
    log({ level: 'warn', what: 'a late turn that waits comes again late', error });
    return false;
  }
}

/** Sees an outcome through. */
async function finish<S>(
  worker: Worker<S>,
  deliver: DeliverLate,
  taken: TakenTurn,
  outcome: EndedOutcome,
): Promise<LateEnd> {
  switch (outcome.kind) {
    case 'answered': {
      logEnd(worker.log, outcome);
      return deliver(taken, outcome);
    }
    case 'answered-before': {
      // A second copy of a record leaves the delivery to the first; a record that comes back has lost its worker.
      const isPosted = taken.turn.delivery.address !== undefined;
      if (isPosted && (taken.isRedelivery || outcome.isToPost))
        return deliver({ ...taken, isRedelivery: true }, outcome);
      return 'others';
    }
    case 'waits':
      return (await comeAgain(worker, taken.turn)) ? 'others' : 'left';
    case 'held':
    case 'gone':
      return 'others';
    default:
      return outcome satisfies never;
  }
}

/** Tells the operator of an answer that is the apology, or of a state that is not all that its rule made. */
function logEnd(log: Log, outcome: EndedOutcome & { readonly kind: 'answered' }): void {
  const { rule, error, flaw, isLost, isJoinedInPart } = outcome;
  if (isJoinedInPart) log({ level: 'warn', what: STATE_KEPT, rule });
  if (isLost) log({ level: 'error', what: 'late turn lost', rule, outcome: 'lost', error, metrics: LOST });
  else if (flaw !== undefined) logFlaw(log, rule, flaw);
  else if (error !== undefined) {
    const metrics = { TurnsFailed: 1, DeadlineMissed: oneIf(error instanceof DeadlineError) };
    log({ level: 'error', what: 'late turn failed', rule, outcome: 'failed', error, metrics });
  }
}

/** Tells the operator of an answer that ended before its time: by its rule's own time alone, that is no failure. */
function logFlaw(log: Log, rule: string | undefined, error: unknown): void {
  const isOutOfTime = error instanceof DeadlineError || error instanceof AnswerTooLongError;
  log({
    level: isOutOfTime ? 'warn' : 'error',
    what: 'growing answer ended early',
    rule,
    error,
    ...(!isOutOfTime && { metrics: { TurnsFailed: 1 } }),
  });
}

/**
 * Tells the operator of a try that failed: it was the last if the queue has no time for another. A turn counts as lost by
 * its first record alone, since its others fail of the same; should that have had no worker, its user's next turn counts it.
 */
function logFailure<S>(
  { log }: Worker<S>,
  isLast: boolean,
  error: unknown,
  turn?: DeferredTurn,
): 'last' | 'to be retried' {
  log({
    level: 'error',
    what: isLast ? 'late turn lost' : 'late turn failed, to be retried',
    outcome: isLast ? 'lost' : 'failed',
    error,
    ...(isLast && turn?.isSecond === undefined && { metrics: LOST }),
  });
  return isLast ? 'last' : 'to be retried';
}

/** Told of a rule whose change met another turn's, and was kept only where that had left the state alone. */
const STATE_KEPT =
  'another turn changed the same of the session: that stayed, give the rule a work and a then to decide yourself';
