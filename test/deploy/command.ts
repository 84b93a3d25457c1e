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

/** Lines that say why a command failed, the most telling first; a resource may have "failed" or "error" in its name. */
const TELLING = [
  /\b(CREATE|UPDATE)_FAILED\b(?!.*\bcancelled\b)/,
  // esbuild's, with the file and line.
  /: ERROR: /,
  // What the CDK's CLI names as the cause, below what it could not do.
  /^‣ /,
  /❌|✗/,
  /\b\w*Error: /,
  /_FAILED\b|\bROLLBACK_|_ROLLBACK_/,
  /\bfailed: /i,
];

/** The line of a failed command that says most: a reason where it tells one, else the last. */
export function complaintOf(printed: string): string {
  const lines = printed
    .split('\n')
    .map(line => line.replace(/\s+/g, ' ').trim())
    // Below what the app itself says, and less.
    .filter(line => line !== '' && !line.includes('Subprocess exited with error'));
  for (const telling of TELLING) {
    const line = lines.find(line => telling.test(line));
    if (line !== undefined) return line;
  }
  return lines.at(-1) ?? 'it printed nothing';
}
