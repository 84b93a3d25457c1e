import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type LocalAws, startLocalAws } from '../../dev/local-aws.ts';
import { DynamoSessionStore } from '../../lambda/aws/dynamo-session-store.ts';
import { text } from '../../lambda/bot/reply.ts';
import { userKeyOf } from '../../lambda/bot/user.ts';
import { SessionConflictError, SessionTooLargeError } from '../../lambda/errors.ts';
import { EMPTY_SESSION } from '../../lambda/turn/session.ts';
import { describeSessionStore } from '../kit/contracts.ts';

let aws: LocalAws;
let client: DynamoDBClient;

beforeAll(async () => {
  aws = await startLocalAws({ secret: 'unused' });
  client = new DynamoDBClient({
    endpoint: aws.environment.AWS_ENDPOINT_URL_DYNAMODB ?? '',
    region: 'local',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
});

afterAll(async () => {
  client?.destroy();
  await aws?.stop();
});

describeSessionStore(
  'DynamoSessionStore',
  options => new DynamoSessionStore(client, aws.environment.SESSIONS_TABLE ?? '', options),
  { turns: 96 },
);

describe('DynamoSessionStore, in DynamoDB', () => {
  const user = userKeyOf('live', { plusfriendUserKey: 'in-dynamodb' });
  const newStore = () => new DynamoSessionStore(client, aws.environment.SESSIONS_TABLE ?? '');

  test('reads strongly: a turn must see the turn before it', async () => {
    const sent: object[] = [];
    client.middlewareStack.add(
      next => args => {
        sent.push(args.input);
        return next(args);
      },
      { step: 'initialize', name: 'spy' },
    );
    await newStore().load(user);
    client.middlewareStack.remove('spy');
    expect(sent).toMatchObject([{ ConsistentRead: true }]);
  });

  describe('whose answer gets lost on the way back', () => {
    let lost: number;

    beforeEach(() => {
      lost = 0;
      client.middlewareStack.add(
        next => async args => {
          const answer = await next(args);
          if (lost++ === 0) throw Object.assign(new Error('lost'), { name: 'TimeoutError' });
          return answer;
        },
        { step: 'deserialize', priority: 'low', name: 'lossy' },
      );
    });

    afterEach(() => {
      client.middlewareStack.remove('lossy');
      expect(lost).toBeGreaterThan(1);
    });

    const anybody = () => userKeyOf('live', { plusfriendUserKey: `lost-${Math.random()}` });

    test.each(['a first save', 'a later save'])('counts %s as its own, not as a conflict', async which => {
      const own = anybody();
      if (which === 'a later save') {
        lost = 1;
        await newStore().save(own, EMPTY_SESSION, { ...EMPTY_SESSION, state: '0' });
      }
      const loaded = await newStore().load(own);
      lost = 0;
      await newStore().save(own, loaded, { ...loaded, state: '1' });
      expect((await newStore().load(own)).state).toBe('1');
      await expect(newStore().save(own, loaded, { ...loaded, state: '2' })).rejects.toThrow(
        SessionConflictError,
      );
    });

    test('counts a claim as its own, not as another worker', async () => {
      const own = anybody();
      lost = 1;
      await newStore().save(own, EMPTY_SESSION, { ...EMPTY_SESSION, state: '0', leases: { turn: 1 } });
      lost = 0;
      expect(await newStore().claim(own, 'turn', Date.now() + 10_000)).toMatchObject({ state: '0' });
      expect(await newStore().claim(own, 'turn', Date.now() + 10_000)).toBeUndefined();
    });
  });

  test('lets a session expire 30 days after its last save, in epoch seconds', async () => {
    await newStore().save(user, EMPTY_SESSION, { ...EMPTY_SESSION, state: '1' });
    const { Item } = await client.send(
      new GetItemCommand({ TableName: aws.environment.SESSIONS_TABLE, Key: { userKey: { S: user } } }),
    );
    expect(Number(Item?.expiresAt?.N)).toBeCloseTo(Date.now() / 1000 + 30 * 86_400, -2);
  });

  test('takes an item from before there were versions for one of version 1', async () => {
    const old = userKeyOf('live', { plusfriendUserKey: 'from-before' });
    await client.send(
      new PutItemCommand({
        TableName: aws.environment.SESSIONS_TABLE,
        Item: {
          userKey: { S: old },
          state: { S: '{"cups":1}' },
          room: { S: '{"labels":[],"turns":[]}' },
          leases: { M: {} },
          revision: { N: '3' },
          writeId: { S: 'w' },
          expiresAt: { N: String(Math.floor(Date.now() / 1000) + 60) },
        },
      }),
    );
    expect(await newStore().load(old)).toMatchObject({ state: '{"cups":1}', version: 1, revision: 3 });
  });

  test('forgets the oldest long replies, and no turn, to keep its item small', async () => {
    const turns = Array.from({ length: 30 }, (_, n) => ({
      id: `turn ${n}`,
      at: n,
      reply: { outputs: [text('말'.repeat(1_500))] },
    }));
    await newStore().save(user, await newStore().load(user), {
      ...EMPTY_SESSION,
      state: '1',
      memory: { ...EMPTY_SESSION.memory, turns },
    });
    const kept = (await newStore().load(user)).memory.turns;
    expect(kept.map(({ id }) => id)).toEqual(turns.map(({ id }) => id));
    expect(kept.at(-1)?.reply).toBeDefined();
    expect(kept.at(0)?.reply).toBeUndefined();
    expect(Buffer.byteLength(JSON.stringify(kept))).toBeLessThan(70_000);
  });

  test('says so when a session is larger than an item may be, in bytes and not in letters', async () => {
    const state = JSON.stringify('가'.repeat(140_000));
    await expect(
      newStore().save(user, await newStore().load(user), { ...EMPTY_SESSION, state }),
    ).rejects.toThrow(SessionTooLargeError);
  });

  test('counts what the room remembers as it counts the state', async () => {
    const state = JSON.stringify('가'.repeat(67_000));
    const late = [
      { id: 'late', reply: { outputs: [text('나'.repeat(67_000))] }, expiresAt: Date.now() + 60_000 },
    ];
    const whole = { ...EMPTY_SESSION, state, memory: { ...EMPTY_SESSION.memory, late } };
    const loaded = await newStore().load(user);
    await newStore().save(user, loaded, { ...whole, memory: EMPTY_SESSION.memory });
    const again = await newStore().load(user);
    await expect(newStore().save(user, again, whole)).rejects.toThrow(SessionTooLargeError);
    expect(await newStore().load(user)).toEqual(again);
  });
});
