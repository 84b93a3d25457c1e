import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { measureBundles } from './bundles.ts';
import { countBytes } from './bytes.ts';
import { type Checkout, checkoutIn, ROOT } from './checkout.ts';
import { coldFunctions, measureCold } from './cold.ts';
import { startQuota } from './cpu-quota.ts';
import { type Options, optionsOf, type Part } from './options.ts';
import { startPeers } from './peers.ts';
import { type Report, tablesOf } from './report.ts';
import { type Stub, startStub } from './stub.ts';
import { measureTurns, startFields } from './turns.ts';

const options = optionsOf(process.argv.slice(2));
const folder = mkdtempSync(join(tmpdir(), 'gateway-bench-'));
const stub = await startStub(folder);
try {
  const checkouts = await Promise.all([...options.of, ROOT].map(of => checkoutIn(of, folder)));
  const report = await measure(options, checkouts, stub);
  console.log(tablesOf(report));
  if (options.json) writeFileSync(options.json, `${JSON.stringify(report, undefined, 2)}\n`);
} finally {
  await stub.stop();
  rmSync(folder, { recursive: true });
}

async function measure({ parts }: Options, checkouts: readonly Checkout[], aws: Stub): Promise<Report> {
  const only = async <T>(part: Part, work: () => Promise<readonly T[]>): Promise<readonly T[]> =>
    parts.includes(part) ? work() : [];
  const quota = startQuota();
  try {
    return {
      date: new Date().toISOString().slice(0, 10),
      node: process.version,
      machine: `${availableParallelism()} × ${cpus()[0]?.model ?? 'unknown'}`,
      quota: quota ? 'by control group, 10 ms periods' : 'none: this user may make no control group',
      turns: await only('turns', () => turnsOf(checkouts, aws)),
      cold: await only('cold', () => measureCold(coldFunctions(checkouts), aws, quota, coldRoundsOf)),
      bytes: await only('bytes', () => countBytes(checkouts, aws, folder)),
      bundles: await only('bundles', () => measureBundles(checkouts, aws, folder, 15)),
    };
  } finally {
    quota?.stop();
  }
}

// The size that is deployed, and less of those beside it.
function coldRoundsOf(memoryMb: number): number {
  return memoryMb === 512 ? 15 : 7;
}

async function turnsOf(checkouts: readonly Checkout[], aws: Stub): Promise<Report['turns']> {
  const fields = [
    ...checkouts.flatMap(checkout => startFields(checkout, folder, aws, options.isShort)),
    ...(options.hasPeers ? startPeers(folder) : []),
  ];
  try {
    return await measureTurns(fields, { rounds: 21, cpuMs: 60 });
  } finally {
    await Promise.all(fields.map(field => field.process.stop()));
  }
}
