/** A replacement that is meant, although something is lost by it. */
export interface Accepted {
  /** The release that is updated: the entry ends with the next one that is kept. */
  readonly release: number;
  /** The settings and the stack, as the file in `<release>/templates` is named. */
  readonly template: string;
  /** The logical id of the resource that is lost. */
  readonly id: string;
  /** Whose change replaces it; none where the resource itself is gone. */
  readonly property?: string;
  /** Why it is worth it, and what operators do about it: it belongs into the CHANGELOG, too. */
  readonly reason: string;
}

/** All of them. */
export const ACCEPTED: readonly Accepted[] = [];
