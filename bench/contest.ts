/** A handler beside the least that could stand in its place, for one kind of request. */
export interface Contest {
  /** The next request, made before its time is taken. */
  next(): unknown;
  /** Answers it, as users pay for it. */
  turn(request: unknown): Promise<unknown>;
  /** Reads the same body and writes the same answer, and nothing else. */
  raw(request: unknown): Promise<unknown>;
}

/** Makes a contest by name; a peer's module exports one of these as `contest`. */
export type ContestMaker = (name: string) => Promise<Contest>;

/** A share of the work of one round, as it is asked of a process. */
export interface Share {
  readonly contest: string;
  readonly side: 'turn' | 'raw';
  /** Processor time to spend on it. */
  readonly cpuMs: number;
}

/** The processor time of one run, of whatever the process did meanwhile: its garbage collector's and its compiler's, too. */
export interface Spent {
  readonly cpuUs: number;
  readonly wallUs: number;
}
