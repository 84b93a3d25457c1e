import { mkdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A share of the processor for one process at a time, as Lambda's memory size buys it. */
export interface CpuQuota {
  /** Puts a process under it, free at first: Lambda gives an init two processors, whatever the memory. */
  hold(pid: number): void;
  /** From now on it has so many processors. */
  limit(processors: number): void;
  /** Lets the next process run free. */
  lift(): void;
  stop(): void;
}

/** Ten times shorter than the kernel's own, so that a turn meets its quota as on Lambda, whose period is some 20 ms. */
const PERIOD_US = 10_000;

/** The memory size that buys one processor. */
const MB_OF_A_PROCESSOR = 1_769;

/** The processors that a memory size buys. */
export const processorsOf = (memoryMb: number): number => memoryMb / MB_OF_A_PROCESSOR;

const GROUP = `gateway-bench-${process.pid}`;

/** A quota by the kernel's control groups, of either version; undefined where this process may make none. */
export function startQuota(): CpuQuota | undefined {
  return attempt(versionOne) ?? attempt(versionTwo);
}

function versionOne(): CpuQuota {
  const group = groupIn('/sys/fs/cgroup/cpu');
  return quotaOf(group, { file: 'cpu.shares', most: 262_144 }, quotaUs => {
    write(group, 'cpu.cfs_period_us', PERIOD_US);
    write(group, 'cpu.cfs_quota_us', quotaUs ?? -1);
  });
}

function versionTwo(): CpuQuota {
  const group = groupIn('/sys/fs/cgroup');
  return quotaOf(group, { file: 'cpu.weight', most: 10_000 }, quotaUs =>
    write(group, 'cpu.max', `${quotaUs ?? 'max'} ${PERIOD_US}`),
  );
}

function groupIn(folder: string): string {
  const group = join(folder, GROUP);
  mkdirSync(group);
  return group;
}

function quotaOf(
  group: string,
  weight: { readonly file: string; readonly most: number },
  set: (quotaUs: number | undefined) => void,
): CpuQuota {
  const quota: CpuQuota = {
    hold: pid => write(group, 'cgroup.procs', pid),
    limit: processors => set(Math.round(processors * PERIOD_US)),
    lift: () => set(undefined),
    stop: () => rmdirSync(group),
  };
  try {
    // Within its quota it goes before whatever else the machine does.
    write(group, weight.file, weight.most);
    quota.lift();
    return quota;
  } catch (error) {
    quota.stop();
    throw error;
  }
}

function write(group: string, file: string, value: number | string): void {
  writeFileSync(join(group, file), String(value));
}

function attempt(make: () => CpuQuota): CpuQuota | undefined {
  try {
    return make();
  } catch {
    return undefined;
  }
}
