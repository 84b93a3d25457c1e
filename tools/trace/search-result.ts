import type { Likeness } from './said.ts';
import type { TimeRange } from './time-range.ts';
import type { RefusedCalls, Way } from './ways.ts';

/** A turn that a search found. */
export interface FoundTurn extends Way {
  /** How much of a bubble of it the words are; undefined where none were given, or they are the gateway's own. */
  readonly likeness: Likeness | undefined;
}

/** Everything that a search found. */
export interface SearchResult {
  readonly range: TimeRange;
  readonly groups: readonly string[];
  readonly turns: readonly FoundTurn[];
  /** How many more there are. */
  readonly others: number;
  /** How many more only begin with the same words, where others have the whole of them. */
  readonly alike: number;
  readonly refused: readonly RefusedCalls[];
  /** The name of the gateway's own text that was looked for. */
  readonly ownText: string | undefined;
  /** The log groups that were not searched to the end. */
  readonly cut: readonly string[];
}
