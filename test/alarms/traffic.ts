import { SLOW_TURNS, type Sources } from './sources.ts';

/** The ills of a minute, beside those of any other; whatever it leaves out is well. */
export interface Ills {
  /** Kakao's calls that come at all; all of them where it is absent. */
  readonly calls?: number;
  /** The shares of calls that are refused for their secret, by the API for being too many, and that get a 5xx. */
  readonly refused?: number;
  readonly throttled?: number;
  readonly broken?: number;
  /** Whether those are of functions that can't start; else of the API, or of functions that hang. */
  readonly starts?: 'fail' | 'hang';
  /** The shares of turns that fail, are slow, are put off beyond the usual, and whose answers are repaired. */
  readonly failed?: number;
  readonly slow?: number;
  readonly overrun?: number;
  readonly repaired?: number;
  /** The share of callbacks that Kakao refuses. */
  readonly callbacksRefused?: number;
  /** Whether they fail for a part of the cloud that is ill, as validations do then, too. */
  readonly cloud?: 'ill';
  /** Whether every worker dies. */
  readonly worker?: 'dead';
  /** The share of calls to the table that are throttled. */
  readonly tableThrottled?: number;
  /** Whether a turn of the probe fails, is slow, or is not taken at all. */
  readonly probe?: 'fails' | 'slow' | 'silent';
}

/** A kind of outage: what is ill so many minutes after it began, at a bot of so many turns a day. */
export type Outage = (minutes: number, turnsADay: number) => Ills;

/** How a day of a café's bot is spread over its hours in Seoul: quiet nights, most at noon and after work. */
const HOURS = [
  0.3, 0.15, 0.08, 0.05, 0.05, 0.1, 0.3, 1, 2.5, 4, 5.5, 8, 9.5, 8.5, 7.5, 7, 6.5, 6.5, 7.5, 7.5, 6.5, 5, 3,
  1.2,
];
const WHOLE_DAY = HOURS.reduce((sum, hour) => sum + hour, 0);

/** The share of turns that a worker takes, and of calls that are validations. */
const LATE = 0.05;
const VALIDATIONS = 0.02;

/** The ills of any minute: shares of turns that fail and that are slow, and of callbacks that Kakao refuses. */
const NORMAL = { failed: 0.001, slow: 0.001, callbacksRefused: 0.001 };

/** From a lost late turn to its user's next word (min): about so long, for one user in two; the others never come back. */
const SPEAKS_AGAIN_MINUTES = 10;

/** Settings of {@link trafficOf}. */
export interface TrafficSettings {
  readonly turnsADay: number;
  readonly days: number;
  readonly seed: number;
  /** From which minute to which something is ill. */
  readonly outage?: { readonly kind: Outage; readonly from: number; readonly until: number } | undefined;
  readonly hasProbe: boolean;
  /** Whether strangers scan the API now and then. */
  readonly hasScans?: boolean;
}

/** The metrics of some days of a bot, by a seed. */
export function trafficOf({
  turnsADay,
  days,
  seed,
  outage,
  hasProbe,
  hasScans = false,
}: TrafficSettings): Sources {
  const minutes = days * 1_440;
  const counts = new Map<string, Float64Array>();
  const add = (name: string, at: number, count: number): void => {
    if (count === 0 || at >= minutes) return;
    const series = counts.get(name) ?? new Float64Array(minutes);
    counts.set(name, series);
    series[at] = (series[at] ?? 0) + count;
  };
  const waits = new Float64Array(minutes);
  counts.set('AWS/SQS ApproximateAgeOfOldestMessage', waits);
  const waitsFor = (at: number, seconds: number): void => {
    waits[at] = Math.max(waits[at] ?? 0, seconds);
  };
  const draw = drawsBy(seed);
  let scanAt = 600 + Math.floor(draw.share() * 2_880);
  for (let minute = 0; minute < minutes; minute++) {
    const isIll = outage !== undefined && minute >= outage.from && minute < outage.until;
    const ills = isIll ? outage.kind(minute - outage.from, turnsADay) : {};
    const hour = Math.floor(minute / 60) % 24;
    const due = (turnsADay * (HOURS[hour] ?? 0)) / WHOLE_DAY / 60;
    const calls = draw.count(due * (ills.calls ?? 1));
    playCalls(calls, ills, (name, count) => add(name, minute, count), draw);
    playLate(calls, ills, minute, add, waitsFor, draw);
    if (hasProbe) playProbe(ills, (name, count) => add(name, minute, count));
    if (hasScans && minute >= scanAt && minute < scanAt + 3) {
      add('AWS/ApiGateway 4xx', minute, 25);
      // A stranger who knows the routes: some of it has a body, as Kakao's calls have.
      if (minute === scanAt) add('KakaoGateway CallsRefused', minute, 2);
    }
    if (minute === scanAt + 3) scanAt += 1_440 + Math.floor(draw.share() * 2_880);
  }
  return { minutes, counts };
}

type Add = (name: string, count: number) => void;

function playCalls(calls: number, ills: Ills, add: Add, draw: Draws): void {
  const refused = draw.of(calls, ills.refused ?? 0);
  const throttled = draw.of(calls - refused, ills.throttled ?? 0);
  const broken = draw.of(calls - refused - throttled, ills.broken ?? 0);
  add('AWS/ApiGateway 4xx', refused + throttled);
  add('AWS/ApiGateway 5xx', broken);
  add('KakaoGateway CallsRefused', refused);
  add('KakaoGateway CallsThrottled', throttled);
  if (ills.starts === 'fail') add('AWS/Lambda Errors openbuilder', broken);
  const turns = calls - refused - throttled - (ills.starts === 'hang' ? 0 : broken);
  const throttles = draw.of(turns, ills.tableThrottled ?? 0);
  add('AWS/DynamoDB ReadThrottleEvents', throttles * 3);
  add('AWS/DynamoDB WriteThrottleEvents', throttles * 2);
  const overrun = draw.of(turns, (ills.overrun ?? 0) + NORMAL.slow);
  add('KakaoGateway Turns', turns);
  add('KakaoGateway TurnsFailed', draw.of(turns, Math.max(NORMAL.failed, ills.failed ?? 0)));
  add(SLOW_TURNS, ills.starts === 'hang' ? turns : draw.of(turns, Math.max(NORMAL.slow, ills.slow ?? 0)));
  add('KakaoGateway DeadlineMissed', overrun);
  add('KakaoGateway AnswersRepaired', draw.of(turns, ills.repaired ?? 0));
  const validations = draw.of(turns, VALIDATIONS);
  add('AWS/Lambda Invocations validation', validations);
  add('KakaoGateway ValidationsFailed', draw.of(validations, ills.cloud ? (ills.failed ?? 0) : 0));
}

function playLate(
  calls: number,
  { refused = 0, throttled = 0, broken = 0, failed = 0, overrun = 0, callbacksRefused, worker }: Ills,
  minute: number,
  add: (name: string, at: number, count: number) => void,
  waitsFor: (at: number, seconds: number) => void,
  draw: Draws,
): void {
  const share = (1 - refused) * (1 - throttled) * (1 - broken) * (1 - failed) * (LATE + overrun);
  const late = draw.of(calls, share);
  add('KakaoGateway TurnsDeferred', minute, late);
  if (worker !== 'dead') {
    add('KakaoGateway CallbacksFailed', minute, draw.of(late, callbacksRefused ?? NORMAL.callbacksRefused));
    return;
  }
  for (let one = 0; one < late; one++) {
    add('AWS/Lambda Errors lateturn', minute, 2);
    // The queue keeps it for five minutes; the oldest is the oldest, however many there are.
    for (let older = 1; older < 5; older++) {
      waitsFor(minute + older, older * 60);
    }
    if (draw.share() < 0.5)
      add(
        'KakaoGateway LateLost',
        minute + 1 + Math.ceil(-Math.log(1 - draw.share()) * SPEAKS_AGAIN_MINUTES),
        1,
      );
  }
}

function playProbe({ probe }: Ills, add: Add): void {
  if (probe === 'silent') return;
  add('AWS/Lambda Invocations probe', 1);
  add('AWS/Lambda Errors probe', probe === 'fails' ? 1 : 0);
  add('AWS/Lambda Duration probe', probe === 'slow' ? 4_500 : 400);
}

interface Draws {
  /** Between 0 and 1. */
  readonly share: () => number;
  /** How many come where so many are due, by Poisson. */
  readonly count: (due: number) => number;
  /** How many of some fall into a share. */
  readonly of: (count: number, share: number) => number;
}

function drawsBy(seed: number): Draws {
  let state = seed * 2_654_435_761;
  const share = (): number => {
    // Mulberry32: small, quick, and the same everywhere.
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const around = (mean: number, variance: number): number => {
    const normal = Math.sqrt(-2 * Math.log(1 - share())) * Math.cos(2 * Math.PI * share());
    return Math.max(0, Math.round(mean + Math.sqrt(variance) * normal));
  };
  const count = (due: number): number => {
    if (due > 30) return around(due, due);
    const end = Math.exp(-due);
    let [many, product] = [0, share()];
    while (product > end) {
      product *= share();
      many++;
    }
    return many;
  };
  const of = (all: number, part: number): number => {
    if (part <= 0 || all <= 0) return 0;
    if (part >= 1) return all;
    if (all * part > 30) return Math.min(all, around(all * part, all * part * (1 - part)));
    if (all > 60) return Math.min(all, count(all * part));
    let many = 0;
    for (let one = 0; one < all; one++) if (share() < part) many++;
    return many;
  };
  return { share, count, of };
}
