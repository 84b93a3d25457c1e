/** Something that a bot's operator should look at, beside the line of the turn in which it happened: constant words alone. */
export interface OperatorNote {
  readonly level: 'warn' | 'error';
  /** The thing that happened, in a few constant words to search and count by. */
  readonly what: string;
  /** How, in constant words, too. */
  readonly outcome: string;
}

let hear = ({ what, outcome }: OperatorNote): void => console.warn(`${what}: ${outcome}`);

/** Tells the operator something, in the log where there is one. */
export function tellOperator(note: OperatorNote): void {
  hear(note);
}

/** Has all that is told from now on told to this listener alone. */
export function operatorHears(listener: (note: OperatorNote) => void): void {
  hear = listener;
}
