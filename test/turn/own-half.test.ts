import { expect, test } from '@jest/globals';
import { Bot } from '../../lambda/bot/bot.ts';
import { deadlineAt } from '../../lambda/bot/deadline.ts';
import { button, reply } from '../../lambda/bot/reply.ts';
import { UnavailableError } from '../../lambda/errors.ts';
import { smartChat } from '../../lambda/smart-chat/protocol.ts';
import type { DeferredTurn, DeferTurn } from '../../lambda/turn/deferred-turn.ts';
import { takeLateTurn } from '../../lambda/turn/late-turn.ts';
import { MemorySessionStore, type SessionStore } from '../../lambda/turn/session.ts';
import { takeTurn } from '../../lambda/turn/take-turn.ts';
import { deferInto } from '../kit/deferred.ts';
import { saying, USER } from '../kit/turns.ts';

const bot = new Bot({ session: () => ({ cups: 0 }) })
  .hears('고르기', () => reply('골라 주세요', [button.message('라떼', '라떼를 찾아 줘')]))
  .hears('라떼를 찾아 줘', turn => `${turn.text}: 찾았어요`, { slow: '찾고 있어요' })
  .hears('담기', turn => `${++turn.session.cups}잔`);

const refuse: DeferTurn = async () => {
  throw new UnavailableError('late queue');
};

/** The store, whose next save is `done` or not before its answer is lost. */
function losing(store: SessionStore, isDone: boolean): SessionStore {
  let isLost = false;
  return {
    load: user => store.load(user),
    claim: (...args) => store.claim(...args),
    delete: user => store.delete(user),
    save: async (...args) => {
      if (isLost) return store.save(...args);
      isLost = true;
      if (isDone) await store.save(...args);
      throw new UnavailableError('sessions table');
    },
  };
}

const say = (store: SessionStore, text: string, queue: DeferredTurn[] = []) => {
  const request = { ...saying(text), mayRepeat: false };
  const engine = { bot, store, protocol: smartChat, defer: deferInto(queue) };
  return takeTurn(engine, { request, receivedAt: Date.now() }, deadlineAt(Date.now() + 2_000));
};

test('a tap that meets its own mark is deferred as what its label meant', async () => {
  const store = new MemorySessionStore();
  const queue: DeferredTurn[] = [];
  await say(store, '고르기');
  expect(await say(losing(store, true), '라떼', queue)).toMatchObject({ kind: 'late' });
  expect(queue).toMatchObject([
    { rule: 'hears 라떼를 찾아 줘', request: { incoming: { text: '라떼를 찾아 줘' } } },
  ]);
});

test.each([
  [true, 1],
  [false, 1],
])(
  'a turn whose save loses its answer has one effect, and tells of one new session (done: %s)',
  async (isDone, cups) => {
    const store = new MemorySessionStore();
    expect(await say(losing(store, isDone), '담기')).toMatchObject({
      kind: 'answered',
      turn: { isNewSession: true },
    });
    expect((await store.load(USER)).state).toBe(`{"cups":${cups}}`);
  },
);

test.each([
  ['refuses it', false],
  ['takes it without a word', true],
])('a turn that meets its own mark, and whose queue %s, leaves nothing behind', async (_, isTaken) => {
  const store = new MemorySessionStore();
  const queue: DeferredTurn[] = [];
  const request = saying('라떼를 찾아 줘');
  const saidAgain = (at: SessionStore, defer: DeferTurn) =>
    takeTurn(
      { bot, store: at, protocol: smartChat, defer },
      { request, receivedAt: Date.now() },
      deadlineAt(Date.now() + 2_000),
    );
  const failing: DeferTurn = async records => {
    if (isTaken) await deferInto(queue)(records);
    throw new UnavailableError('late queue');
  };
  expect(await saidAgain(losing(store, true), failing)).toMatchObject({ kind: 'failed' });
  // Its user has the apology: whoever finds the record in the queue must find nothing to take.
  expect(queue).toHaveLength(isTaken ? 1 : 0);
  expect(await store.load(USER)).toMatchObject({ memory: { turns: [] }, leases: {} });
  expect((await store.load(USER)).memory.line ?? []).toEqual([]);
  expect(await saidAgain(store, deferInto([]))).toMatchObject({ kind: 'late' });
});

test('a turn that meets its own mark when its time is over leaves nothing behind', async () => {
  const store = new MemorySessionStore();
  const deadline = deadlineAt(Date.now() + 150);
  let defers = 0;
  const isDeferred = new Promise<void>(resolve => {
    const defer: DeferTurn = async () => {
      defers++;
      await new Promise(wake => setTimeout(wake, deadline.remainingMs() + 5));
      resolve();
    };
    const engine = { bot, store: losing(store, true), protocol: smartChat, defer };
    void takeTurn(engine, { request: saying('라떼를 찾아 줘'), receivedAt: Date.now() }, deadline);
  });
  await isDeferred;
  await new Promise(wake => setTimeout(wake, 20));
  const { memory, leases } = await store.load(USER);
  expect([defers, memory.line, memory.turns, leases]).toEqual([1, undefined, [], {}]);
});

test('a turn whose queue refuses it leaves the one that it was to replace with its worker', async () => {
  const store = new MemorySessionStore();
  const work: (() => void)[] = [];
  const slow = new Bot({ session: () => ({}) })
    .hears('찾아 줘', () => new Promise<string>(resolve => work.push(() => resolve('찾았어요'))), {
      slow: '찾고 있어요',
      busy: 'replace',
    })
    .fallback(() => '네?');
  const ask = (text: string, defer: DeferTurn) =>
    takeTurn(
      { bot: slow, store, protocol: smartChat, defer },
      { request: saying(text), receivedAt: Date.now() },
      deadlineAt(Date.now() + 2_000),
    );
  const queue: DeferredTurn[] = [];
  await ask('찾아 줘', deferInto(queue));
  const [turn] = queue;
  if (turn === undefined) throw new Error('it was not deferred');
  const endsAt = Date.now() + 5_000;
  const worked = takeLateTurn({ bot: slow, store }, turn, { isFirst: true, endsAt, ruleUntil: endsAt });
  for (let n = 0; work.length === 0 && n < 500; n++) await new Promise(wake => setTimeout(wake, 1));
  expect(await ask('찾아 줘', refuse)).toMatchObject({ kind: 'failed' });
  work[0]?.();
  expect(await worked).toMatchObject({ kind: 'answered' });
  expect(JSON.stringify(await ask('결과 확인', refuse))).toContain('찾았어요');
});

test('a turn that could save nothing tells of no new session', async () => {
  const store = new MemorySessionStore();
  const failing = { ...losing(store, false), save: async () => Promise.reject(new Error('refused')) };
  expect(await say(failing, '담기')).toMatchObject({
    kind: 'failed',
    turn: { isNewSession: false, lost: 0 },
  });
});
