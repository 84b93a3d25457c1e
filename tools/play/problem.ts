import type { Sentence } from '../language.ts';

/** Something that was expected of an answer, and is otherwise. */
export interface Problem extends Sentence {
  /** Lines below the sentence: what was expected (`-`) and what came (`+`). */
  readonly lines?: readonly string[];
}
