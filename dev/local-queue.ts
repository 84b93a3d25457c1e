import { createHash, randomUUID } from 'node:crypto';
import type { RequestListener } from 'node:http';
import type { SQSEvent } from 'aws-lambda';
import { LATE_QUEUE } from '../lambda/aws/late-queue-settings.ts';
import type { QueueHandler } from '../lambda/gateway/late-turn.ts';
import { lambdaContext } from './lambda-context.ts';
import { readJson } from './read-json.ts';

/** SQS and its event source on this machine, as far as the gateway uses them. */
export interface LocalQueue {
  /** SQS's HTTP API: SendMessage and SendMessageBatch. */
  readonly listener: RequestListener;
  /** Sends as SendMessage does; returns the message's id. */
  send(body: string, delaySeconds?: number): string;
  /** Delivers every message, those that wait included, to this function, each again until it succeeds or is forgotten. */
  deliverTo(worker: QueueHandler): void;
  /** Forgets what it holds, and delivers nothing any more. */
  stop(): void;
}

/** The times of the deployed queue, unless a test has less of it. */
export interface QueueTimes {
  readonly retentionMs?: number;
  readonly visibilityMs?: number;
  /** How long the worker may take with a message that it receives for this time. */
  readonly workerTimeoutMs?: (receives: number) => number;
}

interface Message {
  readonly id: string;
  readonly body: string;
  readonly sentAt: number;
  receives: number;
}

/** What SendMessage is told, and each entry of SendMessageBatch. */
interface Sending {
  readonly Id?: string;
  readonly MessageBody?: string;
  readonly DelaySeconds?: number;
}

/** SQS's own limit. */
const MAX_DELAY_SECONDS = 900;

/** A standard queue with a worker behind it. */
export function localQueue({
  retentionMs = LATE_QUEUE.retentionSeconds * 1_000,
  visibilityMs = LATE_QUEUE.visibilitySeconds * 1_000,
  workerTimeoutMs = () => LATE_QUEUE.workerTimeoutSeconds * 1_000,
}: QueueTimes = {}): LocalQueue {
  const early: Message[] = [];
  const timers = new Set<NodeJS.Timeout>();
  let worker: QueueHandler | undefined;
  let isStopped = false;

  const deliver = async (message: Message): Promise<void> => {
    if (isStopped || Date.now() - message.sentAt >= retentionMs) return;
    if (worker === undefined) {
      early.push(message);
      return;
    }
    message.receives++;
    const visibleAt = Date.now() + visibilityMs;
    // What the worker does not finish in time is killed on Lambda; here it can only be given up.
    if (await succeeds(worker, message, workerTimeoutMs(message.receives))) return;
    // SQS counts from the receipt: a worker that fails late is followed soon.
    later(Math.max(0, visibleAt - Date.now()), message);
  };
  const later = (ms: number, message: Message): void => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      void deliver(message);
    }, ms);
    timers.add(timer);
  };

  const send = (body: string, delaySeconds = 0): string => {
    const message = { id: randomUUID(), body, sentAt: Date.now(), receives: 0 };
    if (delaySeconds > 0) later(delaySeconds * 1_000, message);
    else void deliver(message);
    return message.id;
  };

  return {
    listener: sqs(send),
    send,
    deliverTo(handler) {
      worker = handler;
      for (const message of early.splice(0)) void deliver(message);
    },
    stop() {
      isStopped = true;
      for (const timer of timers) clearTimeout(timer);
    },
  };
}

/** SQS's HTTP API, as far as the gateway uses it. */
function sqs(send: LocalQueue['send']): RequestListener {
  const sent = ({ MessageBody = '', DelaySeconds }: Sending) => ({
    MessageId: send(MessageBody, DelaySeconds),
    MD5OfMessageBody: md5(MessageBody),
  });
  const operations: Readonly<Record<string, (asked: SentRequest) => Served>> = {
    'AmazonSQS.SendMessage': asked => {
      const refusal = refusalOf(asked);
      return refusal ? refused(refusal) : { status: 200, json: sent(asked) };
    },
    'AmazonSQS.SendMessageBatch': ({ Entries = [] }) => {
      const Successful: unknown[] = [];
      const Failed: unknown[] = [];
      for (const entry of Entries) {
        const { Id } = entry;
        const refusal = refusalOf(entry);
        if (refusal) Failed.push({ Id, SenderFault: true, Code: INVALID, Message: refusal });
        else Successful.push({ Id, ...sent(entry) });
      }
      return { status: 200, json: { Successful, Failed } };
    },
  };
  return (request, response) => {
    const target = String(request.headers['x-amz-target']);
    readJson<SentRequest>(request)
      .then(asked => {
        const { status, json } = operations[target]?.(asked) ?? refused(`no ${target} here`);
        response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' });
        response.end(JSON.stringify(json));
      })
      .catch(() => response.destroy());
  };
}

type SentRequest = Sending & { readonly Entries?: readonly Sending[] };

interface Served {
  readonly status: number;
  readonly json: unknown;
}

const INVALID = 'InvalidParameterValue';

const refused = (message: string): Served => ({
  status: 400,
  json: { __type: `com.amazonaws.sqs#${INVALID}`, message },
});

function refusalOf({ DelaySeconds = 0 }: Sending): string | undefined {
  const isAllowed = Number.isInteger(DelaySeconds) && DelaySeconds >= 0 && DelaySeconds <= MAX_DELAY_SECONDS;
  return isAllowed
    ? undefined
    : `Value ${DelaySeconds} for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= ${MAX_DELAY_SECONDS}.`;
}

async function succeeds(worker: QueueHandler, message: Message, timeoutMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<'timeout'>(resolve => {
    timer = setTimeout(() => resolve('timeout'), timeoutMs).unref();
  });
  try {
    const result = await Promise.race([
      worker(eventOf(message), lambdaContext('late-turn', timeoutMs)),
      timeout,
    ]);
    return result !== 'timeout' && result.batchItemFailures.length === 0;
  } catch (error) {
    console.error(error);
    return false;
  } finally {
    clearTimeout(timer);
  }
}

function eventOf({ id, body, sentAt, receives }: Message): SQSEvent {
  return {
    Records: [
      {
        messageId: id,
        receiptHandle: randomUUID(),
        body,
        attributes: {
          ApproximateReceiveCount: String(receives),
          SentTimestamp: String(sentAt),
          SenderId: 'local',
          ApproximateFirstReceiveTimestamp: String(Date.now()),
        },
        messageAttributes: {},
        md5OfBody: md5(body),
        eventSource: 'aws:sqs',
        eventSourceARN: 'arn:aws:sqs:ap-northeast-2:000000000000:late-turns',
        awsRegion: 'ap-northeast-2',
      },
    ],
  };
}

// The SDK compares it with its own.
function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}
