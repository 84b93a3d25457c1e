import {
  PurgeQueueCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { type LocalQueue, localQueue, type QueuedMessage } from '../../dev/local-queue.ts';
import { LATE_QUEUE } from '../../lambda/aws/late-queue-settings.ts';
import type { QueueHandler } from '../../lambda/gateway/late-turn.ts';
import {
  GROWING_VISIBILITY_SECONDS,
  GROWING_WORKER_TIMEOUT_SECONDS,
  QUEUE_RETENTION_SECONDS,
  QUEUE_VISIBILITY_SECONDS,
  WORKER_TIMEOUT_SECONDS,
} from '../../lambda/turn/time-budget.ts';
import { type LocalServer, serveLocally } from '../../tools/local-server.ts';
import { until } from '../kit/late-gateway.ts';

beforeEach(() => {
  jest.useFakeTimers();
});

afterEach(() => {
  jest.useRealTimers();
});

type Result = Awaited<ReturnType<QueueHandler>>;

/** Simulated seconds after the sending at which the worker receives the record. */
async function receivesOf(
  work: (receives: number) => Promise<Result>,
  forSeconds: number,
): Promise<number[]> {
  const queue: LocalQueue = localQueue();
  const sentAt = Date.now();
  const receives: number[] = [];
  queue.deliverTo(() => {
    receives.push(Math.round((Date.now() - sentAt) / 1_000));
    return work(receives.length);
  });
  queue.send('{}');
  await jest.advanceTimersByTimeAsync(forSeconds * 1_000);
  queue.stop();
  return receives;
}

const pause = (seconds: number) => new Promise<void>(resolve => setTimeout(resolve, seconds * 1_000));
const TWICE = [0, QUEUE_VISIBILITY_SECONDS];
/** When what always fails is received again, to the end of its retention. */
const receivedFrom = (first: number): number[] => {
  const times: number[] = [];
  for (let at = first; at < QUEUE_RETENTION_SECONDS; at += QUEUE_VISIBILITY_SECONDS) times.push(at);
  return times;
};
const DONE: Result = { batchItemFailures: [] };
const FAILED: Result = { batchItemFailures: [{ itemIdentifier: 'it' }] };

describe('the local queue, as SQS and its event source do,', () => {
  test.each([0, 1, 20, WORKER_TIMEOUT_SECONDS - 1])(
    'delivers again, when its visibility timeout is over, what failed after %d s, until it succeeds',
    async seconds => {
      const failing = async (receives: number): Promise<Result> => {
        await pause(seconds);
        return receives === 1 ? FAILED : DONE;
      };
      expect(await receivesOf(failing, 120)).toEqual(TWICE);
      const throwing = async (receives: number): Promise<Result> => {
        await pause(seconds);
        if (receives === 1) throw new Error('the worker fails');
        return DONE;
      };
      const error = jest.spyOn(console, 'error').mockImplementation(() => {});
      expect(await receivesOf(throwing, 120)).toEqual(TWICE);
      expect(error).toHaveBeenCalledTimes(1);
      error.mockRestore();
    },
  );

  test('gives a worker its time, and the record to another when the visibility timeout is over', async () => {
    const hanging = (receives: number) =>
      receives === 1 ? new Promise<Result>(() => {}) : Promise.resolve(DONE);
    expect(await receivesOf(hanging, 120)).toEqual(TWICE);
  });

  test('gives the worker of a bot whose answers grow the longer time, and the record to another after that', async () => {
    const queue = localQueue();
    const sentAt = Date.now();
    const received: { readonly at: number; readonly leftMs: number }[] = [];
    queue.deliverTo(
      async (_, context) => {
        received.push({ at: Date.now() - sentAt, leftMs: context.getRemainingTimeInMillis() });
        return received.length === 1 ? new Promise<Result>(() => {}) : DONE;
      },
      { hasGrowingRules: true },
    );
    queue.send('{}');
    await jest.advanceTimersByTimeAsync(QUEUE_RETENTION_SECONDS * 1_000);
    const leftMs = GROWING_WORKER_TIMEOUT_SECONDS * 1_000;
    expect(received).toEqual([
      { at: 0, leftMs },
      { at: GROWING_VISIBILITY_SECONDS * 1_000, leftMs },
    ]);
    queue.stop();
  });

  test('forgets a record when its retention is over', async () => {
    expect(await receivesOf(async () => FAILED, 2 * QUEUE_RETENTION_SECONDS)).toEqual(receivedFrom(0));
  });

  test('holds a delayed record back, and counts its retention from when it was sent', async () => {
    const queue = localQueue();
    const sentAt = Date.now();
    const received: [string | undefined, number][] = [];
    queue.deliverTo(async ({ Records }) => {
      received.push([Records[0]?.body, Math.round((Date.now() - sentAt) / 1_000)]);
      return FAILED;
    });
    queue.send('soon', 5);
    queue.send('late', QUEUE_RETENTION_SECONDS - 10);
    queue.send('too late', QUEUE_RETENTION_SECONDS);
    await jest.advanceTimersByTimeAsync(2_000 * QUEUE_RETENTION_SECONDS);
    const both = [
      ...receivedFrom(5).map((at): [string, number] => ['soon', at]),
      ['late', QUEUE_RETENTION_SECONDS - 10] as const,
    ];
    expect(received).toEqual(both.sort(([, one], [, other]) => one - other));
    queue.stop();
  });

  test('gives as many records to workers at once as a deployed one does, and holds the others until one is done', async () => {
    const queue = localQueue();
    const bodies: (string | undefined)[] = [];
    const ends: ((result: Result) => void)[] = [];
    queue.deliverTo(({ Records }) => {
      bodies.push(Records[0]?.body);
      return new Promise(resolve => ends.push(resolve));
    });
    for (let n = 0; n < LATE_QUEUE.atOnce + 3; n++) queue.send(`${n}`);
    await jest.advanceTimersByTimeAsync(1_000);
    expect(bodies).toHaveLength(LATE_QUEUE.atOnce);
    ends[7]?.(DONE);
    await jest.advanceTimersByTimeAsync(0);
    expect(bodies).toHaveLength(LATE_QUEUE.atOnce + 1);
    expect(bodies.at(-1)).toBe(`${LATE_QUEUE.atOnce}`);
    // One that fails, or hangs until it is given up, makes room, too; what waited longest comes first.
    ends[8]?.(FAILED);
    await jest.advanceTimersByTimeAsync(0);
    expect(bodies.at(-1)).toBe(`${LATE_QUEUE.atOnce + 1}`);
    expect(bodies).toHaveLength(LATE_QUEUE.atOnce + 2);
    await jest.advanceTimersByTimeAsync(WORKER_TIMEOUT_SECONDS * 1_000);
    expect(bodies).toContain(`${LATE_QUEUE.atOnce + 2}`);
    queue.stop();
  });

  test('keeps what comes before its worker', async () => {
    const queue = localQueue();
    const bodies: (string | undefined)[] = [];
    queue.send('early');
    queue.deliverTo(async ({ Records }) => {
      bodies.push(Records[0]?.body);
      return DONE;
    });
    await jest.advanceTimersByTimeAsync(0);
    expect(bodies).toEqual(['early']);
    queue.stop();
  });
});

describe('what a process before was not done with, the local queue', () => {
  const KEPT = { id: 'it', body: '{}', sentAt: 0, receives: 0, visibleAt: 0 };

  /** The receipts of a message that is kept: when, in simulated seconds after the restart, and as what the worker is told. */
  async function receivedOf(
    kept: Partial<QueuedMessage>,
  ): Promise<[number, string | undefined, string | undefined][]> {
    const startedAt = Date.now();
    const queue = localQueue({}, { kept: [{ ...KEPT, ...kept }], onChange: async () => {} });
    const received: [number, string | undefined, string | undefined][] = [];
    queue.deliverTo(async ({ Records: [record] }) => {
      const { SentTimestamp, ApproximateReceiveCount } = record?.attributes ?? {};
      received.push([Math.round((Date.now() - startedAt) / 1_000), SentTimestamp, ApproximateReceiveCount]);
      return DONE;
    });
    await jest.advanceTimersByTimeAsync(300_000);
    expect(queue.messages()).toEqual([]);
    return received;
  }

  test('delivers at once when it waited', async () => {
    const sentAt = Date.now() - 10_000;
    expect(await receivedOf({ sentAt, visibleAt: sentAt })).toEqual([[0, String(sentAt), '1']]);
  });

  test('holds back for the rest of its delay', async () => {
    const sentAt = Date.now() - 10_000;
    expect(await receivedOf({ sentAt, visibleAt: sentAt + 50_000 })).toEqual([[40, String(sentAt), '1']]);
  });

  test('gives to another worker for the rest of its visibility timeout, as received once more', async () => {
    const sentAt = Date.now() - 10_000;
    expect(await receivedOf({ sentAt, receives: 1, visibleAt: sentAt + 30_000 })).toEqual([
      [20, String(sentAt), '2'],
    ]);
  });

  test('forgets when its retention is over', async () => {
    const keptMs = 1_000 * QUEUE_RETENTION_SECONDS;
    const sentAt = Date.now() - keptMs;
    expect(await receivedOf({ sentAt, visibleAt: sentAt })).toEqual([]);
    expect(await receivedOf({ sentAt: sentAt + 30_000, visibleAt: sentAt + 30_000 + keptMs })).toEqual([]);
  });

  test('tells as changed whenever it is sent, received and done with', async () => {
    const told: (readonly QueuedMessage[])[] = [];
    const queue = localQueue({}, { kept: [], onChange: async () => void told.push(queue.messages()) });
    queue.deliverTo(async () => {
      await pause(1);
      return told.length > 1 ? DONE : FAILED;
    });
    const sentAt = Date.now();
    queue.send('{}');
    await jest.advanceTimersByTimeAsync(300_000);
    const inFlight = { id: expect.any(String), body: '{}', sentAt };
    expect(told).toEqual([
      [{ ...inFlight, receives: 1, visibleAt: sentAt + QUEUE_VISIBILITY_SECONDS * 1_000 }],
      [{ ...inFlight, receives: 2, visibleAt: sentAt + 2 * QUEUE_VISIBILITY_SECONDS * 1_000 }],
      [],
    ]);
    queue.stop();
  });
});

describe('over its HTTP API, the local queue', () => {
  let queue: LocalQueue;
  let server: LocalServer;
  let sqs: SQSClient;
  let received: (string | undefined)[];

  beforeEach(async () => {
    jest.useRealTimers();
    queue = localQueue();
    received = [];
    queue.deliverTo(async ({ Records }) => {
      received.push(Records[0]?.body);
      return DONE;
    });
    server = await serveLocally(queue.listener);
    sqs = clientOf(server);
  });

  afterEach(async () => {
    sqs.destroy();
    queue.stop();
    await server.stop();
  });

  const clientOf = ({ url }: LocalServer) =>
    new SQSClient({
      endpoint: url,
      region: 'local',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    });
  const QueueUrl = 'http://127.0.0.1/000000000000/late-turns';

  test('takes a message, at once or after its delay', async () => {
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'later', DelaySeconds: 1 }));
    const { MessageId } = await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'now' }));
    expect(MessageId).toMatch(/^[\da-f-]{36}$/);
    expect(received).toEqual(['now']);
    await until(() => received.length > 1);
    expect(received).toEqual(['now', 'later']);
  });

  test('takes a batch, each entry with its own delay, and tells by their ids what became of them', async () => {
    const Entries = [
      { Id: 'delayed', MessageBody: '나중에', DelaySeconds: 1 },
      { Id: 'at-once', MessageBody: '지금' },
      { Id: 'refused', MessageBody: '언제', DelaySeconds: 901 },
    ];
    const { Successful, Failed } = await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
    expect(Successful?.map(({ Id }) => Id)).toEqual(['delayed', 'at-once']);
    expect(new Set(Successful?.map(({ MessageId }) => MessageId)).size).toBe(2);
    expect(Failed).toEqual([
      {
        Id: 'refused',
        SenderFault: true,
        Code: 'InvalidParameterValue',
        Message: expect.stringContaining('DelaySeconds must be >= 0 and <= 900'),
      },
    ]);
    expect(received).toEqual(['지금']);
    await until(() => received.length > 1);
    expect(received).toEqual(['지금', '나중에']);
  });

  test.each([-1, 901, 0.5])('refuses a delay of %d s, as SQS does', async DelaySeconds => {
    await expect(
      sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'never', DelaySeconds })),
    ).rejects.toThrow('for parameter DelaySeconds is invalid');
    expect(received).toEqual([]);
  });

  test('answers who sends when the message is kept', async () => {
    let keep = (): void => {};
    const kept = new Promise<void>(resolve => {
      keep = resolve;
    });
    const keeping = localQueue({}, { kept: [], onChange: () => kept });
    const other = await serveLocally(keeping.listener);
    const client = clientOf(other);
    let isAnswered = false;
    const sending = client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'it' })).then(() => {
      isAnswered = true;
    });
    await until(() => keeping.messages().length === 1);
    await new Promise(resolve => setTimeout(resolve, 50));
    expect(isAnswered).toBe(false);
    keep();
    await sending;
    client.destroy();
    await other.stop();
  });

  test('takes 900 s, the longest delay of SQS', async () => {
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'in time', DelaySeconds: 900 }));
    expect(received).toEqual([]);
  });

  test('refuses what it does not know', async () => {
    await expect(sqs.send(new PurgeQueueCommand({ QueueUrl }))).rejects.toThrow(
      'no AmazonSQS.PurgeQueue here',
    );
  });
});
