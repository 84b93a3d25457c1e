import type { UserKey } from '../bot/user.ts';
import { SessionConflictError, UnavailableError } from '../errors.ts';
import type { DeferredTurn } from './deferred-turn.ts';
import { leaseOf, nextRevision, type PendingTurn, type Session, type SessionStore } from './session.ts';
import {
  AWAIT_LEASE_MS,
  FINISH_MS,
  KEEP_MS,
  LEASE_MS,
  LONGEST_PAUSE_MS,
  LOOK_EVERY_MS,
  WORKER_PAUSE_MS,
} from './time-budget.ts';
import { aliveIn } from './waiting.ts';

/** A worker's go at a late turn. */
export interface LateAttempt {
  /** Whether its record comes for the first time, and at once: then nobody can have had the turn before. */
  readonly isFirst: boolean;
  /** Epoch ms at which this worker is dead at the latest. */
  readonly endsAt: number;
  /** Epoch ms after which no rule can answer in time. */
  readonly ruleUntil: number;
  /** Epoch ms at which a rule whose answer goes on after that must be done: what follows fits into the worker's life. Default: the same. */
  readonly restUntil?: number;
  /** Whether an answer is in time even after this worker's life: a turn that waits for others may wait for another record. */
  readonly mayComeAgain?: boolean;
  /**
   * Epoch ms until when a record that is no first one looks again for the turn where the table fails: it may be answered
   * and not posted, and who apologised for it would be wrong. Absent for one look.
   */
  readonly lookUntil?: number;
}

/** A late turn that this worker alone has: until when, and the session as it was read last. */
export interface Lease {
  session: Session;
  /** Epoch ms, with a fraction that tells it from any other worker's. */
  until: number;
  /** Its end once it is renewed, from when that was asked for: the answer may get lost. */
  renewed?: number | undefined;
  /** Whether another worker may have begun the turn's rule, and died. */
  readonly isRetry?: boolean;
}

/** Whether a session still has a lease: as it was, or as its renewal has made it, whose answer may have got lost. */
export function isLeaseIn(session: Session, id: string, lease: Lease): boolean {
  const until = leaseOf(session, id);
  if (until === lease.renewed) lease.until = until;
  return until === lease.until;
}

/**
 * Takes a late turn for this worker. A first record takes it at once; any other looks who has it: it waits while another
 * turn of the user is worked on, or for a lease that is about to end.
 * @returns the session as it is, where the turn is not to be had; `waits` where another record of it should come
 */
export async function takeLease(
  store: SessionStore,
  { key, request: { id }, receivedAt, grows }: DeferredTurn,
  { isFirst, endsAt, ruleUntil, mayComeAgain = false, lookUntil = 0 }: LateAttempt,
): Promise<Lease | { readonly refused: Session; readonly waits?: true }> {
  if (isFirst) {
    const until = leaseUntil(endsAt);
    let session = (await store.claim(key, id, until)) ?? (await store.load(key));
    // The answer of our own claim may have got lost, and the user may have said something before it was sent again.
    if (leaseOf(session, id) !== until) return { refused: session };
    // Its record may have come so late that another turn was begun meanwhile: that one goes first.
    while (leaseOf(session, id) === until) {
      if (!isHeld(session, id)) return { session, until };
      session = await giveBack(store, key, id, session);
    }
  }
  for (;;) {
    const session = await loadPatiently(store, key, lookUntil);
    const lease = leaseOf(session, id);
    const now = Date.now();
    if (Number.isNaN(lease) || lease > now + AWAIT_LEASE_MS) return { refused: session };
    const isBehind = isBlocked(session, id);
    // Its answer is collected: whoever answers the turn before it hands it on in time.
    if (isBehind && isHandedOn(session, id, false)) return { refused: session };
    // Nobody would wait for it here: if whoever answers the turn before it can't hand it on, another record is in time.
    if (isBehind && mayComeAgain && (isHandedOn(session, id, true) || now >= ruleUntil))
      return { refused: session, waits: true };
    if (lease > now || (isBehind && now < ruleUntil)) {
      await pause(lease > now ? lease - now : LOOK_EVERY_MS);
      continue;
    }
    // An answer that grows goes on when what there was had to be posted, or should have been.
    const mayGoOn = grows && now >= ruleUntil;
    const until = leaseUntil(mayGoOn ? endsAt : Math.min(endsAt, ruleUntil + KEEP_MS));
    const leases = { ...session.leases, [id]: until };
    try {
      await store.save(key, session, { ...session, leases });
      const taken = { ...session, leases, revision: nextRevision(session) };
      return { session: taken, until, ...(lease > receivedAt && { isRetry: true }) };
    } catch (error) {
      if (!(error instanceof SessionConflictError)) throw error;
    }
  }
}

/** Loads, as often as there is time: the pauses grow with the table's failures. */
async function loadPatiently(store: SessionStore, key: UserKey, until: number): Promise<Session> {
  for (let failures = 1; ; failures++) {
    try {
      return await store.load(key);
    } catch (error) {
      const pauseMs = Math.min(LONGEST_PAUSE_MS, WORKER_PAUSE_MS * 2 ** failures);
      if (!(error instanceof UnavailableError) || Date.now() + pauseMs >= until) throw error;
      await pause(Math.random() * pauseMs);
    }
  }
}

/** Gives a lease back. @returns the session as it is then */
async function giveBack(store: SessionStore, key: UserKey, id: string, session: Session): Promise<Session> {
  try {
    await store.save(key, session, { ...session, leases: { ...session.leases, [id]: Date.now() - 1 } });
  } catch (error) {
    if (!(error instanceof SessionConflictError)) throw error;
  }
  return store.load(key);
}

function leaseUntil(endsAt: number): number {
  return Math.floor(Math.min(endsAt, Date.now() + LEASE_MS)) + Math.random();
}

/** Whether a turn waits for another of its user: one that is worked on, or that comes before it. */
export function isBlocked(session: Session, id: string): boolean {
  return isHeld(session, id) || aliveIn(session).findIndex(one => one.id === id) > 0;
}

/** Whether a turn waits in the session for those before it, and its answer is posted, or waits in a room for its user. */
function isHandedOn({ memory: { line } }: Session, id: string, isPosted: boolean): boolean {
  const isSuch = (one: PendingTurn): boolean =>
    one.turn !== undefined && (one.isPosted ?? false) === isPosted;
  return line?.some(pending => pending.id === id && isSuch(pending)) ?? false;
}

/** Whether another turn of the user is worked on. */
function isHeld({ leases }: Session, id: string): boolean {
  const now = Date.now();
  return Object.entries(leases).some(([other, until]) => other !== id && until > now);
}

/** How a lease is kept. */
export interface LeaseToKeep {
  /** Epoch ms until when it is kept at most. */
  readonly endsAt: number;
  /** Whether the turn may be replaced: then somebody must look. */
  readonly mayReplace: boolean;
  /** How much longer one renewal makes it (ms): of a worker that dies, the next one knows as soon. Default: to its end. */
  readonly stepMs?: number;
}

/**
 * Keeps a lease while a rule works: says once that the worker lives, when its first lease is about to end, and looks
 * whether the turn was replaced, where a bot's turns may be.
 * @param onLost called when the turn is another's
 * @returns ends it; resolves when nothing of it is under way
 */
export function keepLease(
  store: SessionStore,
  { key, request: { id } }: DeferredTurn,
  lease: Lease,
  { endsAt, mayReplace, stepMs = Number.POSITIVE_INFINITY }: LeaseToKeep,
  onLost: () => void,
): () => Promise<void> {
  let isOver = false;
  const lost = (): void => {
    isOver = true;
    onLost();
  };
  let underWay: Promise<void> = Promise.resolve();
  const look = async (): Promise<void> => {
    const mustRenew = lease.until < endsAt - 1 && Date.now() >= lease.until - FINISH_MS;
    try {
      if (mustRenew) {
        lease.renewed ??= Math.floor(Math.min(endsAt, Date.now() + stepMs)) + Math.random();
        const session = (await store.claim(key, id, lease.renewed, lease.until)) ?? (await store.load(key));
        if (!isLeaseIn(session, id, lease)) return lost();
        lease.session = session;
        if (lease.until === lease.renewed) lease.renewed = undefined;
      } else if (mayReplace && !isLeaseIn(await store.load(key), id, lease)) lost();
    } catch (error) {
      // There is time for another look.
      if (!(error instanceof UnavailableError)) throw error;
    }
  };
  let timer: NodeJS.Timeout | undefined;
  const plan = (): void => {
    const renewInMs =
      lease.until < endsAt - 1 ? lease.until - FINISH_MS - Date.now() : Number.POSITIVE_INFINITY;
    const lookInMs = mayReplace ? LOOK_EVERY_MS : Number.POSITIVE_INFINITY;
    const inMs = renewInMs > 0 ? Math.min(renewInMs, lookInMs) : LOOK_EVERY_MS;
    if (isOver || inMs === Number.POSITIVE_INFINITY) return;
    timer = setTimeout(() => {
      underWay = look().then(plan, lost);
    }, Math.ceil(inMs));
  };
  plan();
  return async () => {
    isOver = true;
    clearTimeout(timer);
    await underWay;
  };
}

const pause = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, Math.ceil(ms)));
