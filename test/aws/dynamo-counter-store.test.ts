import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, describe, expect, test } from '@jest/globals';
import { DynamoCounterStore } from '../../lambda/aws/dynamo-counter-store.ts';
import { UnavailableError } from '../../lambda/errors.ts';
import { Counters } from '../../lambda/turn/counters.ts';
import { describeCounterStore } from '../kit/counter-contract.ts';
import { useLocalTable } from '../kit/local-table.ts';

const local = useLocalTable();

describeCounterStore(
  'DynamoCounterStore',
  options => new DynamoCounterStore(local.client, local.name, options),
);

describe('DynamoCounterStore, in DynamoDB', () => {
  const counters = () => new Counters(new DynamoCounterStore(local.client, local.name)).of('live');
  const itemOf = async (userKey: string) =>
    (await local.client.send(new GetItemCommand({ TableName: local.name, Key: { userKey: { S: userKey } } })))
      .Item;

  afterEach(() => {
    local.client.middlewareStack.remove('spoilt');
  });

  test('a counter is an item of its own, which expires 40 days after it was added to last', async () => {
    await counters().add('tokens/2026-11-22', 5);
    const { expiresAt, ...item } = (await itemOf('live/count/tokens/2026-11-22')) ?? {};
    expect(item).toMatchObject({ count: { N: '5' } });
    expect(Number(expiresAt?.N)).toBeCloseTo(Date.now() / 1000 + 40 * 86_400, -2);
  });

  /** The calls to the table while this works. */
  const callsOf = async (work: () => Promise<unknown>): Promise<string[]> => {
    const calls: string[] = [];
    local.client.middlewareStack.add(
      (next, { commandName }) =>
        args => {
          calls.push(String(commandName));
          return next(args);
        },
      { step: 'initialize', name: 'spoilt' },
    );
    await work();
    return calls;
  };

  test('adding is one write; that nothing may be added is known by one read more', async () => {
    expect(await callsOf(() => counters().add('calls', 1, 1))).toEqual(['UpdateItemCommand']);
    local.client.middlewareStack.remove('spoilt');
    expect(await callsOf(() => counters().add('calls', 1, 1))).toEqual([
      'UpdateItemCommand',
      'GetItemCommand',
    ]);
  });

  /** Has this many answers to a command get lost on the way back, and the SDK send it again. */
  const loseAnswers = (times: number, between: () => Promise<unknown> = async () => {}): void => {
    let lost = 0;
    local.client.middlewareStack.add(
      (next, { commandName }) =>
        async args => {
          const answer = await next(args);
          if (commandName === 'UpdateItemCommand' && lost++ < times) {
            await between();
            throw Object.assign(new Error('lost'), { name: 'TimeoutError' });
          }
          return answer;
        },
      { step: 'deserialize', priority: 'low', name: 'spoilt' },
    );
  };

  test.each([1, 2])('what is added is added once where its answer gets lost %i times', async times => {
    await counters().add(`lost-${times}`, 10);
    loseAnswers(times);
    expect(await counters().add(`lost-${times}`, 7, 17)).toBe(17);
    local.client.middlewareStack.remove('spoilt');
    loseAnswers(times);
    expect(await counters().add(`lost-${times}`, -7)).toBe(10);
    expect(await counters().add(`lost-${times}`, 0)).toBe(10);
  });

  test('the very first, too, and one that begins anew', async () => {
    loseAnswers(1);
    expect(await counters().add('lost-first', 7, 7)).toBe(7);
    local.client.middlewareStack.remove('spoilt');
    const shortLived = new Counters(
      new DynamoCounterStore(local.client, local.name, { lifetimeDays: -1 }),
    ).of('live');
    await shortLived.add('lost-anew', 7);
    loseAnswers(1);
    expect(await counters().add('lost-anew', 5)).toBe(5);
  });

  test('where another came between a lost answer and the next try, it is counted twice, and within the most', async () => {
    await counters().add('between', 1);
    let others = 0;
    loseAnswers(1, async () => {
      if (others++ === 0) await counters().add('between', 1);
    });
    expect(await counters().add('between', 3, 8)).toBe(8);
    await counters().add('between', -4);
    others = 0;
    local.client.middlewareStack.remove('spoilt');
    loseAnswers(1, async () => {
      if (others++ === 0) await counters().add('between', 1);
    });
    // Nothing more may be added, and whether the first try was nobody knows: what it took stays taken.
    expect(await counters().add('between', 3, 8)).toBeUndefined();
    expect(await counters().add('between', 0)).toBe(8);
  });

  test('a table that fails is told', async () => {
    local.client.middlewareStack.add(
      () => async () => {
        throw new Error('no route to the table');
      },
      { step: 'initialize', name: 'spoilt' },
    );
    await expect(counters().add('failing', 1)).rejects.toThrow(UnavailableError);
  });
});
