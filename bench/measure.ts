import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { measureBundles } from './bundles.ts';
import { countBytes } from './bytes.ts';
import { type Checkout, checkoutIn, ROOT } from './checkout.ts';
import { coldFunctions, measureCold } from './cold.ts';
import { type CpuQuota, startQuota } from './cpu-quota.ts';
import type { Options, Part } from './options.ts';
import { startPeers } from './peers.ts';
import type { Report } from './report.ts';
import { type Stub, startStub } from './stub.ts';
import { type Field, measureTurns, startFields } from './turns.ts';

/** All that a run of the bench works with. */
export interface Bench {
  readonly folder: string;
  readonly checkouts: readonly Checkout[];
  readonly stub: Stub;
  stop(): Promise<void>;
}

/** Starts a run: other checkouts first, this one last. */
export async function startBench(others: readonly string[]): Promise<Bench> {
  const folder = mkdtempSync(join(tmpdir(), 'gateway-bench-'));
  const stub = await startStub(folder);
  const stop = async () => {
    await stub.stop();
    rmSync(folder, { recursive: true });
  };
  try {
    const checkouts = await Promise.all([...others, ROOT].map(of => checkoutIn(of, folder)));
    return { folder, checkouts, stub, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Measures the parts that are asked for, whole. */
export async function measureWhole(bench: Bench, { parts, hasPeers }: Options): Promise<Report> {
  const { folder, checkouts, stub } = bench;
  const only = async <T>(part: Part, work: () => Promise<readonly T[]>): Promise<readonly T[]> =>
    parts.includes(part) ? work() : [];
  const quota = startQuota();
  try {
    return {
      ...machine(quota),
      turns: await only('turns', () => {
        const fields = checkouts.flatMap(checkout => startFields(checkout, folder, stub, false));
        return run([...fields, ...(hasPeers ? startPeers(folder) : [])], 21);
      }),
      cold: await only('cold', () => measureCold(coldFunctions(checkouts), stub, quota, coldRoundsOf)),
      bytes: await only('bytes', () => countBytes(checkouts, stub, folder)),
      bundles: await only('bundles', () => measureBundles(checkouts, stub, folder, 15)),
    };
  } finally {
    quota?.stop();
  }
}

/** Measures what is held against the baseline, in half a minute. */
export async function measureShort(bench: Bench): Promise<Report> {
  const { folder, checkouts, stub } = bench;
  // Its calls are counted: no time, and so no quota.
  const started = coldFunctions(checkouts).filter(({ memoryMb }) => memoryMb === 1769);
  return {
    ...machine(undefined),
    turns: await measureShortTurns(bench),
    cold: await measureCold(started, stub, undefined, () => 1),
    bytes: await countBytes(checkouts, stub, folder),
    bundles: await measureBundles(checkouts, stub, folder, 0),
  };
}

/** The turns of the short form alone. */
export function measureShortTurns({ checkouts, folder }: Bench): Promise<Report['turns']> {
  return run(
    checkouts.flatMap(checkout => startFields(checkout, folder, undefined, true)),
    11,
  );
}

async function run(fields: readonly Field[], rounds: number): Promise<Report['turns']> {
  try {
    return await measureTurns(fields, { rounds, cpuMs: 60 });
  } finally {
    await Promise.all(fields.map(field => field.process.stop()));
  }
}

// Most of the size that is deployed.
function coldRoundsOf(memoryMb: number): number {
  return memoryMb === 512 ? 15 : 7;
}

function machine(quota: CpuQuota | undefined): Pick<Report, 'date' | 'node' | 'machine' | 'quota'> {
  return {
    date: new Date().toISOString().slice(0, 10),
    node: process.version,
    machine: `${availableParallelism()} × ${cpus()[0]?.model ?? 'unknown'}`,
    quota: quota ? 'by control group, in periods of 10 ms' : 'none',
  };
}
