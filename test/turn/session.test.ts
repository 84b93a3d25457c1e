import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { type SettledReply, text } from '../../lambda/bot/reply.ts';
import {
  EMPTY_SESSION,
  leaseOf,
  leasesWithout,
  type Memory,
  MemorySessionStore,
  nextRevision,
  SESSION_LIFETIME_DAYS,
  withFewerReplies,
} from '../../lambda/turn/session.ts';
import { describeSessionStore } from '../kit/contracts.ts';
import { simulateTime } from '../kit/simulated-time.ts';
import { USER } from '../kit/turns.ts';

describeSessionStore('MemorySessionStore', options => new MemorySessionStore(options));

test('a session of which nothing is known remembers nothing', () => {
  expect(EMPTY_SESSION.memory).toStrictEqual({ turns: [] });
});

describe('the leases of late turns', () => {
  test('are those of their own ids, and none that every object has', () => {
    const session = { ...EMPTY_SESSION, leases: { a: 5 } };
    expect(leaseOf(session, 'a')).toBe(5);
    for (const id of ['b', 'constructor', '__proto__']) expect(leaseOf(session, id)).toBeNaN();
  });

  test('lose that of one turn', () => {
    expect(leasesWithout({ a: 1, b: 2 }, 'a')).toEqual({ b: 2 });
    expect(leasesWithout({ a: 1 }, 'b')).toEqual({ a: 1 });
  });
});

describe('a memory that would be too long', () => {
  const reply = (words: string): SettledReply => ({ outputs: [text(words)] });
  const length = JSON.stringify(reply('하나')).length;
  const turns = ['a', 'b', 'c'].map((id, at) => ({ id, at, reply: reply('하나') }));
  const withReplies = (memory: Memory, maxLength: number) =>
    withFewerReplies(memory, maxLength).turns.flatMap(turn => ('reply' in turn ? [turn.id] : []));

  test('loses its oldest replies, as many as it must, and no turn', () => {
    expect(withFewerReplies({ turns, begun: {} }, 3 * length)).toStrictEqual({ turns, begun: {} });
    expect(withFewerReplies({ turns }, 3 * length - 1).turns).toStrictEqual([
      { id: 'a', at: 0 },
      ...turns.slice(1),
    ]);
    expect(withReplies({ turns }, 2 * length)).toEqual(['b', 'c']);
    expect(withReplies({ turns }, 2 * length - 1)).toEqual(['c']);
  });

  test('keeps its newest reply, however long', () => {
    expect(withReplies({ turns }, 0)).toEqual(['c']);
    expect(withReplies({ turns }, length - 1)).toEqual(['c']);
  });

  test('has turns without a reply, too', () => {
    const brief = { id: 'd', at: 3, isBrief: true as const };
    expect(withFewerReplies({ turns: [...turns, brief] }, 9 * length).turns).toStrictEqual([...turns, brief]);
    expect(withReplies({ turns: [...turns, brief] }, 0)).toEqual([]);
  });
});

describe('MemorySessionStore, at the moment itself', () => {
  const LIFETIME_MS = SESSION_LIFETIME_DAYS * 24 * 60 * 60_000;
  const next = { ...EMPTY_SESSION, state: '1' };
  let store: MemorySessionStore;

  beforeEach(() => {
    store = new MemorySessionStore();
    simulateTime();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  test('forgets a session 30 days after its last change', async () => {
    await store.save(USER, EMPTY_SESSION, { ...next, leases: { a: 0 } });
    jest.advanceTimersByTime(LIFETIME_MS - 1);
    expect(await store.load(USER)).toMatchObject({ state: '1' });
    jest.advanceTimersByTime(1);
    expect(await store.load(USER)).toMatchObject({ state: undefined });
    expect(await store.claim(USER, 'a', Date.now() + 1_000)).toBeUndefined();
  });

  test('gives a late turn to a worker from the end of its lease on, or to whom it was given', async () => {
    const until = Date.now() + 1_000;
    await store.save(USER, EMPTY_SESSION, { ...next, leases: { a: until } });
    jest.advanceTimersByTime(999);
    expect(await store.claim(USER, 'a', until + 1_000)).toBeUndefined();
    jest.advanceTimersByTime(1);
    expect(await store.claim(USER, 'a', until + 1_000)).toMatchObject({ leases: { a: until + 1_000 } });
    expect(await store.claim(USER, 'a', until + 5_000, until + 999)).toBeUndefined();
    expect(await store.claim(USER, 'a', until + 5_000, until + 1_000)).toMatchObject({
      leases: { a: until + 5_000 },
    });
  });

  test('begins no save that was given up before', async () => {
    const reason = new Error('the deadline passed');
    await expect(store.save(USER, EMPTY_SESSION, next, AbortSignal.abort(reason))).rejects.toThrow(
      expect.objectContaining({ name: 'UnavailableError', part: 'sessions table', cause: reason }),
    );
    expect(store.size).toBe(0);
    await store.save(USER, EMPTY_SESSION, next, new AbortController().signal);
    expect(store.size).toBe(1);
  });

  test('numbers saves from the clock on, one by one, a claim included', async () => {
    expect(nextRevision(EMPTY_SESSION)).toBe(Date.now());
    await store.save(USER, EMPTY_SESSION, { ...next, leases: { a: 0 } });
    const first = await store.load(USER);
    expect(first.revision).toBe(Date.now());
    expect((await store.claim(USER, 'a', 1))?.revision).toBe(first.revision + 1);
    expect((await store.load(USER)).revision).toBe(first.revision + 1);
  });
});
