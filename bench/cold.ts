import { readdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { startLambda } from '../test/kit/lambda.ts';
import type { StubCounts } from './aws-stub.ts';
import { type Call, eventOf, skill } from './calls.ts';
import type { Checkout } from './checkout.ts';
import { favour } from './child.ts';
import { type CpuQuota, processorsOf } from './cpu-quota.ts';
import { type Figure, figureOf } from './figures.ts';
import type { Stub } from './stub.ts';

/** The memory sizes that are compared. */
export const MEMORY_SIZES_MB = [256, 512, 1024, 1769] as const;

/** A function that is started anew, over and over. */
export interface ColdFunction {
  readonly name: string;
  /** Whose it is: a checkout's name. */
  readonly of: string;
  readonly bundle: string;
  /** Absent where it does not look at its event. */
  readonly call?: Call;
  readonly memoryMb: number;
}

/** The way of a function's first user, and of its tenth. */
export interface ColdFigure {
  readonly name: string;
  readonly of: string;
  readonly memoryMb: number;
  /** From the start of the process to its first question for an invocation: no quota holds yet. */
  readonly initMs: Figure;
  readonly firstTurnMs: Figure;
  readonly tenthTurnMs: Figure;
  /** Init and first turn. */
  readonly totalMs: Figure;
  /** Processor time of init and first turn: the quota does not touch it, and others on the machine do little. */
  readonly totalCpuMs: Figure;
  /** Its total by the empty function's of the same round and memory. */
  readonly ofEmpty: Figure;
  /** The same of the processor time. */
  readonly cpuOfEmpty: Figure;
  /** Calls of AWS in init and in the first turn, by their operation. */
  readonly initCalls: StubCounts['calls'];
  readonly firstTurnCalls: StubCounts['calls'];
  /** Connections that init and first turn opened. */
  readonly connections: number;
}

/** DynamoDB's and Secrets Manager's usual time in one region. */
const DELAYS = { dynamoDbMs: 4, secretsManagerMs: 12 };

const TURNS = 10;

const SKILLS: Readonly<Record<string, Call>> = {
  'café, 담기 라떼': skill('담기 라떼', '담았어요'),
  'café, 메뉴': skill('메뉴', 'carousel'),
};

/** The name of the function by which others are measured. */
export const EMPTY = 'empty function';

/** The functions whose cold starts are compared; the yardsticks are the first checkout's. */
export function coldFunctions(checkouts: readonly Checkout[]): readonly ColdFunction[] {
  const [first] = checkouts;
  return MEMORY_SIZES_MB.flatMap(memoryMb => [
    ...(first
      ? [
          { name: EMPTY, of: '', bundle: first.entry('empty', 'cafe'), memoryMb },
          { name: 'client-dynamodb alone', of: '', bundle: first.entry('client-dynamodb', 'cafe'), memoryMb },
        ]
      : []),
    ...Object.entries(SKILLS).flatMap(([name, call]) =>
      checkouts.map(({ name: of, deployed }) => ({
        name,
        of,
        bundle: deployed('open-builder', 'cafe'),
        call,
        memoryMb,
      })),
    ),
  ]);
}

type Round = Awaited<ReturnType<typeof startCold>>;

/** Starts every function in each round, one at a time, in turns. */
export async function measureCold(
  functions: readonly ColdFunction[],
  stub: Stub,
  quota: CpuQuota | undefined,
  roundsOf: (memoryMb: number) => number,
): Promise<readonly ColdFigure[]> {
  const rounds = new Map<ColdFunction, Round[]>(functions.map(one => [one, []]));
  const most = Math.max(...functions.map(({ memoryMb }) => roundsOf(memoryMb)));
  for (let round = 0; round < most; round++) {
    const order = round % 2 === 0 ? functions : functions.toReversed();
    for (const one of order.filter(({ memoryMb }) => round < roundsOf(memoryMb)))
      rounds.get(one)?.push(await startCold(one, stub, quota));
  }
  await stub.counts({ dynamoDbMs: 0, secretsManagerMs: 0 });
  const emptyOf = (memoryMb: number): readonly Round[] =>
    [...rounds].find(([one]) => one.name === EMPTY && one.memoryMb === memoryMb)?.[1] ?? [];
  return [...rounds].map(([{ name, of, memoryMb }, own]) => {
    const figure = (read: (round: Round) => number): Figure => figureOf(own.map(read));
    const empty = emptyOf(memoryMb);
    const last = own.at(-1);
    return {
      name,
      of,
      memoryMb,
      initMs: figure(({ initMs }) => initMs),
      firstTurnMs: figure(({ turnsMs: [firstMs = 0] }) => firstMs),
      tenthTurnMs: figure(({ turnsMs }) => turnsMs.at(-1) ?? 0),
      totalMs: figure(totalOf),
      totalCpuMs: figure(({ cpuMs }) => cpuMs),
      ofEmpty: figureOf(own.map((round, at) => totalOf(round) / totalOf(empty[at] ?? round))),
      cpuOfEmpty: figureOf(own.map((round, at) => round.cpuMs / (empty[at] ?? round).cpuMs)),
      initCalls: last?.init.calls ?? {},
      firstTurnCalls: last?.firstTurn.calls ?? {},
      connections: (last?.init.connections ?? 0) + (last?.firstTurn.connections ?? 0),
    };
  });
}

const totalOf = ({ initMs, turnsMs: [firstMs = 0] }: Round): number => initMs + firstMs;

async function startCold({ bundle, call, memoryMb }: ColdFunction, stub: Stub, quota: CpuQuota | undefined) {
  await stub.counts(DELAYS);
  quota?.lift();
  const { environment } = stub;
  const startedAt = performance.now();
  const lambda = await startLambda({ node: process.execPath, folder: dirname(bundle), environment });
  const { pid = 0 } = lambda.process;
  favour(lambda.process);
  quota?.hold(pid);
  try {
    await lambda.ready();
    const initMs = performance.now() - startedAt;
    quota?.limit(processorsOf(memoryMb));
    const init = await stub.counts();
    const turnsMs: number[] = [];
    let firstTurn: StubCounts | undefined;
    let cpuMs = 0;
    const user = `cold${Math.random().toString(36).slice(2, 10)}`;
    for (let turn = 1; turn <= TURNS; turn++) {
      const event = call ? eventOf(call, user, `${turn}`) : {};
      const beganAt = performance.now();
      const answer = await lambda.invoke(event);
      turnsMs.push(performance.now() - beganAt);
      if (call && !JSON.stringify(answer).includes(call.says))
        throw new Error(`${call.utterance} was answered by ${JSON.stringify(answer)}`);
      if (turn > 1) continue;
      cpuMs = cpuMsOf(pid);
      firstTurn = await stub.counts();
    }
    return { initMs, init, turnsMs, cpuMs, firstTurn: firstTurn ?? init };
  } finally {
    await lambda.stop();
  }
}

/** The processor time of a process until now, all its threads together. */
function cpuMsOf(pid: number): number {
  return readdirSync(`/proc/${pid}/task`).reduce((sum, thread) => {
    const [ns] = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ');
    return sum + Number(ns) / 1e6;
  }, 0);
}
