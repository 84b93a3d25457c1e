import { type Call, skill, smartChat } from './calls.ts';
import { bundleScript, type Checkout, ROOT, type Scenario } from './checkout.ts';
import { type Child, startChild } from './child.ts';
import type { Share, Spent } from './contest.ts';
import { type Figure, figureOf } from './figures.ts';
import { FUNCTION_ENVIRONMENT, type Stub } from './stub.ts';
import type { OwnContest } from './turn-process.ts';

/** One kind of turn: processor time beside the least that could stand in its place. */
export interface TurnFigure {
  readonly name: string;
  /** Whose it is: a checkout's name, or a peer's. */
  readonly of: string;
  /** Processor time of one turn. */
  readonly turnUs: Figure;
  /** Of its raw handler: `JSON.parse` of the same body, `JSON.stringify` of the same answer. */
  readonly rawUs: Figure;
  /** Raw's time by the turn's; 1 would be a turn that costs nothing. */
  readonly ratio: Figure;
}

/** How long to measure. */
export interface Rounds {
  readonly rounds: number;
  readonly cpuMs: number;
}

/** Some contests, and the process in which they are run. */
export interface Field {
  readonly of: string;
  readonly contests: readonly string[];
  readonly process: Child;
}

/** Rounds until the compiler has done its work: a second of processor time each. */
const WARM_UP_ROUNDS = 15;

const SKILLS: Readonly<Record<string, readonly [Scenario, Call]>> = {
  echo: ['echo', skill('안녕하세요', '안녕하세요')],
  메뉴: ['cafe', skill('메뉴', 'carousel')],
  장바구니: ['cafe', skill('장바구니', '장바구니가 비어')],
  '담기 라떼': ['cafe', skill('담기 라떼', '담았어요')],
};

// 장바구니 differs from 메뉴 by less than the machine sways.
const { 장바구니: _, ...SHORT } = SKILLS;

const MESSAGES: Readonly<Record<string, readonly [Scenario, Call]>> = {
  'smart-chat 메뉴': ['cafe', smartChat('메뉴', 'message')],
  'smart-chat 담기 라떼': ['cafe', smartChat('담기 라떼', '담았어요')],
};

/** A checkout's contests by their store; the short form has those that a change of ours moves most. */
function contestsOf(
  { deployed, entry }: Checkout,
  store: 'memory' | 'stub',
  isShort: boolean,
): Record<string, OwnContest> {
  const made: Record<string, OwnContest> = {};
  for (const [name, [scenario, call]] of Object.entries(isShort ? SHORT : { ...SKILLS, ...MESSAGES })) {
    const { protocol } = call;
    if (store === 'stub') made[`${name}, table`] = { bundle: deployed(protocol, scenario), call };
    else made[name] = { bundle: entry(`memory-${protocol}`, scenario), call };
    if (store === 'memory' && protocol === 'open-builder')
      made[`core ${name}`] = { bundle: entry('core', scenario), call, isCore: true };
  }
  return made;
}

/** The processes in which a checkout's turns are measured: without a table, and with the stub's. */
export function startFields(
  checkout: Checkout,
  folder: string,
  stub: Stub | undefined,
  isShort: boolean,
): readonly Field[] {
  const script = bundleScript('turn-process', folder);
  const start = (store: 'memory' | 'stub', environment: Readonly<Record<string, string>>): Field => {
    const own = contestsOf(checkout, store, isShort);
    const process = startChild(script, [JSON.stringify({ own })], { ...environment, BENCH_ROOT: ROOT });
    return { of: checkout.name, contests: Object.keys(own), process };
  };
  return [start('memory', FUNCTION_ENVIRONMENT), ...(stub ? [start('stub', stub.environment)] : [])];
}

/** Measures every contest, one after the other and all of them in each round, whoever's they are. */
export async function measureTurns(
  fields: readonly Field[],
  { rounds, cpuMs }: Rounds,
  warmUpRounds: number = WARM_UP_ROUNDS,
): Promise<readonly TurnFigure[]> {
  const names = [...new Set(fields.flatMap(({ contests }) => contests))];
  const times = new Map<string, { turn: Spent; raw: Spent }[]>();
  for (let round = -warmUpRounds; round < rounds; round++) {
    // Whoever comes first in one round comes last in the next.
    const order = round % 2 === 0 ? fields : fields.toReversed();
    for (const contest of names) {
      for (const { of, process } of order.filter(({ contests }) => contests.includes(contest))) {
        const ask = (side: Share['side'], ms: number) =>
          process.ask<Spent>({ contest, side, cpuMs: ms } satisfies Share);
        const spent = { turn: await ask('turn', cpuMs), raw: await ask('raw', cpuMs / 2) };
        const key = JSON.stringify([contest, of]);
        if (round >= 0) times.set(key, [...(times.get(key) ?? []), spent]);
      }
    }
  }
  return [...times].map(([key, spent]) => {
    const [name, of] = JSON.parse(key);
    return {
      name,
      of,
      turnUs: figureOf(spent.map(({ turn }) => turn.cpuUs)),
      rawUs: figureOf(spent.map(({ raw }) => raw.cpuUs)),
      ratio: figureOf(spent.map(({ turn, raw }) => raw.cpuUs / turn.cpuUs)),
    };
  });
}
