import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, describe, expect, test } from '@jest/globals';
import { DynamoDraftStore } from '../../lambda/aws/dynamo-draft-store.ts';
import { userKeyOf } from '../../lambda/bot/user.ts';
import { UnavailableError } from '../../lambda/errors.ts';
import { describeDraftStore } from '../kit/draft-contract.ts';
import { useLocalTable } from '../kit/local-table.ts';

const local = useLocalTable();

describeDraftStore('DynamoDraftStore', options => new DynamoDraftStore(local.client, local.name, options));

describe('DynamoDraftStore, in DynamoDB', () => {
  const newStore = () => new DynamoDraftStore(local.client, local.name);
  const user = (name: string) => userKeyOf('live', { plusfriendUserKey: name });
  const itemOf = async (userKey: string) =>
    (await local.client.send(new GetItemCommand({ TableName: local.name, Key: { userKey: { S: userKey } } })))
      .Item;

  /** The commands that are sent, as they are. */
  const listen = (): { readonly input: object; readonly output: object }[] => {
    const sent: { input: object; output: object }[] = [];
    local.client.middlewareStack.add(
      next => async args => {
        const input = Object.assign(args.input, { ReturnConsumedCapacity: 'TOTAL' });
        const { output, ...others } = await next(args);
        sent.push({ input, output });
        return { output, ...others };
      },
      { step: 'initialize', name: 'spoilt' },
    );
    return sent;
  };

  afterEach(() => {
    local.client.middlewareStack.remove('spoilt');
  });

  test("a user's draft has an item of its own beside the session, which expires a day after it was saved last", async () => {
    await newStore().save(user('one'), { turn: 'turn-1', pieces: ['라떼는 ', '부드러워요.'] });
    const { expiresAt, ...item } = (await itemOf('live/channel/one/draft')) ?? {};
    expect(item).toEqual({
      userKey: { S: 'live/channel/one/draft' },
      turn: { S: 'turn-1' },
      pieces: { S: '["라떼는 ","부드러워요."]' },
      format: { N: '1' },
    });
    expect(Number(expiresAt?.N)).toBeCloseTo(Date.now() / 1000 + 86_400, -2);
  });

  test('reads strongly: a tap must see what was saved before', async () => {
    const sent = listen();
    await newStore().load(user('strong'));
    expect(sent).toMatchObject([{ input: { ConsistentRead: true } }]);
  });

  test('costs one write unit below a kilobyte, whatever it replaces', async () => {
    const sent = listen();
    const id = 'a'.repeat(36);
    // 850 bytes of Korean and what is around it.
    await newStore().save(user('Zx3_Kp-9QwE7'), { turn: id, pieces: Array(10).fill('가'.repeat(27)) });
    expect(sent).toMatchObject([{ output: { ConsumedCapacity: { CapacityUnits: 1 } } }]);
  });

  test('keeps the beginning of a draft that no item has room for', async () => {
    const pieces = Array.from({ length: 40 }, (_, at) => `${at}${'가'.repeat(3_500)}`);
    await newStore().save(user('long'), { turn: 'turn-1', pieces });
    const kept = (await newStore().load(user('long')))?.pieces ?? [];
    expect(kept).toEqual(pieces.slice(0, kept.length));
    // One of the 28 that fit has some 10,505 bytes.
    expect(kept).toHaveLength(28);
    const one = { turn: 'turn-1', pieces: ['가'.repeat(200_000)] };
    await newStore().save(user('longest'), one);
    expect(await newStore().load(user('longest'))).toEqual({ turn: 'turn-1', pieces: [] });
  });

  test('takes a draft of a later release for none, and replaces it', async () => {
    const newer = {
      userKey: { S: 'live/channel/newer/draft' },
      format: { N: '2' },
      packed: { S: 'what only a later release knows' },
      expiresAt: { N: String(Math.floor(Date.now() / 1000) + 60) },
    };
    await local.client.send(new PutItemCommand({ TableName: local.name, Item: newer }));
    expect(await newStore().load(user('newer'))).toBeUndefined();
    await newStore().save(user('newer'), { turn: 'turn-1', pieces: ['다시'] });
    expect(await newStore().load(user('newer'))).toEqual({ turn: 'turn-1', pieces: ['다시'] });
  });

  test('a table that fails is told', async () => {
    local.client.middlewareStack.add(
      () => async () => {
        throw new Error('no route to the table');
      },
      { step: 'initialize', name: 'spoilt' },
    );
    await expect(newStore().load(user('failing'))).rejects.toThrow(UnavailableError);
    await expect(newStore().save(user('failing'), { turn: 't', pieces: [] })).rejects.toThrow(
      UnavailableError,
    );
    await expect(newStore().delete(user('failing'))).rejects.toThrow(UnavailableError);
  });
});
