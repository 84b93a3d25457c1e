import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { SessionConflictError, UnavailableError } from '../../lambda/errors.ts';
import type { DeferredTurn } from '../../lambda/turn/deferred-turn.ts';
import { keepLease, type LateAttempt, type Lease, takeLease } from '../../lambda/turn/lease.ts';
import {
  EMPTY_SESSION,
  type Leases,
  leaseOf,
  MemorySessionStore,
  type PendingTurn,
} from '../../lambda/turn/session.ts';
import { simulateTime } from '../kit/simulated-time.ts';
import { saying, USER } from '../kit/turns.ts';

const TURN: DeferredTurn = {
  key: USER,
  request: saying('느린 일', 'ours'),
  delivery: { protocol: 'plain-texts' },
  receivedAt: 0,
  deferredAt: 0,
  worthMs: 600_000,
};

/** A store that tells how often it was asked, and fails when it is told to. */
class WatchedStore extends MemorySessionStore {
  loads = 0;
  claims = 0;
  /** The work done in place of the next saves, or claims. */
  readonly inPlaceOfSaves: (() => Promise<void>)[] = [];
  readonly inPlaceOfClaims: ((...args: Parameters<MemorySessionStore['claim']>) => Promise<void>)[] = [];

  override load(...args: Parameters<MemorySessionStore['load']>) {
    this.loads++;
    return super.load(...args);
  }

  override async save(...args: Parameters<MemorySessionStore['save']>) {
    await (this.inPlaceOfSaves.shift() ?? (() => super.save(...args)))();
  }

  override async claim(...args: Parameters<MemorySessionStore['claim']>) {
    this.claims++;
    await this.inPlaceOfClaims.shift()?.(...args);
    return super.claim(...args);
  }
}

let store: WatchedStore;

beforeEach(() => {
  simulateTime();
  store = new WatchedStore();
});

afterEach(() => {
  jest.useRealTimers();
});

/** The session of a user with these leases (ms from now), and these late turns in line. */
async function stored(
  leasesInMs: Leases,
  line: readonly (Omit<PendingTurn, 'expiresAt'> & Partial<PendingTurn>)[] = [],
): Promise<void> {
  const now = Date.now();
  const leases = Object.fromEntries(Object.entries(leasesInMs).map(([id, inMs]) => [id, now + inMs]));
  const pending = line.map(one => ({ expiresAt: now + 65_000, ...one }));
  const { revision: _, ...next } = EMPTY_SESSION;
  const memory = pending.length > 0 ? { turns: [], line: pending } : { turns: [] };
  await store.save(USER, await store.load(USER), { ...next, memory, leases });
}

const attempt = (isFirst: boolean, { endsInMs = 49_000, ruleInMs = 45_000 } = {}): LateAttempt => ({
  isFirst,
  endsAt: Date.now() + endsInMs,
  ruleUntil: Date.now() + ruleInMs,
});

/** The end of a worker's wish for the turn, for a test that moves the clock. */
function taking(isFirst: boolean, times?: Parameters<typeof attempt>[1]) {
  const seen: { taken?: Awaited<ReturnType<typeof takeLease>>; error?: unknown } = {};
  takeLease(store, TURN, attempt(isFirst, times)).then(
    taken => {
      seen.taken = taken;
    },
    error => {
      seen.error = error;
    },
  );
  return seen;
}

const passes = (ms: number) => jest.advanceTimersByTimeAsync(ms);

/** Until when a worker has the turn, from now, in whole milliseconds; undefined where it has not. */
function hasItForMs({ taken }: ReturnType<typeof taking>): number | undefined {
  return taken && 'until' in taken ? Math.floor(taken.until) - Date.now() : undefined;
}

describe('the first record of a late turn', () => {
  test('has the turn at once, for 28 seconds', async () => {
    await stored({ ours: -60_000 }, [{ id: 'ours' }]);
    const before = await store.load(USER);
    const worker = taking(true);
    await passes(0);
    expect(hasItForMs(worker)).toBe(28_000);
    const session = await store.load(USER);
    expect(session.revision).toBe(before.revision + 1);
    expect(worker.taken).toEqual({ session, until: leaseOf(session, 'ours') });
  });

  test('has it no longer than its worker lives', async () => {
    await stored({ ours: -60_000 });
    const worker = taking(true, { endsInMs: 9_000 });
    await passes(0);
    expect(hasItForMs(worker)).toBe(9_000);
  });

  test('has it where the answer to its claim was lost', async () => {
    await stored({ ours: -60_000 });
    const claim = store.claim.bind(store);
    store.claim = async (...args) => {
      await claim(...args);
      return undefined;
    };
    const worker = taking(true);
    await passes(0);
    expect(hasItForMs(worker)).toBe(28_000);
  });

  test('waits for no worker that has the turn already', async () => {
    await stored({ ours: 2_000 });
    const worker = taking(true);
    await passes(0);
    expect(worker.taken).toEqual({ refused: await store.load(USER) });
  });

  test('lets a turn go first that another worker has by then', async () => {
    await stored({ ours: -60_000, other: 2_500 }, [{ id: 'ours' }, { id: 'other' }]);
    const worker = taking(true);
    await passes(0);
    expect(worker.taken).toBeUndefined();
    // Nobody takes this worker for one that works on it.
    expect(leaseOf(await store.load(USER), 'ours')).toBe(Date.now() - 1);
    await passes(2_000);
    expect(worker.taken).toBeUndefined();
    await passes(1_000);
    expect(hasItForMs(worker)).toBe(28_000);
    expect(worker.taken).toMatchObject({ session: await store.load(USER) });
  });

  test('keeps it where the other turn is answered before it was given back', async () => {
    await stored({ ours: -60_000, other: 2_500 });
    store.inPlaceOfSaves.push(async () => {
      const session = await store.load(USER);
      const { other: _, ...leases } = session.leases;
      await store.save(USER, session, { ...session, leases });
      throw new SessionConflictError();
    });
    const worker = taking(true);
    await passes(0);
    expect(hasItForMs(worker)).toBe(28_000);
    expect(worker.taken).toMatchObject({ session: await store.load(USER) });
  });

  test('is taken again when it can not be given back', async () => {
    await stored({ ours: -60_000, other: 2_500 });
    const error = new UnavailableError('sessions table', { cause: undefined });
    store.inPlaceOfSaves.push(() => Promise.reject(error));
    const worker = taking(true);
    await passes(0);
    expect(worker).toEqual({ error });
  });
});

describe('a record that comes later', () => {
  test('finds a turn that is answered', async () => {
    await stored({ other: -1 });
    const worker = taking(false);
    await passes(0);
    expect(worker.taken).toEqual({ refused: await store.load(USER) });
  });

  test('takes a turn that nobody has', async () => {
    await stored({ ours: -1, other: 0 }, [{ id: 'ours' }, { id: 'other' }]);
    const { revision, leases, ...others } = await store.load(USER);
    const worker = taking(false);
    await passes(0);
    expect(hasItForMs(worker)).toBe(28_000);
    const session = await store.load(USER);
    const until = leaseOf(session, 'ours');
    expect(session).toEqual({ ...others, leases: { ...leases, ours: until }, revision: revision + 1 });
    // A lease that ended after the request was somebody's.
    expect(worker.taken).toEqual({ session, until, isRetry: true });
  });

  test('waits for a lease that ends within 4 seconds', async () => {
    await stored({ ours: 4_000 });
    const worker = taking(false);
    await passes(3_999);
    expect({ ...worker, loads: store.loads }).toEqual({ loads: 2 });
    await passes(1);
    expect(hasItForMs(worker)).toBe(28_000);
  });

  test('waits for no lease that lasts longer', async () => {
    await stored({ ours: 4_001 });
    const worker = taking(false);
    await passes(0);
    expect(worker.taken).toEqual({ refused: await store.load(USER) });
  });

  test.each([
    ['waits in no session', { id: 'ours' }],
    ['is posted', { id: 'ours', isPosted: true, turn: TURN }],
  ] as const)('waits while its turn is behind another, where it %s', async (_, pending) => {
    await stored({ ours: 0, other: -60_000 }, [{ id: 'other', turn: TURN }, pending]);
    const worker = taking(false);
    await passes(3_000);
    expect({ ...worker, loads: store.loads }).toEqual({ loads: 1 + 4 });
    await stored({ ours: -60_000 }, [pending]);
    await passes(1_000);
    expect(hasItForMs(worker)).toBe(28_000);
  });

  test('does not wait where whoever answers the turn before its own hands it on', async () => {
    await stored({ ours: -60_000 }, [{ id: 'other' }, { id: 'ours', turn: TURN }]);
    const worker = taking(false);
    await passes(0);
    expect(worker.taken).toEqual({ refused: await store.load(USER) });
  });

  test('has such a turn where it is the first in line', async () => {
    await stored({ ours: -60_000 }, [{ id: 'ours', turn: TURN }, { id: 'other' }]);
    const worker = taking(false);
    await passes(0);
    expect(hasItForMs(worker)).toBe(28_000);
  });

  test('waits for the other turn no longer than a rule could answer', async () => {
    await stored({ ours: -60_000, other: 40_000 });
    const worker = taking(false, { ruleInMs: 2_000, endsInMs: 49_000 });
    await passes(1_999);
    expect(worker).toEqual({});
    await passes(1);
    // Only the apology can be told, which is quick.
    expect(hasItForMs(worker)).toBe(1_000);
  });

  test('looks again when somebody else saved meanwhile, and has it no longer than its worker lives', async () => {
    await stored({ ours: -1 });
    store.inPlaceOfSaves.push(() => Promise.reject(new SessionConflictError()));
    const worker = taking(false, { endsInMs: 5_000 });
    await passes(0);
    expect(hasItForMs(worker)).toBe(5_000);
  });

  test('is taken again when the table can not be written', async () => {
    await stored({ ours: -1 });
    const error = new UnavailableError('sessions table', { cause: undefined });
    store.inPlaceOfSaves.push(() => Promise.reject(error));
    const worker = taking(false);
    await passes(0);
    expect(worker).toEqual({ error });
  });
});

describe('a worker that has a turn', () => {
  let lost = 0;

  /** A worker with a lease of so long, that may live on for a while. */
  async function keeping({ forMs = 28_000, endsInMs = 49_000, mayReplace = false } = {}) {
    lost = 0;
    await stored({ ours: forMs });
    const session = await store.load(USER);
    const lease: Lease = { session, until: leaseOf(session, 'ours') };
    store.loads = 0;
    const stop = keepLease(store, TURN, lease, { endsAt: Date.now() + endsInMs, mayReplace }, () => lost++);
    return { lease, stop };
  }

  test('says once that it lives, when its first lease is about to end', async () => {
    const startedAt = Date.now();
    const { lease, stop } = await keeping();
    await passes(23_999);
    expect(store).toMatchObject({ loads: 0, claims: 0 });
    await passes(1);
    expect(Math.floor(lease.until)).toBe(startedAt + 49_000);
    expect(lease.session).toEqual(await store.load(USER));
    expect(lease.until).toBe(leaseOf(lease.session, 'ours'));
    await passes(24_000);
    expect(store.claims).toBe(1);
    expect(jest.getTimerCount()).toBe(0);
    await stop();
    expect(lost).toBe(0);
  });

  test.each([28_000, 27_999])('says nothing where its lease of %d ms lasts to its end', async forMs => {
    const { stop } = await keeping({ forMs, endsInMs: 28_000 });
    expect(jest.getTimerCount()).toBe(0);
    await stop();
  });

  test('says so a second later where its lease is about to end from the first', async () => {
    const { lease } = await keeping({ forMs: 4_000 });
    const before = lease.until;
    await passes(999);
    expect(lease.until).toBe(before);
    await passes(1);
    expect(lease.until).toBeGreaterThan(before);
  });

  test('learns that another has it when it says so', async () => {
    const { lease, stop } = await keeping();
    const before = { ...lease };
    await stored({ ours: 60_000 });
    await passes(24_000);
    expect(lost).toBe(1);
    expect(lease).toMatchObject(before);
    // It has been told, and looks no more.
    expect(jest.getTimerCount()).toBe(0);
    await stop();
  });

  test('says so again a second later when the table did not answer', async () => {
    const { lease } = await keeping();
    const before = lease.until;
    store.inPlaceOfClaims.push(() =>
      Promise.reject(new UnavailableError('sessions table', { cause: undefined })),
    );
    await passes(24_999);
    expect({ until: lease.until, claims: store.claims }).toEqual({ until: before, claims: 1 });
    await passes(1);
    expect(lease.until).toBeGreaterThan(before);
    expect(lost).toBe(0);
  });

  const storedAllTheSame = async (...args: Parameters<MemorySessionStore['claim']>): Promise<void> => {
    await MemorySessionStore.prototype.claim.apply(store, args);
  };

  test('has it on where the answer to its renewal got lost, and was asked for again at once', async () => {
    const { lease } = await keeping();
    const before = lease.until;
    store.inPlaceOfClaims.push(storedAllTheSame);
    await passes(24_000);
    expect(lease.until).toBeGreaterThan(before);
    expect(lease.until).toBe(leaseOf(lease.session, 'ours'));
    expect(lost).toBe(0);
    expect(jest.getTimerCount()).toBe(0);
  });

  test('has it on where that is asked for again a second later', async () => {
    const { lease } = await keeping();
    const before = lease.until;
    store.inPlaceOfClaims.push(async (...args) => {
      await storedAllTheSame(...args);
      throw new UnavailableError('sessions table', { cause: undefined });
    });
    await passes(24_000);
    expect(lease.until).toBe(before);
    await passes(1_000);
    expect(lease.until).toBeGreaterThan(before);
    expect(lease.session).toEqual(await store.load(USER));
    expect(lost).toBe(0);
  });

  test('gives the turn up at any other error', async () => {
    await keeping();
    store.inPlaceOfClaims.push(() => Promise.reject(new Error('a table of a newer form')));
    await passes(24_000);
    expect(lost).toBe(1);
    expect(jest.getTimerCount()).toBe(0);
  });

  test('looks once a second whether its turn was replaced, where turns may be', async () => {
    const { lease, stop } = await keeping({ mayReplace: true });
    await passes(3_000);
    expect(store).toMatchObject({ loads: 3, claims: 0 });
    expect(lost).toBe(0);
    await stored({ other: 60_000 });
    await passes(1_000);
    expect(lost).toBe(1);
    await stop();
    expect(jest.getTimerCount()).toBe(0);
    expect(Number.isNaN(leaseOf(await store.load(USER), 'ours'))).toBe(true);
    expect(lease.until).toBeGreaterThan(Date.now());
  });

  test.each([28_000, 27_999])('looks on where its lease of %d ms lasts to its end', async forMs => {
    const { stop } = await keeping({ forMs, endsInMs: 28_000, mayReplace: true });
    await passes(26_000);
    expect(store).toMatchObject({ loads: 26, claims: 0 });
    await stop();
  });

  test('says that it lives between two looks, too', async () => {
    const { lease, stop } = await keeping({ forMs: 28_500, mayReplace: true });
    const before = lease.until;
    await passes(24_499);
    expect({ until: lease.until, loads: store.loads }).toEqual({ until: before, loads: 24 });
    await passes(1);
    expect(lease.until).toBeGreaterThan(before);
    await stop();
  });

  test('looks no more when it is done', async () => {
    const { stop } = await keeping({ mayReplace: true });
    await stop();
    expect(jest.getTimerCount()).toBe(0);
    await passes(60_000);
    expect(store).toMatchObject({ loads: 0, claims: 0 });
  });

  test('is not done before what it has said of itself is stored', async () => {
    const { lease, stop } = await keeping({ mayReplace: true });
    const before = lease.until;
    let answer = () => {};
    store.inPlaceOfClaims.push(
      () =>
        new Promise<void>(resolve => {
          answer = resolve;
        }),
    );
    await passes(24_000);
    let isDone = false;
    const stopped = stop().then(() => {
      isDone = true;
    });
    await passes(0);
    expect({ isDone, until: lease.until }).toEqual({ isDone: false, until: before });
    answer();
    await stopped;
    expect(lease.until).toBeGreaterThan(before);
    expect(jest.getTimerCount()).toBe(0);
  });
});
