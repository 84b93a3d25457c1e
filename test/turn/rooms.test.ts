import { describe, expect, test } from '@jest/globals';
import { Bot } from '../../lambda/bot/bot.ts';
import { deadlineAt } from '../../lambda/bot/deadline.ts';
import { roomSession } from '../../lambda/bot/room-session.ts';
import { userKeyOf } from '../../lambda/bot/user.ts';
import { SessionConflictError } from '../../lambda/errors.ts';
import type { DeferredTurn } from '../../lambda/turn/deferred-turn.ts';
import { takeLateTurn } from '../../lambda/turn/late-turn.ts';
import { MemoryRoomStore, type RoomStore, Rooms } from '../../lambda/turn/rooms.ts';
import { MemorySessionStore } from '../../lambda/turn/session.ts';
import { REMEMBER_CHANGE_MS } from '../../lambda/turn/time-budget.ts';
import { openChat } from '../kit/chat.ts';
import { deferInto } from '../kit/deferred.ts';
import { describeRoomStore, groupRoom } from '../kit/room-contract.ts';
import { saying, take } from '../kit/turns.ts';
import { startVirtualTime } from '../kit/virtual-time.ts';

describeRoomStore('MemoryRoomStore', options => new MemoryRoomStore(options));

interface Vote {
  yes: number;
}

const vote = roomSession({ name: 'vote', initial: (): Vote => ({ yes: 0 }) });

const voting = () =>
  new Bot()
    .hears('찬성', async turn => {
      const { yes } = await vote.change(turn, state => {
        state.yes += 1;
      });
      return `${yes}명이 찬성했어요`;
    })
    .hears('결과', async turn => `찬성 ${(await vote.read(turn)).yes}명`);

/** A bot that is asked in a group room, and counts its round trips. */
function counted(): { readonly store: RoomStore; readonly trips: string[] } {
  const store = new MemoryRoomStore();
  const trips: string[] = [];
  return {
    trips,
    store: {
      load: room => {
        trips.push('load');
        return store.load(room);
      },
      save: (...given) => {
        trips.push('save');
        return store.save(...given);
      },
    },
  };
}

describe('a room session', () => {
  test('is shared by all who speak in a group room', async () => {
    const roomStore = new MemoryRoomStore();
    const one = openChat(voting(), 'open-builder', { room: 'group', userKey: 'one', roomStore });
    const other = openChat(voting(), 'open-builder', { room: 'group', userKey: 'other', roomStore });
    expect((await one.says('찬성')).words).toBe('1명이 찬성했어요');
    expect((await other.says('찬성')).words).toBe('2명이 찬성했어요');
    expect((await one.says('결과')).words).toBe('찬성 2명');
  });

  test.each(['open-builder', 'smart-chat'] as const)(
    "is the user's own in a room of two of %s",
    async protocol => {
      const roomStore = new MemoryRoomStore();
      const one = openChat(voting(), protocol, { userKey: 'one', roomStore });
      const other = openChat(voting(), protocol, { userKey: 'other', roomStore });
      expect((await one.says('찬성')).words).toBe('1명이 찬성했어요');
      expect((await one.says('찬성')).words).toBe('2명이 찬성했어요');
      expect((await other.says('결과')).words).toBe('찬성 0명');
    },
  );

  test('of the group is another than that of its members in their rooms of two', async () => {
    const roomStore = new MemoryRoomStore();
    const group = openChat(voting(), 'open-builder', { room: 'group', roomStore });
    const ofTwo = openChat(voting(), 'open-builder', { roomStore });
    await group.says('찬성');
    expect((await ofTwo.says('결과')).words).toBe('찬성 0명');
  });

  test('costs a turn nothing that does not ask for it, a read one round trip, a change two', async () => {
    const { store: roomStore, trips } = counted();
    const chat = openChat(
      voting().fallback(() => '?'),
      'open-builder',
      { room: 'group', roomStore },
    );
    await chat.says('안녕');
    expect(trips).toEqual([]);
    await chat.says('결과');
    expect(trips.splice(0)).toEqual(['load']);
    await chat.says('찬성');
    expect(trips).toEqual(['load', 'save']);
  });

  test('that a change leaves as it was is not saved, be it that of a new room', async () => {
    const { store: roomStore, trips } = counted();
    const bot = voting().fallback(async turn => JSON.stringify(await vote.change(turn, () => undefined)));
    const chat = openChat(bot, 'open-builder', { roomStore });
    expect((await chat.says('봐')).words).toBe('{"yes":0}');
    await chat.says('찬성');
    expect((await chat.says('봐')).words).toBe('{"yes":1}');
    expect(trips).toEqual(['load', 'load', 'save', 'load']);
  });

  test('lies beside others of the same room, each by its name', async () => {
    const quiz = roomSession({ name: 'quiz', initial: () => [] as string[] });
    const bot = new Bot().fallback(async turn => {
      await vote.change(turn, () => ({ yes: 7 }));
      const answers = await quiz.change(turn, all => [...all, turn.text]);
      return `${(await vote.read(turn)).yes} ${answers}`;
    });
    const chat = openChat(bot, 'open-builder', { room: 'group' });
    expect((await chat.says('서울')).words).toBe('7 서울');
    expect((await chat.says('부산')).words).toBe('7 서울,부산');
  });

  test('that was read is no part of the room: to change it changes nothing', async () => {
    const bot = new Bot().fallback(async turn => {
      const read = await vote.read(turn);
      read.yes = 99;
      return String((await vote.read(turn)).yes);
    });
    expect((await openChat(bot, 'open-builder').says('?')).words).toBe('0');
  });
});

describe('a change of a room', () => {
  const rooms = () => new Rooms(new MemoryRoomStore());

  test('counts once where the rule runs again, since another turn of the user came between', async () => {
    let conflicts = 2;
    class Meeting extends MemorySessionStore {
      override async save(...given: Parameters<MemorySessionStore['save']>): Promise<void> {
        if (conflicts-- > 0) throw new SessionConflictError();
        return super.save(...given);
      }
    }
    let runs = 0;
    const bot = new Bot({ session: () => ({ turns: 0 }) }).hears('찬성', async turn => {
      runs++;
      turn.session.turns++;
      const { yes } = await vote.change(turn, state => {
        state.yes += 1;
      });
      return String(yes);
    });
    const outcome = await take(bot, new Meeting(), saying('찬성'), { rooms: rooms() });
    expect(outcome).toMatchObject({ kind: 'answered', answer: '1' });
    expect(runs).toBe(3);
  });

  test('counts once where Kakao delivers the turn again', async () => {
    const store = new MemorySessionStore();
    const shared = rooms();
    const turn = saying('찬성');
    for (const expected of ['1명이 찬성했어요', '1명이 찬성했어요'])
      expect(await take(voting(), store, turn, { rooms: shared })).toMatchObject({ answer: expected });
    expect(await take(voting(), store, saying('찬성'), { rooms: shared })).toMatchObject({
      answer: '2명이 찬성했어요',
    });
  });

  test('counts each call of a rule, and all of them once where the rule runs again', async () => {
    const twice = new Bot().hears('두 번', async turn => {
      await vote.change(turn, state => {
        state.yes += 1;
      });
      return String((await vote.change(turn, state => ({ yes: state.yes + 10 }))).yes);
    });
    const shared = rooms();
    const turn = saying('두 번');
    for (let run = 0; run < 3; run++)
      expect(await take(twice, new MemorySessionStore(), turn, { rooms: shared })).toMatchObject({
        answer: '11',
      });
  });

  test('counts once where the rule overran and a worker runs it again', async () => {
    const shared = rooms();
    const store = new MemorySessionStore();
    const queue: DeferredTurn[] = [];
    let isSlow = true;
    const bot = new Bot().hears('찬성', async turn => {
      const { yes } = await vote.change(turn, state => {
        state.yes += 1;
      });
      if (isSlow) await new Promise(() => {});
      return String(yes);
    });
    const late = await take(bot, store, saying('찬성'), {
      withinMs: 600,
      defer: deferInto(queue),
      rooms: shared,
    });
    expect(late.kind).toBe('late');
    isSlow = false;
    const [turn] = queue;
    if (turn === undefined) throw new Error('nobody deferred the turn');
    const endsAt = Date.now() + 5_000;
    const attempt = { isFirst: true, endsAt, ruleUntil: endsAt - 1_000 };
    const outcome = await takeLateTurn({ bot, store, rooms: shared }, turn, attempt);
    expect(outcome).toMatchObject({ reply: { outputs: [{ simpleText: { text: '1' } }] } });
  });

  test('in each of the two steps of a slow rule counts, and that of the second once on whatever session', async () => {
    const shared = rooms();
    const store = new MemorySessionStore();
    const queue: DeferredTurn[] = [];
    const bot = new Bot({ session: () => ({ n: 0 }) }).hears('찬성', {
      slow: '기다려 주세요',
      work: turn =>
        vote.change(turn, state => {
          state.yes += 1;
        }),
      then: async turn => {
        turn.session.n++;
        const { yes } = await vote.change(turn, state => {
          state.yes += 10;
        });
        return String(yes);
      },
    });
    await take(bot, store, saying('찬성'), { defer: deferInto(queue), rooms: shared });
    const [turn] = queue;
    if (turn === undefined) throw new Error('nobody deferred the turn');
    let conflicts = 1;
    const meeting = Object.create(store, {
      save: {
        value: async (...given: Parameters<MemorySessionStore['save']>) => {
          if (conflicts-- > 0) throw new SessionConflictError();
          return store.save(...given);
        },
      },
      load: { value: (...given: Parameters<MemorySessionStore['load']>) => store.load(...given) },
      claim: { value: (...given: Parameters<MemorySessionStore['claim']>) => store.claim(...given) },
    });
    const endsAt = Date.now() + 5_000;
    const attempt = { isFirst: true, endsAt, ruleUntil: endsAt - 1_000 };
    const outcome = await takeLateTurn({ bot, store: meeting, rooms: shared }, turn, attempt);
    expect(outcome).toMatchObject({ conflicts: 1, reply: { outputs: [{ simpleText: { text: '11' } }] } });
  });

  test('of two people whose turns have one id counts for each', async () => {
    const shared = rooms();
    const of = (person: string) => ({
      ...saying('찬성', 'same'),
      group: { key: 'g' },
      user: { ...saying('').user, key: userKeyOf('live', { botId: 'b', botUserKey: person }) },
    });
    const [one, other] = [of('one'), of('other')];
    await take(voting(), new MemorySessionStore(), one, { rooms: shared });
    expect(await take(voting(), new MemorySessionStore(), other, { rooms: shared })).toMatchObject({
      answer: '2명이 찬성했어요',
    });
  });

  test('meets others until the deadline, then a worker does it', async () => {
    const store = new MemoryRoomStore();
    const never: RoomStore = {
      load: key => store.load(key),
      save: async () => false,
    };
    const queue: DeferredTurn[] = [];
    const outcome = await take(voting(), new MemorySessionStore(), saying('찬성'), {
      withinMs: 800,
      defer: deferInto(queue),
      rooms: new Rooms(never),
    });
    expect(outcome.kind).toBe('late');
    expect(queue).toHaveLength(1);
    const alone = await take(voting(), new MemorySessionStore(), saying('찬성'), {
      withinMs: 300,
      rooms: new Rooms(never),
    });
    expect(alone).toMatchObject({
      kind: 'failed',
      error: {
        message: expect.stringMatching(
          /(room session "vote"|the rule "hears 찬성") did not finish before the deadline/,
        ),
      },
    });
  });

  test('is remembered for as long as its turn may run again, and no longer', async () => {
    const time = startVirtualTime(() => 0.5);
    const store = new MemoryRoomStore();
    const shared = new Rooms(store);
    const counting = (id: string) =>
      shared
        .of({ ...saying('찬성', id), group: { key: 'g' } }, 'work', () => deadlineAt(Date.now() + 1_000))
        .change('vote', ({ state = '0' }) => ({ state: String(Number(state) + 1), version: 1 }));
    const wait = (ms: number) => new Promise(resolve => setTimeout(resolve, ms));
    const talk = async (): Promise<void> => {
      await counting('one');
      await wait(REMEMBER_CHANGE_MS - 1_000);
      expect(await counting('one')).toEqual({ state: '1', version: 1 });
      expect(await counting('two')).toEqual({ state: '2', version: 1 });
      await wait(REMEMBER_CHANGE_MS + 1_000);
      expect(await counting('three')).toEqual({ state: '3', version: 1 });
      expect((await store.load(groupRoom('g'))).changes).toHaveLength(1);
    };
    try {
      await time.run(talk());
    } finally {
      time.stop();
    }
  });
});

describe('a room that nobody can know again', () => {
  test.each([
    ['a group of which Kakao names no key', { group: { key: '' } }],
    ['a synthetic user', { user: { channelKind: 'live', isFriend: false } as const }],
  ])('has a state for one run of the rule: %s', async (_, about) => {
    const { store, trips } = counted();
    const bot = new Bot().fallback(async turn => {
      const { yes } = await vote.change(turn, state => {
        state.yes += 1;
      });
      return `${yes} ${(await vote.read(turn)).yes}`;
    });
    for (let turns = 0; turns < 2; turns++) {
      const outcome = await take(
        bot,
        new MemorySessionStore(),
        { ...saying('?'), ...about },
        { rooms: new Rooms(store) },
      );
      expect(outcome).toMatchObject({ answer: '1 1' });
    }
    expect(trips).toEqual([]);
  });
});

describe('a state of a room', () => {
  const keeping = (bytes: number) =>
    new Bot().fallback(async turn => {
      await roomSession({ name: 'quiz', initial: () => '' }).change(turn, () => 'x'.repeat(bytes));
      return '됐어요';
    });

  test('that is too large is not saved: one sentence names the room session', async () => {
    const shared = new Rooms(new MemoryRoomStore());
    const saved = await take(keeping(299_990), new MemorySessionStore(), saying('?'), { rooms: shared });
    expect(saved).toMatchObject({ answer: '됐어요' });
    const refused = await take(keeping(300_000), new MemorySessionStore(), saying('?'), { rooms: shared });
    expect(refused).toMatchObject({
      kind: 'failed',
      error: {
        message:
          'with the room session "quiz" the room has 300006 bytes and may have 300000: keep less in "quiz"',
      },
    });
  });

  test('of an older version is migrated, and one of a newer is left as it is, with a sentence that names it', async () => {
    const roomStore = new MemoryRoomStore();
    const first = roomSession({ name: 'vote', initial: () => ({ yes: 0 }) });
    const second = roomSession({
      name: 'vote',
      initial: () => ({ ayes: 0 }),
      version: 2,
      migrate: state => ({ ayes: (state as { yes: number }).yes }),
    });
    const change = <R extends object>(
      session: ReturnType<typeof roomSession<R>>,
      add: (state: R) => undefined,
    ) =>
      openChat(
        new Bot().fallback(async turn => JSON.stringify(await session.change(turn, add))),
        'open-builder',
        { roomStore },
      ).says('?');
    await change(first, state => {
      state.yes++;
    });
    const migrated = await change(second, state => {
      state.ayes++;
    });
    expect(migrated.words).toBe('{"ayes":2}');
    const refused = await take(
      new Bot().fallback(async turn => String((await first.read(turn)).yes)),
      new MemorySessionStore(),
      {
        ...saying('?'),
        user: { ...saying('?').user, key: userKeyOf('live', { plusfriendUserKey: 'Zx3_Kp-9QwE7' }) },
      },
      { rooms: new Rooms(roomStore) },
    );
    expect(refused).toMatchObject({
      kind: 'failed',
      error: {
        message:
          'the room session "vote" has version 2 and this bot knows 1: deploy the release that stored it',
      },
    });
  });
});
