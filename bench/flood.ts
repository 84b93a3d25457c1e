import { pathToFileURL } from 'node:url';
import { LATE_QUEUE } from '../lambda/aws/late-queue-settings.ts';
import { LATE_ANSWER_WITHIN_MS } from '../lambda/turn/time-budget.ts';
import { ASSUMED, FRONT_MS, PRICES, syncCost } from './cost.ts';

// `node --import tsx bench/flood.ts 100000` computes the tables of docs/quotas.md for so many friends.

/** A gateway as it is deployed where nothing is set. */
export const DEPLOYED = {
  throttleRate: 100,
  throttleBurst: 200,
  lateTurnsAtOnce: LATE_QUEUE.atOnce,
  memoryMb: 512,
} as const;

/** A new account's quota of Lambda, and the one that AWS calls its default. */
export const CONCURRENCY = { new: 10, default: 1_000 } as const;

/** Lambda takes so many calls a second for each environment that an account may have. */
const CALLS_AN_ENVIRONMENT = 10;

/** How Lambda's pollers of a queue grow, without provisioned mode: at once, and in a minute. */
const POLLERS = { atOnce: 5, aMinute: 300 } as const;

/** A message to all friends of a channel: which part of them taps, how soon (s, the mean), and how many turns each takes. */
export interface Wave {
  readonly taps: number;
  readonly meanSeconds: number;
  readonly turnsEach: number;
}

/** A mild wave, a button that everybody wants, and a coupon for the first who come. */
export const WAVES = [
  { taps: 0.05, meanSeconds: 600, turnsEach: 3 },
  { taps: 0.2, meanSeconds: 600, turnsEach: 3 },
  { taps: 0.2, meanSeconds: 180, turnsEach: 3 },
] as const satisfies readonly Wave[];

/** A wave's turns, by what a gateway as it is deployed makes of them. */
export interface Flood {
  readonly turns: number;
  /** A second, when the message has just been sent; they become fewer by the curve e^(-t/mean). */
  readonly peak: number;
  /** By a 429. */
  readonly refused: number;
  /** How long turns are refused (s). */
  readonly refusedForSeconds: number;
  /** Environments of the front function at the peak, where all are started. */
  readonly environments: number;
}

/** A wave on so many friends. */
export function floodOf({ taps, meanSeconds, turnsEach }: Wave, friends: number): Flood {
  const { throttleRate, throttleBurst, memoryMb } = DEPLOYED;
  const turns = friends * taps * turnsEach;
  const peak = turns / meanSeconds;
  const refusedForSeconds = peak > throttleRate ? meanSeconds * Math.log(peak / throttleRate) : 0;
  // What comes until the rate has fallen to what is taken, without what is taken and the burst.
  const came = turns * (1 - Math.exp(-refusedForSeconds / meanSeconds));
  const refused = Math.max(0, came - throttleRate * refusedForSeconds - throttleBurst);
  const environments = Math.ceil((peak * FRONT_MS[memoryMb].warm) / 1_000);
  return { turns, peak, refused, refusedForSeconds: refused > 0 ? refusedForSeconds : 0, environments };
}

/**
 * How many of many slow turns that come at once have their answer while a callback lives: a poller more each fifth of a
 * second, up to what the deployment and the account allow.
 * @param workMs how long a slow rule works
 */
export function lateTurnsInTime(atOnce: number, workMs: number = ASSUMED.workerMs): number {
  const begins = (LATE_ANSWER_WITHIN_MS - workMs) / 1_000;
  const freeAt: number[] = [];
  let begun = 0;
  for (let second = 0; second <= begins; second++) {
    const workers = Math.min(atOnce, POLLERS.atOnce + (POLLERS.aMinute * second) / 60);
    const busy = freeAt.filter(at => at > second);
    const free = Math.max(0, Math.floor(workers) - busy.length);
    begun += free;
    freeAt.splice(0, freeAt.length, ...busy, ...Array<number>(free).fill(second + workMs / 1_000));
  }
  return begun;
}

/** The most dollars that an hour of the throttle's rate costs, where each call is a turn. */
export function usdAnHourAt(perSecond: number): number {
  const aMillion = syncCost().reduce((sum, { usd }) => sum + usd, 0);
  return (perSecond * 3_600 * aMillion) / 1_000_000;
}

/** The dollars of an hour in which so many environments of a front function never rest. */
export function usdAnHourOf(environments: number): number {
  return environments * (DEPLOYED.memoryMb / 1_024) * 3_600 * PRICES['Lambda on arm64'].usd;
}

/** The rows of the waves. */
export function waveRows(friends: number): readonly string[] {
  return WAVES.map(wave => {
    const { turns, peak, refused, refusedForSeconds, environments } = floodOf(wave, friends);
    const cells = [
      `${wave.taps * 100} %`,
      `${wave.meanSeconds / 60} min`,
      number(turns),
      number(peak),
      `${number(refused)}${refused > 0 ? ` (${number((refused / turns) * 100)} %)` : ''}`,
      refused > 0 ? `${number(refusedForSeconds / 60)} min` : '–',
      number(environments),
    ];
    return `| ${cells.join(' | ')} |`;
  });
}

/** The rows of what an account bears, by its quota of Lambda. */
export function accountRows(): readonly string[] {
  return [CONCURRENCY.new, 100, CONCURRENCY.default].map(quota => {
    const late = Math.min(DEPLOYED.lateTurnsAtOnce, quota);
    const cells = [quota, quota * CALLS_AN_ENVIRONMENT, late, lateTurnsInTime(late)];
    return `| ${cells.map(number).join(' | ')} |`;
  });
}

/** The rows of what the ceilings cost at most. */
export function ceilingRows(): readonly string[] {
  const rates = [20, DEPLOYED.throttleRate, 500].map(
    rate =>
      `| \`throttleRate\` ${rate} | ${usdAnHourAt(rate).toFixed(2)} | ${(24 * usdAnHourAt(rate)).toFixed(0)} |`,
  );
  const reserves = [10, 50].map(
    many =>
      `| \`reservedConcurrency\` ${many} | ${usdAnHourOf(many).toFixed(2)} | ${(24 * usdAnHourOf(many)).toFixed(0)} |`,
  );
  return [...rates, ...reserves];
}

const number = (value: number): string => Math.round(value).toLocaleString('en-US');

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const friends = Number(process.argv[2] ?? 100_000);
  console.log([...waveRows(friends), '', ...accountRows(), '', ...ceilingRows()].join('\n'));
}
