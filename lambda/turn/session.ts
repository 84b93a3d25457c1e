import type { SettledReply } from '../bot/reply.ts';
import type { RoomKey } from '../bot/room-key.ts';
import type { StoredState } from '../bot/stored-state.ts';
import type { UserKey } from '../bot/user.ts';
import { SessionConflictError, UnavailableError } from '../errors.ts';
import type { DeferredTurn } from './deferred-turn.ts';
import type { DraftKey } from './drafts.ts';
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

/** The gateway's own part of a session: what it remembers of a room stands for the room of two. */
export interface Memory extends RoomMemory {
  /** The same of the group rooms, by the room's key. */
  readonly groups?: Readonly<Record<string, GroupMemory>>;
  /** The late turns that are not answered yet, wherever they were asked for, in the order in which they are worked on. */
  readonly line?: readonly PendingTurn[];
  /** The alias that names this session: the app's id of the user, and when it was written (epoch ms). */
  readonly alias?: { readonly appUserId: string; readonly at: number };
  /** When the user's turns of a limited rule were begun, by the rule's name (epoch ms). */
  readonly begun?: Readonly<Record<string, readonly number[]>>;
  /** The last turns that changed something, so that a repeated delivery has no second effect. */
  readonly turns: readonly AnsweredTurn[];
}

/** The part of a memory that is shown in one room alone. */
export interface RoomMemory {
  /** The part of the protocol that answered last, where it needs any to understand what comes next. */
  readonly protocol?: ProtocolMemory;
  /** The answer that did not fit, until the user says something else than "더보기". */
  readonly rest?: Rest;
  /** The late replies that the user has yet to collect, and those they collected a moment ago. */
  readonly late?: readonly LateReply[];
}

/** The memory of a group room. */
export interface GroupMemory extends RoomMemory {
  /** Epoch ms of its last change: the rooms of long ago are forgotten. */
  readonly at: number;
}

/** An answer that is shown in parts, as many as its renderer makes of it. */
export interface Rest {
  /** The turn that it answers. */
  readonly id: string;
  /** Whole: each part is what is left of it when those before were shown. */
  readonly reply: SettledReply;
  /** The part that comes next, counted from 0. */
  readonly next: number;
  /** Epoch ms at which the last part was shown; absent while there is a next one. */
  readonly overAt?: number;
}

/** A late turn that is not answered yet. */
export interface PendingTurn {
  /** The turn's id. */
  readonly id: string;
  /** The key of the group room in which its answer is shown; absent for the room of two. */
  readonly room?: string;
  /** The rule that was chosen; absent in what an earlier release stored. */
  readonly rule?: string;
  /** How long its reply is worth telling (ms). */
  readonly worthMs?: number;
  /** Whether its answer is posted, and not collected. */
  readonly isPosted?: true;
  /** Whether its answer grows. */
  readonly grows?: true;
  /** How many pieces of its answer the user has seen; absent where none was shown yet. */
  readonly seen?: number;
  /** Epoch ms; then whoever worked on it is lost, unless its lease says otherwise. */
  readonly expiresAt: number;
  /** The turn itself, where it waits for one before it: whoever answers that one hands it to the queue. */
  readonly turn?: DeferredTurn;
}

/** A reply that could not be given in time, and waits until its user collects it. */
export interface LateReply {
  /** The turn's id. */
  readonly id: string;
  readonly reply: SettledReply;
  /** Epoch ms; then the reply is worth nothing. */
  readonly expiresAt: number;
  /** Epoch ms at which it was collected. */
  readonly shownAt?: number;
}

/** A turn that is answered, by its id. */
export interface AnsweredTurn {
  /** The turn's id, or the short one that a store keeps where nothing else is known of the turn (`shortIdOf`). */
  readonly id: string;
  /** Epoch ms. */
  readonly at: number;
  /** Absent when a store has forgotten it: the turn still has no second effect. */
  readonly reply?: SettledReply;
  /** The part of {@link Rest} that answered it, where that holds the reply. */
  readonly part?: { readonly of: string; readonly number: number };
  /** The words to wait for a late reply with, while there is none. */
  readonly waiting?: string;
  /** Whether nobody can deliver it again: it only has to meet itself. */
  readonly isBrief?: true;
  /** Whether the reply is still to be posted, by whoever has the turn's record next. */
  readonly isToPost?: true;
  /** Whether a worker posts the reply: should it die before, whoever has the turn's record next does. */
  readonly isPosted?: true;
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
   * Replaces the session that was loaded, whole or not at all. It may forget the replies of remembered turns that nobody
   * needs ({@link isReplyNeeded}), and the ids of those turns but for short ones; and it may shed as much of the memory
   * (`shedMemory`) as a state of 100 KB needs: that is kept, whatever answers wait beside it.
   * A try that is under way when the signal aborts is given up, and no other begun: whether it was done nobody knows.
   * @throws SessionConflictError when another save or delete came since the load; SessionTooLargeError
   */
  save(user: UserKey, loaded: Session, next: Omit<Session, 'revision'>, signal?: AbortSignal): Promise<void>;
  /**
   * Takes a late turn for one worker until `until` (epoch ms), and loads the session with it: one round trip.
   * @param held the end of the lease that may be replaced, at the latest: now, or what this worker itself was given
   * @returns undefined when nobody deferred this turn, or it is answered, or another worker has it still
   */
  claim(user: UserKey, turnId: string, until: number, held?: number): Promise<Session | undefined>;
  /** Forgets the user, what a room shares, or an answer's draft: all lie in one place. */
  delete(key: UserKey | RoomKey | DraftKey): Promise<void>;
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
 * Whether a store keeps the reply of the remembered turn at this place, whatever that costs: the newest one may be asked for
 * again, and a worker may have yet to post another.
 */
export function isReplyNeeded({ turns }: Memory, place: number): boolean {
  const { isToPost, isPosted } = turns[place] ?? {};
  return place === turns.length - 1 || isToPost === true || isPosted === true;
}

/** The memory without the replies that a store may forget; no turn is forgotten. */
export function withNeededReplies(memory: Memory): Memory {
  const turns = memory.turns.map((turn, place): AnsweredTurn => {
    if (isReplyNeeded(memory, place)) return turn;
    const { reply: _, ...others } = turn;
    return others;
  });
  return { ...memory, turns };
}

/** The revision that follows; a first save starts at the clock, so what is born again never repeats one. */
export function nextRevision(loaded: Pick<Session, 'revision'>): number {
  return loaded.revision === 0 ? Date.now() : loaded.revision + 1;
}

/** Sessions in this process's memory: for tests and benchmarks. */
export class MemorySessionStore implements SessionStore {
  readonly #sessions = new Map<UserKey | RoomKey | DraftKey, { session: Session; expiresAt: number }>();
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

  async save(
    user: UserKey,
    loaded: Session,
    next: Omit<Session, 'revision'>,
    signal?: AbortSignal,
  ): Promise<void> {
    if (signal?.aborted) throw new UnavailableError('sessions table', { cause: signal.reason });
    const revision = this.#sessions.get(user)?.session.revision ?? 0;
    if (revision !== loaded.revision) throw new SessionConflictError();
    this.#sessions.set(user, {
      session: { ...next, revision: nextRevision(loaded) },
      expiresAt: Date.now() + this.#lifetimeMs,
    });
  }

  async claim(user: UserKey, turnId: string, until: number, held = Date.now()): Promise<Session | undefined> {
    const kept = this.#sessions.get(user);
    if (kept === undefined || kept.expiresAt <= Date.now() || !(leaseOf(kept.session, turnId) <= held))
      return undefined;
    const { session } = kept;
    const leases = { ...session.leases, [turnId]: until };
    kept.session = { ...session, leases, revision: nextRevision(session) };
    return kept.session;
  }

  async delete(key: UserKey | RoomKey | DraftKey): Promise<void> {
    this.#sessions.delete(key);
  }
}
