import { createHash, randomUUID } from 'node:crypto';
import type { RequestListener } from 'node:http';
import type { SQSEvent } from 'aws-lambda';
import { GROWING_LATE_QUEUE, LATE_QUEUE } from '../lambda/aws/late-queue-settings.ts';
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
  deliverTo(worker: QueueHandler, of?: WorkerBot): void;
  /** Every message that is not done with. */
  messages(): readonly QueuedMessage[];
  /** Delivers nothing any more. */
  stop(): void;
}

/** The bot of a worker, as far as its queue must know it. */
export interface WorkerBot {
  /** Whether it has rules whose answers grow: their worker lives longer. */
  readonly hasGrowingRules: boolean;
}

/** The times of the deployed queue and its bound, unless a test has less of it. */
export interface QueueTimes {
  /** How many messages are at workers at once; the others wait in the queue. */
  readonly atOnce?: number;
  readonly retentionMs?: number;
  readonly visibilityMs?: number;
  /** How long the worker may take with a message that it receives for this time. */
  readonly workerTimeoutMs?: (receives: number) => number;
}

/** A message that is not done with: it waits, is held back, or is at a worker. */
export interface QueuedMessage {
  readonly id: string;
  readonly body: string;
  readonly sentAt: number;
  readonly receives: number;
  /** When a worker may receive it: until then it is held back, or is another worker's. */
  readonly visibleAt: number;
}

/** How a queue outlives its process. */
export interface QueueKeeping {
  /** The messages that a process before was not done with. */
  readonly kept: readonly QueuedMessage[];
  /** Called when a message changed; resolves when that is kept, which the sender waits for. */
  readonly onChange: () => Promise<void>;
}

/** A message to send, as SendMessage is told it and each entry of SendMessageBatch. */
interface Sending {
  readonly Id?: string;
  readonly MessageBody?: string;
  readonly DelaySeconds?: number;
}

/** SQS's own limit. */
const MAX_DELAY_SECONDS = 900;

const DEPLOYED: Required<QueueTimes> = {
  atOnce: LATE_QUEUE.atOnce,
  retentionMs: LATE_QUEUE.retentionSeconds * 1_000,
  visibilityMs: LATE_QUEUE.visibilitySeconds * 1_000,
  workerTimeoutMs: () => LATE_QUEUE.workerTimeoutSeconds * 1_000,
};

const GROWING: Partial<QueueTimes> = {
  visibilityMs: GROWING_LATE_QUEUE.visibilitySeconds * 1_000,
  workerTimeoutMs: () => GROWING_LATE_QUEUE.workerTimeoutSeconds * 1_000,
};

/** A standard queue with a worker behind it. */
export function localQueue(
  times: QueueTimes = {},
  keeping: QueueKeeping = { kept: [], onChange: async () => {} },
): LocalQueue {
  const messages = new Map(keeping.kept.map(message => [message.id, message]));
  const { schedule, deliverTo, stop } = eventSource(messages, times, keeping.onChange);
  const send = (body: string, delaySeconds = 0): string => {
    const sentAt = Date.now();
    const id = randomUUID();
    const message = { id, body, sentAt, receives: 0, visibleAt: sentAt + delaySeconds * 1_000 };
    messages.set(id, message);
    schedule(message);
    return id;
  };
  return {
    listener: sqs(send, keeping.onChange),
    send,
    messages: () => [...messages.values()],
    deliverTo,
    stop,
  };
}

/** The delivery of a queue's messages: each when it is visible, as soon as one of so many workers has time for it. */
function eventSource(
  messages: Map<string, QueuedMessage>,
  times: QueueTimes,
  onChange: () => Promise<void>,
): Pick<LocalQueue, 'deliverTo' | 'stop'> & { schedule(message: QueuedMessage): void } {
  const timers = new Set<NodeJS.Timeout>();
  let { atOnce, retentionMs, visibilityMs, workerTimeoutMs } = { ...DEPLOYED, ...times };
  const inTurn = atMostAtOnce(atOnce);
  let worker: QueueHandler | undefined;
  let isStopped = false;

  const forget = ({ id }: QueuedMessage): void => {
    messages.delete(id);
    void onChange();
  };
  const deliver = async (message: QueuedMessage, to: QueueHandler): Promise<void> => {
    const now = Date.now();
    if (isStopped) return;
    if (now - message.sentAt >= retentionMs) return forget(message);
    const receives = message.receives + 1;
    // SQS counts from the receipt: a worker that fails late is followed soon.
    const received = { ...message, receives, visibleAt: now + visibilityMs };
    messages.set(message.id, received);
    void onChange();
    // What the worker does not finish in time is killed on Lambda; here it can only be given up.
    if (await succeeds(to, received, workerTimeoutMs(receives))) forget(received);
    else schedule(received);
  };
  const schedule = (message: QueuedMessage): void => {
    if (isStopped || worker === undefined) return;
    const to = worker;
    const ms = message.visibleAt - Date.now();
    if (ms <= 0) {
      inTurn(() => deliver(message, to));
      return;
    }
    const timer = setTimeout(() => {
      timers.delete(timer);
      inTurn(() => deliver(message, to));
    }, ms);
    timers.add(timer);
  };
  return {
    schedule,
    deliverTo(handler, { hasGrowingRules } = { hasGrowingRules: false }) {
      if (hasGrowingRules) ({ visibilityMs, workerTimeoutMs } = { ...DEPLOYED, ...GROWING, ...times });
      worker = handler;
      for (const message of messages.values()) schedule(message);
    },
    stop() {
      isStopped = true;
      for (const timer of timers) clearTimeout(timer);
    },
  };
}

/** Begins as many works at once as it may, in the order of their coming; the others wait until one is done. */
function atMostAtOnce(most: number): (work: () => Promise<void>) => void {
  const waiting: (() => Promise<void>)[] = [];
  let underWay = 0;
  const next = (): void => {
    while (underWay < most) {
      const work = waiting.shift();
      if (work === undefined) return;
      underWay++;
      void work().finally(() => {
        underWay--;
        next();
      });
    }
  };
  return work => {
    waiting.push(work);
    next();
  };
}

/** SQS's HTTP API, as far as the gateway uses it. */
function sqs(send: LocalQueue['send'], whenKept: () => Promise<void>): RequestListener {
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
      .then(async asked => {
        const { status, json } = operations[target]?.(asked) ?? refused(`no ${target} here`);
        await whenKept();
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

async function succeeds(worker: QueueHandler, message: QueuedMessage, timeoutMs: number): Promise<boolean> {
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

function eventOf({ id, body, sentAt, receives }: QueuedMessage): SQSEvent {
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
