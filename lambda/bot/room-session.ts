import { ConfigurationError, SessionVersionError } from '../errors.ts';
import { isPromise } from './deadline.ts';
import { jsonOfState } from './state-json.ts';
import type { StoredState } from './stored-state.ts';
import type { Turn } from './turn.ts';
import type { TurnRooms } from './turn-rooms.ts';

/** Everything a room session is made with. */
export interface RoomSessionOptions<R> {
  /** Its name among the room sessions of the bot: a letter, then at most 39 letters, digits, `-` and `_`. */
  readonly name: string;
  /** Makes the state of a room that has none yet; it must survive JSON. */
  readonly initial: () => R;
  /** The version of the state's shape: a whole number from 1, to be raised where old states need {@link migrate}. Default: 1. */
  readonly version?: number;
  /** Makes a state of this version of one stored under an older; may run again. */
  readonly migrate?: (state: unknown, from: number) => R;
}

/** A state that everybody in a room shares, beside each user's session: of a group room, or of a room of two. */
export interface RoomSession<R> {
  /**
   * The room's state as it is now: one read of the table. To change what it gives changes nothing.
   * @throws an error whose sentence names the room session
   */
  read(turn: Pick<Turn<unknown>, 'rooms'>): Promise<R>;
  /**
   * Changes the room's state, and saves it at once; the state after that. Whoever changes it at the same time comes before
   * or after. A turn's change counts once, however often the turn's rule runs.
   * @param effect changes the state that it is given, or returns another; it may run more than once, and can't wait
   * @throws an error whose sentence names the room session
   */
  change(turn: Pick<Turn<unknown>, 'rooms'>, effect: (state: R) => R | undefined): Promise<R>;
}

/**
 * Declares a state that a room shares. A turn that neither reads nor changes it pays nothing for it.
 * @throws ConfigurationError when its name, its `initial` or its version is none
 */
export function roomSession<R>(options: RoomSessionOptions<R>): RoomSession<R> {
  const { name, initial, version = 1, migrate } = options;
  requireOptions(options);

  const stateOf = (stored: StoredState): R => {
    if (stored.state === undefined) return initial();
    if (stored.version > version)
      throw new SessionVersionError(stored.version, version, `room session "${name}"`);
    const state = JSON.parse(stored.state);
    return stored.version < version && migrate ? migrate(state, stored.version) : state;
  };
  return {
    read: async ({ rooms }) => stateOf(await roomsOf(rooms, name).read(name)),
    change: async ({ rooms }, effect) => {
      const stored = await roomsOf(rooms, name).change(name, before => {
        const state = stateOf(before);
        // A new room's state is no change before a rule changes it, nor is a migrated one.
        const was = JSON.stringify(state);
        const changed: unknown = effect(state);
        if (isPromise(changed))
          throw new ConfigurationError(
            `the change of the room session "${name}" is a promise: do what takes time before, and change the state at once`,
          );
        const now = jsonOfState(changed === undefined ? state : changed, `the room session "${name}"`);
        return now === was ? before : { state: now, version };
      });
      return stateOf(stored);
    },
  };
}

function requireOptions<R>({ name, initial, version = 1, migrate }: RoomSessionOptions<R>): void {
  if (typeof name !== 'string' || !/^[A-Za-z][\w-]{0,39}$/.test(name))
    throw new ConfigurationError(
      `a room session's name must be a letter, then at most 39 letters, digits, - and _, not "${name}"`,
    );
  if (typeof initial !== 'function')
    throw new ConfigurationError(
      `the room session "${name}" needs an initial: a function that makes the state of a new room`,
    );
  if (!Number.isSafeInteger(version) || version < 1 || (version > 1 && !migrate))
    throw new ConfigurationError(
      `the version of the room session "${name}" must be 1, 2, 3…, and from 2 on with a migrate, not ${version}`,
    );
}

/** @throws ConfigurationError where nothing keeps what rooms share */
function roomsOf(rooms: TurnRooms | undefined, name: string): TurnRooms {
  if (rooms === undefined)
    throw new ConfigurationError(
      `the room session "${name}" is asked for where nothing keeps it: give the gateway its rooms`,
    );
  return rooms;
}
