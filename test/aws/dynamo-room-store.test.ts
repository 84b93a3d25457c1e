import { type AttributeValue, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, describe, expect, test } from '@jest/globals';
import { DynamoRoomStore } from '../../lambda/aws/dynamo-room-store.ts';
import { DynamoSessionStore } from '../../lambda/aws/dynamo-session-store.ts';
import { deadlineAt } from '../../lambda/bot/deadline.ts';
import { roomKeyOf } from '../../lambda/bot/room-key.ts';
import { userKeyOf } from '../../lambda/bot/user.ts';
import { UnavailableError } from '../../lambda/errors.ts';
import { EMPTY_ROOM, Rooms } from '../../lambda/turn/rooms.ts';
import { useLocalTable } from '../kit/local-table.ts';
import { describeRoomStore, groupRoom } from '../kit/room-contract.ts';
import { saying, USER } from '../kit/turns.ts';

const local = useLocalTable();

describeRoomStore('DynamoRoomStore', options => new DynamoRoomStore(local.client, local.name, options));

describe('DynamoRoomStore, in DynamoDB', () => {
  const newStore = () => new DynamoRoomStore(local.client, local.name);
  const itemOf = async (userKey: string) =>
    (await local.client.send(new GetItemCommand({ TableName: local.name, Key: { userKey: { S: userKey } } })))
      .Item;

  afterEach(() => {
    local.client.middlewareStack.remove('spoilt');
  });

  test('a group room has an item of its own among the sessions, and so has a room of two, beside the session', async () => {
    const next = { states: { vote: { state: '{"yes":1}', version: 2 } }, changes: [] };
    await newStore().save(groupRoom('g-1'), EMPTY_ROOM, next);
    expect(await itemOf('live/room/g-1')).toMatchObject({
      states: { M: { vote: { M: { state: { S: '{"yes":1}' }, version: { N: '2' } } } } },
      format: { N: '1' },
    });
    const ofTwo = roomKeyOf(
      { key: userKeyOf('dev', { plusfriendUserKey: 'me' }), channelKind: 'dev' },
      undefined,
    );
    expect(ofTwo).toBe('dev/channel/me/room');
  });

  test('is forgotten as sessions are, and what was loaded before is not saved over what comes next', async () => {
    const room = groupRoom('forgotten');
    const next = { states: {}, changes: [] };
    await newStore().save(room, EMPTY_ROOM, next);
    const before = await newStore().load(room);
    await new DynamoSessionStore(local.client, local.name).delete(room);
    expect(await newStore().load(room)).toEqual(EMPTY_ROOM);
    expect(await newStore().save(room, before, next)).toBe(false);
    expect(await newStore().save(room, EMPTY_ROOM, next)).toBe(true);
  });

  test('lets a room expire 30 days after its last change, in epoch seconds', async () => {
    await newStore().save(groupRoom('g-2'), EMPTY_ROOM, { states: {}, changes: [] });
    const { expiresAt } = (await itemOf('live/room/g-2')) ?? {};
    expect(Number(expiresAt?.N)).toBeCloseTo(Date.now() / 1000 + 30 * 86_400, -2);
  });

  test('reads strongly: who speaks next must see the change before', async () => {
    const sent: object[] = [];
    local.client.middlewareStack.add(
      next => args => {
        sent.push(args.input);
        return next(args);
      },
      { step: 'initialize', name: 'spoilt' },
    );
    await newStore().load(groupRoom('g-3'));
    expect(sent).toMatchObject([{ ConsistentRead: true }]);
  });

  test('touches no item of a later format, and tells of it', async () => {
    const newer: Record<string, AttributeValue> = {
      userKey: { S: 'live/room/newer' },
      format: { N: '2' },
      revision: { N: '3' },
      expiresAt: { N: String(Math.floor(Date.now() / 1000) + 60) },
    };
    await local.client.send(new PutItemCommand({ TableName: local.name, Item: newer }));
    const sentence =
      'the room session has format 2 and this release knows 1: deploy the release that stored it';
    await expect(newStore().load(groupRoom('newer'))).rejects.toThrow(sentence);
    const rooms = inTurn('newer');
    await expect(rooms.change('vote', () => ({ state: '1', version: 1 }))).rejects.toThrow(sentence);
    expect(await itemOf('live/room/newer')).toEqual(newer);
  });

  /** The rooms' side of a turn in this group room. */
  const inTurn = (group: string, store = newStore()) =>
    new Rooms(store).of({ ...saying('투표'), group: { key: group } }, 'work', () =>
      deadlineAt(Date.now() + 5_000),
    );

  const oneMore = ({ state = '0' }: { readonly state: string | undefined }) => ({
    state: String(Number(state) + 1),
    version: 1,
  });

  test.each([1, 2])('a change whose answer gets lost %i times on the way back is done once', async times => {
    let lost = 0;
    local.client.middlewareStack.add(
      (next, context) => async args => {
        const answer = await next(args);
        if (context.commandName === 'PutItemCommand' && lost++ < times)
          throw Object.assign(new Error('lost'), { name: 'TimeoutError' });
        return answer;
      },
      { step: 'deserialize', priority: 'low', name: 'spoilt' },
    );
    expect(await inTurn(`lost-${times}`).change('vote', oneMore)).toEqual({ state: '1', version: 1 });
    expect((await newStore().load(groupRoom(`lost-${times}`))).states).toEqual({
      vote: { state: '1', version: 1 },
    });
  });

  test('a table that fails without a try left is told, and a change of which nobody knows is looked for', async () => {
    let isFailing = true;
    let saves = 0;
    local.client.middlewareStack.add(
      (next, context) => async args => {
        const answer = await next(args);
        if (context.commandName === 'PutItemCommand' && isFailing) {
          saves++;
          isFailing = false;
          throw new Error('the connection is gone');
        }
        return answer;
      },
      { step: 'initialize', name: 'spoilt' },
    );
    expect(await inTurn('unclear').change('vote', oneMore)).toEqual({ state: '1', version: 1 });
    expect(saves).toBe(1);
    local.client.middlewareStack.remove('spoilt');
    local.client.middlewareStack.add(
      () => async () => {
        throw new Error('no route to the table');
      },
      { step: 'initialize', name: 'spoilt' },
    );
    await expect(newStore().load(groupRoom('unclear'))).rejects.toThrow(UnavailableError);
  });

  test('a busy room remembers a thousand changes in few letters', async () => {
    const at = Math.floor(Date.now() / 1_000) * 1_000;
    const changes = Array.from({ length: 1_000 }, (_, n) => ({ id: `#${String(n).padStart(12, '0')}`, at }));
    await newStore().save(groupRoom('busy'), EMPTY_ROOM, { states: {}, changes });
    expect((await newStore().load(groupRoom('busy'))).changes).toEqual(changes);
    expect((await itemOf('live/room/busy'))?.changes?.S?.length).toBeLessThanOrEqual(20_000);
    await inTurn('busy').change('vote', oneMore);
    const after = (await newStore().load(groupRoom('busy'))).changes;
    expect(after).toHaveLength(1_000);
    expect(after.slice(0, -1)).toEqual(changes.slice(1));
  });

  test('a user in a group is another person than in a room of two', () => {
    expect(roomKeyOf({ key: USER, channelKind: 'live' }, { key: 'g' })).toBe('live/room/g');
    expect(roomKeyOf({ key: USER, channelKind: 'live' }, undefined)).toBe(`${USER}/room`);
    for (const key of ['', 'g'.repeat(141)])
      expect(roomKeyOf({ key: USER, channelKind: 'live' }, { key })).toBeUndefined();
    expect(roomKeyOf({ channelKind: 'live' }, undefined)).toBeUndefined();
  });
});
