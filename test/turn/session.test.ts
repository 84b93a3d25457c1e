import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { type SettledReply, text } from '../../lambda/bot/reply.ts';
import {
  type AnsweredTurn,
  EMPTY_SESSION,
  isReplyNeeded,
  leaseOf,
  leasesWithout,
  MemorySessionStore,
  nextRevision,
  SESSION_LIFETIME_DAYS,
  withNeededReplies,
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

describe('the replies that a store keeps', () => {
  const reply: SettledReply = { outputs: [text('하나')] };
  const [a, b, c] = ['a', 'b', 'c'].map((id, at) => ({ id, at, reply })) as [Said, Said, Said];
  type Said = AnsweredTurn & { readonly reply: SettledReply };
  const bare = ({ id, at }: AnsweredTurn) => ({ id, at });

  test('are the newest one, and those that a worker may have yet to post; no turn is forgotten', () => {
    const turns = [a, b, c];
    expect(withNeededReplies({ turns, begun: {} })).toStrictEqual({
      turns: [bare(a), bare(b), c],
      begun: {},
    });
    for (const posted of [
      { ...b, isToPost: true as const },
      { ...b, isPosted: true as const },
    ])
      expect(withNeededReplies({ turns: [a, posted, c] }).turns).toStrictEqual([bare(a), posted, c]);
  });

  test('are none where the newest turn has none', () => {
    const brief = { id: 'd', at: 3, isBrief: true as const };
    expect(withNeededReplies({ turns: [a, brief] }).turns).toStrictEqual([bare(a), brief]);
    expect([0, 1, 2].map(place => isReplyNeeded({ turns: [a, brief] }, place))).toEqual([false, true, false]);
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
