import {
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { type LocalDynamo, startLocalDynamo } from '../../dev/local-dynamo.ts';

const TableName = 'sessions';
const Key = { userKey: { S: 'u' } };

let dynamo: LocalDynamo;
let client: DynamoDBClient;
let changes: number;
let send: jest.SpiedFunction<DynamoDBClient['send']>;

beforeAll(async () => {
  const onChange = async (): Promise<void> => {
    changes++;
  };
  dynamo = await startLocalDynamo(TableName, { kept: [], onChange });
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  client = new DynamoDBClient({ endpoint: dynamo.url, region: 'local', credentials });
  send = jest.spyOn(DynamoDBClient.prototype, 'send');
});
afterAll(async () => {
  send?.mockRestore();
  client?.destroy();
  await dynamo?.stop();
});
beforeEach(() => {
  changes = 0;
  send.mockClear();
});

const kept = (): unknown => {
  const json = dynamo.items.get('u');
  return json && JSON.parse(Buffer.from(json).toString());
};
const reads = (): number => send.mock.calls.filter(([command]) => command instanceof GetItemCommand).length;

describe('what a write has made of an item is kept when its writer hears of it', () => {
  test('as the write had it, and nothing is read for that', async () => {
    const Item = { ...Key, state: { S: '라떼' }, leases: { M: { 'turn a': { N: '1' } } } };
    await client.send(new PutItemCommand({ TableName, Item }));
    expect({ kept: kept(), changes, reads: reads() }).toEqual({ kept: Item, changes: 1, reads: 0 });
  });

  test('as an update tells all of it, and nothing is read for that', async () => {
    await client.send(
      new UpdateItemCommand({
        TableName,
        Key,
        UpdateExpression: 'SET leases.#turn = :until',
        ExpressionAttributeNames: { '#turn': 'turn a' },
        ExpressionAttributeValues: { ':until': { N: '2' } },
        ReturnValues: 'ALL_NEW',
      }),
    );
    const leases = { M: { 'turn a': { N: '2' } } };
    expect({ kept: kept(), reads: reads() }).toEqual({
      kept: { ...Key, state: { S: '라떼' }, leases },
      reads: 0,
    });
  });

  test('as it is, after an update that does not tell', async () => {
    const update = { TableName, Key, UpdateExpression: 'SET revision = :one' };
    await client.send(
      new UpdateItemCommand({ ...update, ExpressionAttributeValues: { ':one': { N: '1' } } }),
    );
    expect({ kept: kept(), reads: reads() }).toEqual({
      kept: expect.objectContaining({ state: { S: '라떼' }, revision: { N: '1' } }),
      reads: 1,
    });
  });

  test('as the last of many has it, whichever way they tell', async () => {
    const update = { TableName, Key, UpdateExpression: 'SET revision = revision + :one' };
    await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        client.send(
          new UpdateItemCommand({
            ...update,
            ExpressionAttributeValues: { ':one': { N: '1' } },
            ...(n % 2 === 0 && { ReturnValues: 'ALL_NEW' as const }),
          }),
        ),
      ),
    );
    expect(kept()).toMatchObject({ revision: { N: '21' } });
  });

  test('not at all where the write was refused', async () => {
    const Item = { ...Key, state: { S: '유자차' } };
    const ConditionExpression = 'attribute_not_exists(revision)';
    await expect(client.send(new PutItemCommand({ TableName, Item, ConditionExpression }))).rejects.toThrow(
      'conditional request failed',
    );
    expect({ kept: kept(), changes }).toMatchObject({ kept: { state: { S: '라떼' } }, changes: 0 });
  });

  test('no more, after it was deleted', async () => {
    await client.send(new DeleteItemCommand({ TableName, Key }));
    expect({ kept: kept(), changes, reads: reads() }).toEqual({ kept: undefined, changes: 1, reads: 0 });
  });
});
