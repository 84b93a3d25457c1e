import { type Call, skill } from './calls.ts';
import { bundleScript, type Checkout, ROOT, type Scenario } from './checkout.ts';
import { startChild } from './child.ts';
import { writeUnits } from './item-bytes.ts';
import type { PacedTurn } from './paced-process.ts';
import type { Stub } from './stub.ts';

/** Ten turns of one user at the pace of a conversation: the table's part of the bill. Counted, so without spread. */
export interface BytesFigure {
  readonly name: string;
  /** Whose it is: a checkout's name. */
  readonly of: string;
  readonly paceSeconds: number;
  /** Of one turn, on average. */
  readonly readsPerTurn: number;
  readonly writesPerTurn: number;
  readonly writeUnitsPerTurn: number;
  /** Of one save, on average; 0 where nothing is saved. */
  readonly bytesPerSave: number;
  readonly mostBytes: number;
}

/** Seconds from one thing that a user says to the next: of somebody who reads, and of somebody who taps on. */
const PACES_SECONDS = [10, 3] as const;

const CONVERSATIONS: Readonly<Record<string, readonly [Scenario, readonly Call[]]>> = {
  echo: ['echo', [skill('안녕하세요', '안녕하세요')]],
  메뉴: ['cafe', [skill('메뉴', 'carousel')]],
  '담기 라떼': ['cafe', [skill('담기 라떼', '담았어요')]],
  '주문 … 네': [
    'cafe',
    [
      skill('주문', '어떤 음료를'),
      skill('라떼', '어떤 크기로'),
      skill('톨', '몇 잔'),
      skill('2잔', '맞으신가요'),
      skill('네', '주문을 받았어요'),
    ],
  ],
};

const TURNS = 10;

/** Counts what ten turns of each kind ask of the table. */
export async function countBytes(
  checkouts: readonly Checkout[],
  stub: Stub,
  folder: string,
): Promise<readonly BytesFigure[]> {
  const script = bundleScript('paced-process', folder);
  const figures: BytesFigure[] = [];
  for (const { name: of, deployed } of checkouts) {
    const child = startChild(script, [], { ...stub.environment, BENCH_ROOT: ROOT });
    for (const [name, [scenario, calls]] of Object.entries(CONVERSATIONS)) {
      for (const paceSeconds of PACES_SECONDS) {
        const bundle = deployed('open-builder', scenario);
        const say = (user: string, turn: number): Promise<object> => {
          const call = calls[turn % calls.length];
          if (call === undefined) throw new Error(`the conversation ${name} has no turn`);
          return child.ask({ bundle, call, user, afterMs: paceSeconds * 1000 } satisfies PacedTurn);
        };
        // Whatever the function reads when it starts belongs to no turn.
        await say(`start of ${of}`, 0);
        await stub.counts();
        for (let turn = 0; turn < TURNS; turn++) await say(`paced${figures.length}`, turn);
        const { calls: asked, itemBytes } = await stub.counts();
        const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);
        figures.push({
          name,
          of,
          paceSeconds,
          readsPerTurn: (asked.GetItem ?? 0) / TURNS,
          writesPerTurn: itemBytes.length / TURNS,
          writeUnitsPerTurn: sum(itemBytes.map(writeUnits)) / TURNS,
          bytesPerSave: itemBytes.length > 0 ? sum(itemBytes) / itemBytes.length : 0,
          mostBytes: Math.max(0, ...itemBytes),
        });
      }
    }
    await child.stop();
  }
  return figures;
}
