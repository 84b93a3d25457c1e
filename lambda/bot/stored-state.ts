/** A bot's state as a session keeps it. */
export interface StoredState {
  /** JSON text; undefined of a new user. */
  readonly state: string | undefined;
  /** The version of the state's shape; says nothing where there is no state. */
  readonly version: number;
}
