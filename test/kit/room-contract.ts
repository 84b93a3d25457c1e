import { beforeEach, describe, expect, test } from '@jest/globals';
import { deadlineAt } from '../../lambda/bot/deadline.ts';
import { type RoomKey, roomKeyOf } from '../../lambda/bot/room-key.ts';
import { userKeyOf } from '../../lambda/bot/user.ts';
import { UnavailableError } from '../../lambda/errors.ts';
import { EMPTY_ROOM, type Room, type RoomStore, Rooms } from '../../lambda/turn/rooms.ts';
import { shortIdOf } from '../../lambda/turn/short-id.ts';

const CHANGES = [{ id: shortIdOf('one'), at: 1_795_000_000_000 }];

/** The key of a group room of this name. */
export function groupRoom(name: string): RoomKey {
  const key = roomKeyOf({ channelKind: 'live' }, { key: name });
  if (key === undefined) throw new Error('a group room has a key');
  return key;
}

/** The promises of every {@link RoomStore}. */
export function describeRoomStore(
  name: string,
  newStore: (options?: { lifetimeDays: number }) => RoomStore,
): void {
  describe(`${name} keeps rooms`, () => {
    let store: RoomStore;
    let room: RoomKey;
    let rooms = 0;

    beforeEach(() => {
      store = newStore();
      room = groupRoom(`${name}-${++rooms}-한글 👋 "quoted"`);
    });

    const saving = (loaded: Room, state: string): Promise<boolean> =>
      store.save(room, loaded, { states: { vote: { state, version: 1 } }, changes: CHANGES });

    test('an unknown room is empty', async () => {
      expect(await store.load(room)).toEqual(EMPTY_ROOM);
    });

    test('what was saved is what is loaded', async () => {
      const state = JSON.stringify({ 라떼: 1, words: '👨‍👩‍👧' });
      const states = { vote: { state, version: 7 }, quiz: { state: '0', version: 1 } };
      expect(await store.save(room, EMPTY_ROOM, { states, changes: CHANGES })).toBe(true);
      expect(await store.load(room)).toMatchObject({ states, changes: CHANGES });
    });

    test('a save on what another has replaced is none', async () => {
      const loaded = await store.load(room);
      expect(await saving(loaded, '1')).toBe(true);
      expect(await saving(loaded, '2')).toBe(false);
      expect((await store.load(room)).states).toEqual({ vote: { state: '1', version: 1 } });
      const again = await store.load(room);
      expect(await saving(again, '2')).toBe(true);
      expect(await saving(again, '3')).toBe(false);
    });

    test('of saves at once, one is done', async () => {
      const loaded = await store.load(room);
      const saved = await Promise.all(Array.from({ length: 20 }, (_, i) => saving(loaded, String(i))));
      expect(saved.filter(Boolean)).toHaveLength(1);
    });

    test('a room that has expired is empty, and begins anew', async () => {
      const shortLived = newStore({ lifetimeDays: -1 });
      await shortLived.save(room, EMPTY_ROOM, { states: {}, changes: CHANGES });
      const loaded = await shortLived.load(room);
      expect(loaded).toMatchObject({ states: {}, changes: [] });
      expect(await shortLived.save(room, loaded, { states: {}, changes: [] })).toBe(true);
    });

    test('a save whose time is over is not begun', async () => {
      const saved = store.save(room, EMPTY_ROOM, { states: {}, changes: [] }, AbortSignal.abort());
      await expect(saved).rejects.toThrow(UnavailableError);
      expect(await store.load(room)).toEqual(EMPTY_ROOM);
    });

    test('fifty people who vote at once are counted once each', async () => {
      const ofRoom = new Rooms(store);
      const voting = async (person: number): Promise<void> => {
        const user = {
          key: userKeyOf('live', { botId: 'b', botUserKey: `${name}-${person}` }),
          channelKind: 'live',
          isFriend: false,
        } as const;
        const request = { id: 'same', user, group: { key: `${name}-vote` } };
        await ofRoom
          .of(request, 'work', () => deadlineAt(Date.now() + 110_000))
          .change('vote', ({ state = '[]' }) => ({
            state: JSON.stringify([...JSON.parse(state), person]),
            version: 1,
          }));
      };
      const people = Array.from({ length: 50 }, (_, person) => person);
      await Promise.all(people.map(voting));
      const { states, changes } = await store.load(groupRoom(`${name}-vote`));
      const voted: number[] = JSON.parse(states.vote?.state ?? '[]');
      expect(voted.toSorted((one, other) => one - other)).toEqual(people);
      expect(new Set(changes.map(({ id }) => id)).size).toBe(50);
    }, 120_000);
  });
}
