import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { type LocalQueue, localQueue } from '../../dev/local-queue.ts';
import type { QueueHandler } from '../../lambda/gateway/late-turn.ts';
import { QUEUE_VISIBILITY_SECONDS, WORKER_TIMEOUT_SECONDS } from '../../lambda/turn/time-budget.ts';

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

  test('forgets a record after a minute', async () => {
    expect(await receivesOf(async () => FAILED, 300)).toEqual(TWICE);
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
