import { digits } from './figures.ts';
import type { Report } from './report.ts';

/** Something that the gateway is to reach. */
export interface Goal {
  readonly what: string;
  readonly is: number;
  readonly atLeast?: number;
  readonly atMost?: number;
}

/** The memory of the front functions, as they are deployed. */
export const DEPLOYED_MB = 512;

/** The goals that this report tells something about, of one checkout. */
export function goalsOf({ turns, cold, bytes }: Report, of: string): readonly Goal[] {
  const own = turns.filter(turn => turn.of === of && !turn.name.includes(','));
  const echoOf = (peer: string): number | undefined =>
    turns.find(({ name, of: whose }) => name === 'echo' && whose === peer)?.ratio.median;
  const echo = echoOf(of);
  const peers = [
    ['Slack Bolt', 2],
    ['Hono', 1],
    ['grammY', 1],
    ['Chat SDK', 1],
  ] as const;
  return [
    ...own
      .filter(({ name }) => !/^(core|smart-chat) /.test(name))
      .map(({ name, ratio }) => ({ what: `${name}: the handler by raw`, is: ratio.median, atLeast: 0.18 })),
    ...own
      .filter(({ name }) => name.startsWith('core '))
      .map(({ name, ratio }) => ({ what: `${name} by raw`, is: ratio.median, atLeast: 0.5 })),
    ...peers.flatMap(([peer, times]) => {
      const ratio = echoOf(peer);
      if (ratio === undefined || echo === undefined) return [];
      return [{ what: `echo: the handler by ${times} × ${peer}`, is: echo, atLeast: times * ratio }];
    }),
    ...cold
      .filter(one => one.of === of && one.memoryMb === DEPLOYED_MB)
      .flatMap(({ name, firstTurnMs, ofEmpty, cpuOfEmpty }) => [
        { what: `${name}: ms of the first turn, cold`, is: firstTurnMs.median, atMost: 40 },
        { what: `${name}: cold by empty, by the clock`, is: ofEmpty.median, atMost: 2.3 },
        { what: `${name}: cold by empty, by the processor`, is: cpuOfEmpty.median, atMost: 2.3 },
      ]),
    ...bytes
      .filter(one => one.of === of && one.writesPerTurn > 0)
      .map(({ name, paceSeconds, writeUnitsPerTurn }) => ({
        what: `${name} every ${paceSeconds} s: write units a turn`,
        is: writeUnitsPerTurn,
        atMost: 1,
      })),
  ];
}

/** The goals that are missed, a sentence each. */
export function missedOf(goals: readonly Goal[]): readonly string[] {
  return goals
    .filter(({ is, atLeast = is, atMost = is }) => is < atLeast || is > atMost)
    .map(({ what, is, atLeast, atMost }) => {
      const wanted =
        atLeast === undefined ? `at most ${digits(atMost ?? is)}` : `at least ${digits(atLeast)}`;
      return `${what}: ${digits(is)}, not ${wanted}`;
    });
}
