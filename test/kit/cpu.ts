import { existsSync, readFileSync } from 'node:fs';

/** Milliseconds of processor time that this process has had: what others do on the machine does not count. */
export function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

/** The same of another process; undefined where the machine has no /proc. */
export function cpuMsOf(pid: number): number | undefined {
  const path = `/proc/${pid}/stat`;
  if (!existsSync(path)) return undefined;
  // The name in brackets may hold spaces. Its user and system times are counted in hundredths of a second.
  const [, fields = ''] = readFileSync(path, 'utf8').split(/\) (?=[^)]*$)/);
  const [user, system] = fields.split(' ').slice(11, 13).map(Number);
  return ((user ?? Number.NaN) + (system ?? Number.NaN)) * 10;
}
