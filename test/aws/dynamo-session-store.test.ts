import {
  type AttributeValue,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { CLIENT_CONFIG } from '../../lambda/aws/clients.ts';
import { DynamoSessionStore } from '../../lambda/aws/dynamo-session-store.ts';
import { itemSize } from '../../lambda/aws/item-size.ts';
import { text } from '../../lambda/bot/reply.ts';
import { textsOf } from '../../lambda/bot/texts.ts';
import { userKeyOf } from '../../lambda/bot/user.ts';
import { SessionConflictError, SessionTooLargeError, UnavailableError } from '../../lambda/errors.ts';
import { answeredBefore } from '../../lambda/turn/memory.ts';
import { EMPTY_SESSION } from '../../lambda/turn/session.ts';
import { shortIdOf } from '../../lambda/turn/short-id.ts';
import { AWS_REQUEST_TIMEOUT_MS } from '../../lambda/turn/time-budget.ts';
import { serveLocally } from '../../tools/local-server.ts';
import { describeSessionStore } from '../kit/contracts.ts';
import { useLocalTable } from '../kit/local-table.ts';

const local = useLocalTable();

describeSessionStore(
  'DynamoSessionStore',
  options => new DynamoSessionStore(local.client, local.name, options),
  { turns: 320 },
);

describe('DynamoSessionStore, in DynamoDB', () => {
  const user = userKeyOf('live', { plusfriendUserKey: 'in-dynamodb' });
  const newStore = () => new DynamoSessionStore(local.client, local.name);

  test('reads strongly: a turn must see the turn before it', async () => {
    const sent: object[] = [];
    local.client.middlewareStack.add(
      next => args => {
        sent.push(args.input);
        return next(args);
      },
      { step: 'initialize', name: 'spy' },
    );
    await newStore().load(user);
    local.client.middlewareStack.remove('spy');
    expect(sent).toMatchObject([{ ConsistentRead: true }]);
  });

  describe('whose answer gets lost on the way back', () => {
    let lost = 0;

    beforeEach(() => {
      lost = 0;
      local.client.middlewareStack.add(
        next => async args => {
          const answer = await next(args);
          if (lost++ === 0) throw Object.assign(new Error('lost'), { name: 'TimeoutError' });
          return answer;
        },
        { step: 'deserialize', priority: 'low', name: 'lossy' },
      );
    });

    afterEach(() => {
      local.client.middlewareStack.remove('lossy');
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
    const { Item } = await local.client.send(
      new GetItemCommand({ TableName: local.name, Key: { userKey: { S: user } } }),
    );
    expect(Number(Item?.expiresAt?.N)).toBeCloseTo(Date.now() / 1000 + 30 * 86_400, -2);
  });

  test('takes an item from before there were versions for one of version 1', async () => {
    const old = userKeyOf('live', { plusfriendUserKey: 'from-before' });
    await local.client.send(
      new PutItemCommand({
        TableName: local.name,
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

  /** Puts an item into the table as another release may have stored it. */
  async function stored(name: string, item: Record<string, AttributeValue>) {
    const key = userKeyOf('live', { plusfriendUserKey: name });
    const Item = { userKey: { S: key }, ...item };
    await local.client.send(new PutItemCommand({ TableName: local.name, Item }));
    return key;
  }

  const soon = () => ({ N: String(Math.floor(Date.now() / 1000) + 60) });

  test('reads what the first format called the room', async () => {
    const reply = { outputs: [text('늦은 답')] };
    const rest = { outputs: [text('둘째 쪽')] };
    const made = { id: 'made', reply, expiresAt: 9 };
    const open = { id: 'open', expiresAt: 8 };
    const turns = [{ id: 'turn', at: 1 }];
    const room = { labels: [{ label: '담기' }], labelsAt: 7, rest, late: [made, open], turns };
    const known = { revision: { N: '3' }, expiresAt: soon() };
    const old = await stored('room', { ...known, room: { S: JSON.stringify(room) } });
    expect((await newStore().load(old)).memory).toStrictEqual({
      turns,
      protocol: { at: 7, value: [{ label: '담기' }] },
      rest: { id: '', reply: rest, next: 0 },
      late: [made],
      line: [open],
    });
    for (const S of ['{"labels":[],"turns":[]}', '{"turns":[]}']) {
      const empty = await stored('empty-room', { ...known, room: { S } });
      expect((await newStore().load(empty)).memory).toStrictEqual({ turns: [] });
    }
  });

  test('reads the memory, whatever a room beside it says', async () => {
    const both = { memory: { S: '{"turns":[]}' }, room: { S: '{"turns":[{"id":"old","at":1}]}' } };
    const key = await stored('both', { ...both, revision: { N: '3' }, expiresAt: soon() });
    expect((await newStore().load(key)).memory).toEqual({ turns: [] });
  });

  test('reads an item of which it knows nothing as a session without anything', async () => {
    const key = await stored('nothing', {});
    const { revision: _, ...empty } = EMPTY_SESSION;
    expect(await newStore().load(key)).toMatchObject(empty);
  });

  test('takes an item for expired in the second that it names', async () => {
    const now = 1_795_000_000_999;
    const clock = jest.spyOn(Date, 'now').mockReturnValue(now);
    try {
      const item = { state: { S: '1' }, revision: { N: '3' } };
      const over = await stored('over', { ...item, expiresAt: { N: '1795000000' } });
      expect(await newStore().load(over)).toEqual({ ...EMPTY_SESSION, revision: 3 });
      const left = await stored('left', { ...item, expiresAt: { N: '1795000001' } });
      expect(await newStore().load(left)).toMatchObject({ state: '1', revision: 3 });
    } finally {
      clock.mockRestore();
    }
  });

  test('touches no item of a later format, and tells of it', async () => {
    const leases = { M: { 'turn late': { N: '1' } } };
    const item = { leases, revision: { N: '3' }, expiresAt: soon() };
    const newer = await stored('newer', { ...item, format: { N: '3' } });
    expect(await newStore().claim(newer, 'late', Date.now() + 1_000)).toBeUndefined();
    await expect(newStore().load(newer)).rejects.toThrow('the session has format 3 and this release knows 2');
    for (const format of ['1', '2']) {
      const known = await stored(`format-${format}`, { ...item, format: { N: format } });
      expect(await newStore().claim(known, 'late', Date.now() + 1_000)).toMatchObject({ revision: 4 });
    }
  });

  test('tells a conflict by what DynamoDB said', async () => {
    const key = await stored('conflict', { revision: { N: '3' }, expiresAt: soon() });
    const saved = newStore().save(key, EMPTY_SESSION, EMPTY_SESSION);
    await expect(saved).rejects.toMatchObject({
      name: 'SessionConflictError',
      cause: { name: 'ConditionalCheckFailedException' },
    });
  });

  test.each<[string, (store: DynamoSessionStore) => Promise<unknown>]>([
    ['loads', store => store.load(user)],
    ['saves', store => store.save(user, EMPTY_SESSION, EMPTY_SESSION)],
    ['claims', store => store.claim(user, 'late', 1)],
    ['deletes', store => store.delete(user)],
  ])('tells a table that does not answer, where it %s', async (_, ask) => {
    const cause = new Error('no route to the table');
    const failing = () => async () => {
      throw cause;
    };
    local.client.middlewareStack.add(failing, { step: 'initialize', name: 'failing' });
    const failed = await ask(newStore()).catch(error => error);
    local.client.middlewareStack.remove('failing');
    expect(failed).toBeInstanceOf(UnavailableError);
    expect(failed).toMatchObject({ part: 'sessions table', cause });
  });

  test('begins no save whose time is over', async () => {
    const late = userKeyOf('live', { plusfriendUserKey: 'too-late' });
    const saved = newStore().save(late, EMPTY_SESSION, EMPTY_SESSION, AbortSignal.abort());
    await expect(saved).rejects.toThrow(UnavailableError);
    expect(await newStore().load(late)).toEqual(EMPTY_SESSION);
  });

  test('gives a save up that hangs when its time is over, and tries no more', async () => {
    let tries = 0;
    const hanging = await serveLocally(() => {
      tries++;
    });
    const hung = new DynamoDBClient({
      ...CLIENT_CONFIG,
      endpoint: hanging.url,
      region: 'local',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    });
    const startedAt = Date.now();
    const saved = new DynamoSessionStore(hung, 'sessions').save(
      userKeyOf('live', { plusfriendUserKey: 'hangs' }),
      EMPTY_SESSION,
      EMPTY_SESSION,
      AbortSignal.timeout(200),
    );
    await expect(saved).rejects.toThrow(UnavailableError);
    expect(Date.now() - startedAt).toBeLessThan(AWS_REQUEST_TIMEOUT_MS);
    // The SDK would have tried again by now.
    await new Promise(resolve => setTimeout(resolve, AWS_REQUEST_TIMEOUT_MS + 300));
    expect(tries).toBe(1);
    hung.destroy();
    await hanging.stop();
  });

  test('takes a session of 398,000 bytes, and none of one more', async () => {
    const own = userKeyOf('live', { plusfriendUserKey: 'as-large-as-may-be' });
    const save = (letters: number) =>
      newStore().save(own, EMPTY_SESSION, { ...EMPTY_SESSION, state: 'x'.repeat(letters) });
    const { message } = await save(400_000).catch(error => error);
    const around = Number(/has (\d+) bytes/.exec(message)?.[1]) - 400_000;
    await expect(save(398_001 - around)).rejects.toThrow('has 398001 bytes');
    await save(398_000 - around);
    expect((await newStore().load(own)).state).toHaveLength(398_000 - around);
  });

  test.each([
    ['its bot’s', { keptToHere: '여기까지만 간직했어요.' }, '여기까지만 간직했어요.'],
    ['the gateway’s own', {}, textsOf({}).keptToHere],
  ])(
    'keeps answers whole in a session of 398,000 bytes, and cuts them in one of one more, with %s words',
    async (_, options, words) => {
      const newStore = () => new DynamoSessionStore(local.client, local.name, options);
      const own = userKeyOf('live', { plusfriendUserKey: 'answers-as-large-as-may-be' });
      const late = [
        { id: 'late', reply: { outputs: [text('x'.repeat(5_000))] }, expiresAt: Date.now() + 60_000 },
      ];
      const memory = { ...EMPTY_SESSION.memory, late };
      const empty = await newStore()
        .save(own, EMPTY_SESSION, { ...EMPTY_SESSION, state: 'x'.repeat(400_000) })
        .catch(error => error);
      const memoryBytes = JSON.stringify(memory).length - JSON.stringify(EMPTY_SESSION.memory).length;
      const fitting = 398_000 - (Number(/has (\d+) bytes/.exec(empty.message)?.[1]) - 400_000) - memoryBytes;
      const saved = async (letters: number) => {
        const state = 'x'.repeat(letters);
        await newStore().save(own, await newStore().load(own), { ...EMPTY_SESSION, state, memory });
        const kept = await newStore().load(own);
        expect(kept.state).toHaveLength(letters);
        return kept.memory;
      };
      expect(await saved(fitting)).toEqual(memory);
      expect((await saved(fitting + 1)).late?.[0]?.reply.outputs).toEqual([expect.anything(), text(words)]);
    },
  );

  test('keeps an older reply in a session of 398,000 bytes, and the newest alone in one of a few more', async () => {
    const own = userKeyOf('live', { plusfriendUserKey: 'replies-as-many-as-fit' });
    const turns = ['first', 'second', 'third'].map((id, at) => ({
      id,
      at,
      reply: { outputs: [text('x'.repeat(100 + 100 * (2 - at)))] },
    }));
    const memory = { ...EMPTY_SESSION.memory, turns };
    const saved = async (letters: number) => {
      const next = { ...EMPTY_SESSION, state: 'x'.repeat(letters), memory };
      await newStore().save(own, await newStore().load(own), next);
      const { Item = {} } = await local.client.send(
        new GetItemCommand({ TableName: local.name, Key: { userKey: { S: own } } }),
      );
      const kept = (await newStore().load(own)).memory;
      expect(
        turns.map(({ id }) => kept.turns.find(turn => [id, shortIdOf(id)].includes(turn.id))?.at),
      ).toEqual([0, 1, 2]);
      return { replies: kept.turns.map(({ reply }) => reply !== undefined), bytes: itemSize(Item) };
    };
    let [fits, isTooLong] = [397_000, 398_000];
    while (isTooLong - fits > 1) {
      const between = Math.floor((fits + isTooLong) / 2);
      const isKept = await saved(between).then(
        ({ replies }) => replies[1],
        () => false,
      );
      if (isKept) fits = between;
      else isTooLong = between;
    }
    const { replies, bytes } = await saved(fits);
    expect(replies).toEqual([false, true, true]);
    expect(bytes).toBeGreaterThan(398_000 - 20);
    expect(bytes).toBeLessThanOrEqual(398_000);
    expect((await saved(fits + 1)).replies).toEqual([false, false, true]);
  });

  test('forgets older long replies, and no turn, to keep its item small', async () => {
    const now = Date.now();
    const turns = Array.from({ length: 30 }, (_, n) => ({
      id: `turn ${n}`,
      at: now + n,
      reply: { outputs: [text('말'.repeat(1_500))] },
    }));
    await newStore().save(user, await newStore().load(user), {
      ...EMPTY_SESSION,
      state: '1',
      memory: { ...EMPTY_SESSION.memory, turns },
    });
    const kept = (await newStore().load(user)).memory;
    expect(turns.map(({ id }) => answeredBefore(kept, id)?.at)).toEqual(turns.map(({ at }) => at));
    expect(kept.turns.map(({ reply }) => reply)).toEqual([...Array(29), turns.at(-1)?.reply]);
    expect(Buffer.byteLength(JSON.stringify(kept.turns))).toBeLessThan(7_000);
  });

  test('says so when a session is larger than an item may be, in bytes and not in letters', async () => {
    const state = JSON.stringify('가'.repeat(140_000));
    await expect(
      newStore().save(user, await newStore().load(user), { ...EMPTY_SESSION, state }),
    ).rejects.toThrow(SessionTooLargeError);
  });

  test('counts its memory as it counts the state, and cuts the answers in it before it refuses the state', async () => {
    const state = JSON.stringify('가'.repeat(67_000));
    const late = [
      { id: 'late', reply: { outputs: [text('나'.repeat(67_000))] }, expiresAt: Date.now() + 60_000 },
    ];
    const whole = { ...EMPTY_SESSION, state, memory: { ...EMPTY_SESSION.memory, late } };
    await newStore().save(user, await newStore().load(user), whole);
    const again = await newStore().load(user);
    expect(again.state).toBe(state);
    const bytes = Buffer.byteLength(JSON.stringify(again.memory));
    expect(bytes).toBeGreaterThan(190_000);
    expect(bytes).toBeLessThan(200_000);
    const larger = { ...whole, state: JSON.stringify('가'.repeat(133_000)) };
    await expect(newStore().save(user, again, larger)).rejects.toThrow(SessionTooLargeError);
    expect(await newStore().load(user)).toEqual(again);
  });
});
