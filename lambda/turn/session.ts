import type { StoredState } from '../bot/bot.ts';
import type { SettledReply } from '../bot/reply.ts';
import type { UserKey } from '../bot/user.ts';
import { SessionConflictError } from '../errors.ts';
import type { ProtocolMemory } from './protocol.ts';

/** All that is kept of one user between turns. */
export interface Session extends StoredState {
  readonly memory: Memory;
  /** The late turns that are not answered yet, by turn id: until when a worker has each (epoch ms). */
  readonly leases: Leases;
  /** Which save this is; 0 when nothing was ever saved. */
  readonly revision: number;
}

/** By turn id, until when a worker has a late turn (epoch ms); a time in the past means that nobody has it. */
export type Leases = Readonly<Record<string, number>>;

/** The gateway's own part of a session. */
export interface Memory {
  /** The part of the protocol that answered last, where it needs any to understand what comes next. */
  readonly protocol?: ProtocolMemory;
  /** The part that did not fit into the last answer, until the user asks for "더보기" or says something else. */
  readonly rest?: SettledReply;
  /** The late replies that the user has yet to collect, in the order they were asked for. */
  readonly late?: readonly LateReply[];
  /** The last turns that changed something, so that a repeated delivery has no second effect. */
  readonly turns: readonly AnsweredTurn[];
}

/** A reply that could not be given in time, and waits until its user collects it. */
export interface LateReply {
  /** The turn's id. */
  readonly id: string;
  /** Absent while it is worked on. */
  readonly reply?: SettledReply;
  /** Epoch ms; then the reply is worth nothing, or whoever worked on it is lost. */
  readonly expiresAt: number;
}

/** A turn that is answered, by its id. */
export interface AnsweredTurn {
  readonly id: string;
  /** Epoch ms. */
  readonly at: number;
  /** Absent when a store had no room for it: the turn still has no second effect. */
  readonly reply?: SettledReply;
  /** The words to wait for a late reply with, while there is none. */
  readonly waiting?: string;
}

/** A session of which nothing is known yet. */
export const EMPTY_SESSION: Session = {
  state: undefined,
  version: 1,
  memory: { turns: [] },
  leases: {},
  revision: 0,
};

/** Whether a store loaded nothing of the user: there never was anything, or it has expired. */
export function isNew({ memory }: Session): boolean {
  // A memory that was saved may be as empty, but is another.
  return memory === EMPTY_SESSION.memory;
}

/** Days that a session lives after its last change. */
export const SESSION_LIFETIME_DAYS = 30;

/** Keeps sessions; every implementation passes the contract in `test/kit/contracts.ts`. */
export interface SessionStore {
  /** As the last finished save of this user left it; an expired session is empty, whatever its revision. */
  load(user: UserKey): Promise<Session>;
  /**
   * Replaces the session that was loaded, whole or not at all; it may forget the replies of remembered turns.
   * @throws SessionConflictError when another save or delete came since the load
   */
  save(user: UserKey, loaded: Session, next: Omit<Session, 'revision'>): Promise<void>;
  /**
   * Takes a late turn for one worker until `until` (epoch ms), and loads the session with it: one round trip.
   * @returns undefined when nobody deferred this turn, or it is answered, or another worker has it still
   */
  claim(user: UserKey, turnId: string, until: number): Promise<Session | undefined>;
  /** Forgets the user. */
  delete(user: UserKey): Promise<void>;
}

/** Until when a worker has a late turn (epoch ms); not a number when the turn waits for none. */
export function leaseOf({ leases }: Session, turnId: string): number {
  return (Object.hasOwn(leases, turnId) ? leases[turnId] : undefined) ?? Number.NaN;
}

/** The leases without this turn's. */
export function leasesWithout(leases: Leases, id: string): Leases {
  return Object.fromEntries(Object.entries(leases).filter(([turnId]) => turnId !== id));
}

/**
 * The memory without the oldest replies that make it longer than so many UTF-16 units of JSON.
 * No turn is forgotten, nor is the newest reply: a worker that dies now has yet to deliver it.
 */
export function withFewerReplies(memory: Memory, maxLength: number): Memory {
  let left = maxLength;
  const newestFirst = memory.turns.toReversed().map(({ reply, ...turn }, age): AnsweredTurn => {
    left -= JSON.stringify(reply ?? null).length;
    return reply === undefined || (left < 0 && age > 0) ? turn : { ...turn, reply };
  });
  return { ...memory, turns: newestFirst.toReversed() };
}

/** The revision that follows; a first save starts at the clock, so a session born again never repeats one. */
export function nextRevision(loaded: Session): number {
  return loaded.revision === 0 ? Date.now() : loaded.revision + 1;
}

/** Sessions in this process's memory: for tests and benchmarks. */
export class MemorySessionStore implements SessionStore {
  readonly #sessions = new Map<UserKey, { session: Session; expiresAt: number }>();
  readonly #lifetimeMs: number;

  constructor({ lifetimeDays = SESSION_LIFETIME_DAYS } = {}) {
    this.#lifetimeMs = lifetimeDays * 86_400_000;
  }

  /** How many users it remembers. */
  get size(): number {
    return this.#sessions.size;
  }

  async load(user: UserKey): Promise<Session> {
    const kept = this.#sessions.get(user);
    if (kept === undefined) return EMPTY_SESSION;
    if (kept.expiresAt <= Date.now()) return { ...EMPTY_SESSION, revision: kept.session.revision };
    return kept.session;
  }

  async save(user: UserKey, loaded: Session, next: Omit<Session, 'revision'>): Promise<void> {
    const revision = this.#sessions.get(user)?.session.revision ?? 0;
    if (revision !== loaded.revision) throw new SessionConflictError();
    this.#sessions.set(user, {
      session: { ...next, revision: nextRevision(loaded) },
      expiresAt: Date.now() + this.#lifetimeMs,
    });
  }

  async claim(user: UserKey, turnId: string, until: number): Promise<Session | undefined> {
    const kept = this.#sessions.get(user);
    const now = Date.now();
    if (kept === undefined || kept.expiresAt <= now || !(leaseOf(kept.session, turnId) <= now))
      return undefined;
    const { session } = kept;
    const leases = { ...session.leases, [turnId]: until };
    kept.session = { ...session, leases, revision: nextRevision(session) };
    return kept.session;
  }

  async delete(user: UserKey): Promise<void> {
    this.#sessions.delete(user);
  }
}
