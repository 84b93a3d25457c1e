import { spawn } from 'node:child_process';

/** A command's end: its exit code, null where a signal ended it, and everything that it printed. */
export interface Ended {
  readonly code: number | null;
  readonly printed: string;
}

/** No deployment of ours takes longer, unless it never ends. */
const MOST_MS = 15 * 60_000;

/** Runs a command to its end, or ends it after a quarter of an hour, with the environment of this process and what is given beside it. */
export function run(
  command: string,
  args: readonly string[],
  { cwd, env = {} }: { readonly cwd: string; readonly env?: Readonly<Record<string, string>> },
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      // In a group of its own no Ctrl-C reaches it: half a deployment could not be removed.
      detached: true,
      timeout: MOST_MS,
    });
    let printed = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', chunk => {
        printed += chunk;
      });
    }
    child.once('error', reject);
    child.once('close', code => resolve({ code, printed }));
  });
}

/** The line of a failed command that says most: an error where it names one, else the last. */
export function complaintOf(printed: string): string {
  const lines = printed
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '');
  return (
    lines.find(line => /❌|✗|\b\w*Error:|\bfailed\b/i.test(line)) ?? lines.at(-1) ?? 'it printed nothing'
  );
}
