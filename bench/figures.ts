/** A figure of many rounds: its middle, and the quarters beside it, which tell how much the machine swayed. */
export interface Figure {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

/** The median of the rounds and its quartiles. */
export function figureOf(rounds: readonly number[]): Figure {
  const sorted = rounds.toSorted((a, b) => a - b);
  const at = (part: number): number => sorted[Math.floor((sorted.length - 1) * part)] ?? Number.NaN;
  return { median: at(0.5), low: at(0.25), high: at(0.75) };
}

/** A figure as a reader takes it in: three digits that count. */
export function digits(figure: number): string {
  if (!Number.isFinite(figure)) return '–';
  return figure >= 100
    ? figure.toFixed(0)
    : figure >= 10
      ? figure.toFixed(1)
      : figure.toFixed(figure >= 1 ? 2 : 3);
}

/** A figure with its quartiles. */
export function withSpread({ median, low, high }: Figure): string {
  return `${digits(median)} (${digits(low)}–${digits(high)})`;
}
