import { randomUUID } from 'node:crypto';
import { lambdaContext } from '../../dev/lambda-context.ts';
import { LATE_QUEUE } from '../../lambda/aws/late-queue-settings.ts';
import { UnavailableError } from '../../lambda/errors.ts';
import type { QueueHandler } from '../../lambda/gateway/late-turn.ts';
import type { DeferredTurn, DeferTurn, LateRecord } from '../../lambda/turn/deferred-turn.ts';
import { Actor, actor, as } from './actor.ts';
import { pause } from './pause.ts';
import type { ModelTurn } from './turns.ts';

interface Message {
  readonly body: string;
  readonly turn: ModelTurn;
  readonly sentAt: number;
  receives: number;
}

/** How long a worker lives, and when its record comes to another. */
export interface WorkerTimes {
  readonly visibilitySeconds: number;
  readonly workerTimeoutSeconds: number;
}

/**
 * A standard queue: at least once, in any order, with the troubles of whoever sends; each delivery is a worker of its own,
 * in a process of its own.
 */
export function troubledQueue(
  newWorker: (defer: DeferTurn) => QueueHandler,
  turnOf: (deferred: DeferredTurn) => ModelTurn,
  note: (line: string) => void,
  { visibilitySeconds, workerTimeoutSeconds }: WorkerTimes = LATE_QUEUE,
): DeferTurn {
  const deliver = async (message: Message): Promise<void> => {
    const { turn, sentAt, body } = message;
    if (Date.now() - sentAt >= LATE_QUEUE.retentionSeconds * 1_000)
      return note(`turn ${turn.index} is forgotten`);
    message.receives++;
    const worker = new Actor(turn, true, turn.step.workers[turn.workers++] ?? { store: [] });
    const name = `worker ${turn.workers} of turn ${turn.index}`;
    note(`${name}, receive ${message.receives}`);
    const again = setTimeout(() => {
      void deliver(message);
    }, visibilitySeconds * 1_000);
    const end = setTimeout(() => {
      worker.isDead = true;
    }, workerTimeoutSeconds * 1_000);
    const context = lambdaContext('late-turn', workerTimeoutSeconds * 1_000);
    const { batchItemFailures } = await as(worker, () => newWorker(defer)(recordOf(body, message), context));
    if (worker.isDead) return;
    clearTimeout(end);
    note(`${name} ${batchItemFailures.length > 0 ? 'failed' : 'is done'}`);
    if (batchItemFailures.length === 0) clearTimeout(again);
  };

  const send = (records: readonly LateRecord[], moreMs = 0): void => {
    for (const { turn: sent, delaySeconds } of records) {
      const turn = turnOf(sent);
      const message = { body: JSON.stringify(sent), turn, sentAt: Date.now(), receives: 0 };
      setTimeout(
        () => {
          void deliver(message);
        },
        turn.step.queueMs + moreMs + delaySeconds * 1_000,
      );
    }
  };

  const take = async (records: readonly LateRecord[]): Promise<void> => {
    const { turn } = actor();
    const { queue } = turn.step;
    if (queue !== 'none') note(`queue for turn ${turn.index}: ${queue}`);
    await pause(10);
    if (queue === 'hang') await pause(1_000);
    if (queue === 'hang thrice') await pause(3_000);
    if (queue === 'refuse' || queue === 'hang thrice') throw new UnavailableError('late queue');
    send(records);
    // A second try puts a second message there.
    if (queue === 'lose' || queue === 'twice') send(records, 1_000);
    if (queue === 'lose') await pause(1_000);
    if (queue === 'lose thrice') {
      await pause(3_000);
      throw new UnavailableError('late queue');
    }
    await pause(10);
  };
  const defer: DeferTurn = records => {
    const run = actor();
    return run.isWorker ? run.calls(() => take(records)) : take(records);
  };
  return defer;
}

function recordOf(body: string, { sentAt, receives }: Message): Parameters<QueueHandler>[0] {
  return {
    Records: [
      {
        messageId: randomUUID(),
        receiptHandle: 'receipt',
        body,
        attributes: {
          ApproximateReceiveCount: String(receives),
          SentTimestamp: String(sentAt),
          SenderId: 'model',
          ApproximateFirstReceiveTimestamp: String(Date.now()),
        },
        messageAttributes: {},
        md5OfBody: '',
        eventSource: 'aws:sqs',
        eventSourceARN: 'arn:aws:sqs:ap-northeast-2:000000000000:late-turns',
        awsRegion: 'ap-northeast-2',
      },
    ],
  };
}
