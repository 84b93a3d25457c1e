/** Something that a bot's operator should look at, beside the line of the turn in which it happened: constant words alone. */
export interface OperatorNote {
  readonly level: 'info' | 'warn' | 'error';
  /** The thing that happened, in a few constant words to search and count by. */
  readonly what: string;
  /** How, in constant words, too. */
  readonly outcome: string;
  /** Told as any error is: of what may quote somebody, its kind alone. */
  readonly error?: Error;
  /** Counts of it, by the metrics' names. */
  readonly metrics?: Readonly<Partial<Record<OperatorMetric, number>>>;
}

/** The metrics that a note may count: those of models. */
export type OperatorMetric =
  | 'LlmTurns'
  | 'LlmRefused'
  | 'LlmFailed'
  | 'LlmInputTokens'
  | 'LlmOutputTokens'
  | 'LlmUnknownTokens'
  | 'LlmWon';

let hear = ({ level, what, outcome, error }: OperatorNote): void => {
  if (level !== 'info') console.warn(`${what}: ${error?.message ?? outcome}`);
};

/** Tells the operator something, in the log where there is one. */
export function tellOperator(note: OperatorNote): void {
  hear(note);
}

/** Has all that is told from now on told to this listener alone. */
export function operatorHears(listener: (note: OperatorNote) => void): void {
  hear = listener;
}
