/** Counts that all users of a bot share, kept apart for the operating and the development channel. */
export interface TurnCounters {
  /**
   * Adds to a count, which begins at zero, in one round trip; whoever adds at the same time comes before or after.
   * @param name ASCII; a count that nobody adds to is forgotten after 40 days
   * @param by a whole number; a negative one gives back
   * @param most the most that it may come to: nothing is added where that would be more
   * @returns the count after that; undefined where nothing was added
   */
  add(name: string, by: number, most?: number): Promise<number | undefined>;
}
