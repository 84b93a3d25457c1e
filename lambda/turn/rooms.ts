import type { Deadline } from '../bot/deadline.ts';
import type { TurnRequest } from '../bot/incoming.ts';
import { type RoomKey, roomKeyOf } from '../bot/room-key.ts';
import type { StoredState } from '../bot/stored-state.ts';
import type { TurnRooms } from '../bot/turn-rooms.ts';
import { DeadlineError, RoomTooLargeError, UnavailableError } from '../errors.ts';
import { nextRevision, SESSION_LIFETIME_DAYS } from './session.ts';
import { shortIdOf } from './short-id.ts';
import { FIRST_ROOM_PAUSE_MS, LONGEST_PAUSE_MS, REMEMBER_CHANGE_MS } from './time-budget.ts';

/** All that is kept of one room. */
export interface Room {
  /** The states that the room shares, by the names of their room sessions. */
  readonly states: Readonly<Record<string, StoredState>>;
  /** The last changes, so that none is done twice: in the order in which they were done. */
  readonly changes: readonly RoomChange[];
  /** Which save this is; 0 when nothing was ever saved. */
  readonly revision: number;
}

/** A change that was done. */
export interface RoomChange {
  /** Short: it is only compared. */
  readonly id: string;
  /** Epoch ms, in whole seconds. */
  readonly at: number;
}

/** A room of which nothing is known yet. */
export const EMPTY_ROOM: Room = { states: {}, changes: [], revision: 0 };

/** Keeps rooms; every implementation passes the contract in `test/kit/contracts.ts`. */
export interface RoomStore {
  /** As the last finished save left the room; an expired one is empty, whatever its revision. Given up when the signal aborts. */
  load(room: RoomKey, signal?: AbortSignal): Promise<Room>;
  /**
   * Replaces the room that was loaded, whole or not at all; resolves with whether it was still that one. A try that is
   * under way when the signal aborts is given up: whether it was done nobody knows.
   */
  save(room: RoomKey, loaded: Room, next: Omit<Room, 'revision'>, signal?: AbortSignal): Promise<boolean>;
}

/** The most bytes that the states of a room may have together. */
export const MAX_ROOM_BYTES = 300_000;

/** How many changes of a room are remembered, the last: more than people who speak in it in the time of a turn. */
const REMEMBER_CHANGES = 1_000;

/** The step of a turn's rule: of two the first, or the only one; or the second, which may run again by itself. */
export type RuleStep = 'work' | 'then';

/** The rooms of a bot, for its turns. */
export class Rooms {
  readonly #store: RoomStore;

  constructor(store: RoomStore) {
    this.#store = store;
  }

  /**
   * The rooms' side of one run of a turn's rule. Where nobody can know the room again, its states last as long as that run.
   * @param deadline as the turn has it by the time of a call
   */
  of(
    request: Pick<TurnRequest, 'id' | 'user' | 'group'>,
    step: RuleStep,
    deadline: () => Deadline,
  ): TurnRooms {
    const { user, group, id } = request;
    const known = roomKeyOf(user, group);
    const room = known ?? ('unknown' as RoomKey);
    const store = known === undefined ? new MemoryRoomStore() : this.#store;
    const calls = new Map<string, number>();
    return {
      read: async name => stateIn(await store.load(room, deadline().signal), name),
      change: (name, effect) => {
        const call = (calls.get(name) ?? 0) + 1;
        calls.set(name, call);
        // Two people may have turns of the same id.
        const changeId = shortIdOf([user.key, id, step, name, call].join(' '));
        return change(store, room, name, changeId, effect, deadline());
      },
    };
  }
}

function stateIn({ states }: Room, name: string): StoredState {
  return (Object.hasOwn(states, name) ? states[name] : undefined) ?? { state: undefined, version: 1 };
}

async function change(
  store: RoomStore,
  room: RoomKey,
  name: string,
  changeId: string,
  effect: (stored: StoredState) => StoredState,
  deadline: Deadline,
): Promise<StoredState> {
  for (let tries = 0; ; tries++) {
    const loaded = await store.load(room, deadline.signal);
    const before = stateIn(loaded, name);
    if (loaded.changes.some(({ id }) => id === changeId)) return before;
    const after = effect(before);
    if (after.state === before.state && after.version === before.version) return before;
    // The user has an apology by now, or a worker does it.
    if (deadline.remainingMs() === 0) throw overrun(name);
    const states = { ...loaded.states, [name]: after };
    requireRoomFor(states, name);
    const next = { states, changes: withChange(loaded.changes, changeId) };
    if (await isSaved(store, room, loaded, next, deadline)) return after;
    const pauseMs = Math.random() * Math.min(LONGEST_PAUSE_MS, FIRST_ROOM_PAUSE_MS * 2 ** tries);
    if (pauseMs >= deadline.remainingMs()) throw overrun(name);
    await new Promise(resolve => setTimeout(resolve, pauseMs));
  }
}

const overrun = (name: string): DeadlineError => new DeadlineError(`changing the room session "${name}"`);

/** Whether a change is known to be saved: one whose answer was lost may be, and is found among the room's then. */
async function isSaved(
  store: RoomStore,
  room: RoomKey,
  loaded: Room,
  next: Omit<Room, 'revision'>,
  deadline: Deadline,
): Promise<boolean> {
  try {
    return await store.save(room, loaded, next, deadline.signal);
  } catch (error) {
    if (error instanceof UnavailableError && deadline.remainingMs() > 0) return false;
    throw error;
  }
}

/** @throws RoomTooLargeError */
function requireRoomFor(states: Room['states'], name: string): void {
  let bytes = 0;
  for (const [known, { state = '' }] of Object.entries(states))
    bytes += Buffer.byteLength(known) + Buffer.byteLength(state);
  if (bytes > MAX_ROOM_BYTES) throw new RoomTooLargeError(name, bytes, MAX_ROOM_BYTES);
}

function withChange(changes: readonly RoomChange[], id: string): readonly RoomChange[] {
  const now = Math.floor(Date.now() / 1_000) * 1_000;
  const known = changes.filter(({ at }) => at > now - REMEMBER_CHANGE_MS);
  return [...known, { id, at: now }].slice(-REMEMBER_CHANGES);
}

/** Rooms in this process's memory: for tests and benchmarks. */
export class MemoryRoomStore implements RoomStore {
  readonly #rooms = new Map<RoomKey, { room: Room; expiresAt: number }>();
  readonly #lifetimeMs: number;

  constructor({ lifetimeDays = SESSION_LIFETIME_DAYS } = {}) {
    this.#lifetimeMs = lifetimeDays * 86_400_000;
  }

  async load(key: RoomKey): Promise<Room> {
    const kept = this.#rooms.get(key);
    if (kept === undefined) return EMPTY_ROOM;
    if (kept.expiresAt <= Date.now()) return { ...EMPTY_ROOM, revision: kept.room.revision };
    return kept.room;
  }

  async save(
    key: RoomKey,
    loaded: Room,
    next: Omit<Room, 'revision'>,
    signal?: AbortSignal,
  ): Promise<boolean> {
    if (signal?.aborted) throw new UnavailableError('sessions table', { cause: signal.reason });
    const revision = this.#rooms.get(key)?.room.revision ?? 0;
    if (revision !== loaded.revision) return false;
    this.#rooms.set(key, {
      room: { ...next, revision: nextRevision(loaded) },
      expiresAt: Date.now() + this.#lifetimeMs,
    });
    return true;
  }
}
