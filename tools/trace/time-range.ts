import { visible } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';

/** A time to search in: epoch ms, both ends included. */
export interface TimeRange {
  readonly from: number;
  readonly to: number;
}

/** Korea has one zone, and no summer time. */
const KST_MS = 9 * 3_600_000;

const UNITS_MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** A longer one is a search for hours. */
const MOST_WITHIN_MS = 7 * UNITS_MS.d;

/** Around a time that was told. */
const AROUND_MS = 5 * UNITS_MS.m;

/** Until now, where no time was told. */
const LAST_MS = UNITS_MS.d;

/**
 * The range that `--at` and `--within` mean: as long before and after the time, whose minute or second is part of it; until
 * now where there is no time.
 * @throws UsageError with one sentence where one of them can't be read
 */
export function rangeOf(at: string | undefined, within: string | undefined, now: number): TimeRange {
  const withinMs = within === undefined ? undefined : lengthOf(within);
  if (at === undefined) return { from: now - (withinMs ?? LAST_MS), to: now };
  const { from, lengthMs } = timeOf(at, now);
  if (from > now)
    throw new UsageError(`--at ${visible(at)} is still to come: a time without a zone is Korea's`);
  const around = withinMs ?? AROUND_MS;
  return { from: from - around, to: Math.min(now, from + lengthMs + around) };
}

function lengthOf(within: string): number {
  const [, count = '', unit = ''] = /^(\d{1,5})([smhd])$/.exec(within) ?? [];
  const ms = Number(count) * (UNITS_MS[unit as keyof typeof UNITS_MS] ?? 0);
  if (ms > 0 && ms <= MOST_WITHIN_MS) return ms;
  throw new UsageError(`--within is a length such as 90s, 5m, 2h or at most 7d, not ${visible(within)}`);
}

function timeOf(at: string, now: number): { readonly from: number; readonly lengthMs: number } {
  const found = clockTime(at, now) ?? dateTime(at);
  if (found !== undefined) return found;
  throw new UsageError(
    `--at is a time such as 2026-11-22T18:45, "2026-11-22 18:45:10", 2026-11-22T09:45Z or, as KakaoTalk shows it, "오후 6:45", not ${visible(at)}`,
  );
}

/** The last time at which a clock in Korea showed this, as KakaoTalk does beside each bubble. */
function clockTime(at: string, now: number) {
  const [, half, hours, minutes, seconds] =
    /^(?:(오전|오후) ?)?(\d{1,2}):(\d{2})(?::(\d{2}))?$/.exec(at) ?? [];
  if (hours === undefined || minutes === undefined) return undefined;
  const isTwelve = half !== undefined;
  const hour = isTwelve ? (Number(hours) % 12) + (half === '오후' ? 12 : 0) : Number(hours);
  const isTime = Number(hours) <= (isTwelve ? 12 : 23) && Number(minutes) < 60 && Number(seconds ?? 0) < 60;
  if (!isTime) return undefined;
  const midnight = Math.floor((now + KST_MS) / UNITS_MS.d) * UNITS_MS.d - KST_MS;
  const ofDay = hour * UNITS_MS.h + Number(minutes) * UNITS_MS.m + Number(seconds ?? 0) * UNITS_MS.s;
  const today = midnight + ofDay;
  const from = today > now ? today - UNITS_MS.d : today;
  return { from, lengthMs: seconds === undefined ? UNITS_MS.m : UNITS_MS.s };
}

function dateTime(at: string) {
  const [, day, clock, seconds, zone] =
    /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2})(:\d{2}(?:\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})?$/.exec(at) ?? [];
  if (day === undefined || clock === undefined) return undefined;
  // Another day than that is one that no month has.
  const isDay = !Number.isNaN(Date.parse(day)) && new Date(day).toISOString().startsWith(day);
  const from = Date.parse(`${day}T${clock}${seconds ?? ':00'}${zone ?? '+09:00'}`);
  if (!isDay || Number.isNaN(from)) return undefined;
  return { from, lengthMs: seconds === undefined ? UNITS_MS.m : UNITS_MS.s };
}

/** A time as a clock in Korea shows it, to the millisecond: `2026-11-22 18:45:39.750`. */
export function inKorea(at: number): string {
  return new Date(at + KST_MS).toISOString().replace('T', ' ').replace('Z', '');
}
