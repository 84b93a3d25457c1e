import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { readDeferredTurn } from '../aws/late-queue.ts';
import { LATE_QUEUE } from '../aws/late-queue-settings.ts';
import { inRequest } from '../aws/log.ts';
import { oneIf } from '../aws/metrics.ts';
import { deadlineAt } from '../bot/deadline.ts';
import { text } from '../bot/reply.ts';
import { DeadlineError } from '../errors.ts';
import type { DeferredTurn } from '../turn/deferred-turn.ts';
import { type LateOutcome, takeLateTurn } from '../turn/late-turn.ts';
import { FINISH_MS, KEEP_MS, LATE_ANSWER_WITHIN_MS, POST_UNTIL_MS } from '../turn/time-budget.ts';
import { type DeliverLate, LOST, lateDelivery, type TakenTurn } from './deliver-late.ts';
import type { Worker } from './deployment.ts';

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
    return logFailure(worker, Date.now(), Number(record.attributes.SentTimestamp), error) === 'last';
  }
  if (turn === undefined) {
    worker.log({ level: 'error', what: 'late turn unreadable', metrics: LOST });
    return true;
  }
  const taken = takenTurn(worker, turn, record, context);
  const { protocol } = turn.delivery;
  const ids = { ...turn.trail, protocol, requestId: context.awsRequestId };
  return inRequest(ids, () => work(worker, deliver, taken));
}

/** The turn with the times by which it must be worked on, so that what follows fits into its worker's life. */
function takenTurn<S>(
  { deliverers }: Worker<S>,
  turn: DeferredTurn,
  { attributes }: SQSRecord,
  context: Context,
): TakenTurn & { readonly ruleUntil: number } {
  const leftMs = Math.min(context.getRemainingTimeInMillis(), LATE_QUEUE.workerTimeoutSeconds * 1_000);
  const takenAt = Date.now();
  // A fraction of a millisecond tells this worker's lease from another's.
  const leaseUntil = takenAt + leftMs + Math.random();
  const { receivedAt, delivery } = turn;
  return {
    turn,
    deliverer: deliverers.find(({ name }) => name === delivery.protocol),
    isRedelivery: Number(attributes.ApproximateReceiveCount) > 1,
    takenAt,
    leaseUntil,
    deliverUntil: Math.min(receivedAt + POST_UNTIL_MS, leaseUntil - Math.min(KEEP_MS, leftMs / 4)),
    ruleUntil: Math.min(receivedAt + LATE_ANSWER_WITHIN_MS, leaseUntil - Math.min(FINISH_MS, leftMs / 4)),
  };
}

async function work<S>(
  worker: Worker<S>,
  deliver: DeliverLate,
  taken: TakenTurn & { readonly ruleUntil: number },
): Promise<boolean> {
  const { bot, store, plugins } = worker;
  const { turn, deliverer, leaseUntil, ruleUntil } = taken;
  try {
    const engine = { bot, store, plugins, deliverer };
    const outcome = await takeLateTurn(engine, turn, leaseUntil, deadlineAt(ruleUntil));
    return await finish(worker, deliver, taken, outcome);
  } catch (error) {
    if (logFailure(worker, taken.takenAt, turn.receivedAt, error) === 'to be retried') return false;
    await deliver(taken, { reply: { outputs: [text(bot.texts.apology)] }, isLost: true });
    return true;
  }
}

/** Sees an outcome through; @returns whether the record is done with */
async function finish<S>(
  { log }: Worker<S>,
  deliver: DeliverLate,
  taken: TakenTurn,
  outcome: LateOutcome,
): Promise<boolean> {
  const { turn, isRedelivery } = taken;
  switch (outcome.kind) {
    case 'answered': {
      const { rule, error } = outcome;
      if (error !== undefined) {
        const metrics = { TurnsFailed: 1, DeadlineMissed: oneIf(error instanceof DeadlineError) };
        log({ level: 'error', what: 'late turn failed', rule, outcome: 'failed', error, metrics });
      }
      await deliver(taken, outcome);
      return true;
    }
    case 'answered-before':
      // A second copy of a record leaves the delivery to the first; a record that comes back has lost its worker.
      if (isRedelivery && turn.delivery.address !== undefined) await deliver(taken, outcome);
      return true;
    case 'held':
      return !isRedelivery;
    case 'gone':
      return true;
    default:
      return outcome satisfies never;
  }
}

/** Tells the operator of a try that failed: it was the last if the queue has no time for another. */
function logFailure<S>(
  { log }: Worker<S>,
  takenAt: number,
  receivedAt: number,
  error: unknown,
): 'last' | 'to be retried' {
  const isLast = takenAt + LATE_QUEUE.visibilitySeconds * 1_000 > receivedAt + LATE_ANSWER_WITHIN_MS;
  log({
    level: 'error',
    what: isLast ? 'late turn lost' : 'late turn failed, to be retried',
    outcome: isLast ? 'lost' : 'failed',
    error,
    ...(isLast && { metrics: LOST }),
  });
  return isLast ? 'last' : 'to be retried';
}
