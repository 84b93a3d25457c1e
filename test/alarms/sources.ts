import type { Series } from './metric-math.ts';

/** The metrics of some minutes: how much of each there was in each minute. */
export interface Sources {
  readonly minutes: number;
  /** By namespace and name, `KakaoGateway Turns`; none where nothing ever was. */
  readonly counts: ReadonlyMap<string, Float64Array>;
}

/** The turns that took longer than the alarm's threshold, beside all of them. */
export const SLOW_TURNS = 'slow turns';

/** The series of a metric by a statistic, at each minute over the period that ends there; NaN where nothing was. */
export function seriesOfMetric(
  { minutes, counts }: Sources,
  name: string,
  statistic: string,
  periodMinutes: number,
): Series {
  const of = (metric: string): Float64Array => counts.get(metric) ?? new Float64Array(minutes);
  const isTurnMs = name === 'KakaoGateway TurnMs';
  if (isTurnMs && statistic === 'p99') {
    const [slow, all] = [sums(of(SLOW_TURNS), periodMinutes), sums(of('KakaoGateway Turns'), periodMinutes)];
    // The slowest hundredth takes 4 s where it is one of those, and else as long as any other.
    return all.map((turns, at) => (turns === 0 ? Number.NaN : (slow[at] ?? 0) / turns > 0.01 ? 4_000 : 300));
  }
  // Of these each minute has one.
  if (statistic === 'Maximum' || name.startsWith('AWS/Lambda Duration'))
    return highest(of(name), periodMinutes).map(seen);
  if (isTurnMs && statistic.startsWith('TC(')) return sums(of(SLOW_TURNS), periodMinutes).map(seen);
  if (statistic === 'Sum') {
    // Lambda tells of each call that it was no error.
    const calls = sums(of(name.replace(' Errors ', ' Invocations ')), periodMinutes);
    return sums(of(name), periodMinutes).map((sum, at) => ((calls[at] ?? 0) > 0 ? sum : seen(sum)));
  }
  throw new Error(`the simulation has no ${statistic} of ${name}`);
}

/** Whatever did not happen leaves no data. */
const seen = (value: number): number => (value === 0 ? Number.NaN : value);

function sums(counts: Float64Array, periodMinutes: number): Float64Array {
  let sum = 0;
  return counts.map((count, at) => {
    sum += count - (counts[at - periodMinutes] ?? 0);
    return sum;
  });
}

function highest(counts: Float64Array, periodMinutes: number): Float64Array {
  return counts.map((_, at) => {
    let most = 0;
    for (let other = Math.max(0, at - periodMinutes + 1); other <= at; other++)
      most = Math.max(most, counts[other] ?? 0);
    return most;
  });
}
