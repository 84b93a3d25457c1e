import type { StoredState } from './stored-state.ts';

/** The rooms' side of a turn: the states of its room, by the names of room sessions. */
export interface TurnRooms {
  /** The state of that name; its text is undefined where there is none. */
  read(name: string): Promise<StoredState>;
  /** Saves what `effect` makes of the state, once a turn and call, and resolves with the state after that. */
  change(name: string, effect: (stored: StoredState) => StoredState): Promise<StoredState>;
}
