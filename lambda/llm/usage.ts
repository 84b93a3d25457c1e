import type { Reservation, Talk, TalkDay } from './talk.ts';

/** The tokens that an answer took. */
export interface Spent {
  readonly input: number;
  readonly output: number;
}

/** Tokens that a turn took: none where the model was not reached, and unknown where nobody can tell. */
export type Charge = Spent | 'none' | 'unknown';

/** The turns and tokens that a user has taken of a day, as a rule may tell them. */
export interface Usage {
  /** Turns that count. */
  readonly turns: number;
  /** Tokens that count: of answers, of those that are worked on (estimated), and of those that nobody knows of. */
  readonly tokens: number;
  /** Those of them that nobody knows of: they are never returned. */
  readonly unknownTokens: number;
  /** Turns that are left; absent without `limits.turnsPerDay`. */
  readonly turnsLeft?: number;
  /** Tokens that are left; absent without `limits.tokensPerDay`. */
  readonly tokensLeft?: number;
}

/** Seoul has no summer time. */
const SEOUL_MS = 9 * 3_600_000;

/** Most reservations that are remembered by their turns; older ones are unknown. */
const MOST_HELD = 20;

/** The day in Seoul: `2026-11-22`. */
export function dayOf(now: number): string {
  return new Date(now + SEOUL_MS).toISOString().slice(0, 10);
}

/** Today as far as it was taken. */
export function todayOf({ day }: Talk, now: number): TalkDay {
  const today = dayOf(now);
  return day?.day === today ? day : { day: today, turns: 0, tokens: 0, unknown: 0, held: [] };
}

const sizeOf = ({ input, output }: Spent): number => input + output;

const sum = (held: readonly Reservation[]): number => held.reduce((all, one) => all + sizeOf(one), 0);

/** The tokens of a day that count against its limit. */
export const countedTokens = ({ tokens, unknown, held }: TalkDay): number => tokens + unknown + sum(held);

/** The tokens of a day that nobody knows of. */
export const unknownTokens = ({ unknown, held }: TalkDay): number =>
  unknown + sum(held.filter(one => one.isUnknown));

/** The day with a turn that is begun, and the tokens that it may take. @param alone whether no other turn is worked on */
export function reserving(day: TalkDay, reservation: Reservation, alone: boolean): TalkDay {
  const others = day.held.filter(({ id }) => id !== reservation.id);
  const held = [...(alone ? others.map(unknown) : others), reservation];
  const older = held.slice(0, -MOST_HELD);
  return {
    ...day,
    turns: day.turns + (others.length === day.held.length ? 1 : 0),
    unknown: day.unknown + sum(older),
    held: held.slice(-MOST_HELD),
  };
}

const unknown = (reservation: Reservation): Reservation => ({ ...reservation, isUnknown: true });

/**
 * The day with a turn that came to its end, whose reservation becomes what it took; nothing, and its turn is returned,
 * where the model was not reached. A reservation of which nobody knows stays. One of another day changes nothing.
 */
export function settling(day: TalkDay, id: string, charge: Charge, isRetry: boolean): TalkDay {
  const at = day.held.findIndex(one => one.id === id);
  const reserved = day.held[at];
  if (reserved === undefined) return day;
  // One turn of a user is worked on at a time: whichever was reserved before it has no end any more.
  const held = day.held.flatMap((one, place) => (place === at ? [] : [place < at ? unknown(one) : one]));
  const isLost = charge === 'unknown' || isRetry || reserved.isUnknown;
  return {
    ...day,
    turns: day.turns - (charge === 'none' && !isLost ? 1 : 0),
    tokens: day.tokens + (typeof charge === 'string' ? 0 : sizeOf(charge)),
    unknown: day.unknown + (isLost ? sizeOf(reserved) : 0),
    held,
  };
}

/** The reservation of a turn; an empty one where there is none. */
export const heldFor = (day: TalkDay | undefined, id: string): Omit<Reservation, 'id'> =>
  day?.held.find(one => one.id === id) ?? { input: 0, output: 0 };

/** The day whose answers under way are to be remembered by nobody; what they take counts as before. */
export const forgetting = (day: TalkDay): TalkDay => ({
  ...day,
  held: day.held.map(one => ({ ...one, isForgotten: true })),
});
