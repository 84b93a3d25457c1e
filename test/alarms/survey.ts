import { OUTAGES, type OutageName } from './outages.ts';
import { mailsOf } from './play-alarms.ts';
import type { PlayedAlarm } from './read-alarms.ts';
import { type Outage, trafficOf } from './traffic.ts';

/** The sizes of bots that are simulated, in turns a day. */
export const SIZES = [50, 200, 1_000, 10_000, 500_000] as const;

/** How one kind of outage, a whole day long, was noticed at one size of bot. */
export interface Noticed {
  /** The median of the minutes from its begin to the first mail; undefined where most days had none. */
  readonly minutes: number | undefined;
  /** The most mails that one outage sent while it lasted, that something went off, and until a day later, that it was over. */
  readonly alarms: number;
  readonly ends: number;
  /** The kinds of alarms that went off. */
  readonly kinds: readonly string[];
}

/** Settings of {@link survey}. */
export interface SurveySettings {
  readonly alarms: readonly PlayedAlarm[];
  readonly hasProbe: boolean;
  /** How many days of outage, each by a seed and from a time of its own. */
  readonly seeds?: number;
}

/** The day on which an outage begins: before it, a day has filled what alarms look back on. */
const ILL_DAY = 1;

/** How long an outage lasts (min). */
const LASTS_MINUTES = 1_440;

/** How soon and how loudly one kind of outage is noticed, which begins between 9 in the morning and 9 in the evening. */
export function survey(
  name: OutageName,
  turnsADay: number,
  { alarms, hasProbe, seeds = 7 }: SurveySettings,
): Noticed {
  const runs = Array.from({ length: seeds }, (_, at) => {
    const from = ILL_DAY * 1_440 + 540 + Math.floor((at * 720) / seeds);
    const outage = { kind: OUTAGES[name].kind, from, until: from + LASTS_MINUTES };
    const traffic = trafficOf({ turnsADay, days: ILL_DAY + 2.5, seed: at + 1, outage, hasProbe });
    return mailsOf(alarms, traffic)
      .filter(({ at, says }) => at >= from && (says === 'OK' || at < from + LASTS_MINUTES))
      .map(mail => ({ ...mail, after: mail.at - from }));
  });
  const first = runs
    .map(mails => Math.min(...mails.filter(({ says }) => says === 'ALARM').map(({ after }) => after)))
    .toSorted((one, other) => one - other);
  const median = first[Math.floor(seeds / 2)] ?? Number.POSITIVE_INFINITY;
  const most = (says: string): number =>
    Math.max(...runs.map(mails => mails.filter(mail => mail.says === says).length));
  return {
    minutes: Number.isFinite(median) ? median : undefined,
    alarms: most('ALARM'),
    ends: most('OK'),
    kinds: [...new Set(runs.flat().map(({ kind }) => kind))].sort(),
  };
}

/** How long each of two outages lasts, and how long after the first's end the second begins (min). */
const BRIEFLY_MINUTES = 60;
const APART_MINUTES = 180;

/** The median of the minutes from a second outage's begin to its first mail, where the same is over since three hours; undefined where most had none. */
export function surveyAgain(
  name: OutageName,
  turnsADay: number,
  { alarms, hasProbe, seeds = 7 }: SurveySettings,
): number | undefined {
  const again = BRIEFLY_MINUTES + APART_MINUTES;
  const kind: Outage = (minutes, size) =>
    minutes % again < BRIEFLY_MINUTES ? OUTAGES[name].kind(minutes % again, size) : {};
  const told = Array.from({ length: seeds }, (_, at) => {
    // Both are in hours in which users speak.
    const from = ILL_DAY * 1_440 + 540 + Math.floor((at * 480) / seeds);
    const outage = { kind, from, until: from + again + BRIEFLY_MINUTES };
    const traffic = trafficOf({ turnsADay, days: ILL_DAY + 1, seed: at + 1, outage, hasProbe });
    const mails = mailsOf(alarms, traffic).filter(
      ({ says, at: sent }) => says === 'ALARM' && sent >= from + again && sent < outage.until,
    );
    return Math.min(...mails.map(({ at: sent }) => sent - from - again));
  }).toSorted((one, other) => one - other);
  const median = told[Math.floor(seeds / 2)];
  return Number.isFinite(median) ? median : undefined;
}

/** The mails of a month in which nothing is wrong but what always is: see NORMAL in `traffic.ts`, and a scan now and then. */
export function calmMonth(
  turnsADay: number,
  { alarms, hasProbe }: SurveySettings,
  seed = 1,
): readonly string[] {
  const traffic = trafficOf({ turnsADay, days: 30, seed, hasProbe, hasScans: true });
  return mailsOf(alarms, traffic).map(
    ({ kind, says, at }) => `${kind} ${says} on day ${Math.floor(at / 1_440)}`,
  );
}
