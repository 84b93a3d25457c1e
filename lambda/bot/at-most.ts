/** A list of at most `N` items, so that one too many does not compile. */
export type AtMost<N extends number, T> = Grow<N, T, readonly []>;

/** A list of one to `N` items. */
export type OneTo<N extends number, T> = Grow<N, T, readonly [T], [unknown]>;

type Grow<
  N extends number,
  T,
  List extends readonly unknown[],
  Count extends unknown[] = [],
> = Count['length'] extends N ? List : Grow<N, T, readonly [...List, T?], [...Count, unknown]>;

/** The first `max` items: for a list whose length only runtime knows, where a shorter list is fine too. */
export function atMost<const N extends number, T>(max: N, items: readonly T[]): AtMost<N, T> {
  const kept = items.slice(0, max);
  if (!fits<AtMost<N, T>>(kept, 0, max))
    throw new RangeError('unreachable: a slice is no longer than its bound');
  return kept;
}

/** The first `max` items, or undefined when there is none: Kakao refuses an empty card list. */
export function oneTo<const N extends number, T>(max: N, items: readonly T[]): OneTo<N, T> | undefined {
  const kept = items.slice(0, max);
  return fits<OneTo<N, T>>(kept, 1, max) ? kept : undefined;
}

/** The items of a counted list, whose type says of each but the first that it may be missing. */
export function compact<T>(items: readonly (T | undefined)[] | undefined): T[] {
  return items === undefined ? [] : items.filter(item => item !== undefined);
}

function fits<List>(items: readonly unknown[], min: number, max: number): items is List & readonly unknown[] {
  return items.length >= min && items.length <= max;
}
